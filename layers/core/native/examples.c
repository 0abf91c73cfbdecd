#include "examples.h"

uint32_t sl_kept_bytes(const uint8_t *text, uint32_t size, uint32_t most) {
    if (size <= most) return size;
    uint32_t kept = most;
    while (kept > most - 4 && (text[kept] & 0xC0) == 0x80) kept--;
    return kept;
}

void sl_examples_add(sl_examples *e, uint64_t row, uint64_t offset, const uint8_t *text, uint32_t size) {
    if (e->used == SL_EXAMPLES) return;
    sl_example *example = &e->list[e->used++];
    example->row = row;
    example->offset = offset;
    example->size = size;
    example->kept = text ? sl_kept_bytes(text, size, SL_EXAMPLE_BYTES) : 0;
    if (example->kept) memcpy(example->text, text, example->kept);
}

void sl_examples_merge(sl_examples *into, const sl_examples *from, uint64_t rows) {
    for (uint32_t i = 0; i < from->used && into->used < SL_EXAMPLES; i++) {
        into->list[into->used] = from->list[i];
        into->list[into->used++].row += rows;
    }
}

void sl_examples_report(const sl_examples *e, sl_json *j) {
    sl_json_open(j, '[');
    for (uint32_t i = 0; i < e->used; i++) {
        const sl_example *example = &e->list[i];
        sl_json_open(j, '[');
        sl_json_u64(j, example->row);
        sl_json_u64(j, example->offset);
        sl_json_text(j, example->text, example->kept);
        sl_json_u64(j, example->size);
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
}

void sl_examples_write(const sl_examples *e, sl_writer *w) {
    sl_write_u64(w, e->used);
    for (uint32_t i = 0; i < e->used; i++) {
        sl_write_u64(w, e->list[i].row);
        sl_write_u64(w, e->list[i].offset);
        sl_write_u64(w, e->list[i].size);
        sl_write_text(w, e->list[i].text, e->list[i].kept);
    }
}

bool sl_examples_read(sl_examples *e, sl_reader *r) {
    e->used = (uint32_t)sl_read_upto(r, SL_EXAMPLES);
    for (uint32_t i = 0; i < e->used; i++) {
        e->list[i].row = sl_read_u64(r);
        e->list[i].offset = sl_read_u64(r);
        e->list[i].size = (uint32_t)sl_read_upto(r, UINT32_MAX);
        e->list[i].kept = sl_read_text(r, e->list[i].text, SL_EXAMPLE_BYTES);
    }
    return !r->failed;
}
