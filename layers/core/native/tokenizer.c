#include "tokenizer.h"

#include "words.h"

/* What the byte before the current one left us in. */
typedef enum { AT_START, IN_PLAIN, IN_QUOTES, BEHIND_QUOTE } place;

typedef struct {
    sl_tokens *out;
    const uint8_t *data;
    uint32_t size;
    bool last;
    uint8_t delimiter, quote, escape;
    bool has_quote, has_escape;
    place place;
} scan;

static void note_stray(sl_tokens *out, uint32_t at) {
    if (out->strays_met++ == 0) out->first_stray = at;
}

static void end_cell(scan *s, uint32_t at) {
    s->out->ends[s->out->ends_used++] = at;
    s->place = AT_START;
}

static void end_row(scan *s, uint32_t at) {
    end_cell(s, at);
    s->out->rows[s->out->rows_used++] = s->out->ends_used;
    s->out->stray_quotes = s->out->strays_met;
}

/* Is the CR at `at` followed by LF? A CR that ends unfinished data is taken for half of a CRLF. */
static bool before_lf(const scan *s, uint32_t at) {
    return at + 1 < s->size ? s->data[at + 1] == '\n' : !s->last;
}

static void step_outside(scan *s, uint32_t at, uint8_t c) {
    if (c == s->delimiter) {
        end_cell(s, at);
    } else if (c == '\n') {
        bool carriage = at > 0 && s->data[at - 1] == '\r';
        s->out->lf += !carriage;
        s->out->crlf += carriage;
        end_row(s, at);
    } else if (c == '\r') {
        if (before_lf(s, at)) return; /* the LF ends the row; the CR is cut off the cell later */
        s->out->cr++;
        end_row(s, at);
    } else if (s->has_quote && c == s->quote && s->place == AT_START) {
        s->place = IN_QUOTES;
    } else {
        if (s->place == BEHIND_QUOTE || (s->has_quote && c == s->quote)) note_stray(s->out, at);
        s->place = IN_PLAIN;
    }
}

/* The meaning of every byte, one at a time: what the word-wise scan must equal. */
static uint32_t step_bytes(scan *s, uint32_t at, uint32_t end) {
    while (at < end) {
        uint8_t c = s->data[at];
        if (s->place == IN_QUOTES) {
            if (s->has_escape && c == s->escape) at++; /* the escaped byte, perhaps a quote, is text */
            else if (c == s->quote) s->place = BEHIND_QUOTE;
        } else if (s->place == BEHIND_QUOTE && c == s->quote) {
            s->place = IN_QUOTES;
        } else {
            step_outside(s, at, c);
        }
        at++;
    }
    return at;
}

/* Each bit becomes the exclusive or of itself and all bits below it: inside or outside quotes. */
static uint64_t prefix_xor(uint64_t bits) {
    for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

static void append_ends(sl_tokens *out, uint64_t bits, uint32_t base) {
    uint32_t *at = out->ends + out->ends_used;
    out->ends_used += (uint32_t)__builtin_popcountll(bits);
    while (bits) {
        *at++ = base + (uint32_t)__builtin_ctzll(bits);
        bits &= bits - 1;
    }
}

static void append_rows(sl_tokens *out, uint64_t line_ends, uint64_t all_ends, uint32_t before) {
    while (line_ends) {
        uint64_t lowest = line_ends & -line_ends;
        out->rows[out->rows_used++] = before + (uint32_t)__builtin_popcountll(all_ends & (lowest | (lowest - 1)));
        line_ends ^= lowest;
    }
}

/* Scan 64 bytes at once. Returns false, having noted nothing, where a quote stands that needs a closer look. */
static bool step_word(scan *s, uint32_t at) {
    sl_tokens *out = s->out;
    const uint8_t *data = s->data + at;
    uint32_t left = s->size - at;
    uint64_t valid = left >= 64 ? ~0ull : (1ull << left) - 1;
    uint64_t delimiters = sl_equal64(data, s->delimiter) & valid;
    uint64_t lf = sl_equal64(data, '\n') & valid;
    uint64_t cr = sl_equal64(data, '\r') & valid;
    uint64_t quotes = s->has_quote ? sl_equal64(data, s->quote) & valid : 0;
    uint64_t inside = 0;
    uint64_t first = at > 0 ? 0 : 1;
    if (SL_UNLIKELY(quotes != 0 || s->place >= IN_QUOTES)) {
        uint64_t structural = delimiters | lf | cr;
        uint64_t started_inside = s->place == IN_QUOTES ? ~0ull : 0;
        inside = prefix_xor(quotes) ^ started_inside;
        uint64_t opening = quotes & inside, closing = quotes & ~inside;
        uint64_t may_open = (structural | closing) << 1 | (s->place == AT_START || s->place == BEHIND_QUOTE);
        uint64_t beyond = left > 64 ? data[64] : '\n';
        uint64_t next_fine = beyond == s->delimiter || beyond == '\n' || beyond == '\r' || beyond == s->quote;
        uint64_t may_close = structural >> 1 | opening >> 1 | next_fine << 63;
        if (left < 64) may_close |= 1ull << (left - 1);
        bool stray_behind = s->place == BEHIND_QUOTE && !((structural | quotes) & 1);
        if ((opening & ~may_open) | (closing & ~may_close) | stray_behind) return false;
        delimiters &= ~inside;
        lf &= ~inside;
        cr &= ~inside;
    }
    if (SL_UNLIKELY(cr != 0)) {
        uint64_t all_lf = sl_equal64(data, '\n') & valid;
        uint64_t next_lf = left > 64 ? data[64] == '\n' : (left == 64 && !s->last);
        uint64_t paired = cr & (all_lf >> 1 | next_lf << 63);
        if (left < 64 && !s->last) paired |= cr & 1ull << (left - 1);
        cr &= ~paired;
        out->cr += (uint64_t)__builtin_popcountll(cr);
    }
    uint64_t line_ends = lf | cr;
    uint64_t all = delimiters | line_ends;
    if (line_ends) {
        if (lf) {
            uint64_t after_cr = sl_equal64(data, '\r') << 1 | (!first && data[-1] == '\r');
            uint64_t crlf = (uint64_t)__builtin_popcountll(lf & after_cr);
            out->crlf += crlf;
            out->lf += (uint64_t)__builtin_popcountll(lf) - crlf;
        }
        append_rows(out, line_ends, all, out->ends_used);
        out->stray_quotes = out->strays_met;
    }
    append_ends(out, all, at);
    uint32_t top = left >= 64 ? 63 : left - 1;
    if (inside >> top & 1) s->place = IN_QUOTES;
    else if (all >> top & 1) s->place = AT_START;
    else if (quotes >> top & 1) s->place = BEHIND_QUOTE;
    else s->place = IN_PLAIN; /* also behind the CR of a CRLF, whose LF ends the row in any case */
    return true;
}

static bool room_for_word(const sl_tokens *out) {
    return out->ends_used + 65 <= out->ends_size && out->rows_used + 65 <= out->rows_size;
}

static void finish_last_row(scan *s) {
    const sl_tokens *out = s->out;
    bool row_begun = s->place != AT_START || (out->ends_used > (out->rows_used ? out->rows[out->rows_used - 1] : 0));
    if (row_begun && s->place != IN_QUOTES) end_row(s, s->size);
}

void sl_tokenize(sl_tokens *tokens, const uint8_t *data, uint32_t size, const sl_dialect *dialect, bool last) {
    scan s = {.out = tokens, .data = data, .size = size, .last = last, .delimiter = dialect->delimiter,
              .quote = (uint8_t)dialect->quote, .escape = (uint8_t)dialect->escape,
              .has_quote = dialect->quote >= 0, .has_escape = dialect->escape >= 0, .place = AT_START};
    tokens->ends_used = tokens->rows_used = 0;
    tokens->lf = tokens->crlf = tokens->cr = tokens->stray_quotes = tokens->strays_met = 0;
    uint32_t at = 0;
    while (at < size && room_for_word(tokens)) {
        uint32_t end = size - at > 64 ? at + 64 : size;
        if (SL_UNLIKELY(s.has_escape) || SL_UNLIKELY(!step_word(&s, at))) end = step_bytes(&s, at, end);
        at = end;
    }
    if (at > size) at = size; /* an escape was the last byte */
    tokens->scanned = at;
    if (last && at == size) finish_last_row(&s);
    tokens->quoted = s.place == IN_QUOTES;
    tokens->open_cell = tokens->ends_used ? tokens->ends[tokens->ends_used - 1] + 1 : 0;
}

uint32_t sl_skip_row(const uint8_t *data, uint32_t size, const sl_dialect *dialect, bool last, bool *quoted, bool *found) {
    *found = false;
    for (uint32_t at = 0; at < size; at++) {
        if (dialect->quote >= 0 && data[at] == (uint8_t)dialect->quote) *quoted = !*quoted;
        if (*quoted) continue;
        if (data[at] == '\r' && at + 1 == size && !last) return at;
        if (data[at] == '\n' || (data[at] == '\r' && !(at + 1 < size && data[at + 1] == '\n'))) {
            *found = true;
            return at + 1;
        }
    }
    return size;
}
