/*
 * Feeds arbitrary bytes to the scanner, under AddressSanitizer and UndefinedBehaviorSanitizer.
 *
 * The first four bytes choose what is tried: options, sizes of chunks, where a table is cut in two. What must hold
 * beyond "no crash": any chunks give the same report, and a state that was written is read back as the same report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    sl_free(&first);
    sl_free(&second);
    sl_close(a);
    sl_close(b);
    return 0;
}
