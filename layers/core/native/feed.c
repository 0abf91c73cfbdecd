/* The buffer between chunks of any size and blocks of a fixed one. */
#include <stdlib.h>

#include "table.h"

uint32_t sl_api_version(void) { return SL_API_VERSION; }

static bool sensible(const sl_options *o) {
    bool bytes = o->delimiter <= 255 && o->quote <= 255 && o->escape <= 255 && o->delimiter >= -1 && o->quote >= -2 && o->escape >= -2;
    bool apart = o->delimiter != '\n' && o->delimiter != '\r' && (o->delimiter < 0 || o->delimiter != o->quote);
    bool limits = o->max_columns >= 1 && o->max_columns <= SL_LARGEST_COLUMNS && o->columns <= o->max_columns && o->max_cell_bytes >= 1
        && o->max_cell_bytes <= o->max_row_bytes && o->max_row_bytes <= SL_LARGEST_ROW_BYTES;
    return bytes && apart && limits && o->encoding >= -1 && o->encoding < ENCODING_UTF32;
}

static bool ensure(sl_scanner *s, uint32_t capacity) {
    if (capacity <= s->capacity) return true;
    uint8_t *grown = realloc(s->buffer, (size_t)capacity + 2 * SL_PADDING);
    if (!grown) return s->failed = true, false;
    s->buffer = grown;
    s->capacity = capacity;
    return true;
}

static bool open_work(sl_scanner *s) {
    s->tokens.ends_size = SL_MAX_POSITIONS;
    s->tokens.rows_size = SL_MAX_ROWS;
    s->tokens.ends = malloc(SL_MAX_POSITIONS * sizeof(uint32_t));
    s->tokens.rows = malloc(SL_MAX_ROWS * sizeof(uint32_t));
    s->row_first = malloc(SL_BATCH_ROWS * sizeof(uint32_t));
    s->row_width = malloc(SL_BATCH_ROWS * sizeof(uint32_t));
    s->cells = malloc(sizeof *s->cells);
    return s->tokens.ends && s->tokens.rows && s->row_first && s->row_width && s->cells && ensure(s, SL_BLOCK_BYTES);
}

void sl_scanner_drop_work(sl_scanner *s) {
    free(s->tokens.ends);
    free(s->tokens.rows);
    free(s->row_first);
    free(s->row_width);
    free(s->cells);
    free(s->buffer);
    s->tokens = (sl_tokens){0};
    s->row_first = s->row_width = NULL;
    s->cells = NULL;
    s->buffer = NULL;
    s->capacity = s->fill = 0;
}

sl_scanner *sl_open(const sl_options *options) {
    if (!sensible(options)) return NULL;
    sl_scanner *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->options = *options;
    s->base = s->first_row_at = s->next_row_at = options->start;
    s->target = s->block = SL_BLOCK_BYTES;
    s->in_quotes = options->in_quotes != 0;
    if (options->encoding >= 0) {
        s->encoding_pinned = true;
        s->decoder.encoding = (sl_encoding)options->encoding;
    }
    if (open_work(s)) return s;
    sl_close(s);
    return NULL;
}

void sl_close(sl_scanner *s) {
    if (!s) return;
    for (uint32_t i = 0; s->columns && i < s->width; i++) sl_column_close(&s->columns[i]);
    for (uint32_t i = 0; s->labels && i < s->width; i++) free(s->labels[i].text);
    free(s->columns);
    free(s->labels);
    free(s->watched);
    free(s->picks);
    sl_scanner_drop_contract(s);
    sl_scanner_drop_work(s);
    free(s);
}

static int32_t status(const sl_scanner *s) {
    if (s->failed) return SL_NO_MEMORY;
    return s->phase == PHASE_DONE ? SL_DONE : SL_MORE;
}

int32_t sl_feed(sl_scanner *s, const uint8_t *data, size_t size) {
    while (size && !s->failed && s->phase != PHASE_DONE) {
        if (s->target > s->capacity && !ensure(s, s->target)) break;
        size_t taken = 0;
        uint32_t room = s->target - s->fill;
        if (s->phase == PHASE_SNIFFING && !s->encoding_pinned) { /* kept as it is until the encoding is known */
            taken = size < room ? size : room;
            memcpy(s->buffer + s->fill, data, taken);
            s->fill += (uint32_t)taken;
        } else {
            s->fill += (uint32_t)sl_decode(&s->decoder, data, size, &taken, s->buffer + s->fill, room);
        }
        data += taken;
        size -= taken;
        s->bytes_in += taken;
        if (s->target - s->fill < (s->decoder.encoding == ENCODING_UTF8 ? 1u : 4u)) sl_scanner_process(s, false);
    }
    return status(s);
}

int32_t sl_finish(sl_scanner *s) {
    if (!s->failed && s->phase != PHASE_DONE) sl_scanner_process(s, true);
    bool barren = s->options.ranged && s->fault.code == FAULT_NONE && !s->columns && s->options.columns;
    if (!s->failed && barren) sl_scanner_open_columns(s, s->options.columns); /* a part in which no row begins */
    s->phase = PHASE_DONE;
    sl_scanner_drop_work(s);
    return status(s);
}

/* A copy of a caller's items in place of those that were kept; false, and all as before, where there is no memory. */
static bool keep(void **kept, const void *items, uint32_t count, size_t size) {
    void *copy = malloc((count ? count : 1) * size);
    if (!copy) return false;
    if (count) memcpy(copy, items, count * size);
    free(*kept);
    *kept = copy;
    return true;
}

static void hear(sl_scanner *s, sl_on_cells *on_cells, void *context) {
    s->on_cells = on_cells;
    s->on_cells_context = context;
}

int32_t sl_watch(sl_scanner *s, const uint32_t *columns, uint32_t count, sl_on_cells *on_cells, void *context) {
    void *kept = s->watched;
    if (!keep(&kept, columns, count, sizeof *columns)) return SL_NO_MEMORY;
    s->watched = kept;
    s->watched_count = count;
    hear(s, on_cells, context);
    return SL_DONE;
}

int32_t sl_pick(sl_scanner *s, const uint64_t *rows, uint32_t count, sl_on_cells *on_cells, void *context) {
    void *kept = s->picks;
    if (!keep(&kept, rows, count, sizeof *rows)) return SL_NO_MEMORY;
    s->picks = kept;
    s->pick_count = count;
    hear(s, on_cells, context);
    return SL_DONE;
}

uint64_t sl_offset(const sl_scanner *s, uint32_t position) {
    return position > s->fill ? s->base : s->base + sl_encoded_size(s->decoder.encoding, s->buffer, position);
}

uint32_t sl_columns(const sl_scanner *s) { return s->width; }
uint64_t sl_rows(const sl_scanner *s) { return s->rows; }
