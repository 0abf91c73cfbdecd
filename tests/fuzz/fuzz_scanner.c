/*
 * Feeds arbitrary bytes to the scanner, under AddressSanitizer and UndefinedBehaviorSanitizer.
 *
 * The first four bytes choose what is tried: options, sizes of chunks, where a table is cut in two. What must hold
 * beyond "no crash": any chunks give the same report, and a state that was written is read back as the same report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "sluice_csv.h"

static void must(int truth, const char *what) {
    if (truth) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static sl_options options_from(const uint8_t *choice) {
    static const int8_t DELIMITERS[] = {-1, ',', ';', '\t', '|', ' ', 'a', -1};
    static const int16_t QUOTES[] = {-1, '"', '\'', -2};
    sl_options o = {.delimiter = DELIMITERS[choice[0] & 7], .quote = QUOTES[choice[0] >> 3 & 3], .escape = choice[0] & 32 ? '\\' : -1,
                    .header = (choice[0] >> 6 & 3) - 1, .encoding = -1, .max_columns = 64, .max_cell_bytes = 700, .max_row_bytes = 3000};
    if (o.header > 1) o.header = -1;
    if (choice[3] & 128) o.encoding = choice[3] >> 4 & 3;
    return o;
}

static void feed(sl_scanner *s, const uint8_t *data, size_t size, size_t chunk) {
    while (size) {
        size_t part = size < chunk ? size : chunk;
        uint8_t *exact = malloc(part); /* a copy of its own, so that reading past it is seen */
        memcpy(exact, data, part);
        int32_t status = sl_feed(s, exact, part);
        free(exact);
        if (status != SL_MORE) break;
        data += part;
        size -= part;
    }
    sl_finish(s);
}

/* All reports in one text. */
static sl_bytes report(const sl_scanner *s, int with_bytes) {
    sl_bytes all = {0}, part;
    for (uint32_t i = 0; i <= sl_columns(s); i++) {
        must((i ? sl_report_column(s, i - 1, &part) : sl_report_table(s, &part)) == SL_DONE, "a report is made");
        size_t from = 0;
        if (!with_bytes && i == 0) from = 8 + strspn((const char *)part.data + 9, "0123456789") + 1; /* {"bytes":N: chunks end feeding early */
        all.data = realloc(all.data, all.size + part.size);
        memcpy(all.data + all.size, part.data + from, part.size - from);
        all.size += part.size - from;
        sl_free(&part);
    }
    return all;
}

static void must_equal(sl_bytes *a, sl_bytes *b, const char *what) {
    must(a->size == b->size && memcmp(a->data, b->data, a->size) == 0, what);
}

static void try_state(sl_scanner *s, sl_bytes *expected) {
    sl_bytes state;
    must(sl_write_state(s, &state) == SL_DONE, "a state is written");
    sl_scanner *again = sl_read_state(state.data, state.size);
    must(again != NULL, "a state is read");
    sl_bytes found = report(again, 0);
    must_equal(expected, &found, "a state holds the whole report");
    sl_free(&found);
    sl_free(&state);
    sl_close(again);
}

/* Two parts of the table; whether they merge depends on the quotes, but it must not break. */
static void try_parts(const uint8_t *data, size_t size, sl_options o, uint8_t where, const sl_scanner *whole) {
    size_t cut = size * where / 256;
    uint32_t columns = sl_columns(whole);
    if (columns == 0 || cut == 0) return;
    sl_options first = o, second = o;
    first.ranged = second.ranged = 1;
    first.end = second.start = cut;
    second.end = size;
    second.header = 0;
    second.columns = columns;
    second.encoding = 0;
    second.in_quotes = (int32_t)(sl_count_byte(data, cut, '"') & 1);
    sl_scanner *a = sl_open(&first), *b = sl_open(&second);
    must(a && b, "parts open");
    feed(a, data, size, 97);
    feed(b, data + cut, size - cut, 61);
    if (sl_merge(a, b) == SL_MERGED) {
        sl_bytes merged = report(a, 0);
        sl_free(&merged);
    }
    sl_close(a);
    sl_close(b);
}

static void try_bytes_as_state(const uint8_t *data, size_t size) {
    sl_scanner *s = sl_read_state(data, size);
    if (!s) return;
    sl_bytes found = report(s, 0);
    sl_free(&found);
    sl_scanner *again = sl_read_state(data, size);
    must(again != NULL, "a state that was read once is read again");
    sl_merge(again, s);
    sl_close(again);
    sl_close(s);
}

/* What a contract's listener keeps of a table. */
typedef struct {
    sl_scanner *scanner;
    const uint8_t *bytes; /* of the input, as a plan that is none */
    size_t size;
    uint64_t suspects, told, records;
} listener;

/* A plan of the kind that `number` chooses, as check_plans.py writes them. */
static sl_writer plan_of_kind(unsigned number) {
    static const unsigned FLAGS[] = {1024, 4 | 8 | 2, 4 | 16 | 64 | 8192, 4 | 2048 | 4096};
    sl_writer w = {0};
    uint8_t classes[128] = {0}, accepting[] = {0, 1, 1};
    uint16_t next[] = {0, 0, 1, 2, 0, 2}; /* lower case, then anything */
    for (unsigned c = 'a'; c <= 'z'; c++) classes[c] = 1;
    sl_write_u64(&w, FLAGS[number & 3]);
    sl_write_u64(&w, 2);
    sl_write_u64(&w, 4);
    sl_write_u64(&w, 2);
    sl_write_text(&w, "", 0);
    sl_write_text(&w, "NA", 2);
    sl_write_u64(&w, 2);
    sl_write_text(&w, "a", 1);
    sl_write_text(&w, "a longer text that passes", 25);
    sl_write_u64(&w, number == 0);
    if (number == 0) {
        sl_write_u64(&w, 3);
        sl_write_u64(&w, 2);
        sl_write(&w, classes, sizeof classes);
        sl_write(&w, accepting, sizeof accepting);
        sl_write(&w, next, sizeof next);
    }
    sl_write_text(&w, "2024-01-01", 10);
    sl_write_text(&w, "b", 1);
    sl_write_f64(&w, 1.0);
    sl_write_f64(&w, 0.0);
    return w;
}

static void hear_columns(void *context) {
    listener *l = context;
    uint32_t columns = sl_columns(l->scanner);
    sl_check_column(l->scanner, 0, l->bytes, l->size); /* whatever it is, it must not break */
    for (uint32_t i = 0; i < columns; i++) {
        sl_writer plan = plan_of_kind(i & 3);
        must(sl_check_column(l->scanner, i, plan.data, plan.used) == SL_DONE, "a plan is read");
        free(plan.data);
    }
    uint32_t key[] = {0, columns - 1};
    sl_add_key(l->scanner, key, columns > 1 ? 2 : 1, 3);
    sl_add_key(l->scanner, key, 1, 1000);
}

static void hear_suspects(void *context, const sl_cell_block *block) {
    listener *l = context;
    for (uint32_t i = 0; i < block->rows; i++) {
        uint8_t *exact = malloc(block->size[i] + 1);
        memcpy(exact, block->data + block->at[i], block->size[i]);
        free(exact);
        l->told += sl_offset(l->scanner, block->raw[i]) > 0;
    }
    l->suspects += block->rows;
}

static void hear_odd_row(void *context, uint64_t row, uint64_t offset, uint32_t width) {
    listener *l = context;
    l->told += row > 0 && offset > 0 && width > 0;
}

static void hear_keys(void *context, uint32_t key, const sl_key_record *records, uint32_t count, const uint32_t *starts) {
    listener *l = context;
    must(starts[0] == 0 && starts[SL_KEY_PARTITIONS] == count, "partitions hold all records");
    for (uint32_t p = 0; p < SL_KEY_PARTITIONS; p++)
        for (uint32_t i = starts[p]; i < starts[p + 1]; i++) must(records[i].first >> 56 == p, "a record is in its partition");
    sl_key_record *copy = malloc(count * sizeof *copy);
    sl_repetition found[8];
    uint32_t used = 0;
    memcpy(copy, records, count * sizeof *copy);
    must(sl_repetitions(copy, count, found, 8, &used) < count && used <= 8, "fewer rows repeat than there are");
    free(copy);
    l->records += count + (key > 1);
}

static void hear_cells(void *context, const sl_cell_block *block) {
    listener *l = context;
    hear_suspects(l, block);
}

/* A contract and rows picked by number: any chunks tell the same. */
static void try_contract(const uint8_t *data, size_t size, sl_options o, const uint8_t *choice) {
    listener heard[2] = {{.bytes = data, .size = size}, {.bytes = data, .size = size}};
    for (int i = 0; i < 2; i++) {
        sl_scanner *s = sl_open(&o);
        sl_contract contract = {hear_columns, hear_suspects, hear_odd_row, hear_keys, &heard[i]};
        heard[i].scanner = s;
        must(s && sl_hold_against(s, &contract) == SL_DONE, "a contract is held");
        feed(s, data, size, i ? 1u + choice[1] : 1u << 16);
        sl_flush_keys(s);
        sl_close(s);
    }
    must(heard[0].suspects == heard[1].suspects && heard[0].told == heard[1].told && heard[0].records == heard[1].records,
         "any chunks tell a contract the same");
    uint64_t rows[] = {choice[2] & 7, 8 + (choice[3] & 31)};
    sl_scanner *s = sl_open(&o);
    listener picked = {.scanner = s};
    must(s && sl_pick(s, rows, 2, hear_cells, &picked) == SL_DONE, "rows are picked");
    feed(s, data, size, 1u + choice[1]);
    sl_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4) return 0;
    const uint8_t *choice = data;
    data += 4;
    size -= 4;
    if (choice[1] == 0xFF) {
        try_bytes_as_state(data, size);
        return 0;
    }
    sl_options o = options_from(choice);
    sl_scanner *a = sl_open(&o), *b = sl_open(&o);
    if (!a || !b) { /* a delimiter that is the quote */
        sl_close(a);
        sl_close(b);
        return 0;
    }
    feed(a, data, size, size + 1);
    feed(b, data, size, 1u + choice[1]);
    sl_bytes first = report(a, 0), second = report(b, 0);
    must_equal(&first, &second, "any chunks give the same report");
    try_state(a, &first);
    try_parts(data, size, o, choice[2], a);
    try_contract(data, size, o, choice);
    sl_free(&first);
    sl_free(&second);
    sl_close(a);
    sl_close(b);
    return 0;
}
