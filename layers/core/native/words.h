/* Machine words made of text: loads, masks and hashes that need no processor's own instructions. */
#ifndef SLUICE_WORDS_H
#define SLUICE_WORDS_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded as little-endian");

typedef unsigned __int128 sl_u128;
typedef __int128 sl_i128;

#define SL_LIKELY(x) __builtin_expect(!!(x), 1)
#define SL_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define SL_EACH(byte) (0x0101010101010101ull * (byte))

static inline uint64_t sl_load8(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t sl_load4(const uint8_t *at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* The first `size` bytes (0 to 8) as a word, zeros above. Reads 8 bytes: the caller's buffer is padded. */
static inline uint64_t sl_load_upto8(const uint8_t *at, uint32_t size) {
    return size == 0 ? 0 : sl_load8(at) & (~0ull >> (64 - 8 * (size < 8 ? size : 8)));
}

static inline uint64_t sl_fold(uint64_t a, uint64_t b) {
    sl_u128 product = (sl_u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * A 64-bit hash of a text, after wyhash's folded multiplication; never 0, which marks a free place in tables.
 * `*seen` gathers the bits of all bytes. Reads up to 15 bytes past the text: the caller's buffer is padded.
 */
static inline uint64_t sl_hash(const uint8_t *at, uint32_t size, uint64_t *seen) {
    uint64_t a, b, seed = 0x9E3779B97F4A7C15ull ^ size;
    if (SL_UNLIKELY(size > 16)) {
        const uint8_t *end = at + size - 16; /* the last 16 bytes may overlap those before */
        while (at + 16 < end) {
            uint64_t low = sl_load8(at), high = sl_load8(at + 8);
            *seen |= low | high;
            seed = sl_fold(low ^ 0xA0761D6478BD642Full, high ^ seed);
            at += 16;
        }
        a = sl_load8(at);
        b = sl_load8(at + 8);
        *seen |= a | b;
        seed = sl_fold(a ^ 0xA0761D6478BD642Full, b ^ seed);
        a = sl_load8(end);
        b = sl_load8(end + 8);
    } else {
        a = sl_load_upto8(at, size < 8 ? size : 8);
        b = size > 8 ? sl_load_upto8(at + 8, size - 8) : 0;
    }
    *seen |= a | b;
    uint64_t hash = sl_fold(a ^ 0xE7037ED1A0B428DBull, b ^ seed);
    hash = sl_fold(hash ^ 0x8EBC6AF09C88C6E3ull, seed ^ 0x589965CC75374CC3ull);
    return hash | (hash == 0);
}

#if !defined(__clang__)
#error "vectors of flags are an extension of clang; build with `python -m ziglang cc`"
#endif

typedef uint8_t sl_bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool sl_flags64 __attribute__((ext_vector_type(64)));

/* One bit per byte of the 64: is it `byte`? */
static inline uint64_t sl_equal64(const uint8_t *at, uint8_t byte) {
    sl_bytes64 bytes;
    uint64_t bits;
    memcpy(&bytes, at, sizeof bytes);
    sl_flags64 flags = __builtin_convertvector(bytes == byte, sl_flags64);
    memcpy(&bits, &flags, sizeof bits);
    return bits;
}

/* One bit per byte of the 64, for each class that plain hosts, addresses and URLs are made of. */
typedef struct {
    uint64_t letters, digits, dots, hyphens;
    uint64_t plain_marks; /* _ and + */
    uint64_t slashes;
    uint64_t graphic;     /* ASCII that a URL may hold */
} sl_classes64;

static inline uint64_t sl_bits_of(sl_flags64 flags) {
    uint64_t bits;
    memcpy(&bits, &flags, sizeof bits);
    return bits;
}
#define SL_BITS(condition) sl_bits_of(__builtin_convertvector((condition), sl_flags64))

static inline void sl_classify64(const uint8_t *at, sl_classes64 *c) {
    sl_bytes64 b;
    memcpy(&b, at, sizeof b);
    c->letters = SL_BITS(((b | 0x20) - 'a') < 26);
    c->digits = SL_BITS((b - '0') < 10);
    c->dots = SL_BITS(b == '.');
    c->hyphens = SL_BITS(b == '-');
    c->plain_marks = SL_BITS((b == '_') | (b == '+'));
    c->slashes = SL_BITS(b == '/');
    c->graphic = SL_BITS(((b - '!') < 0x5E) & (b != '"') & (b != '<') & (b != '>'));
}

/* Eight ASCII characters or fewer as a word, for comparisons with what sl_load_upto8 reads. */
#define SL_WORD(text) sl_word_of(text, sizeof(text) - 1)
static inline uint64_t sl_word_of(const char *text, size_t size) {
    uint64_t word = 0;
    memcpy(&word, text, size);
    return word;
}

/* The high bit of each byte that lies between two ASCII characters; bytes of 0x80 and above never do. */
static inline uint64_t sl_between(uint64_t word, uint8_t low, uint8_t high) {
    uint64_t seven = word & SL_EACH(0x7F);
    return (seven + SL_EACH((uint8_t)(0x80 - low))) & ~(seven + SL_EACH((uint8_t)(0x7F - high))) & ~word & SL_EACH(0x80);
}

/* Upper case of ASCII becomes lower case. */
static inline uint64_t sl_lowered(uint64_t word) { return word | sl_between(word, 'A', 'Z') >> 2; }

/* Is every byte below 0x80? */
static inline int sl_is_ascii(const uint8_t *at, size_t size) {
    uint64_t high = 0;
    size_t i = 0;
    for (; i + 32 <= size; i += 32)
        high |= sl_load8(at + i) | sl_load8(at + i + 8) | sl_load8(at + i + 16) | sl_load8(at + i + 24);
    for (; i < size; i++) high |= at[i];
    return (high & SL_EACH(0x80)) == 0;
}

static inline int sl_is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline int sl_is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static inline int sl_is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

#endif
