#include "column.h"

#include <stdlib.h>

#include "classify.h"
#include "dates.h"

sl_share sl_share_for(uint32_t columns) {
    if (columns <= 64) return (sl_share){SL_PRECISION, SL_TOP_VALUES};
    if (columns <= 256) return (sl_share){SL_PRECISION - 1, SL_TOP_VALUES / 2};
    return (sl_share){SL_PRECISION - 2, SL_TOP_VALUES / 4};
}

bool sl_column_open(sl_column *c, sl_share share) {
    *c = (sl_column){.length_least = UINT32_MAX};
    return sl_topvalues_open(&c->top, share.values);
}

void sl_column_close(sl_column *c) {
    for (unsigned i = 0; i < KIND_COUNT; i++) free(c->examples[i]);
    for (unsigned i = 0; i < MEASURE_COUNT; i++) {
        if (c->measures[i]) sl_measure_close(c->measures[i]);
        free(c->measures[i]);
    }
    sl_topvalues_close(&c->top);
    sl_hyperloglog_close(&c->distinct);
}

static sl_measure *measure(sl_column *c, unsigned name) {
    if (!c->measures[name]) c->measures[name] = calloc(1, sizeof(sl_measure));
    return c->measures[name];
}

static void count_format(sl_column *c, uint16_t format, uint64_t count) {
    uint32_t i = 0;
    while (i < c->formats_used && c->formats[i].format != format) i++;
    if (i == SL_FORMATS_KEPT) {
        c->formats_other += count;
        return;
    }
    if (i == c->formats_used) {
        c->formats_used++;
        c->formats[i].format = format;
        c->formats[i].count = 0;
    }
    c->formats[i].count += count;
}

static void add_units(sl_measure *m, const sl_cell *cell) {
    if (SL_UNLIKELY(cell->inexact)) {
        m->inexact++;
        m->rest += cell->value;
        return;
    }
    m->sums[cell->scale] += cell->units;
    if (cell->scale) return;
    m->least_units = cell->units < m->least_units ? cell->units : m->least_units;
    m->greatest_units = cell->units > m->greatest_units ? cell->units : m->greatest_units;
}

static sl_measure *new_measure(sl_column *c, unsigned name) {
    sl_measure *m = measure(c, name);
    if (!m) return NULL;
    m->least_units = INT64_MAX;
    m->greatest_units = INT64_MIN;
    return m;
}

typedef struct {
    uint32_t kinds[KIND_COUNT];
    uint32_t measured[MEASURE_COUNT];
} tally;

static bool take_value(sl_column *c, sl_cells *cells, tally *t, unsigned name, double value, const sl_cell *cell) {
    sl_measure *m = c->measures[name];
    if (SL_UNLIKELY(!m) && !(m = new_measure(c, name))) return false;
    cells->values[name][t->measured[name]++] = value;
    if (name < MEASURE_FIXED) add_units(m, cell);
    else m->sums[0] += (int64_t)value;
    return true;
}

static bool take_temporal(sl_column *c, sl_cells *cells, tally *t, const sl_cell *cell) {
    if (SL_LIKELY(c->formats_used && c->formats[0].format == cell->format)) c->formats[0].count++;
    else count_format(c, cell->format, 1);
    return cell->measure != MEASURE_AS_DAY || take_value(c, cells, t, MEASURE_AS_MONTH, cell->as_month, cell);
}

/* A column of whole numbers may be one of dates without separators, as long as every number is a date. */
static bool take_compact(sl_column *c, sl_cells *cells, tally *t, const sl_cell *cell) {
    double ms;
    if (!sl_read_compact_date(cell->units, &ms)) {
        c->not_compact = true;
        return true;
    }
    return take_value(c, cells, t, MEASURE_COMPACT, ms, cell);
}

static bool classify_all(sl_column *c, sl_cells *cells, tally *t) {
    sl_cell cell;
    for (uint32_t i = 0; i < cells->rows; i++) {
        const uint8_t *text = cells->data + cells->at[i];
        uint32_t size = cells->size[i];
        sl_classify(text, size, &cell);
        cells->kind[i] = cell.kind;
        c->padded += cell.padded;
        t->kinds[cell.kind]++;
        if (cell.measure != MEASURE_NONE) {
            c->marks |= cell.marks;
            if (!take_value(c, cells, t, cell.measure, cell.value, &cell)) return false;
            if (cell.measure >= MEASURE_FIXED && !take_temporal(c, cells, t, &cell)) return false;
            if (cell.kind == KIND_INT && !c->not_compact && !take_compact(c, cells, t, &cell)) return false;
        } else if (cell.kind <= KIND_PLACEHOLDER) {
            c->spellings[cell.token]++;
        }
    }
    return true;
}

/* Bytes that do not continue a character, eight at a time. Reads up to 7 bytes past the text. */
static inline uint32_t characters(const uint8_t *text, uint32_t size) {
    uint32_t continued = 0;
    for (uint32_t i = 0; i < size; i += 8) {
        uint64_t word = sl_load_upto8(text + i, size - i < 8 ? size - i : 8);
        continued += (uint32_t)__builtin_popcountll(word >> 7 & ~(word >> 6) & SL_EACH(1));
    }
    return size - continued;
}

static uint64_t text_key(const uint8_t *text, uint32_t size) { return __builtin_bswap64(sl_load_upto8(text, size < 8 ? size : 8)); }

/* A text that may be the first or last, where it lies; only its first SL_EXAMPLE_BYTES count. */
typedef struct {
    const uint8_t *text;
    uint32_t size;
    uint64_t key;
} candidate;

static candidate candidate_of(const uint8_t *text, uint32_t size) {
    return (candidate){text, size < SL_EXAMPLE_BYTES ? size : SL_EXAMPLE_BYTES, text_key(text, size)};
}

static candidate held(const sl_extreme *e) { return (candidate){e->text, e->size, e->key}; }

/* The order of two texts whose keys are equal. */
static int compare_rest(const candidate *a, const candidate *b) {
    uint32_t shared = a->size < b->size ? a->size : b->size;
    for (uint32_t i = 8; i < shared; i += 8) {
        uint32_t left = shared - i < 8 ? shared - i : 8;
        uint64_t ours = text_key(a->text + i, left), theirs = text_key(b->text + i, left);
        if (ours != theirs) return ours < theirs ? -1 : 1;
    }
    return a->size < b->size ? -1 : a->size > b->size;
}

static inline void note_candidate(candidate *least, candidate *greatest, const candidate *new) {
    if (SL_UNLIKELY(new->key <= least->key) && (new->key < least->key || compare_rest(new, least) < 0)) *least = *new;
    if (SL_UNLIKELY(new->key >= greatest->key) && (new->key > greatest->key || compare_rest(new, greatest) > 0)) *greatest = *new;
}

static void keep_extreme(sl_extreme *e, const candidate *c) {
    if (c->text == e->text) return;
    e->any = true;
    e->key = c->key;
    e->size = c->size;
    memcpy(e->text, c->text, c->size);
}

/* Hashes every cell and looks at the order of the texts; returns the bits above ASCII. */
static uint64_t note_texts(sl_column *c, sl_cells *cells) {
    uint64_t seen = 0;
    candidate least = held(&c->least), greatest = held(&c->greatest);
    bool any = c->least.any;
    for (uint32_t i = 0; i < cells->rows; i++) {
        const uint8_t *text = cells->data + cells->at[i];
        cells->hash[i] = sl_hash(text, cells->size[i], &seen);
        if (SL_UNLIKELY(cells->kind[i] <= KIND_PLACEHOLDER)) continue;
        candidate new = candidate_of(text, cells->size[i]);
        if (SL_LIKELY(any)) note_candidate(&least, &greatest, &new);
        else least = greatest = new, any = true;
    }
    if (any) keep_extreme(&c->least, &least);
    if (any) keep_extreme(&c->greatest, &greatest);
    return seen & SL_EACH(0x80);
}

/* Lengths of the batch's cells that have a value, where every cell has one and every character one byte. */
static void note_sizes(sl_column *c, const sl_cells *cells) {
    uint64_t sum = 0;
    uint32_t least = c->length_least, greatest = c->length_greatest;
    for (uint32_t i = 0; i < cells->rows; i++) {
        uint32_t size = cells->size[i];
        least = size < least ? size : least;
        greatest = size > greatest ? size : greatest;
        sum += size;
    }
    c->length_sum += sum;
    c->length_least = least;
    c->length_greatest = greatest;
    c->texts += cells->rows;
}

static void note_lengths(sl_column *c, const sl_cells *cells, bool ascii) {
    for (uint32_t i = 0; i < cells->rows; i++) {
        if (cells->kind[i] <= KIND_PLACEHOLDER) continue;
        uint32_t length = ascii ? cells->size[i] : characters(cells->data + cells->at[i], cells->size[i]);
        c->length_least = length < c->length_least ? length : c->length_least;
        c->length_greatest = length > c->length_greatest ? length : c->length_greatest;
        c->length_sum += length;
        c->texts++;
    }
}

/* The table is full: from here on distinct values are estimated, beginning with those it holds. */
static bool make_room(sl_column *c, sl_share share) {
    if (!c->distinct.registers) {
        if (!sl_hyperloglog_open(&c->distinct, share.precision)) return false;
        for (uint32_t i = 0; i < c->top.used; i++) sl_hyperloglog_add(&c->distinct, c->top.values[i].hash);
    }
    sl_topvalues_purge(&c->top);
    return true;
}

static bool count_values(sl_column *c, sl_share share, sl_cells *cells) {
    sl_topvalues *top = &c->top;
    uint64_t repeats = 0;
    for (uint32_t i = 0; i < cells->rows; i++) {
        if (cells->kind[i] == KIND_MISSING) continue;
        uint64_t hash = cells->hash[i];
        uint32_t slot;
        int32_t place = sl_topvalues_find(top, hash, &slot);
        if (place >= 0) {
            if (SL_UNLIKELY(top->values[place].count++ == 1)) sl_topvalues_note(top, (uint32_t)place, cells->data + cells->at[i], cells->size[i]);
            repeats++;
            continue;
        }
        if (SL_UNLIKELY(top->used == top->most)) {
            if (!make_room(c, share)) return false;
            sl_topvalues_find(top, hash, &slot);
        }
        uint32_t new_place = sl_topvalues_insert(top, slot, hash, 1);
        if (c->distinct.registers) sl_hyperloglog_add(&c->distinct, hash);
        else sl_topvalues_note(top, new_place, cells->data + cells->at[i], cells->size[i]);
    }
    top->repeats += repeats;
    return true;
}

static bool keep_examples(sl_column *c, const sl_cells *cells, const tally *t, sl_offset_of *offset_of, void *context) {
    for (unsigned kind = KIND_PLACEHOLDER; kind < KIND_COUNT; kind++) {
        if (t->kinds[kind] == 0) continue;
        if (!c->examples[kind] && !(c->examples[kind] = calloc(1, sizeof(sl_examples)))) return false;
        sl_examples *examples = c->examples[kind];
        for (uint32_t i = 0; i < cells->rows && examples->used < SL_EXAMPLES; i++)
            if (cells->kind[i] == kind)
                sl_examples_add(examples, cells->row[i], offset_of(context, cells->raw[i]), cells->data + cells->at[i], cells->size[i]);
    }
    return true;
}

bool sl_column_add(sl_column *c, sl_share share, sl_cells *cells, sl_offset_of *offset_of, void *context) {
    tally t = {0};
    if (!classify_all(c, cells, &t)) return false;
    for (unsigned name = 0; name < MEASURE_COUNT; name++)
        if (t.measured[name] && !sl_measure_add(c->measures[name], cells->values[name], t.measured[name], name < MEASURE_FIXED)) return false;
    if (t.kinds[KIND_MISSING] < cells->rows) {
        bool ascii = note_texts(c, cells) == 0;
        bool every = t.kinds[KIND_MISSING] + t.kinds[KIND_PLACEHOLDER] == 0;
        if (ascii && every) note_sizes(c, cells);
        else note_lengths(c, cells, ascii);
        if (!count_values(c, share, cells)) return false;
        if (!keep_examples(c, cells, &t, offset_of, context)) return false;
    }
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) c->kinds[kind] += t.kinds[kind];
    c->spellings[0] -= cells->absent;
    c->absent += cells->absent;
    return true;
}

static void merge_extremes(sl_column *into, const sl_column *from) {
    if (!from->least.any) return;
    candidate least = held(&into->least), greatest = held(&into->greatest), low = held(&from->least), high = held(&from->greatest);
    if (into->least.any) {
        note_candidate(&least, &greatest, &low);
        note_candidate(&least, &greatest, &high);
    } else {
        least = low;
        greatest = high;
    }
    keep_extreme(&into->least, &least);
    keep_extreme(&into->greatest, &greatest);
}

static bool merge_values(sl_column *into, const sl_column *from, sl_share share) {
    bool estimated = into->distinct.registers || from->distinct.registers || into->top.used + from->top.used > into->top.most;
    if (estimated && !into->distinct.registers) {
        if (!sl_hyperloglog_open(&into->distinct, share.precision)) return false;
        for (uint32_t i = 0; i < into->top.used; i++) sl_hyperloglog_add(&into->distinct, into->top.values[i].hash);
    }
    if (estimated) {
        if (from->distinct.registers) sl_hyperloglog_merge(&into->distinct, &from->distinct);
        for (uint32_t i = 0; i < from->top.used; i++) sl_hyperloglog_add(&into->distinct, from->top.values[i].hash);
    }
    sl_topvalues_merge(&into->top, &from->top);
    return true;
}

bool sl_column_merge(sl_column *into, const sl_column *from, sl_share share, uint64_t rows) {
    for (unsigned i = 0; i < KIND_COUNT; i++) {
        into->kinds[i] += from->kinds[i];
        if (!from->examples[i]) continue;
        if (!into->examples[i] && !(into->examples[i] = calloc(1, sizeof(sl_examples)))) return false;
        sl_examples_merge(into->examples[i], from->examples[i], rows);
    }
    for (unsigned i = 0; i < SL_SPELLINGS; i++) into->spellings[i] += from->spellings[i];
    into->absent += from->absent;
    into->padded += from->padded;
    into->texts += from->texts;
    into->length_sum += from->length_sum;
    if (from->length_least < into->length_least) into->length_least = from->length_least;
    if (from->length_greatest > into->length_greatest) into->length_greatest = from->length_greatest;
    into->marks |= from->marks;
    into->not_compact |= from->not_compact;
    merge_extremes(into, from);
    for (unsigned i = 0; i < MEASURE_COUNT; i++) {
        if (!from->measures[i]) continue;
        if (!into->measures[i] && !new_measure(into, i)) return false;
        if (!sl_measure_merge(into->measures[i], from->measures[i], 0)) return false;
    }
    for (uint32_t i = 0; i < from->formats_used; i++) count_format(into, from->formats[i].format, from->formats[i].count);
    into->formats_other += from->formats_other;
    return merge_values(into, from, share);
}

static void write_extreme(const sl_extreme *e, sl_writer *w) {
    sl_write_u64(w, e->any);
    sl_write_text(w, e->text, e->size);
}

static void read_extreme(sl_extreme *e, sl_reader *r) {
    e->any = sl_read_upto(r, 1) != 0;
    e->size = sl_read_text(r, e->text, SL_EXAMPLE_BYTES);
    e->key = text_key(e->text, e->size);
}

void sl_column_write(const sl_column *c, sl_writer *w) {
    uint64_t held = 0;
    for (unsigned i = 0; i < KIND_COUNT; i++) {
        sl_write_u64(w, c->kinds[i]);
        held |= (uint64_t)(c->examples[i] != NULL) << i;
    }
    sl_write_u64(w, held);
    for (unsigned i = 0; i < KIND_COUNT; i++)
        if (c->examples[i]) sl_examples_write(c->examples[i], w);
    for (unsigned i = 0; i < SL_SPELLINGS; i++) sl_write_u64(w, c->spellings[i]);
    const uint64_t counts[] = {c->absent, c->padded, c->texts, c->length_sum, c->length_least, c->length_greatest, c->marks, c->not_compact};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) sl_write_u64(w, counts[i]);
    write_extreme(&c->least, w);
    write_extreme(&c->greatest, w);
    held = 0;
    for (unsigned i = 0; i < MEASURE_COUNT; i++) held |= (uint64_t)(c->measures[i] != NULL) << i;
    sl_write_u64(w, held);
    for (unsigned i = 0; i < MEASURE_COUNT; i++)
        if (c->measures[i]) sl_measure_write(c->measures[i], w);
    sl_write_u64(w, c->formats_used);
    for (uint32_t i = 0; i < c->formats_used; i++) {
        sl_write_u64(w, c->formats[i].format);
        sl_write_u64(w, c->formats[i].count);
    }
    sl_write_u64(w, c->formats_other);
    sl_topvalues_write(&c->top, w);
    sl_write_u64(w, c->distinct.registers != NULL);
    if (c->distinct.registers) sl_hyperloglog_write(&c->distinct, w);
}

bool sl_column_read(sl_column *c, sl_share share, sl_reader *r) {
    for (unsigned i = 0; i < KIND_COUNT; i++) c->kinds[i] = sl_read_u64(r);
    uint64_t held = sl_read_upto(r, (1ull << KIND_COUNT) - 1);
    for (unsigned i = 0; i < KIND_COUNT; i++) {
        if (!(held >> i & 1)) continue;
        if (!(c->examples[i] = calloc(1, sizeof(sl_examples))) || !sl_examples_read(c->examples[i], r)) return r->failed = true, false;
    }
    for (unsigned i = 0; i < SL_SPELLINGS; i++) c->spellings[i] = sl_read_u64(r);
    c->absent = sl_read_u64(r);
    c->padded = sl_read_u64(r);
    c->texts = sl_read_u64(r);
    c->length_sum = sl_read_u64(r);
    c->length_least = (uint32_t)sl_read_upto(r, UINT32_MAX);
    c->length_greatest = (uint32_t)sl_read_upto(r, UINT32_MAX);
    c->marks = (uint16_t)sl_read_upto(r, UINT16_MAX);
    c->not_compact = sl_read_upto(r, 1) != 0;
    read_extreme(&c->least, r);
    read_extreme(&c->greatest, r);
    held = sl_read_upto(r, (1ull << MEASURE_COUNT) - 1);
    for (unsigned i = 0; i < MEASURE_COUNT; i++)
        if ((held >> i & 1) && (!measure(c, i) || !sl_measure_read(c->measures[i], r))) return r->failed = true, false;
    c->formats_used = (uint32_t)sl_read_upto(r, SL_FORMATS_KEPT);
    for (uint32_t i = 0; i < c->formats_used; i++) {
        c->formats[i].format = (uint16_t)sl_read_upto(r, SL_FORMAT_COUNT - 1);
        c->formats[i].count = sl_read_u64(r);
    }
    c->formats_other = sl_read_u64(r);
    if (!sl_topvalues_read(&c->top, r)) return false;
    if (!sl_read_upto(r, 1)) return !r->failed;
    if (!sl_hyperloglog_open(&c->distinct, share.precision)) return r->failed = true, false;
    return sl_hyperloglog_read(&c->distinct, r);
}
