#include "classify.h"

#include "dates.h"
#include "numbers.h"
#include "patterns.h"
#include "words.h"

static bool missing(const uint8_t *at, uint32_t size, sl_cell *cell) {
    bool always;
    if (!sl_is_missing(at, size, &cell->token, &always)) return false;
    cell->kind = always ? KIND_MISSING : KIND_PLACEHOLDER;
    return true;
}

/* The first three letters, any case, are those of a month. All are compared: which one it is could not be predicted. */
static bool begins_like_month(const uint8_t *at) {
    static const uint32_t MONTHS[] = {'j' | 'a' << 8 | 'n' << 16, 'f' | 'e' << 8 | 'b' << 16, 'm' | 'a' << 8 | 'r' << 16,
                                      'a' | 'p' << 8 | 'r' << 16, 'm' | 'a' << 8 | 'y' << 16, 'j' | 'u' << 8 | 'n' << 16,
                                      'j' | 'u' << 8 | 'l' << 16, 'a' | 'u' << 8 | 'g' << 16, 's' | 'e' << 8 | 'p' << 16,
                                      'o' | 'c' << 8 | 't' << 16, 'n' | 'o' << 8 | 'v' << 16, 'd' | 'e' << 8 | 'c' << 16};
    uint32_t first = (sl_load4(at) | 0x20202020) & 0xFFFFFF, found = 0;
    for (unsigned i = 0; i < sizeof MONTHS / sizeof *MONTHS; i++) found |= first == MONTHS[i];
    return found != 0;
}

/* EUR 5, USD12 or R$3: a currency, then a digit, a sign or a blank. */
static bool begins_like_money(const uint8_t *at, uint32_t size) {
    if (size > 32 || !sl_is_digit(at[size - 1])) return false;
    if (at[1] == '$') return true;
    return at[0] < 'a' && at[2] < 'a' && (sl_is_digit(at[3]) || at[3] == ' ');
}

static void classify_letter(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (size <= 7 && missing(at, size, cell)) return;
    if (size <= 5 && sl_is_bool(at, size)) cell->kind = KIND_BOOL;
    else if (sl_is_uuid(at, size)) cell->kind = KIND_UUID;
    else if (sl_is_url(at, size)) cell->kind = KIND_URL;
    else if (size >= 8 && size <= 40 && begins_like_month(at) && sl_read_temporal(at, size, cell)) return;
    else if (sl_is_email(at, size)) cell->kind = KIND_EMAIL;
    else if (size > 2 && begins_like_money(at, size)) sl_read_number(at, size, cell);
}

static void classify_digit(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (sl_is_uuid(at, size)) cell->kind = KIND_UUID;
    else if (sl_read_temporal(at, size, cell)) return;
    else if (sl_read_number(at, size, cell)) return;
    else if (sl_is_email(at, size)) cell->kind = KIND_EMAIL;
}

static void classify_other(const uint8_t *at, uint32_t size, sl_cell *cell) {
    uint8_t c = *at;
    if (missing(at, size, cell)) return;
    if (c == '{' || c == '[') {
        if (sl_is_json(at, size)) cell->kind = KIND_JSON;
    } else if (c == '-' || c == '+' || c == '.' || c == '$' || c == '(' || c >= 0x80) {
        if (!sl_read_number(at, size, cell) && sl_is_email(at, size)) cell->kind = KIND_EMAIL;
    } else if (sl_is_email(at, size)) {
        cell->kind = KIND_EMAIL;
    }
}

static inline void classify_bare(const uint8_t *at, uint32_t size, sl_cell *cell) {
    uint8_t c = *at;
    if (sl_is_digit(c)) {
        bool dated = size >= 6 && (at[4] == '-' || at[2] == '/' || at[2] == ':' || at[2] == '-');
        if (dated && sl_read_temporal(at, size, cell)) return;
        if (!sl_read_plain_number(at, size, cell)) classify_digit(at, size, cell);
    } else if (sl_is_letter(c)) {
        classify_letter(at, size, cell);
    } else if ((c == '-' || c == '.' || c == '+') && sl_read_plain_number(at, size, cell)) {
        return;
    } else {
        classify_other(at, size, cell);
    }
}

void sl_classify(const uint8_t *at, uint32_t size, sl_cell *cell) {
    /* One store: what stands behind the marks is read only where a kind or a measure says that it was set. */
    cell->kind = KIND_STRING;
    cell->measure = MEASURE_NONE;
    cell->scale = cell->token = cell->padded = cell->inexact = 0;
    cell->marks = 0;
    if (SL_UNLIKELY(size == 0)) {
        cell->kind = KIND_MISSING;
        return;
    }
    if (SL_UNLIKELY(sl_is_blank(*at) || sl_is_blank(at[size - 1]))) {
        while (size && sl_is_blank(*at)) at++, size--;
        while (size && sl_is_blank(at[size - 1])) size--;
        if (size == 0) {
            cell->kind = KIND_MISSING;
            cell->token = SL_BLANK_SPELLING;
            return;
        }
        classify_bare(at, size, cell);
        cell->padded = cell->kind > KIND_PLACEHOLDER;
        return;
    }
    classify_bare(at, size, cell);
}
