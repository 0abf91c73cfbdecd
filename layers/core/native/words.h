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
    while (SL_UNLIKELY(size > 16)) {
        *seen |= sl_load8(at) | sl_load8(at + 8);
        seed = sl_fold(sl_load8(at) ^ 0xA0761D6478BD642Full, sl_load8(at + 8) ^ seed);
        at += 16;
        size -= 16;
    }
    a = sl_load_upto8(at, size);
    b = size > 8 ? sl_load_upto8(at + 8, size - 8) : 0;
    *seen |= a | b;
    uint64_t hash = sl_fold(a ^ 0xE7037ED1A0B428DBull, b ^ seed);
    hash = sl_fold(hash ^ 0x8EBC6AF09C88C6E3ull, seed ^ 0x589965CC75374CC3ull);
    return hash | (hash == 0);
}

#if defined(__clang__)
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
#else
static inline uint64_t sl_equal64(const uint8_t *at, uint8_t byte) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i++) bits |= (uint64_t)(at[i] == byte) << i;
    return bits;
}
#endif

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
