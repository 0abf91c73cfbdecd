/* Parts of a table become one; states travel as bytes. */
#include <stdlib.h>

#include "table.h"

#define MAGIC "SLUICECSV"

static bool merge_encoding(sl_scanner *into, const sl_scanner *from) {
    bool into_plain = into->decoder.encoding == ENCODING_UTF8 && into->multibyte + into->invalid_bytes == 0 && into->mark == 0;
    bool from_plain = from->decoder.encoding == ENCODING_UTF8 && from->multibyte + from->invalid_bytes == 0;
    if (into->decoder.encoding != from->decoder.encoding && !into_plain && !from_plain) return false;
    if (into_plain) into->decoder.encoding = from->decoder.encoding;
    into->decoder.broken += from->decoder.broken;
    into->decoder.high_controls += from->decoder.high_controls;
    return true;
}

static void merge_findings(sl_scanner *into, const sl_scanner *from) {
    uint64_t rows = into->records;
    sl_examples_merge(&into->short_examples, &from->short_examples, rows);
    sl_examples_merge(&into->long_examples, &from->long_examples, rows);
    sl_examples_merge(&into->stray_examples, &from->stray_examples, rows);
    sl_examples_merge(&into->nul_examples, &from->nul_examples, rows);
    sl_examples_merge(&into->invalid_examples, &from->invalid_examples, rows);
    into->short_rows += from->short_rows;
    into->long_rows += from->long_rows;
    into->stray_quotes += from->stray_quotes;
    into->nul_bytes += from->nul_bytes;
    into->invalid_bytes += from->invalid_bytes;
    into->multibyte += from->multibyte;
    into->blank_rows += from->blank_rows;
    into->lf += from->lf;
    into->crlf += from->crlf;
    into->cr += from->cr;
}

int32_t sl_merge(sl_scanner *into, const sl_scanner *from) {
    if (into->fault.code != FAULT_NONE) return SL_MERGE_FAULT;
    if (into->width != from->width || (from->width && from->share.values != into->share.values)) return SL_MERGE_COLUMNS;
    if (into->next_row_at != from->first_row_at) return SL_MERGE_GAP;
    if (!merge_encoding(into, from)) return SL_MERGE_ENCODING;
    for (uint32_t i = 0; i < into->width; i++)
        if (!sl_column_merge(&into->columns[i], &from->columns[i], into->share, into->records)) return SL_MERGE_NO_MEMORY;
    merge_findings(into, from);
    if (from->fault.code != FAULT_NONE) {
        into->fault = from->fault;
        into->fault.row += into->records;
    }
    into->bytes_in += from->bytes_in;
    into->rows += from->rows;
    into->records += from->records;
    into->next_row_at = from->next_row_at;
    return SL_MERGED;
}

/* The plain numbers of a scanner, in the order in which they travel. */
#define NUMBERS(s) {&(s)->bytes_in, &(s)->first_row_at, &(s)->next_row_at, &(s)->rows, &(s)->records, &(s)->lf, &(s)->crlf, &(s)->cr, \
    &(s)->blank_rows, &(s)->short_rows, &(s)->long_rows, &(s)->stray_quotes, &(s)->nul_bytes, &(s)->invalid_bytes, &(s)->multibyte, \
    &(s)->decoder.broken, &(s)->decoder.high_controls, &(s)->fault.row, &(s)->fault.offset, &(s)->fault.detail}

static void write_dialect(const sl_scanner *s, sl_writer *w) {
    const sl_sniff *sniff = &s->sniff;
    const uint64_t parts[] = {sniff->dialect.delimiter, sl_zigzag(sniff->dialect.quote), sl_zigzag(sniff->dialect.escape), sniff->header,
                              (uint64_t)sniff->evidence, sniff->width, sniff->single, (uint64_t)s->decoder.encoding, s->mark, (uint64_t)s->fault.code};
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) sl_write_u64(w, parts[i]);
    sl_write_f64(w, sniff->agreement);
}

static void read_dialect(sl_scanner *s, sl_reader *r) {
    sl_sniff *sniff = &s->sniff;
    sniff->dialect.delimiter = (uint8_t)sl_read_upto(r, 255);
    sniff->dialect.quote = (int16_t)sl_unzigzag(sl_read_upto(r, 510));
    sniff->dialect.escape = (int16_t)sl_unzigzag(sl_read_upto(r, 510));
    sniff->header = sl_read_upto(r, 1) != 0;
    sniff->evidence = (sl_header_evidence)sl_read_upto(r, HEADER_NONE_REPEATED);
    sniff->width = (uint32_t)sl_read_upto(r, UINT32_MAX);
    sniff->single = sl_read_upto(r, 1) != 0;
    s->decoder.encoding = (sl_encoding)sl_read_upto(r, ENCODING_COUNT - 1);
    s->mark = (uint8_t)sl_read_upto(r, 4);
    s->fault.code = (sl_fault_code)sl_read_upto(r, FAULT_UNTERMINATED_QUOTE);
    sniff->agreement = sl_read_f64(r);
}

int32_t sl_write_state(const sl_scanner *s, sl_bytes *state) {
    sl_writer w = {0};
    const uint64_t *const numbers[] = NUMBERS(s);
    const sl_examples *const examples[] = {&s->short_examples, &s->long_examples, &s->stray_examples, &s->nul_examples, &s->invalid_examples};
    sl_write(&w, MAGIC, sizeof MAGIC);
    sl_write_u64(&w, SL_STATE_VERSION);
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) sl_write_u64(&w, *numbers[i]);
    write_dialect(s, &w);
    for (unsigned i = 0; i < sizeof examples / sizeof *examples; i++) sl_examples_write(examples[i], &w);
    sl_write_u64(&w, s->width);
    for (uint32_t i = 0; i < s->width; i++) {
        bool labelled = s->labels[i].text != NULL;
        sl_write_u64(&w, labelled);
        if (labelled) sl_write_text(&w, s->labels[i].text, s->labels[i].size);
        sl_column_write(&s->columns[i], &w);
    }
    if (w.failed) {
        free(w.data);
        return SL_NO_MEMORY;
    }
    state->data = w.data;
    state->size = w.used;
    return SL_DONE;
}

static bool read_label(sl_label *label, sl_reader *r) {
    uint8_t text[SL_LABEL_BYTES];
    if (!sl_read_upto(r, 1)) return !r->failed;
    uint32_t size = sl_read_text(r, text, sizeof text);
    if (r->failed || !(label->text = malloc(size + 1))) return false;
    memcpy(label->text, text, size);
    label->size = size;
    return true;
}

static bool read_all(sl_scanner *s, sl_reader *r) {
    uint64_t *const numbers[] = NUMBERS(s);
    sl_examples *const examples[] = {&s->short_examples, &s->long_examples, &s->stray_examples, &s->nul_examples, &s->invalid_examples};
    char magic[sizeof MAGIC];
    sl_read(r, magic, sizeof magic);
    if (memcmp(magic, MAGIC, sizeof magic) != 0 || sl_read_u64(r) != SL_STATE_VERSION) return false;
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) *numbers[i] = sl_read_u64(r);
    read_dialect(s, r);
    for (unsigned i = 0; i < sizeof examples / sizeof *examples; i++) sl_examples_read(examples[i], r);
    uint32_t width = (uint32_t)sl_read_upto(r, SL_LARGEST_COLUMNS);
    if (r->failed || (width && !sl_scanner_open_columns(s, width))) return false;
    for (uint32_t i = 0; i < width; i++)
        if (!read_label(&s->labels[i], r) || !sl_column_read(&s->columns[i], s->share, r)) return false;
    return !r->failed && r->at == r->end;
}

sl_scanner *sl_read_state(const uint8_t *data, size_t size) {
    sl_reader r = {.at = data, .end = data + size};
    sl_scanner *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->phase = PHASE_DONE;
    if (read_all(s, &r)) return s;
    sl_close(s);
    return NULL;
}
