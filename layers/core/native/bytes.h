/* A growing buffer to write to and a bounded one to read from: the transport of state and reports. */
#ifndef SLUICE_BYTES_H
#define SLUICE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *data;
    size_t used, size;
    bool failed; /* out of memory: everything written afterwards is dropped */
} sl_writer;

typedef struct {
    const uint8_t *at, *end;
    bool failed; /* the data ended early or made no sense: everything read afterwards is 0 */
} sl_reader;

void sl_write(sl_writer *w, const void *data, size_t size);
void sl_write_u64(sl_writer *w, uint64_t value);   /* as a varint: LEB128 */
void sl_write_f64(sl_writer *w, double value);
void sl_write_text(sl_writer *w, const void *text, size_t size);

void sl_read(sl_reader *r, void *data, size_t size);
uint64_t sl_read_u64(sl_reader *r);
/* A varint that must not exceed `most`. */
uint64_t sl_read_upto(sl_reader *r, uint64_t most);
double sl_read_f64(sl_reader *r);
uint32_t sl_read_text(sl_reader *r, void *text, uint32_t size);

static inline uint64_t sl_zigzag(int64_t value) { return (uint64_t)value << 1 ^ (uint64_t)(value >> 63); }
static inline int64_t sl_unzigzag(uint64_t value) { return (int64_t)(value >> 1) ^ -(int64_t)(value & 1); }

#endif
