#include "encoding.h"

#include "words.h"

#define GUESS_BYTES 4096u

sl_encoding_guess sl_guess_encoding(const uint8_t *data, size_t size) {
    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) return (sl_encoding_guess){ENCODING_UTF8, 3};
    if (size >= 4 && memcmp(data, "\xFF\xFE\0\0", 4) == 0) return (sl_encoding_guess){ENCODING_UTF32, 4};
    if (size >= 4 && memcmp(data, "\0\0\xFE\xFF", 4) == 0) return (sl_encoding_guess){ENCODING_UTF32, 4};
    if (size >= 2 && memcmp(data, "\xFF\xFE", 2) == 0) return (sl_encoding_guess){ENCODING_UTF16_LE, 2};
    if (size >= 2 && memcmp(data, "\xFE\xFF", 2) == 0) return (sl_encoding_guess){ENCODING_UTF16_BE, 2};
    /* The delimiters, digits and line ends of a table have a zero byte in UTF-16, always on the same side. */
    size_t zeros[2] = {0}, seen = size < GUESS_BYTES ? size : GUESS_BYTES, pairs = seen / 2;
    for (size_t i = 0; i < pairs * 2; i++) zeros[i & 1] += data[i] == 0;
    if (pairs >= 2 && zeros[1] * 10 >= pairs * 4 && zeros[0] * 10 <= pairs) return (sl_encoding_guess){ENCODING_UTF16_LE, 0};
    if (pairs >= 2 && zeros[0] * 10 >= pairs * 4 && zeros[1] * 10 <= pairs) return (sl_encoding_guess){ENCODING_UTF16_BE, 0};
    return (sl_encoding_guess){ENCODING_UTF8, 0};
}

static size_t put(uint8_t *out, uint32_t point) {
    if (point < 0x80) {
        out[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (uint8_t)(0xC0 | point >> 6);
        out[1] = (uint8_t)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | point >> 12);
        out[1] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | point >> 18);
    out[1] = (uint8_t)(0x80 | (point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (point & 0x3F));
    return 4;
}

/* 0x80 to 0x9F of Windows-1252 (WHATWG index); the five undefined bytes stay control characters. */
static const uint16_t WINDOWS_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

static size_t decode_single(sl_decoder *d, const uint8_t *data, size_t size, size_t *taken, uint8_t *out, size_t room) {
    size_t in = 0, used = 0;
    while (in < size && used + 4 <= room) {
        uint8_t c = data[in++];
        if (c < 0x80) {
            out[used++] = c;
            continue;
        }
        if (c >= 0xA0) {
            used += put(out + used, c);
            continue;
        }
        uint32_t point = WINDOWS_1252[c - 0x80];
        if (point == c) d->broken++;
        else d->high_controls++;
        used += put(out + used, point);
    }
    *taken = in;
    return used;
}

static uint32_t unit(const sl_decoder *d, const uint8_t *at) {
    return d->encoding == ENCODING_UTF16_LE ? (uint32_t)at[0] | (uint32_t)at[1] << 8 : (uint32_t)at[0] << 8 | (uint32_t)at[1];
}

/* Decodes the units held in `kept` as far as they are complete. */
static size_t flush_kept(sl_decoder *d, uint8_t *out, bool end) {
    if (d->kept_size < 2) return 0;
    uint32_t first = unit(d, d->kept);
    bool high = first >= 0xD800 && first < 0xDC00;
    if (high && d->kept_size < 4 && !end) return 0;
    uint32_t second = d->kept_size >= 4 ? unit(d, d->kept + 2) : 0;
    if (high && second >= 0xDC00 && second < 0xE000) {
        d->kept_size = 0;
        return put(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
    }
    if (first >= 0xD800 && first < 0xE000) {
        d->broken++;
        first = 0xFFFD;
    }
    d->kept_size = (uint8_t)(d->kept_size - 2);
    memmove(d->kept, d->kept + 2, d->kept_size);
    return put(out, first);
}

static size_t decode_utf16(sl_decoder *d, const uint8_t *data, size_t size, size_t *taken, uint8_t *out, size_t room) {
    size_t in = 0, used = 0;
    while (used + 4 <= room) {
        size_t written = flush_kept(d, out + used, false);
        if (written) {
            used += written;
            continue;
        }
        if (in == size) break;
        d->kept[d->kept_size++] = data[in++];
    }
    *taken = in;
    return used;
}

size_t sl_decode(sl_decoder *d, const uint8_t *data, size_t size, size_t *taken, uint8_t *out, size_t room) {
    if (d->encoding == ENCODING_SINGLE) return decode_single(d, data, size, taken, out, room);
    if (d->encoding == ENCODING_UTF16_LE || d->encoding == ENCODING_UTF16_BE) return decode_utf16(d, data, size, taken, out, room);
    *taken = size < room ? size : room;
    if (*taken) memcpy(out, data, *taken);
    return *taken;
}

size_t sl_decode_end(sl_decoder *d, uint8_t *out) {
    size_t written = 0;
    if (d->encoding != ENCODING_UTF16_LE && d->encoding != ENCODING_UTF16_BE) return 0;
    while (d->kept_size >= 2) written += flush_kept(d, out + written, true);
    if (d->kept_size) d->broken++;
    d->kept_size = 0;
    return written;
}

uint64_t sl_encoded_size(sl_encoding encoding, const uint8_t *decoded, size_t size) {
    if (encoding != ENCODING_SINGLE && encoding != ENCODING_UTF16_LE && encoding != ENCODING_UTF16_BE) return size;
    uint64_t units = 0;
    for (size_t i = 0; i < size; i++) {
        units += (decoded[i] & 0xC0) != 0x80;
        units += encoding != ENCODING_SINGLE && decoded[i] >= 0xF0;
    }
    return encoding == ENCODING_SINGLE ? units : units * 2;
}

uint32_t sl_utf8_length(const uint8_t *at, size_t left) {
    uint8_t c = at[0];
    if (c < 0x80) return 1;
    if (c < 0xC2 || c > 0xF4 || left < 2) return 0;
    uint8_t low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) return 0;
    if (c < 0xE0) return 2;
    if (left < 3 || (at[2] & 0xC0) != 0x80) return 0;
    if (c < 0xF0) return 3;
    return left >= 4 && (at[3] & 0xC0) == 0x80 ? 4 : 0;
}

void sl_check_utf8(const uint8_t *data, size_t size, sl_utf8_check *check) {
    *check = (sl_utf8_check){0};
    size_t i = 0;
    while (i < size) {
        if (i + 8 <= size && (sl_load8(data + i) & SL_EACH(0x80)) == 0) {
            i += 8;
            continue;
        }
        uint32_t length = sl_utf8_length(data + i, size - i);
        if (length > 1) check->sequences++;
        if (length == 0 && check->invalid++ == 0) check->first = i;
        i += length ? length : 1;
    }
}
