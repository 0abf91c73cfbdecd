/* Decides how bytes stand for text, and turns them into UTF-8. */
#ifndef SLUICE_ENCODING_H
#define SLUICE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ENCODING_UTF8,     /* or ASCII; bytes that are not valid UTF-8 are counted and kept */
    ENCODING_UTF16_LE,
    ENCODING_UTF16_BE,
    ENCODING_SINGLE,   /* Windows-1252, which is Latin-1 but for 0x80 to 0x9F */
    ENCODING_UTF32,    /* recognized to be refused */
    ENCODING_COUNT
} sl_encoding;

typedef struct {
    sl_encoding encoding;
    uint8_t mark; /* bytes of the byte order mark, 0 if there is none */
} sl_encoding_guess;

/* By the byte order mark, or by where zero bytes stand. */
sl_encoding_guess sl_guess_encoding(const uint8_t *data, size_t size);

/* What a decoder carries from one piece of input to the next. */
typedef struct {
    sl_encoding encoding;
    uint8_t kept[4];
    uint8_t kept_size;
    uint64_t broken;      /* unpaired surrogates, half code units, bytes Windows-1252 does not define */
    uint64_t high_controls; /* bytes 0x80 to 0x9F of a single-byte encoding: text of Windows-1252, not of Latin-1 */
} sl_decoder;

/*
 * Decode from `data` into `out`, which has room for `room` bytes; returns the bytes written and sets `*taken`.
 * Stops when fewer than 4 bytes of room are left. UTF-8 is copied as it is.
 */
size_t sl_decode(sl_decoder *d, const uint8_t *data, size_t size, size_t *taken, uint8_t *out, size_t room);
/* Ends the input; writes at most 3 bytes. */
size_t sl_decode_end(sl_decoder *d, uint8_t *out);

/* Bytes that this much decoded text had before decoding. */
uint64_t sl_encoded_size(sl_encoding encoding, const uint8_t *decoded, size_t size);

typedef struct {
    uint64_t sequences; /* valid characters of two bytes or more */
    uint64_t invalid;   /* bytes that belong to no valid character */
    size_t first;       /* position of the first invalid byte */
} sl_utf8_check;

void sl_check_utf8(const uint8_t *data, size_t size, sl_utf8_check *check);
/* Bytes of the valid character at `at`, 0 if there is none. */
uint32_t sl_utf8_length(const uint8_t *at, size_t left);

#endif
