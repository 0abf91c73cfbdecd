#include "keys.h"

#include <stdlib.h>

#include "words.h"

#define LONGEST_VALUE 64u /* a longer number is compared as it is written */

bool sl_key_open(sl_key *key, const uint32_t *columns, uint32_t count, uint32_t most) {
    *key = (sl_key){.count = count, .most = most};
    key->columns = malloc(count * sizeof *key->columns);
    key->records = malloc(most * sizeof *key->records);
    if (!key->columns || !key->records) return false;
    memcpy(key->columns, columns, count * sizeof *columns);
    return true;
}

void sl_key_close(sl_key *key) {
    free(key->columns);
    free(key->records);
}

void sl_key_begin(sl_key *key, uint32_t rows) {
    memset(key->lacking, 0, rows);
    for (uint32_t i = 0; i < rows; i++) {
        key->first[i] = 0x9E3779B97F4A7C15ull;
        key->second[i] = 0xD6E8FEB86659FD93ull;
    }
}

/* Two chains of folded multiplications that share nothing but the text. */
static void mix(uint64_t *first, uint64_t *second, const uint8_t *at, uint32_t size) {
    uint64_t a = *first ^ size, b = *second + size;
    for (uint32_t i = 0; i < size; i += 8) {
        uint64_t word = sl_load_upto8(at + i, size - i);
        a = sl_fold(word ^ 0xA0761D6478BD642Full, a ^ 0xE7037ED1A0B428DBull);
        b = sl_fold(word ^ 0x8EBC6AF09C88C6E3ull, b ^ 0x589965CC75374CC3ull);
    }
    *first = sl_fold(a ^ 0x1D8E4E27C47D124Full, 0xEB44ACCAB455D165ull ^ size);
    *second = sl_fold(b ^ 0x2127599BF4325C37ull, 0x880355F21E6D1965ull ^ size);
}

/*
 * A plain number as sign, digits without zeros at either end, and a power of ten: the same for 1, 01, 1.0 and 10e-1.
 * Returns the size of what is written to `out`, 0 if the text is none.
 */
static uint32_t canonical(const uint8_t *at, uint32_t size, uint8_t *out) {
    uint32_t i = 0, used = 9, digits = 0;
    int64_t power = 0, exponent = 0;
    bool point = false, negative_exponent = false;
    if (size == 0 || size > LONGEST_VALUE) return 0;
    out[0] = at[0] == '-' ? '-' : '+';
    if (at[0] == '-' || at[0] == '+') i++;
    for (; i < size && (sl_is_digit(at[i]) || (at[i] == '.' && !point)); i++) {
        if (at[i] == '.') {
            point = true;
            continue;
        }
        digits++;
        power -= point;
        if (used > 9 || at[i] != '0') out[used++] = at[i];
    }
    if (digits == 0) return 0;
    if (i < size) {
        if ((at[i] | 0x20) != 'e') return 0;
        i++;
        if (i < size && (at[i] == '-' || at[i] == '+')) negative_exponent = at[i++] == '-';
        uint32_t begin = i;
        for (; i < size && sl_is_digit(at[i]) && i - begin < 9; i++) exponent = exponent * 10 + (at[i] - '0');
        if (i == begin || i < size) return 0;
    }
    while (used > 9 && out[used - 1] == '0') used--, power++;
    power += negative_exponent ? -exponent : exponent;
    if (used == 9) out[0] = '+', power = 0;
    memcpy(out + 1, &power, sizeof power);
    return used;
}

void sl_key_add(sl_key *key, const sl_cells *cells, uint32_t column, bool by_value, bool trimmed, const uint8_t *missing) {
    bool part = false;
    for (uint32_t i = 0; i < key->count; i++) part |= key->columns[i] == column;
    if (!part) return;
    uint8_t value[LONGEST_VALUE + 9 + 8];
    memset(value, 0, sizeof value);
    for (uint32_t i = 0; i < cells->rows; i++) {
        const uint8_t *at = cells->data + cells->at[i];
        uint32_t size = cells->size[i], written;
        key->lacking[i] |= missing[i];
        while (trimmed && size && sl_is_blank(*at)) at++, size--;
        while (trimmed && size && sl_is_blank(at[size - 1])) size--;
        if (by_value && (written = canonical(at, size, value)) != 0) mix(&key->first[i], &key->second[i], value, written);
        else mix(&key->first[i], &key->second[i], at, size);
    }
}

bool sl_key_append(sl_key *key, const uint64_t *rows, uint32_t count, uint32_t *from) {
    for (; *from < count; (*from)++) {
        if (key->lacking[*from]) continue;
        if (key->used == key->most) return false;
        key->records[key->used++] = (sl_key_record){key->first[*from], key->second[*from], rows[*from]};
    }
    return true;
}

static uint32_t partition_of(const sl_key_record *record) { return (uint32_t)(record->first >> 56); }

void sl_key_partition(sl_key *key, uint32_t *starts) {
    uint32_t next[SL_KEY_PARTITIONS];
    memset(starts, 0, (SL_KEY_PARTITIONS + 1) * sizeof *starts);
    for (uint32_t i = 0; i < key->used; i++) starts[partition_of(&key->records[i]) + 1]++;
    for (uint32_t p = 0; p < SL_KEY_PARTITIONS; p++) {
        starts[p + 1] += starts[p];
        next[p] = starts[p];
    }
    for (uint32_t p = 0; p < SL_KEY_PARTITIONS; p++) { /* American flag sort: each swap puts one record home */
        while (next[p] < starts[p + 1]) {
            sl_key_record record = key->records[next[p]];
            uint32_t home = partition_of(&record);
            if (home == p) {
                next[p]++;
                continue;
            }
            key->records[next[p]] = key->records[next[home]];
            key->records[next[home]++] = record;
        }
    }
}

static int by_hash(const void *a, const void *b) {
    const sl_key_record *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    if (x->second != y->second) return x->second < y->second ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int by_row(const void *a, const void *b) {
    const sl_repetition *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

uint64_t sl_repetitions(sl_key_record *records, size_t count, sl_repetition *found, uint32_t size, uint32_t *used) {
    uint64_t total = 0;
    size_t first = 0;
    qsort(records, count, sizeof *records, by_hash);
    for (size_t i = 1; i < count; i++) {
        if (records[i].first != records[first].first || records[i].second != records[first].second) {
            first = i;
            continue;
        }
        total++;
        if (*used == size) { /* keep the lower half by row, and go on */
            qsort(found, *used, sizeof *found, by_row);
            *used = size / 2;
        }
        found[(*used)++] = (sl_repetition){records[i].row, records[first].row};
    }
    qsort(found, *used, sizeof *found, by_row);
    return total;
}
