#include "patterns.h"

#include "limits.h"
#include "words.h"


/* Seven characters as sl_load_upto8 reads them, as a constant. */
#define WORD7(a, b, c, d, e, f, g) ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 \
    | (uint64_t)(f) << 40 | (uint64_t)(g) << 48)

static const struct { uint64_t lower; const char *spelled[3]; bool always; } TOKENS[SL_TOKENS] = {
    {0, {"", "", " "}, true},
    {WORD7('n', 'u', 'l', 'l', 0, 0, 0), {"null", "NULL", "Null"}, true},
    {WORD7('n', 'a', 'n', 0, 0, 0, 0), {"nan", "NAN", "NaN"}, true},
    {WORD7('n', '/', 'a', 0, 0, 0, 0), {"n/a", "N/A", "N/a"}, true},
    {WORD7('#', 'n', '/', 'a', 0, 0, 0), {"#n/a", "#N/A", "#N/a"}, true},
    {WORD7('\\', 'n', 0, 0, 0, 0, 0), {"\\n", "\\N", "\\N"}, true},
    {WORD7('<', 'n', 'u', 'l', 'l', '>', 0), {"<null>", "<NULL>", "<Null>"}, true},
    {WORD7('(', 'n', 'u', 'l', 'l', ')', 0), {"(null)", "(NULL)", "(Null)"}, true},
    {WORD7('<', 'n', 'a', '>', 0, 0, 0), {"<na>", "<NA>", "<Na>"}, true},
    {WORD7('n', 'a', 't', 0, 0, 0, 0), {"nat", "NAT", "NaT"}, false},
    {WORD7('n', 'a', 0, 0, 0, 0, 0), {"na", "NA", "Na"}, false},
    {WORD7('n', '.', 'a', '.', 0, 0, 0), {"n.a.", "N.A.", "N.a."}, false},
    {WORD7('n', 'o', 'n', 'e', 0, 0, 0), {"none", "NONE", "None"}, false},
    {WORD7('n', 'i', 'l', 0, 0, 0, 0), {"nil", "NIL", "Nil"}, false},
    {WORD7('-', 0, 0, 0, 0, 0, 0), {"-", "-", "-"}, false},
    {WORD7('-', '-', 0, 0, 0, 0, 0), {"--", "--", "--"}, false},
    {WORD7('?', 0, 0, 0, 0, 0, 0), {"?", "?", "?"}, false},
    {WORD7('.', 0, 0, 0, 0, 0, 0), {".", ".", "."}, false},
    {WORD7('m', 'i', 's', 's', 'i', 'n', 'g'), {"missing", "MISSING", "Missing"}, false},
    {WORD7('u', 'n', 'k', 'n', 'o', 'w', 'n'), {"unknown", "UNKNOWN", "Unknown"}, false},
};

/* First characters of tokens. */
static const bool BEGINS_TOKEN[256] = {['n'] = true, ['N'] = true, ['-'] = true, ['?'] = true, ['.'] = true, ['#'] = true, ['<'] = true,
                                       ['('] = true, ['\\'] = true, ['m'] = true, ['M'] = true, ['u'] = true, ['U'] = true};

bool sl_is_missing(const uint8_t *at, uint32_t size, uint8_t *spelling, bool *always) {
    if (size == 0) return *spelling = 0, *always = true, true;
    if (!BEGINS_TOKEN[*at] || size > 7) return false;
    uint64_t word = sl_load_upto8(at, size), low = sl_lowered(word);
    unsigned found = 0; /* all are compared: which one it is could not be predicted */
    for (unsigned i = 1; i < SL_TOKENS; i++) found = low == TOKENS[i].lower ? i : found;
    if (found == 0) return false;
    bool has_upper = low != word, has_lower = sl_between(word, 'a', 'z') != 0;
    *spelling = (uint8_t)(found * 3 + (!has_upper ? 0 : !has_lower ? 1 : 2));
    *always = TOKENS[found].always;
    return true;
}

const char *sl_spelling_text(uint32_t spelling) { return TOKENS[spelling / 3].spelled[spelling % 3]; }
bool sl_spelling_always(uint32_t spelling) { return TOKENS[spelling / 3].always; }

bool sl_is_bool(const uint8_t *at, uint32_t size) {
    static const uint64_t WORDS[] = {'t', 'f', 'y', 'n', WORD7('n', 'o', 0, 0, 0, 0, 0), WORD7('o', 'n', 0, 0, 0, 0, 0),
                                     WORD7('y', 'e', 's', 0, 0, 0, 0), WORD7('o', 'f', 'f', 0, 0, 0, 0),
                                     WORD7('t', 'r', 'u', 'e', 0, 0, 0), WORD7('f', 'a', 'l', 's', 'e', 0, 0)};
    if (size > 5) return false;
    uint64_t low = sl_lowered(sl_load_upto8(at, size));
    int found = 0;
    for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++) found |= low == WORDS[i];
    return found != 0;
}

static bool is_hex(uint8_t c) { return sl_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6; }

/* High bits of the bytes that are hexadecimal digits. */
static uint64_t hex_bytes(uint64_t word) { return sl_between(word, '0', '9') | sl_between(sl_lowered(word), 'a', 'f'); }

bool sl_is_uuid(const uint8_t *at, uint32_t size) {
    if (size != 36 || at[8] != '-' || at[13] != '-' || at[18] != '-' || at[23] != '-') return false;
    uint64_t middle = sl_load4(at + 9) | (uint64_t)sl_load4(at + 14) << 32, end = sl_load4(at + 19) | (uint64_t)sl_load4(at + 32) << 32;
    return (hex_bytes(sl_load8(at)) & hex_bytes(middle) & hex_bytes(end) & hex_bytes(sl_load8(at + 24))) == SL_EACH(0x80);
}

static uint32_t find(const uint8_t *at, uint32_t size, uint8_t byte) {
    for (uint32_t i = 0; i < size; i += 8) {
        uint64_t word = sl_load8(at + i) ^ SL_EACH(1) * byte;
        uint64_t zero = (word - SL_EACH(1)) & ~word & SL_EACH(0x80);
        if (zero) {
            i += (uint32_t)__builtin_ctzll(zero) / 8;
            return i < size ? i : size;
        }
    }
    return size;
}

/*
 * What a byte may be part of: bit 0, a host's label; bit 1, the local part of an address; bit 2, a URL; bit 3: it
 * ends a URL's host.
 */
enum { IN_HOST = 1, IN_LOCAL = 2, IN_URL = 4, ENDS_HOST = 8 };
#define H (IN_HOST | IN_LOCAL | IN_URL)
#define L (IN_LOCAL | IN_URL)
#define U IN_URL
#define E ENDS_HOST
static const uint8_t CLASSES[256] = {
    ['a'] = H, ['b'] = H, ['c'] = H, ['d'] = H, ['e'] = H, ['f'] = H, ['g'] = H, ['h'] = H, ['i'] = H, ['j'] = H, ['k'] = H, ['l'] = H,
    ['m'] = H, ['n'] = H, ['o'] = H, ['p'] = H, ['q'] = H, ['r'] = H, ['s'] = H, ['t'] = H, ['u'] = H, ['v'] = H, ['w'] = H, ['x'] = H,
    ['y'] = H, ['z'] = H, ['A'] = H, ['B'] = H, ['C'] = H, ['D'] = H, ['E'] = H, ['F'] = H, ['G'] = H, ['H'] = H, ['I'] = H, ['J'] = H,
    ['K'] = H, ['L'] = H, ['M'] = H, ['N'] = H, ['O'] = H, ['P'] = H, ['Q'] = H, ['R'] = H, ['S'] = H, ['T'] = H, ['U'] = H, ['V'] = H,
    ['W'] = H, ['X'] = H, ['Y'] = H, ['Z'] = H, ['0'] = H, ['1'] = H, ['2'] = H, ['3'] = H, ['4'] = H, ['5'] = H, ['6'] = H, ['7'] = H,
    ['8'] = H, ['9'] = H, ['_'] = H, ['-'] = H, ['!'] = L, ['#'] = L | E, ['$'] = L, ['%'] = L, ['&'] = L, ['\''] = L, ['*'] = L, ['+'] = L,
    ['/'] = L | E, ['='] = L, ['?'] = L | E, ['^'] = L, ['`'] = L, ['{'] = L, ['|'] = L, ['}'] = L, ['~'] = L, ['.'] = L, ['('] = U, [')'] = U,
    [','] = U, [':'] = U | E, [';'] = U, ['@'] = U | E, ['['] = U, [']'] = U, ['\\'] = U, [0x80 ... 0xFF] = H};
#undef H
#undef L
#undef U
#undef E

static bool is_host(const uint8_t *at, uint32_t size, bool needs_dot) {
    uint32_t label = 0;
    bool dotted = false;
    if (size == 0 || size > 253) return false;
    for (uint32_t i = 0; i < size; i++) {
        uint8_t c = at[i];
        if (c == '.') {
            if (label == 0 || at[i - 1] == '-') return false;
            dotted = true;
            label = 0;
        } else if (CLASSES[c] & IN_HOST && (c != '-' || label)) {
            label++;
        } else {
            return false;
        }
    }
    return label > 0 && at[size - 1] != '-' && (dotted || !needs_dot);
}

/* The lowest `count` bits, of 64 at most. */
static uint64_t low_bits(uint32_t count) { return count < 64 ? (1ull << count) - 1 : ~0ull; }

/*
 * Looks at a host of usual letters in a word of bits, one per byte: labels of letters, digits and hyphens between
 * dots. False leaves the decision to is_host.
 */
static bool is_plain_host(const sl_classes64 *c, uint64_t host, bool needs_dot) {
    uint64_t first = host & -host, last = host ^ (host & host >> 1), dots = c->dots & host;
    if (host == 0 || host & ~(c->letters | c->digits | c->dots | c->hyphens) || (needs_dot && dots == 0)) return false;
    uint64_t starts = (dots << 1) | first, ends = (dots >> 1) | last;
    return !((starts | ends) & host & (c->dots | c->hyphens)) && !(last & ~(c->letters | (needs_dot ? 0 : c->digits)));
}

static bool is_plain_email(const uint8_t *at, uint32_t size, uint32_t sign) {
    if (size > 64) return false;
    sl_classes64 c;
    sl_classify64(at, &c);
    uint64_t local = low_bits(sign), host = low_bits(size) & ~low_bits(sign + 1);
    if (local & ~(c.letters | c.digits | c.dots | c.hyphens | c.plain_marks)) return false;
    if (c.dots & (1 | 1ull << (sign - 1)) || c.dots & c.dots >> 1 & local) return false;
    return is_plain_host(&c, host, true);
}

bool sl_is_email(const uint8_t *at, uint32_t size) {
    uint32_t sign = find(at, size, '@');
    if (SL_LIKELY(sign == size)) return false;
    if (sign == 0 || sign > 64 || size - sign < 4) return false;
    if (is_plain_email(at, size, sign)) return true;
    if (at[0] == '.' || at[sign - 1] == '.') return false;
    for (uint32_t i = 0; i < sign; i++)
        if (!(CLASSES[at[i]] & IN_LOCAL) || (at[i] == '.' && at[i + 1] == '.')) return false;
    return is_host(at + sign + 1, size - sign - 1, true) && !sl_is_digit(at[size - 1]);
}

/* Bytes of a scheme with its "://", 0 if there is none that is known. */
static uint32_t scheme_size(const uint8_t *at, uint32_t size) {
    static const char *const SCHEMES[] = {"http://", "https://", "ftp://", "ftps://", "s3://", "ws://", "wss://", "sftp://"};
    /* The usual ones at one look: only letters become what they are in lower case. */
    uint64_t usual = sl_load8(at);
    if ((usual | 0x2020202020ull) == SL_WORD("https://") && size > 8) return 8;
    if (((usual | 0x20202020ull) & 0xFFFFFFFFFFFFFFull) == SL_WORD("http://") && size > 7) return 7;
    uint32_t first = (uint32_t)usual | 0x20202020;
    if (first != (uint32_t)SL_WORD("http") && first != (uint32_t)SL_WORD("ftp:") && first != (uint32_t)SL_WORD("ftps") && first != (uint32_t)SL_WORD("sftp")
        && (first & 0xFFFF) != SL_WORD("s3") && (first & 0xFFFF) != SL_WORD("ws")) return 0;
    uint32_t colon = 2;
    while (colon < 6 && at[colon] != ':') colon++;
    if (size < colon + 4 || at[colon] != ':' || at[colon + 1] != '/' || at[colon + 2] != '/') return 0;
    for (unsigned i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
        uint32_t same = 0;
        while (SCHEMES[i][same] && (at[same] | (sl_is_letter(at[same]) ? 0x20 : 0)) == SCHEMES[i][same]) same++;
        if (SCHEMES[i][same] == 0 && same == colon + 3) return same;
    }
    return 0;
}

static bool is_plain_url(const uint8_t *at, uint32_t size, uint32_t scheme) {
    if (size > 64) return false;
    sl_classes64 c;
    sl_classify64(at, &c);
    uint64_t all = low_bits(size), behind = all & ~low_bits(scheme);
    uint64_t path = behind & c.slashes;
    uint64_t host = path ? behind & ((path & -path) - 1) : behind;
    return !(all & ~c.graphic) && is_plain_host(&c, host, false);
}

bool sl_is_url(const uint8_t *at, uint32_t size) {
    uint32_t scheme = size > 6 ? scheme_size(at, size) : 0;
    if (scheme == 0) return false;
    if (is_plain_url(at, size, scheme)) return true;
    uint32_t host = scheme;
    while (host < size && !(CLASSES[at[host]] & ENDS_HOST)) host++;
    for (uint32_t i = host; i < size; i++) if (!(CLASSES[at[i]] & IN_URL)) return false;
    return is_host(at + scheme, host - scheme, false);
}

typedef struct {
    const uint8_t *at, *end;
} json;

static void skip_space(json *j) {
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r')) j->at++;
}

static bool take_string(json *j) {
    if (j->at == j->end || *j->at != '"') return false;
    for (j->at++; j->at < j->end; j->at++) {
        uint8_t c = *j->at;
        if (c == '"') return j->at++, true;
        if (c < 0x20) return false;
        if (c != '\\') continue;
        if (++j->at == j->end || *j->at == 0 || !strchr("\"\\/bfnrtu", *j->at)) return false;
        if (*j->at != 'u') continue;
        if (j->end - j->at < 5) return false;
        for (unsigned i = 1; i <= 4; i++) if (!is_hex(j->at[i])) return false;
        j->at += 4;
    }
    return false;
}

static bool take_digit_run(json *j) {
    const uint8_t *from = j->at;
    while (j->at < j->end && sl_is_digit(*j->at)) j->at++;
    return j->at > from;
}

static bool take_number(json *j) {
    if (*j->at == '-') j->at++;
    if (j->at == j->end) return false;
    bool zero = *j->at == '0';
    if (zero) j->at++;
    else if (!take_digit_run(j)) return false;
    if (j->at < j->end && *j->at == '.' && (j->at++, !take_digit_run(j))) return false;
    if (j->at < j->end && (*j->at | 0x20) == 'e') {
        j->at++;
        if (j->at < j->end && (*j->at == '+' || *j->at == '-')) j->at++;
        if (!take_digit_run(j)) return false;
    }
    return true;
}

static bool take_word(json *j) {
    static const char *const WORDS[] = {"true", "false", "null"};
    for (unsigned i = 0; i < 3; i++) {
        size_t size = strlen(WORDS[i]);
        if ((size_t)(j->end - j->at) < size || memcmp(j->at, WORDS[i], size) != 0) continue;
        j->at += size;
        return true;
    }
    return false;
}

static bool take_scalar(json *j) {
    if (j->at == j->end) return false;
    if (*j->at == '"') return take_string(j);
    return *j->at == '-' || sl_is_digit(*j->at) ? take_number(j) : take_word(j);
}

static bool take_name(json *j) {
    skip_space(j);
    if (!take_string(j)) return false;
    skip_space(j);
    if (j->at == j->end || *j->at != ':') return false;
    j->at++;
    return true;
}

/* Nesting is one bit per level, not a call: a cell of a million brackets cannot exhaust the stack. */
bool sl_is_json(const uint8_t *at, uint32_t size) {
    json j = {at, at + size};
    uint64_t objects = 0;
    unsigned depth = 0;
    for (;;) {
        skip_space(&j);
        if (j.at == j.end) return false;
        bool opens = *j.at == '{' || *j.at == '[';
        if (opens) {
            if (depth == SL_JSON_DEPTH) return false;
            bool object = *j.at++ == '{';
            objects = objects << 1 | object;
            depth++;
            skip_space(&j);
            bool empty = j.at < j.end && *j.at == (object ? '}' : ']');
            if (!empty) {
                if (object && !take_name(&j)) return false;
                continue;
            }
        } else if (depth == 0 || !take_scalar(&j)) {
            return false;
        }
        for (;;) { /* behind a value: close levels, or go on to the next value */
            skip_space(&j);
            if (j.at == j.end) return false;
            bool object = objects & 1;
            if (*j.at == (object ? '}' : ']')) {
                j.at++;
                objects >>= 1;
                if (--depth == 0) return skip_space(&j), j.at == j.end;
                continue;
            }
            if (*j.at++ != ',') return false;
            if (object && !take_name(&j)) return false;
            break;
        }
    }
}
