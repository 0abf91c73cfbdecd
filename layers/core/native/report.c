/* What was found, as JSON: raw figures of which the caller decides the meaning. */
#include <math.h>
#include <stdlib.h>

#include "dates.h"
#include "table.h"

static const char *const KIND_NAMES[KIND_COUNT] = {
    "missing", "placeholder", "bool", "int", "code", "float", "float3", "decimal", "decimal_point", "decimal_comma", "decimal_comma3",
    "date", "date_day", "date_month", "date_either", "datetime", "datetime_day", "datetime_month", "datetime_either",
    "time", "uuid", "email", "url", "json", "string"};
static const char *const FAULT_NAMES[] = {"", "empty", "binary", "unsupported_encoding", "too_many_columns", "cell_too_large", "row_too_large",
                                          "unterminated_quote"};
static const char *const EVIDENCE_NAMES[] = {"pinned", "typed_below", "new_text", "only_row", "none_typed", "none_repeated"};
static const double QUANTILES[] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
#define QUANTILE_COUNT (sizeof QUANTILES / sizeof *QUANTILES)

static void put_u64(sl_json *j, const char *name, uint64_t value) { sl_json_name(j, name), sl_json_u64(j, value); }
static void put_f64(sl_json *j, const char *name, double value) { sl_json_name(j, name), sl_json_f64(j, value); }
static void put_word(sl_json *j, const char *name, const char *value) { sl_json_name(j, name), sl_json_word(j, value); }
static void put_bool(sl_json *j, const char *name, bool value) { sl_json_name(j, name), sl_json_bool(j, value); }

static void put_byte(sl_json *j, const char *name, int byte) {
    uint8_t text = (uint8_t)byte;
    sl_json_name(j, name);
    if (byte < 0) sl_json_null(j);
    else sl_json_text(j, &text, 1);
}

static void put_examples(sl_json *j, const char *name, const sl_examples *e) {
    sl_json_name(j, name);
    sl_examples_report(e, j);
}

static const char *encoding_name(const sl_scanner *s) {
    switch (s->decoder.encoding) {
    case ENCODING_UTF16_LE: return "utf-16-le";
    case ENCODING_UTF16_BE: return "utf-16-be";
    case ENCODING_SINGLE: return s->decoder.high_controls ? "windows-1252" : "iso-8859-1";
    default: return s->multibyte || s->invalid_bytes || s->mark ? "utf-8" : "ascii";
    }
}

static void report_dialect(const sl_scanner *s, sl_json *j) {
    const sl_sniff *sniff = &s->sniff;
    sl_json_open(j, '{');
    put_byte(j, "delimiter", sniff->dialect.delimiter);
    put_byte(j, "quote", sniff->dialect.quote);
    put_byte(j, "escape", sniff->dialect.escape);
    put_bool(j, "header", sniff->header);
    put_word(j, "header_evidence", EVIDENCE_NAMES[sniff->evidence]);
    put_bool(j, "single_column", sniff->single);
    put_u64(j, "sampled_width", sniff->width);
    put_f64(j, "sampled_agreement", sniff->agreement);
    put_word(j, "encoding", encoding_name(s));
    put_u64(j, "byte_order_mark", s->mark);
    put_u64(j, "lf", s->lf);
    put_u64(j, "crlf", s->crlf);
    put_u64(j, "cr", s->cr);
    sl_json_close(j, '}');
}

static void report_fault(const sl_scanner *s, sl_json *j) {
    if (s->fault.code == FAULT_NONE) {
        sl_json_null(j);
        return;
    }
    sl_json_open(j, '{');
    put_word(j, "code", FAULT_NAMES[s->fault.code]);
    put_u64(j, "row", s->fault.row);
    put_u64(j, "offset", s->fault.offset);
    put_u64(j, "detail", s->fault.detail);
    sl_json_close(j, '}');
}

static int32_t hand_over(sl_json *j, sl_bytes *report) {
    if (j->out.failed) {
        free(j->out.data);
        return SL_NO_MEMORY;
    }
    report->data = j->out.data;
    report->size = j->out.used;
    return SL_DONE;
}

void sl_free(sl_bytes *bytes) {
    free(bytes->data);
    *bytes = (sl_bytes){0};
}

int32_t sl_report_table(const sl_scanner *s, sl_bytes *report) {
    sl_json j = {0};
    sl_json_open(&j, '{');
    put_u64(&j, "bytes", s->bytes_in);
    put_u64(&j, "rows", s->rows);
    put_u64(&j, "records", s->records);
    put_u64(&j, "columns", s->width);
    put_u64(&j, "first_row_at", s->first_row_at);
    put_u64(&j, "next_row_at", s->next_row_at);
    sl_json_name(&j, "dialect");
    report_dialect(s, &j);
    sl_json_name(&j, "labels");
    sl_json_open(&j, '[');
    for (uint32_t i = 0; i < s->width; i++) {
        if (s->labels && s->labels[i].text) sl_json_text(&j, s->labels[i].text, s->labels[i].size);
        else sl_json_null(&j);
    }
    sl_json_close(&j, ']');
    put_u64(&j, "blank_rows", s->blank_rows);
    put_u64(&j, "short_rows", s->short_rows);
    put_examples(&j, "short_examples", &s->short_examples);
    put_u64(&j, "long_rows", s->long_rows);
    put_examples(&j, "long_examples", &s->long_examples);
    put_u64(&j, "stray_quotes", s->stray_quotes);
    put_examples(&j, "stray_examples", &s->stray_examples);
    put_u64(&j, "nul_bytes", s->nul_bytes);
    put_examples(&j, "nul_examples", &s->nul_examples);
    put_u64(&j, "invalid_bytes", s->invalid_bytes + s->decoder.broken);
    put_examples(&j, "invalid_examples", &s->invalid_examples);
    sl_json_name(&j, "fault");
    report_fault(s, &j);
    sl_json_close(&j, '}');
    return hand_over(&j, report);
}

static void report_sums(const sl_measure *m, sl_json *j) {
    sl_json_name(j, "sums"); /* [decimal places, sum in units of that place] */
    sl_json_open(j, '[');
    for (unsigned i = 0; i < SL_SCALES; i++) {
        if (m->sums[i] == 0) continue;
        sl_json_open(j, '[');
        sl_json_u64(j, i);
        sl_json_i128(j, m->sums[i]);
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
    put_f64(j, "rest", m->rest);
}

/* The rank of the smallest value that at least the share `q` of the values do not exceed. */
static uint64_t rank_of(double q, uint64_t count) {
    double rank = ceil(q * (double)count) - 1;
    return rank < 0 ? 0 : (uint64_t)rank;
}

/* [value, error bound]: of the sketch and the bins, which bound their errors differently, the better one. */
static void report_quantiles(const sl_measure *m, bool sketched, sl_json *j) {
    sl_json_name(j, "quantiles");
    sl_json_open(j, '[');
    for (unsigned i = 0; i < QUANTILE_COUNT; i++) {
        double width, error, value = sl_bins_at_rank(&m->bins, rank_of(QUANTILES[i], m->count), &width);
        error = width / 2;
        if (sketched && !m->sketch.positive.collapsed && !m->sketch.negative.collapsed) {
            double sketch = sl_ddsketch_at_rank(&m->sketch, rank_of(QUANTILES[i], m->count));
            double bound = fabs(sketch) * (SL_RELATIVE_ACCURACY / (1 - SL_RELATIVE_ACCURACY));
            if (bound < error) value = sketch, error = bound;
        }
        value = value < m->least ? m->least : value > m->greatest ? m->greatest : value;
        sl_json_open(j, '[');
        sl_json_f64(j, QUANTILES[i]);
        sl_json_f64(j, value);
        sl_json_f64(j, m->least == m->greatest ? 0 : error);
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
}

/* Neighbouring bins joined into at most SL_BARS bars of equal width: {"from", "width", "counts"}. */
static void report_histogram(const sl_measure *m, sl_json *j) {
    const sl_bins *b = &m->bins;
    uint64_t bars[SL_BARS + 1];
    uint32_t shift = 0, used;
    int64_t first, low, high;
    uint32_t lowest = 0, highest = SL_BINS - 1;
    while (lowest < highest && b->counts[lowest] == 0) lowest++;
    while (highest > lowest && b->counts[highest] == 0) highest--;
    low = b->first + lowest;
    high = b->first + highest;
    while ((high >> shift) - (low >> shift) >= (int64_t)SL_BARS) shift++;
    first = low >> shift;
    used = (uint32_t)((high >> shift) - first) + 1;
    memset(bars, 0, sizeof bars);
    for (uint32_t i = lowest; i <= highest; i++) bars[((b->first + i) >> shift) - first] += b->counts[i];
    int exponent = b->exponent + (int)shift;
    sl_json_name(j, "histogram");
    sl_json_open(j, '{');
    put_f64(j, "from", ldexp((double)first, exponent));
    put_f64(j, "width", ldexp(1, exponent));
    sl_json_name(j, "counts");
    sl_json_open(j, '[');
    for (uint32_t i = 0; i < used; i++) sl_json_u64(j, bars[i]);
    sl_json_close(j, ']');
    sl_json_close(j, '}');
}

static void report_measure(const sl_measure *m, bool sketched, sl_json *j) {
    if (m->count == 0) {
        sl_json_null(j);
        return;
    }
    sl_json_open(j, '{');
    put_u64(j, "count", m->count);
    put_u64(j, "zeros", m->zeros);
    put_u64(j, "negatives", m->negatives);
    put_f64(j, "least", m->least);
    put_f64(j, "greatest", m->greatest);
    if (m->inexact == 0) {
        sl_json_name(j, "least_units"), sl_json_i64(j, m->least_units);
        sl_json_name(j, "greatest_units"), sl_json_i64(j, m->greatest_units);
    }
    put_f64(j, "mean", m->mean);
    put_f64(j, "squares", m->squares);
    report_sums(m, j);
    report_quantiles(m, sketched, j);
    report_histogram(m, j);
    sl_json_close(j, '}');
}

typedef struct {
    uint8_t name;
    int8_t thousands;
} reading;

/* The values of several measures, each read in one way, as one. */
static void report_reading(const sl_column *c, const char *name, const reading *readings, unsigned count, sl_json *j) {
    sl_measure whole = {.least_units = INT64_MAX, .greatest_units = INT64_MIN};
    const sl_measure *only = NULL;
    unsigned found = 0;
    bool fine = true;
    for (unsigned i = 0; i < count; i++) {
        const sl_measure *m = c->measures[readings[i].name];
        if (!m || m->count == 0) continue;
        found++;
        only = readings[i].thousands ? NULL : m;
    }
    if (found == 0) return;
    bool sketched = readings[0].name < MEASURE_FIXED;
    sl_json_name(j, name);
    if (found == 1 && only) {
        report_measure(only, sketched, j);
        return;
    }
    for (unsigned i = 0; i < count && fine; i++) {
        const sl_measure *m = c->measures[readings[i].name];
        if (m) fine = sl_measure_merge(&whole, m, readings[i].thousands);
    }
    if (!fine) j->out.failed = true;
    else report_measure(&whole, sketched, j);
    sl_measure_close(&whole);
}

/* Each reading of the values in which a separator, or the order of day and month, may be meant. */
static void report_readings(const sl_column *c, sl_json *j) {
    static const reading POINT[] = {{MEASURE_WHOLE, 0}, {MEASURE_POINT, 0}, {MEASURE_POINT3, 0}, {MEASURE_COMMA3, 0}};
    static const reading COMMA[] = {{MEASURE_WHOLE, 0}, {MEASURE_COMMA, 0}, {MEASURE_POINT3, 1}, {MEASURE_COMMA3, -1}};
    static const reading DAY[] = {{MEASURE_FIXED, 0}, {MEASURE_DAY, 0}, {MEASURE_AS_DAY, 0}};
    static const reading MONTH[] = {{MEASURE_FIXED, 0}, {MEASURE_MONTH, 0}, {MEASURE_AS_MONTH, 0}};
    static const reading CLOCK[] = {{MEASURE_CLOCK, 0}}, COMPACT[] = {{MEASURE_COMPACT, 0}}, WHOLE[] = {{MEASURE_WHOLE, 0}};
    bool comma = c->measures[MEASURE_COMMA] != NULL;
    bool ordered = c->measures[MEASURE_DAY] || c->measures[MEASURE_MONTH] || c->measures[MEASURE_AS_DAY];
    bool whole = !comma && !c->measures[MEASURE_POINT] && !c->measures[MEASURE_POINT3] && !c->measures[MEASURE_COMMA3];
    if (whole) report_reading(c, "whole", WHOLE, 1, j);
    else report_reading(c, "point", POINT, 4, j);
    if (comma) report_reading(c, "comma", COMMA, 4, j);
    report_reading(c, ordered ? "day_first" : "fixed", DAY, 3, j);
    if (ordered) report_reading(c, "month_first", MONTH, 3, j);
    report_reading(c, "clock", CLOCK, 1, j);
    if (!c->not_compact) report_reading(c, "compact", COMPACT, 1, j);
}

static void report_top(const sl_column *c, sl_json *j) {
    sl_top list[SL_TOP_REPORTED];
    uint32_t count = sl_topvalues_list(&c->top, list, SL_TOP_REPORTED);
    put_u64(j, "top_error", c->top.purged);
    put_u64(j, "repeats", c->top.repeats);
    sl_json_name(j, "top"); /* [text, count, whether the text was cut] */
    sl_json_open(j, '[');
    for (uint32_t i = 0; i < count; i++) {
        sl_json_open(j, '[');
        sl_json_text(j, list[i].text->bytes, list[i].size & 0x7F);
        sl_json_u64(j, list[i].count);
        sl_json_bool(j, (list[i].size & 0x80) != 0);
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
}

static void report_kinds(const sl_column *c, sl_json *j) {
    sl_json_name(j, "kinds");
    sl_json_open(j, '{');
    for (unsigned i = 0; i < KIND_COUNT; i++)
        if (c->kinds[i]) put_u64(j, KIND_NAMES[i], c->kinds[i]);
    sl_json_close(j, '}');
    sl_json_name(j, "examples"); /* [row, byte offset, text, bytes] */
    sl_json_open(j, '{');
    for (unsigned i = 0; i < KIND_COUNT; i++)
        if (c->examples[i] && c->examples[i]->used) put_examples(j, KIND_NAMES[i], c->examples[i]);
    sl_json_close(j, '}');
    sl_json_name(j, "tokens");
    sl_json_open(j, '[');
    for (unsigned i = 0; i < SL_SPELLINGS; i++) {
        if (c->spellings[i] == 0) continue;
        sl_json_open(j, '[');
        sl_json_word(j, sl_spelling_text(i));
        sl_json_u64(j, c->spellings[i]);
        sl_json_bool(j, sl_spelling_always(i));
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
}

static void report_formats(const sl_column *c, sl_json *j) {
    sl_json_name(j, "formats");
    sl_json_open(j, '[');
    for (uint32_t i = 0; i < c->formats_used; i++) {
        char name[48];
        sl_format_name(c->formats[i].format, name);
        sl_json_open(j, '[');
        sl_json_word(j, name);
        sl_json_u64(j, c->formats[i].count);
        sl_json_close(j, ']');
    }
    sl_json_close(j, ']');
    put_u64(j, "formats_other", c->formats_other);
}

/* A text that was cut is cut at a whole character. */
static void put_extreme(sl_json *j, const sl_extreme *e) {
    uint32_t size = e->size, last = size - 1;
    if (size == SL_EXAMPLE_BYTES) {
        while (last > size - 4 && (e->text[last] & 0xC0) == 0x80) last--;
        if (sl_utf8_length(e->text + last, size - last) == 0) size = last;
    }
    sl_json_text(j, e->text, size);
}

static void report_texts(const sl_column *c, sl_json *j) {
    put_u64(j, "texts", c->texts);
    put_u64(j, "padded", c->padded);
    if (c->texts == 0) return;
    put_u64(j, "length_least", c->length_least);
    put_u64(j, "length_greatest", c->length_greatest);
    put_u64(j, "length_sum", c->length_sum);
    sl_json_name(j, "least_text"), put_extreme(j, &c->least);
    sl_json_name(j, "greatest_text"), put_extreme(j, &c->greatest);
}

int32_t sl_report_column(const sl_scanner *s, uint32_t column, sl_bytes *report) {
    sl_json j = {0};
    if (column >= s->width) return SL_NO_MEMORY;
    const sl_column *c = &s->columns[column];
    sl_json_open(&j, '{');
    report_kinds(c, &j);
    put_u64(&j, "absent", c->absent);
    put_u64(&j, "marks", c->marks);
    report_formats(c, &j);
    report_texts(c, &j);
    bool exact = c->distinct.registers == NULL;
    put_f64(&j, "distinct", exact ? (double)c->top.used : sl_hyperloglog_estimate(&c->distinct));
    put_f64(&j, "distinct_error", exact ? 0 : 1.04 / sqrt(ldexp(1, c->distinct.precision)));
    report_top(c, &j);
    report_readings(c, &j);
    sl_json_close(&j, '}');
    return hand_over(&j, report);
}
