#include "numbers.h"

#include <stdio.h>
#include <stdlib.h>

#include "limits.h"
#include "words.h"

#define EXACT_PLACES 18u /* 10 to this power fits in an int64_t */
#define EXACT_DIGITS 19u /* always fit in a uint64_t */
#define LONGEST_NUMBER 64

const double SL_POWERS[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const uint64_t WHOLE_POWERS[] = {1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull,
                                        100000000ull, 1000000000ull, 10000000000ull, 100000000000ull,
                                        1000000000000ull, 10000000000000ull, 100000000000000ull,
                                        1000000000000000ull, 10000000000000000ull, 100000000000000000ull,
                                        1000000000000000000ull};

/* For magnitudes beyond 2^53: the quotient has at least 57 bits, and its lowest says whether any was cut off. */
double sl_scaled_wide(int64_t units, unsigned scale) {
    uint64_t magnitude = units < 0 ? -(uint64_t)units : (uint64_t)units;
    sl_u128 shifted = (sl_u128)magnitude << 64, quotient = shifted / WHOLE_POWERS[scale];
    quotient |= shifted % WHOLE_POWERS[scale] != 0;
    double value = (double)quotient * 0x1p-64;
    return units < 0 ? -value : value;
}

typedef struct {
    const uint8_t *at;
    uint32_t size;
    uint16_t marks;
    bool negative;
} bare;

static void drop_front(bare *b, uint32_t bytes) { b->at += bytes; b->size -= bytes; }

static void trim(bare *b) {
    while (b->size && sl_is_blank(b->at[0])) drop_front(b, 1);
    while (b->size && sl_is_blank(b->at[b->size - 1])) b->size--;
}

static const struct { const char *text; uint8_t size; uint16_t mark; } CURRENCIES[] = {
    {"$", 1, MARK_DOLLAR}, {"\xE2\x82\xAC", 3, MARK_EURO}, {"\xC2\xA3", 2, MARK_POUND}, {"\xC2\xA5", 2, MARK_YEN},
    {"\xE2\x82\xB9", 3, MARK_RUPEE}, {"USD", 3, MARK_CODE}, {"EUR", 3, MARK_CODE}, {"GBP", 3, MARK_CODE},
    {"JPY", 3, MARK_CODE}, {"CHF", 3, MARK_CODE}, {"CAD", 3, MARK_CODE}, {"AUD", 3, MARK_CODE}, {"INR", 3, MARK_CODE},
    {"CNY", 3, MARK_CODE}, {"SEK", 3, MARK_CODE}, {"NOK", 3, MARK_CODE}, {"DKK", 3, MARK_CODE}, {"PLN", 3, MARK_CODE},
    {"BRL", 3, MARK_CODE}, {"MXN", 3, MARK_CODE}, {"R$", 2, MARK_DOLLAR},
};

static bool strip_currency(bare *b) {
    if (b->size == 0 || (sl_is_digit(b->at[0]) && sl_is_digit(b->at[b->size - 1]))) return false;
    for (unsigned i = 0; i < sizeof CURRENCIES / sizeof *CURRENCIES; i++) {
        uint32_t size = CURRENCIES[i].size;
        if (b->size <= size) continue;
        if (memcmp(b->at, CURRENCIES[i].text, size) == 0) drop_front(b, size);
        else if (memcmp(b->at + b->size - size, CURRENCIES[i].text, size) == 0) b->size -= size;
        else continue;
        b->marks |= CURRENCIES[i].mark;
        trim(b);
        return true;
    }
    return false;
}

static bool strip_sign(bare *b) {
    if (b->size == 0 || (b->at[0] != '-' && b->at[0] != '+')) return false;
    b->negative = b->at[0] == '-';
    drop_front(b, 1);
    return true;
}

/* -$5, $-5, ($5), 5-, 5 %, each at most once. */
static void strip_marks(bare *b) {
    bool sign = false;
    if (b->size > 2 && b->at[0] == '(' && b->at[b->size - 1] == ')') {
        b->marks |= MARK_PARENTHESES;
        b->negative = sign = true;
        drop_front(b, 1);
        b->size--;
        trim(b);
    }
    if (!sign) sign = strip_sign(b);
    bool currency = strip_currency(b);
    if (!sign) strip_sign(b);
    if (!currency && b->size > 1 && b->at[b->size - 1] == '%') {
        b->marks |= MARK_PERCENT;
        b->size--;
        trim(b);
    }
}

/* The separators of a number's body: what stands between its digits. */
typedef struct {
    char digits[LONGEST_NUMBER];
    unsigned count;          /* digits */
    unsigned points, commas, spaces;
    unsigned last_point, last_comma; /* digits before the last of each */
    bool grouped_points, grouped_commas, grouped_spaces; /* all groups behind the first hold three digits */
    unsigned since;          /* digits since the last separator, or since the start */
    bool separated;
    int exponent;
    bool has_exponent;
    uint8_t first;
} body;

/* Bytes of a separator that groups: space, apostrophe, no-break spaces of UTF-8; 0 if none. */
static uint32_t spacing(const uint8_t *at, uint32_t left) {
    if (*at == ' ' || *at == '\'') return 1;
    if (left >= 2 && at[0] == 0xC2 && at[1] == 0xA0) return 2;
    if (left >= 3 && at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xAF || at[2] == 0x89 || at[2] == 0x99)) return 3;
    return 0;
}

static bool read_exponent(body *b, const uint8_t *at, uint32_t size) {
    bool negative = size && *at == '-';
    if (size && (*at == '-' || *at == '+')) at++, size--;
    if (size == 0 || size > 4) return false;
    for (uint32_t i = 0; i < size; i++) {
        if (!sl_is_digit(at[i])) return false;
        b->exponent = b->exponent * 10 + (at[i] - '0');
    }
    if (negative) b->exponent = -b->exponent;
    b->has_exponent = true;
    return true;
}

/* A separator: a group in the middle must hold three digits, the first one to three. */
static bool note_separator(body *b, bool *grouped) {
    if (b->separated ? b->since != 3 : (b->since == 0 || b->since > 3)) *grouped = false;
    b->separated = true;
    b->since = 0;
    return true;
}

static bool read_body(body *b, const uint8_t *at, uint32_t size) {
    b->grouped_points = b->grouped_commas = b->grouped_spaces = true;
    b->first = *at;
    for (uint32_t i = 0; i < size;) {
        uint8_t c = at[i];
        uint32_t space;
        if (sl_is_digit(c)) {
            if (b->count == LONGEST_NUMBER) return false;
            b->digits[b->count++] = (char)c;
            b->since++;
            i++;
        } else if (c == '.') {
            note_separator(b, &b->grouped_points);
            b->points++;
            b->last_point = b->count;
            i++;
        } else if (c == ',') {
            note_separator(b, &b->grouped_commas);
            b->commas++;
            b->last_comma = b->count;
            i++;
        } else if ((c | 0x20) == 'e' && b->count > 0) {
            return read_exponent(b, at + i + 1, size - i - 1);
        } else if ((space = spacing(at + i, size - i)) != 0) {
            note_separator(b, &b->grouped_spaces);
            if (b->points || b->commas) return false;
            b->spaces++;
            i += space;
        } else {
            return false;
        }
    }
    return b->count > 0;
}

/* All digits times 10^power, rounded once. There is no point in the text, so that no locale matters. */
static double far_value(const body *b, int power) {
    char text[LONGEST_NUMBER + 16];
    snprintf(text, sizeof text, "%.*se%d", (int)b->count, b->digits, power);
    return strtod(text, NULL);
}

/* Value of digits with `places` of them behind the separator. */
static void set_value(sl_cell *cell, const body *b, unsigned places, bool negative) {
    unsigned from = 0;
    while (from + 1 < b->count && b->digits[from] == '0') from++;
    unsigned digits = b->count - from;
    uint64_t units = 0;
    for (unsigned i = from; i < b->count && digits <= EXACT_DIGITS; i++) units = units * 10 + (unsigned)(b->digits[i] - '0');
    if (digits <= EXACT_DIGITS && units <= INT64_MAX && places <= EXACT_PLACES && !b->has_exponent) {
        cell->units = negative ? -(int64_t)units : (int64_t)units;
        cell->scale = (uint8_t)places;
        cell->value = sl_scaled(cell->units, places);
        return;
    }
    cell->inexact = 1;
    int power = b->exponent - (int)places;
    bool exact = digits <= EXACT_DIGITS && units <= 1ull << 53 && power >= -22 && power <= 22;
    double value = !exact ? far_value(b, power) : power < 0 ? (double)units / SL_POWERS[-power] : (double)units * SL_POWERS[power];
    cell->value = negative ? -value : value;
}

/* Fills kind and measure from the separators; returns the decimal places, or -1 if they make no number. */
static int read_separators(const body *b, bool marked, sl_cell *cell) {
    unsigned after_point = b->count - b->last_point, after_comma = b->count - b->last_comma;
    uint8_t whole_kind = marked || b->spaces ? KIND_DECIMAL : KIND_INT;
    if (b->spaces && (!b->grouped_spaces || (!b->points && !b->commas && b->since != 3))) return -1;
    if (b->spaces) cell->marks |= MARK_GROUPED;
    if (!b->points && !b->commas) {
        cell->kind = whole_kind;
        cell->measure = MEASURE_WHOLE;
        return 0;
    }
    if (b->points && b->commas) {
        bool point_last = b->last_point > b->last_comma || (b->last_point == b->last_comma && b->since == after_point && b->points == 1);
        if (point_last ? b->points != 1 || !b->grouped_commas || b->last_point - b->last_comma != 3
                       : b->commas != 1 || !b->grouped_points || b->last_comma - b->last_point != 3) return -1;
        cell->kind = point_last ? KIND_DECIMAL_POINT : KIND_DECIMAL_COMMA;
        cell->measure = point_last ? MEASURE_POINT : MEASURE_COMMA;
        cell->marks |= MARK_GROUPED;
        return (int)(point_last ? after_point : after_comma);
    }
    bool point = b->points > 0;
    unsigned separators = point ? b->points : b->commas;
    unsigned after = point ? after_point : after_comma;
    unsigned before = b->count - after;
    if (separators > 1) { /* it groups */
        if (!(point ? b->grouped_points : b->grouped_commas) || b->since != 3 || b->has_exponent || b->spaces) return -1;
        cell->kind = point ? KIND_DECIMAL_COMMA : KIND_DECIMAL_POINT;
        cell->measure = point ? MEASURE_COMMA : MEASURE_POINT;
        cell->marks |= MARK_GROUPED;
        return 0;
    }
    bool either = sl_looks_grouped(b->first, before, after) && !b->spaces && !b->has_exponent;
    if (point) {
        bool decimal = marked || b->spaces;
        cell->kind = either ? KIND_FLOAT3 : decimal ? KIND_DECIMAL_POINT : KIND_FLOAT;
        cell->measure = either ? MEASURE_POINT3 : MEASURE_POINT;
        return (int)after;
    }
    if (after == 0 || before == 0) return -1;
    cell->kind = either ? KIND_DECIMAL_COMMA3 : KIND_DECIMAL_COMMA;
    cell->measure = either ? MEASURE_COMMA3 : MEASURE_COMMA;
    return either ? 0 : (int)after;
}

bool sl_read_number(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (size == 0 || size > LONGEST_NUMBER) return false;
    bare b = {.at = at, .size = size};
    strip_marks(&b);
    if (b.size == 0 || !(sl_is_digit(b.at[0]) || ((b.at[0] == '.' || b.at[0] == ',') && b.size > 1))) return false;
    body digits = {0};
    if (!read_body(&digits, b.at, b.size)) return false;
    sl_cell found = {.measure = MEASURE_NONE, .marks = b.marks};
    int places = read_separators(&digits, b.marks != 0, &found);
    if (places < 0) return false;
    bool padded = b.at[0] == '0' && b.size > 1 && sl_is_digit(b.at[1]);
    if (padded) {
        if (found.kind != KIND_INT || digits.has_exponent) return false;
        cell->kind = KIND_CODE;
        cell->measure = MEASURE_NONE;
        return true;
    }
    if (digits.has_exponent) {
        if (found.kind == KIND_INT) found.kind = KIND_FLOAT, found.measure = MEASURE_POINT;
        if (found.kind != KIND_FLOAT) return false;
        found.marks |= MARK_EXPONENT;
    }
    set_value(&found, &digits, (unsigned)places, b.negative);
    if (__builtin_isinf(found.value)) return false; /* beyond a double: text */
    *cell = found;
    return true;
}
