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

static void classify_letter(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (size <= 7 && missing(at, size, cell)) return;
    if (size <= 5 && sl_is_bool(at, size)) cell->kind = KIND_BOOL;
    else if (sl_is_uuid(at, size)) cell->kind = KIND_UUID;
    else if (size > 6 && at[2] >= '/' && (at[2] | 0x20) <= 'z' && sl_is_url(at, size)) cell->kind = KIND_URL;
    else if (size >= 8 && size <= 40 && sl_is_digit(at[size - 1]) && sl_read_temporal(at, size, cell)) return;
    else if (size >= 8 && size <= 40 && (at[size - 1] | 0x20) == 'm' && sl_read_temporal(at, size, cell)) return;
    else if (sl_is_email(at, size)) cell->kind = KIND_EMAIL;
    else if (size <= 32 && sl_is_digit(at[size - 1]) && size > 3) sl_read_number(at, size, cell);
}

static void classify_digit(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (sl_read_temporal(at, size, cell)) return;
    if (sl_read_number(at, size, cell)) return;
    if (sl_is_uuid(at, size)) cell->kind = KIND_UUID;
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

void sl_classify(const uint8_t *at, uint32_t size, sl_cell *cell) {
    *cell = (sl_cell){.kind = KIND_STRING, .measure = MEASURE_NONE};
    uint8_t c = *at;
    if (SL_UNLIKELY(size == 0)) {
        cell->kind = KIND_MISSING;
        return;
    }
    if (SL_UNLIKELY(sl_is_blank(c) || sl_is_blank(at[size - 1]))) {
        while (size && sl_is_blank(*at)) at++, size--;
        while (size && sl_is_blank(at[size - 1])) size--;
        if (size == 0) {
            cell->kind = KIND_MISSING;
            cell->token = SL_BLANK_SPELLING;
            return;
        }
        c = *at;
    }
    if (sl_is_digit(c)) {
        if (!sl_read_plain_number(at, size, cell)) classify_digit(at, size, cell);
    } else if (sl_is_letter(c)) {
        classify_letter(at, size, cell);
    } else if ((c == '-' || c == '.' || c == '+') && sl_read_plain_number(at, size, cell)) {
        return;
    } else {
        classify_other(at, size, cell);
    }
}
