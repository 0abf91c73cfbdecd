#include "json.h"

#include <math.h>
#include <stdio.h>

#include "encoding.h"

static void raw(sl_json *j, const char *text) { sl_write(&j->out, text, strlen(text)); }

static void before_value(sl_json *j) {
    if (j->behind) raw(j, ",");
    j->behind = true;
}

void sl_json_open(sl_json *j, char bracket) {
    before_value(j);
    sl_write(&j->out, &bracket, 1);
    j->behind = false;
}

void sl_json_close(sl_json *j, char bracket) {
    sl_write(&j->out, &bracket, 1);
    j->behind = true;
}

void sl_json_name(sl_json *j, const char *name) {
    before_value(j);
    raw(j, "\"");
    raw(j, name);
    raw(j, "\":");
    j->behind = false;
}

void sl_json_u64(sl_json *j, uint64_t value) {
    char digits[24];
    before_value(j);
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    raw(j, digits);
}

void sl_json_i64(sl_json *j, int64_t value) {
    char digits[24];
    before_value(j);
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    raw(j, digits);
}

void sl_json_i128(sl_json *j, sl_i128 value) {
    char digits[48];
    size_t at = sizeof digits;
    sl_u128 magnitude = value < 0 ? -(sl_u128)value : (sl_u128)value;
    digits[--at] = 0;
    do digits[--at] = (char)('0' + (int)(magnitude % 10));
    while ((magnitude /= 10) != 0);
    if (value < 0) digits[--at] = '-';
    sl_json_word(j, digits + at);
}

void sl_json_f64(sl_json *j, double value) {
    char digits[40];
    before_value(j);
    if (!isfinite(value)) {
        raw(j, "null");
        return;
    }
    snprintf(digits, sizeof digits, "%.17g", value);
    raw(j, digits);
}

void sl_json_bool(sl_json *j, bool value) {
    before_value(j);
    raw(j, value ? "true" : "false");
}

void sl_json_null(sl_json *j) {
    before_value(j);
    raw(j, "null");
}

void sl_json_text(sl_json *j, const uint8_t *text, size_t size) {
    before_value(j);
    raw(j, "\"");
    for (size_t i = 0; i < size;) {
        uint32_t length = sl_utf8_length(text + i, size - i);
        if (length == 0) {
            raw(j, "\xEF\xBF\xBD");
            i++;
        } else if (length == 1 && (text[i] < 0x20 || text[i] == '"' || text[i] == '\\' || text[i] == 0x7F)) {
            char escaped[8];
            snprintf(escaped, sizeof escaped, "\\u%04x", text[i]);
            raw(j, escaped);
            i++;
        } else {
            sl_write(&j->out, text + i, length);
            i += length;
        }
    }
    raw(j, "\"");
}

void sl_json_word(sl_json *j, const char *word) { sl_json_text(j, (const uint8_t *)word, strlen(word)); }
