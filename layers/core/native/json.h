/* Writes JSON. */
#ifndef SLUICE_JSON_H
#define SLUICE_JSON_H

#include "bytes.h"
#include "words.h"

typedef struct {
    sl_writer out;
    bool behind; /* a value stands before: the next one needs a comma */
} sl_json;

void sl_json_open(sl_json *j, char bracket);
void sl_json_close(sl_json *j, char bracket);
void sl_json_name(sl_json *j, const char *name);
void sl_json_u64(sl_json *j, uint64_t value);
void sl_json_i64(sl_json *j, int64_t value);
/* As a string of digits: beyond what JSON's readers keep exactly. */
void sl_json_i128(sl_json *j, sl_i128 value);
/* 17 digits, which read back as the same double; null if it is not finite. */
void sl_json_f64(sl_json *j, double value);
void sl_json_bool(sl_json *j, bool value);
void sl_json_null(sl_json *j);
/* Bytes that are not valid UTF-8 become U+FFFD. */
void sl_json_text(sl_json *j, const uint8_t *text, size_t size);
void sl_json_word(sl_json *j, const char *word);

#endif
