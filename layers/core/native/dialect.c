#include "dialect.h"

#include <stdlib.h>

#include "classify.h"
#include "limits.h"
#include "words.h"

#define WIDEST 2048u
#define SINGLE_COLUMN_SCORE 0.25 /* a delimiter must make more sense than this, or there is one column */
#define CANDIDATES ",;\t|"

typedef struct {
    const uint8_t *data;
    uint32_t size;
    bool last;
    sl_tokens tokens;
    uint32_t widths[WIDEST + 1];
} sample;

static bool open_sample(sample *s, const uint8_t *data, uint32_t size, bool last) {
    bool whole = size <= SL_SNIFF_BYTES;
    *s = (sample){.data = data, .size = whole ? size : SL_SNIFF_BYTES, .last = last && whole};
    s->tokens.ends_size = s->tokens.rows_size = s->size + 256;
    s->tokens.ends = malloc(s->tokens.ends_size * sizeof(uint32_t));
    s->tokens.rows = malloc(s->tokens.rows_size * sizeof(uint32_t));
    return s->tokens.ends && s->tokens.rows;
}

static void close_sample(sample *s) {
    free(s->tokens.ends);
    free(s->tokens.rows);
}

static uint32_t first_cell(const sample *s, uint32_t row) { return row ? s->tokens.rows[row - 1] : 0; }

/* The cell's text without its quotes; doubled quotes inside are left as they are. */
static const uint8_t *cell_text(const sample *s, uint32_t cell, const sl_dialect *d, uint32_t *size, bool *quoted) {
    uint32_t from = cell ? s->tokens.ends[cell - 1] + 1 : 0, to = s->tokens.ends[cell];
    if (to > from && s->data[to - 1] == '\r' && to < s->size && s->data[to] == '\n') to--;
    *quoted = d->quote >= 0 && to - from >= 2 && s->data[from] == (uint8_t)d->quote && s->data[to - 1] == (uint8_t)d->quote;
    if (*quoted) from++, to--;
    *size = to - from;
    return s->data + from;
}

static bool is_blank_row(const sample *s, uint32_t row) {
    uint32_t first = first_cell(s, row);
    uint32_t from = first ? s->tokens.ends[first - 1] + 1 : 0, to = s->tokens.ends[first];
    return s->tokens.rows[row] - first == 1 && (to == from || (to == from + 1 && s->data[from] == '\r'));
}

static uint32_t sampled_rows(const sample *s) { return s->tokens.rows_used < SL_SNIFF_ROWS ? s->tokens.rows_used : SL_SNIFF_ROWS; }

/* The most common number of cells, the wider one of equals; `*agreement` is its share of the rows. */
static uint32_t common_width(sample *s, double *agreement) {
    uint32_t rows = 0, best = 1;
    memset(s->widths, 0, sizeof s->widths);
    for (uint32_t row = 0; row < sampled_rows(s); row++) {
        if (is_blank_row(s, row)) continue;
        uint32_t width = s->tokens.rows[row] - first_cell(s, row);
        s->widths[width < WIDEST ? width : WIDEST]++;
        rows++;
    }
    for (uint32_t width = 1; width <= WIDEST; width++)
        if (s->widths[width] && s->widths[width] >= s->widths[best]) best = width;
    *agreement = rows ? (double)s->widths[best] / rows : 0;
    return best;
}

/* Does the cell look like one value, rather than like several that another delimiter would part? */
static bool is_one_value(const uint8_t *text, uint32_t size, bool quoted) {
    sl_cell cell;
    if (quoted) return true;
    sl_classify(text, size, &cell);
    if (cell.kind != KIND_STRING) return true;
    for (uint32_t i = 0; i < size; i++)
        if (text[i] && strchr(CANDIDATES "\"", text[i])) return false;
    return true;
}

static double single_values(const sample *s, const sl_dialect *d, uint32_t width) {
    uint32_t cells = 0, fine = 0;
    for (uint32_t row = 0; row < sampled_rows(s) && cells < 8192; row++) {
        uint32_t first = first_cell(s, row);
        if (s->tokens.rows[row] - first != width) continue;
        for (uint32_t i = 0; i < width; i++, cells++) {
            uint32_t size;
            bool quoted;
            const uint8_t *text = cell_text(s, first + i, d, &size, &quoted);
            fine += is_one_value(text, size, quoted);
        }
    }
    return cells ? (double)fine / cells : 0;
}

/* How much sense the sample makes in this dialect, from 0 to 1. */
static double score(sample *s, const sl_dialect *d, sl_sniff *sniff) {
    sl_tokenize(&s->tokens, s->data, s->size, d, s->last);
    sniff->width = common_width(s, &sniff->agreement);
    if (s->tokens.rows_used == 0) { /* one row longer than the sample: the more cells the better */
        sniff->width = s->tokens.ends_used + 1;
        return 0.5 - 0.5 / (1 + s->tokens.ends_used);
    }
    double strays = (double)s->tokens.strays_met / s->tokens.rows_used;
    double sense = sniff->agreement * sniff->agreement * single_values(s, d, sniff->width) / (1 + strays);
    return sniff->width > 1 ? sense * (1 - 0.5 / sniff->width) : 0;
}

static bool quotes_cells(const sample *s, uint8_t quote, uint8_t delimiter, uint32_t fewest) {
    uint32_t opening = 0, closing = 0;
    for (uint32_t i = 0; i < s->size; i++) {
        if (s->data[i] != quote) continue;
        bool start = i == 0 || s->data[i - 1] == delimiter || s->data[i - 1] == '\n' || s->data[i - 1] == '\r';
        bool end = i + 1 == s->size || s->data[i + 1] == delimiter || s->data[i + 1] == '\n' || s->data[i + 1] == '\r';
        opening += start;
        closing += end;
    }
    return opening >= fewest && closing >= fewest;
}

static bool has_escaped_quote(const sample *s, uint8_t quote) {
    for (uint32_t i = 0; i + 1 < s->size; i++)
        if (s->data[i] == '\\' && s->data[i + 1] == quote) return true;
    return false;
}

static int16_t pick_quote(const sample *s, const sl_pins *pins, uint8_t delimiter) {
    if (pins->quote != -1) return pins->quote < 0 ? -1 : (int16_t)pins->quote;
    return !quotes_cells(s, '"', delimiter, 1) && quotes_cells(s, '\'', delimiter, 2) ? '\'' : '"';
}

/* A backslash escapes quotes only if that leaves fewer stray ones than doubling does. */
static int16_t pick_escape(sample *s, const sl_pins *pins, const sl_dialect *d) {
    if (pins->escape != -1) return pins->escape < 0 ? -1 : (int16_t)pins->escape;
    if (d->quote < 0 || !has_escaped_quote(s, (uint8_t)d->quote)) return -1;
    sl_dialect doubled = *d, escaped = *d;
    doubled.escape = -1;
    escaped.escape = '\\';
    sl_tokenize(&s->tokens, s->data, s->size, &doubled, s->last);
    uint64_t doubled_strays = s->tokens.strays_met + (s->tokens.quoted && s->last);
    sl_tokenize(&s->tokens, s->data, s->size, &escaped, s->last);
    return s->tokens.strays_met + (s->tokens.quoted && s->last) < doubled_strays ? '\\' : -1;
}

static void try_delimiter(sample *s, const sl_pins *pins, uint8_t delimiter, double *best, sl_sniff *sniff) {
    sl_sniff tried = *sniff;
    tried.dialect = (sl_dialect){.delimiter = delimiter, .escape = -1};
    tried.dialect.quote = pick_quote(s, pins, delimiter);
    tried.dialect.escape = pick_escape(s, pins, &tried.dialect);
    double sense = score(s, &tried.dialect, &tried);
    if (sense <= *best) return;
    *best = sense;
    *sniff = tried;
}

static void pick_delimiter(sample *s, const sl_pins *pins, sl_sniff *sniff) {
    double best = -1;
    if (pins->delimiter >= 0) {
        try_delimiter(s, pins, (uint8_t)pins->delimiter, &best, sniff);
        return;
    }
    for (const char *candidate = CANDIDATES; *candidate; candidate++) try_delimiter(s, pins, (uint8_t)*candidate, &best, sniff);
    if (best > SINGLE_COLUMN_SCORE) return;
    sniff->single = true;
    try_delimiter(s, pins, ',', &(double){-1}, sniff);
}

static bool is_typed(uint8_t kind) { return kind > KIND_PLACEHOLDER && kind != KIND_CODE && kind != KIND_STRING; }

typedef struct {
    uint32_t typed_below;  /* columns whose first cell is text above typed cells */
    uint32_t new_text;     /* first cells that are text their text column does not hold again */
    uint32_t typed;        /* first cells that are typed themselves */
    uint32_t repeated;     /* first cells that are empty, or met again in their column or row */
} votes;

static bool same_text(const uint8_t *a, uint32_t a_size, const uint8_t *b, uint32_t b_size) {
    return a_size == b_size && memcmp(a, b, a_size) == 0;
}

static void vote(const sample *s, const sl_sniff *sniff, uint32_t header_row, uint32_t column, votes *v) {
    uint32_t size, below_size, typed = 0, texts = 0, again = 0;
    bool quoted;
    const uint8_t *label = cell_text(s, first_cell(s, header_row) + column, &sniff->dialect, &size, &quoted);
    sl_cell cell;
    sl_classify(label, size, &cell);
    if (is_typed(cell.kind) && cell.kind != KIND_BOOL) { /* "n" and "no" are labels more often than truth values */
        v->typed++;
        return;
    }
    for (uint32_t other = 0; other < column && other < 64; other++) {
        const uint8_t *text = cell_text(s, first_cell(s, header_row) + other, &sniff->dialect, &below_size, &quoted);
        again += same_text(label, size, text, below_size);
    }
    for (uint32_t row = header_row + 1; row < sampled_rows(s) && row < header_row + 100; row++) {
        uint32_t first = first_cell(s, row);
        if (s->tokens.rows[row] - first <= column) continue;
        const uint8_t *text = cell_text(s, first + column, &sniff->dialect, &below_size, &quoted);
        sl_cell below;
        sl_classify(text, below_size, &below);
        typed += is_typed(below.kind);
        texts += below.kind == KIND_STRING || below.kind == KIND_CODE;
        again += same_text(label, size, text, below_size);
    }
    if (cell.kind == KIND_MISSING || cell.kind == KIND_CODE || again) v->repeated++;
    else if (typed > texts) v->typed_below++;
    else v->new_text++;
}

static void decide_header(sample *s, const sl_pins *pins, sl_sniff *sniff) {
    votes v = {0};
    uint32_t row = 0;
    if (pins->header >= 0) {
        sniff->header = pins->header != 0;
        sniff->evidence = HEADER_PINNED;
        return;
    }
    sl_tokenize(&s->tokens, s->data, s->size, &sniff->dialect, s->last);
    if (s->tokens.rows_used == 0) {
        sniff->header = true;
        sniff->evidence = HEADER_ONLY_ROW;
        return;
    }
    while (row + 1 < s->tokens.rows_used && is_blank_row(s, row)) row++;
    uint32_t width = s->tokens.rows[row] - first_cell(s, row);
    for (uint32_t column = 0; column < width && column < 256; column++) vote(s, sniff, row, column, &v);
    bool only = s->last && row + 1 >= s->tokens.rows_used;
    if (v.typed_below > v.typed) sniff->header = true, sniff->evidence = HEADER_TYPED_BELOW;
    else if (v.typed) sniff->header = false, sniff->evidence = HEADER_NONE_TYPED;
    else if (v.repeated > v.new_text) sniff->header = false, sniff->evidence = HEADER_NONE_REPEATED;
    else sniff->header = true, sniff->evidence = only ? HEADER_ONLY_ROW : HEADER_NEW_TEXT;
}

/* Spreadsheets write "sep=;" above a table to say how to read it. */
static uint32_t read_hint(const uint8_t *data, uint32_t size, int32_t *delimiter) {
    if (size < 6 || memcmp(data, "sep=", 4) != 0 || (data[5] != '\n' && data[5] != '\r')) return 0;
    *delimiter = data[4];
    return data[5] == '\r' && size > 6 && data[6] == '\n' ? 7 : 6;
}

bool sl_sniff_dialect(const uint8_t *data, uint32_t size, bool last, const sl_pins *pins, sl_sniff *sniff) {
    sl_pins all = *pins;
    sample *s = malloc(sizeof *s);
    *sniff = (sl_sniff){0};
    if (all.delimiter < 0) sniff->skip = read_hint(data, size, &all.delimiter);
    bool fine = s && open_sample(s, data + sniff->skip, size - sniff->skip, last);
    if (fine) {
        pick_delimiter(s, &all, sniff);
        decide_header(s, &all, sniff);
    }
    if (s) close_sample(s);
    free(s);
    return fine;
}
