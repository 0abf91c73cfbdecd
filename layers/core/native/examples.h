/* The first cells of a kind, with where they stand. */
#ifndef SLUICE_EXAMPLES_H
#define SLUICE_EXAMPLES_H

#include "bytes.h"
#include "json.h"
#include "limits.h"

typedef struct {
    uint64_t row, offset; /* row as a spreadsheet numbers it; byte of the file at which the cell begins */
    uint32_t size;        /* of the whole cell, in bytes of UTF-8 */
    uint32_t kept;
    uint8_t text[SL_EXAMPLE_BYTES];
} sl_example;

typedef struct {
    sl_example list[SL_EXAMPLES];
    uint32_t used;
} sl_examples;

/* Bytes of the text to keep: at most `most`, cut at a whole character. */
uint32_t sl_kept_bytes(const uint8_t *text, uint32_t size, uint32_t most);
/* Keeps the cell if there is room; without a text, `size` says what the reader of the examples agrees on. */
void sl_examples_add(sl_examples *e, uint64_t row, uint64_t offset, const uint8_t *text, uint32_t size);
/* Appends examples of a later part of the table, whose rows follow `rows` earlier ones. */
void sl_examples_merge(sl_examples *into, const sl_examples *from, uint64_t rows);
void sl_examples_report(const sl_examples *e, sl_json *j);
void sl_examples_write(const sl_examples *e, sl_writer *w);
bool sl_examples_read(sl_examples *e, sl_reader *r);

#endif
