/* Holds a table against its contract: columns by their plans, rows by their keys. */
#include <stdlib.h>

#include "table.h"

#define MOST_KEYS 64u

int32_t sl_hold_against(sl_scanner *s, const sl_contract *contract) {
    if (!s->suspects && !(s->suspects = malloc(sizeof *s->suspects))) return SL_NO_MEMORY;
    s->contract = *contract;
    return SL_DONE;
}

int32_t sl_check_column(sl_scanner *s, uint32_t column, const uint8_t *plan, size_t size) {
    if (!s->suspects || column >= s->width) return SL_NO_MEMORY;
    if (!s->checks && !(s->checks = calloc(s->width, sizeof(sl_check *)))) return SL_NO_MEMORY;
    sl_check *check = sl_check_read(plan, size);
    if (!check) return SL_NO_MEMORY;
    if (s->checks[column]) {
        check->missed = s->checks[column]->missed;
        check->handed = s->checks[column]->handed;
        sl_check_close(s->checks[column]);
    }
    s->checks[column] = check;
    return SL_DONE;
}

uint64_t sl_missing(const sl_scanner *s, uint32_t column) {
    return s->checks && column < s->width && s->checks[column] ? s->checks[column]->missed : 0;
}

int32_t sl_add_key(sl_scanner *s, const uint32_t *columns, uint32_t count, uint32_t most) {
    if (count == 0 || most == 0 || s->key_count == MOST_KEYS) return SL_NO_MEMORY;
    sl_key *keys = realloc(s->keys, (s->key_count + 1) * sizeof *keys);
    if (!keys) return SL_NO_MEMORY;
    s->keys = keys;
    return sl_key_open(&keys[s->key_count++], columns, count, most) ? SL_DONE : SL_NO_MEMORY;
}

static void hand_out_key(sl_scanner *s, uint32_t key) {
    uint32_t starts[SL_KEY_PARTITIONS + 1];
    sl_key *k = &s->keys[key];
    if (k->used == 0) return;
    sl_key_partition(k, starts);
    s->contract.on_keys(s->contract.context, key, k->records, k->used, starts);
    k->used = 0;
}

void sl_flush_keys(sl_scanner *s) {
    for (uint32_t i = 0; i < s->key_count; i++) hand_out_key(s, i);
}

void sl_scanner_begin_keys(sl_scanner *s, uint32_t rows) {
    for (uint32_t i = 0; i < s->key_count; i++) sl_key_begin(&s->keys[i], rows);
}

void sl_scanner_end_keys(sl_scanner *s, uint32_t rows) {
    for (uint32_t i = 0; i < s->key_count; i++)
        for (uint32_t from = 0; !sl_key_append(&s->keys[i], s->cells->row, rows, &from);) hand_out_key(s, i);
}

void sl_scanner_check(sl_scanner *s, uint32_t column, const uint32_t *width) {
    uint8_t missing[SL_BATCH_ROWS];
    sl_check *check = s->checks[column];
    sl_suspects *found = s->suspects;
    sl_check_cells(check, s->cells, column, width, found, missing);
    for (uint32_t i = 0; i < s->key_count; i++)
        sl_key_add(&s->keys[i], s->cells, column, check->flags & CHECK_BY_VALUE, check->flags & CHECK_TRIMMED, missing);
    if (found->used == 0) return;
    sl_cell_block block = {column, found->used, s->cells->data, found->at, found->size, found->raw, found->row, found->kind};
    s->contract.on_suspects(s->contract.context, &block); /* it may put another plan in this one's place */
}

void sl_scanner_drop_contract(sl_scanner *s) {
    for (uint32_t i = 0; s->checks && i < s->width; i++) sl_check_close(s->checks[i]);
    for (uint32_t i = 0; i < s->key_count; i++) sl_key_close(&s->keys[i]);
    free(s->checks);
    free(s->keys);
    free(s->suspects);
}
