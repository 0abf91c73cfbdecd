/* Recognizes numbers as people write them: plain, grouped, with currency, percent or a decimal comma. */
#ifndef SLUICE_NUMBERS_H
#define SLUICE_NUMBERS_H

#include <stdbool.h>

#include "kinds.h"
#include "words.h"

extern const double SL_POWERS[23];
double sl_scaled_wide(int64_t units, unsigned scale);

/* Any number; false if the text is none. */
bool sl_read_number(const uint8_t *at, uint32_t size, sl_cell *cell);

/* units / 10^scale, correctly rounded: a division of doubles where both are exact. */
static inline double sl_scaled(int64_t units, unsigned scale) {
    uint64_t magnitude = units < 0 ? -(uint64_t)units : (uint64_t)units;
    return SL_LIKELY(magnitude <= 1ull << 53) ? (double)units / SL_POWERS[scale] : sl_scaled_wide(units, scale);
}

/* 1 to 3 digits without a leading zero, a separator, 3 digits: the separator may group thousands. */
static inline bool sl_looks_grouped(uint8_t first, unsigned before, unsigned after) {
    return after == 3 && before - 1 < 3 && first != '0';
}

static inline bool sl_all_digits(uint64_t word) {
    return ((word & SL_EACH(0xF0)) | (((word + SL_EACH(0x06)) & SL_EACH(0xF0)) >> 4)) == SL_EACH(0x33);
}

/* Eight ASCII digits, the first in the lowest byte, as a number: three multiplications, no loop. */
static inline uint32_t sl_eight_digits(uint64_t word) {
    word = (word & SL_EACH(0x0F)) * 2561 >> 8;
    word = (word & 0x00FF00FF00FF00FFull) * 6553601 >> 16;
    return (uint32_t)((word & 0x0000FFFF0000FFFFull) * 42949672960001ull >> 32);
}

static inline void sl_set_whole(sl_cell *cell, uint8_t first, uint32_t size, int64_t units) {
    bool code = first == '0' && size > 1;
    cell->kind = code ? KIND_CODE : KIND_INT;
    cell->measure = code ? MEASURE_NONE : MEASURE_WHOLE;
    cell->scale = 0;
    cell->units = units;
    cell->value = (double)units;
}

/* `after` digits stand behind the point, `before` in front of it. */
static inline bool sl_set_pointed(sl_cell *cell, uint8_t first, unsigned before, unsigned after, int64_t units) {
    if (first == '0' && before > 1) return false; /* 007.5: sl_read_number says what it is */
    bool group = sl_looks_grouped(first, before, after);
    cell->kind = group ? KIND_FLOAT3 : KIND_FLOAT;
    cell->measure = group ? MEASURE_POINT3 : MEASURE_POINT;
    cell->scale = (uint8_t)after;
    cell->units = units;
    cell->value = sl_scaled(units, after);
    return true;
}

/* The high bit of every byte that is a point, and possibly of bytes above the first one. */
static inline uint64_t sl_points(uint64_t word) {
    uint64_t differs = word ^ SL_EACH('.');
    return (differs - SL_EACH(1)) & ~differs & SL_EACH(0x80);
}

/* Up to 8 bytes, moved to the top of a word with '0' below: digits, or digits around one point. */
static inline bool sl_read_short_number(const uint8_t *at, uint32_t size, bool negative, sl_cell *cell) {
    uint64_t word = sl_load8(at) << (64 - 8 * size);
    if (size < 8) word |= SL_EACH('0') >> 8 * size;
    if (sl_all_digits(word)) {
        int64_t units = sl_eight_digits(word);
        sl_set_whole(cell, *at, size, negative ? -units : units);
        return true;
    }
    uint64_t points = sl_points(word);
    if (points == 0 || size < 2) return false;
    unsigned bit = (unsigned)__builtin_ctzll(points) & 0x38; /* of the first point's byte */
    /* Close the gap: bytes before the point move up by one. A second point fails the check for digits. */
    word = (word & ~(~0ull >> (56 - bit))) | (word & ((1ull << bit) - 1)) << 8 | '0';
    if (!sl_all_digits(word)) return false;
    int64_t units = sl_eight_digits(word);
    unsigned after = 7 - bit / 8;
    return sl_set_pointed(cell, *at, size - 1 - after, after, negative ? -units : units);
}

/* The same for 9 to 16 bytes. */
static inline bool sl_read_long_number(const uint8_t *at, uint32_t size, bool negative, sl_cell *cell) {
    sl_u128 text = (sl_u128)sl_load8(at) | (sl_u128)sl_load8(at + 8) << 64;
    text <<= 8 * (16 - size);
    uint64_t low = (uint64_t)text, high = (uint64_t)(text >> 64);
    if (size < 16) low |= SL_EACH('0') >> 8 * (size - 8);
    if (sl_all_digits(low) && sl_all_digits(high)) {
        int64_t units = (int64_t)sl_eight_digits(low) * 100000000 + sl_eight_digits(high);
        sl_set_whole(cell, *at, size, negative ? -units : units);
        return true;
    }
    uint64_t low_points = sl_points(low), high_points = sl_points(high);
    if (!(low_points | high_points)) return false;
    unsigned byte = low_points ? (unsigned)__builtin_ctzll(low_points) / 8 : 8 + (unsigned)__builtin_ctzll(high_points) / 8;
    sl_u128 whole = (sl_u128)low | (sl_u128)high << 64;
    sl_u128 above = byte == 15 ? 0 : whole >> 8 * (byte + 1) << 8 * (byte + 1);
    whole = above | (whole & (((sl_u128)1 << 8 * byte) - 1)) << 8 | '0';
    low = (uint64_t)whole;
    high = (uint64_t)(whole >> 64);
    if (!sl_all_digits(low) || !sl_all_digits(high)) return false;
    int64_t units = (int64_t)sl_eight_digits(low) * 100000000 + sl_eight_digits(high);
    unsigned after = 15 - byte;
    return sl_set_pointed(cell, *at, size - 1 - after, after, negative ? -units : units);
}

/*
 * Plain integers and plain decimals of up to 16 bytes behind an optional sign; false leaves the cell to
 * sl_read_number. Reads up to 16 bytes past the text.
 */
static inline bool sl_read_plain_number(const uint8_t *at, uint32_t size, sl_cell *cell) {
    bool negative = *at == '-';
    uint32_t sign = negative || *at == '+';
    at += sign;
    size -= sign;
    if (size - 1 < 8) return sl_read_short_number(at, size, negative, cell);
    return size - 1 < 16 && sl_read_long_number(at, size, negative, cell);
}

#endif
