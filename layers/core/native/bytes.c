#include "bytes.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(sl_writer *w, size_t size) {
    if (w->failed) return false;
    if (w->size - w->used >= size) return true;
    size_t wanted = w->size ? w->size : 4096;
    while (wanted - w->used < size) wanted *= 2;
    uint8_t *grown = realloc(w->data, wanted);
    if (!grown) return w->failed = true, false;
    w->data = grown;
    w->size = wanted;
    return true;
}

void sl_write(sl_writer *w, const void *data, size_t size) {
    if (size == 0 || !make_room(w, size)) return;
    memcpy(w->data + w->used, data, size);
    w->used += size;
}

void sl_write_u64(sl_writer *w, uint64_t value) {
    uint8_t bytes[10];
    size_t used = 0;
    do {
        bytes[used++] = (uint8_t)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
        value >>= 7;
    } while (value);
    sl_write(w, bytes, used);
}

void sl_write_f64(sl_writer *w, double value) { sl_write(w, &value, sizeof value); }

void sl_write_text(sl_writer *w, const void *text, size_t size) {
    sl_write_u64(w, size);
    sl_write(w, text, size);
}

void sl_read(sl_reader *r, void *data, size_t size) {
    if (r->failed || (size_t)(r->end - r->at) < size) {
        r->failed = true;
        memset(data, 0, size);
        return;
    }
    if (size) memcpy(data, r->at, size);
    r->at += size;
}

uint64_t sl_read_u64(sl_reader *r) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (r->failed || r->at == r->end) return r->failed = true, 0;
        uint8_t byte = *r->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return r->failed = true, 0;
}

uint64_t sl_read_upto(sl_reader *r, uint64_t most) {
    uint64_t value = sl_read_u64(r);
    if (value > most) return r->failed = true, 0;
    return value;
}

double sl_read_f64(sl_reader *r) {
    double value;
    sl_read(r, &value, sizeof value);
    return value;
}

uint32_t sl_read_text(sl_reader *r, void *text, uint32_t size) {
    uint32_t used = (uint32_t)sl_read_upto(r, size);
    sl_read(r, text, used);
    return r->failed ? 0 : used;
}
