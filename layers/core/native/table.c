#include "table.h"

#include <stdlib.h>

#define DECODING_ROOM 16u /* bytes; a decoder stops when it could not write a character */
#define CONTROLS_OF_BINARY 20u /* one control character in this many bytes: no text */
#define FEWEST_CONTROLS 8u     /* fewer may be slips in a short text */

static void set_fault(sl_scanner *s, sl_fault_code code, uint64_t row, uint64_t offset, uint64_t detail) {
    s->fault = (sl_fault){code, row, offset, detail};
    s->phase = PHASE_DONE;
}

static uint64_t offset_of(void *context, uint32_t position) {
    const sl_scanner *s = context;
    return s->base + sl_encoded_size(s->decoder.encoding, s->buffer, position);
}

bool sl_scanner_open_columns(sl_scanner *s, uint32_t width) {
    s->share = sl_share_for(width);
    s->columns = calloc(width, sizeof *s->columns);
    s->labels = calloc(width, sizeof *s->labels);
    if (!s->columns || !s->labels) return s->failed = true, false;
    s->width = width;
    for (uint32_t i = 0; i < width; i++)
        if (!sl_column_open(&s->columns[i], s->share)) return s->failed = true, false;
    return true;
}

/* Takes off the quotes and resolves escapes, in place: the text is never longer than the cell. Returns its size. */
static uint32_t unquote(uint8_t *text, uint32_t size, const sl_dialect *d) {
    uint8_t quote = (uint8_t)d->quote;
    uint32_t in = 0, out = 0;
    bool inside = true;
    while (in < size) {
        uint8_t c = text[in++];
        if (inside && d->escape >= 0 && c == (uint8_t)d->escape && in < size) c = text[in++];
        else if (inside && c == quote) {
            if (in < size && text[in] == quote) in++;
            else {
                inside = false;
                continue;
            }
        }
        text[out++] = c;
    }
    return out;
}

/* The text of the cell from `from` to `to`; positions are in the buffer. */
static void set_cell(sl_scanner *s, uint32_t i, uint32_t from, uint32_t to) {
    sl_cells *cells = s->cells;
    const sl_dialect *d = &s->sniff.dialect;
    cells->raw[i] = from;
    if (SL_UNLIKELY(d->quote >= 0 && to > from && s->buffer[from] == (uint8_t)d->quote)) {
        from++;
        uint32_t inner = to - from;
        bool plain = inner > 0 && s->buffer[to - 1] == (uint8_t)d->quote && d->escape < 0
            && !memchr(s->buffer + from, (uint8_t)d->quote, inner - 1);
        cells->at[i] = from;
        cells->size[i] = plain ? inner - 1 : unquote(s->buffer + from, inner, d);
        return;
    }
    cells->at[i] = from;
    cells->size[i] = to - from;
}

static uint32_t cell_start(const sl_scanner *s, uint32_t cell) { return cell ? s->tokens.ends[cell - 1] + 1 : 0; }

/* Where the last cell of a row ends: before the CR of a CRLF. */
static uint32_t trimmed_end(const sl_scanner *s, uint32_t cell) {
    uint32_t end = s->tokens.ends[cell], from = cell_start(s, cell);
    return end > from && s->buffer[end - 1] == '\r' && end < s->fill && s->buffer[end] == '\n' ? end - 1 : end;
}

static uint32_t row_first(const sl_scanner *s, uint32_t row) { return row ? s->tokens.rows[row - 1] : 0; }
static uint32_t row_start(const sl_scanner *s, uint32_t row) { return cell_start(s, row_first(s, row)); }

static bool is_blank_row(const sl_scanner *s, uint32_t row) {
    uint32_t first = row_first(s, row);
    return s->tokens.rows[row] - first == 1 && trimmed_end(s, first) == cell_start(s, first);
}

static uint64_t row_number(const sl_scanner *s, uint32_t row, uint32_t batch_start) { return s->records + 1 + (row - batch_start); }

static void note_odd_row(sl_scanner *s, uint32_t row, uint32_t batch_start, uint32_t width) {
    bool is_short = width < s->width;
    sl_examples *examples = is_short ? &s->short_examples : &s->long_examples;
    if (is_short) s->short_rows++;
    else s->long_rows++;
    if (examples->used < SL_EXAMPLES)
        sl_examples_add(examples, row_number(s, row, batch_start), offset_of(s, row_start(s, row)), NULL, width);
    if (s->contract.on_odd_row && (is_short ? s->short_rows : s->long_rows) <= SL_ODD_ROWS_TOLD)
        s->contract.on_odd_row(s->contract.context, row_number(s, row, batch_start), offset_of(s, row_start(s, row)), width);
}

/* Rows of a batch that hold data; false if every row has the table's width. */
static bool list_odd_rows(sl_scanner *s, uint32_t from, uint32_t to, uint32_t *rows) {
    bool odd = false;
    for (uint32_t row = from; row < to && !odd; row++) {
        uint32_t width = s->tokens.rows[row] - row_first(s, row);
        odd = width != s->width;
    }
    *rows = to - from;
    if (!odd) return false;
    *rows = 0;
    for (uint32_t row = from; row < to; row++) {
        uint32_t first = row_first(s, row), width = s->tokens.rows[row] - first;
        if (s->width > 1 && width == 1 && is_blank_row(s, row)) {
            s->blank_rows++;
            continue;
        }
        if (width != s->width) note_odd_row(s, row, from, width);
        s->cells->row[*rows] = row_number(s, row, from);
        s->row_first[*rows] = first;
        s->row_width[(*rows)++] = width;
    }
    return true;
}

static void gather_even(sl_scanner *s, uint32_t column, uint32_t from, uint32_t rows) {
    const uint32_t *ends = s->tokens.ends;
    uint32_t cell = row_first(s, from) + column, step = s->width;
    bool last = column + 1 == s->width;
    for (uint32_t i = 0; i < rows; i++, cell += step) {
        uint32_t start = cell ? ends[cell - 1] + 1 : 0;
        set_cell(s, i, start, last ? trimmed_end(s, cell) : ends[cell]);
    }
}

static void gather_odd(sl_scanner *s, uint32_t column, uint32_t rows) {
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t cell = s->row_first[i] + column;
        if (column >= s->row_width[i]) {
            s->cells->at[i] = s->cells->raw[i] = s->fill; /* the padding */
            s->cells->size[i] = 0;
            s->cells->absent++;
            continue;
        }
        set_cell(s, i, cell_start(s, cell), column + 1 == s->row_width[i] ? trimmed_end(s, cell) : s->tokens.ends[cell]);
    }
}

/* Rows in which a cell exceeds the limit; only rows longer than it are looked at. */
static bool cells_fit(sl_scanner *s, uint32_t row, uint32_t batch_start) {
    uint32_t first = row_first(s, row), end = s->tokens.rows[row];
    if (s->tokens.ends[end - 1] - row_start(s, row) <= s->options.max_cell_bytes) return true;
    for (uint32_t cell = first; cell < end; cell++) {
        if (s->tokens.ends[cell] - cell_start(s, cell) <= s->options.max_cell_bytes) continue;
        set_fault(s, FAULT_CELL_TOO_LARGE, row_number(s, row, batch_start), offset_of(s, cell_start(s, cell)), cell - first);
        return false;
    }
    return true;
}

static void hand_out(sl_scanner *s, uint32_t column) {
    for (uint32_t i = 0; i < s->watched_count; i++) {
        if (s->watched[i] != column) continue;
        const sl_cells *c = s->cells;
        sl_cell_block block = {column, c->rows, c->data, c->at, c->size, c->raw, c->row, c->kind};
        s->on_cells(s->on_cells_context, &block);
    }
}

/* The cells of row `i` of the batch, whose first cell is `first`. */
static void hand_out_row(sl_scanner *s, uint32_t i, uint32_t first, uint32_t width) {
    for (uint32_t column = 0; column < width; column += SL_BATCH_ROWS) {
        uint32_t cells = width - column < SL_BATCH_ROWS ? width - column : SL_BATCH_ROWS;
        for (uint32_t k = 0; k < cells; k++) {
            uint32_t cell = first + column + k;
            set_cell(s, k, cell_start(s, cell), column + k + 1 == width ? trimmed_end(s, cell) : s->tokens.ends[cell]);
        }
        sl_cell_block block = {column, cells, s->cells->data, s->cells->at, s->cells->size, s->cells->raw, s->cells->row + i, s->cells->kind};
        s->on_cells(s->on_cells_context, &block);
    }
}

static void hand_out_picked(sl_scanner *s, uint32_t from, uint32_t rows, bool odd) {
    for (uint32_t i = 0; i < rows && s->picked < s->pick_count; i++) {
        while (s->picked < s->pick_count && s->picks[s->picked] < s->cells->row[i]) s->picked++; /* a blank row */
        if (s->picked == s->pick_count || s->picks[s->picked] != s->cells->row[i]) continue;
        hand_out_row(s, i, odd ? s->row_first[i] : row_first(s, from + i), odd ? s->row_width[i] : s->width);
        s->picked++;
    }
    if (s->picked == s->pick_count) s->phase = PHASE_DONE;
}

static bool take_batch(sl_scanner *s, uint32_t from, uint32_t to) {
    uint32_t rows, fitting = from;
    while (fitting < to && cells_fit(s, fitting, from)) fitting++;
    bool odd = list_odd_rows(s, from, fitting, &rows);
    if (!odd)
        for (uint32_t i = 0; i < rows; i++) s->cells->row[i] = s->records + 1 + i;
    s->cells->data = s->buffer;
    s->cells->rows = rows;
    if (s->picks) hand_out_picked(s, from, rows, odd);
    if (s->key_count) sl_scanner_begin_keys(s, rows);
    for (uint32_t column = 0; column < s->width && rows && !s->picks; column++) {
        s->cells->absent = 0;
        if (odd) gather_odd(s, column, rows);
        else gather_even(s, column, from, rows);
        if (!sl_column_add(&s->columns[column], s->share, s->cells, offset_of, s)) return s->failed = true, false;
        if (s->checks && s->checks[column]) sl_scanner_check(s, column, odd ? s->row_width : NULL);
        if (s->watched_count) hand_out(s, column);
    }
    if (s->key_count) sl_scanner_end_keys(s, rows);
    s->rows += rows;
    s->records += fitting - from;
    return fitting == to;
}

static bool set_label(sl_scanner *s, uint32_t column, uint32_t cell, bool last) {
    set_cell(s, 0, cell_start(s, cell), last ? trimmed_end(s, cell) : s->tokens.ends[cell]);
    const uint8_t *text = s->buffer + s->cells->at[0];
    uint32_t size = s->cells->size[0];
    while (size && sl_is_blank(*text)) text++, size--;
    while (size && sl_is_blank(text[size - 1])) size--;
    size = sl_kept_bytes(text, size, SL_LABEL_BYTES);
    s->labels[column].text = malloc(size + 1);
    if (!s->labels[column].text) return s->failed = true, false;
    memcpy(s->labels[column].text, text, size);
    s->labels[column].size = size;
    return true;
}

static void tell_columns(sl_scanner *s) {
    if (s->contract.on_columns) s->contract.on_columns(s->contract.context);
}

/* The first row that is not blank makes the columns; returns the first row of data. */
static uint32_t read_header(sl_scanner *s) {
    uint32_t row = 0;
    while (row < s->tokens.rows_used && is_blank_row(s, row)) row++;
    if (row == s->tokens.rows_used) {
        if (s->options.header == 0 && s->options.columns == 1) row = 0;
        else return s->blank_rows += row, s->records += row, row;
    }
    uint32_t first = row_first(s, row), width = s->tokens.rows[row] - first;
    uint32_t columns = s->options.columns ? s->options.columns : width;
    if (columns > s->options.max_columns) {
        set_fault(s, FAULT_TOO_MANY_COLUMNS, row + 1, offset_of(s, row_start(s, row)), columns);
        return 0;
    }
    if (!sl_scanner_open_columns(s, columns)) return 0;
    uint32_t wide = columns * SL_BLOCK_BYTES_PER_COLUMN;
    s->block = wide < SL_BLOCK_BYTES ? SL_BLOCK_BYTES : wide > SL_WIDE_BLOCK_BYTES ? SL_WIDE_BLOCK_BYTES : wide;
    s->header_read = true;
    s->blank_rows += row;
    s->records += row;
    if (!s->sniff.header) return tell_columns(s), row;
    for (uint32_t column = 0; column < columns && column < width; column++)
        if (!set_label(s, column, first + column, column + 1 == width)) return 0;
    s->records++;
    tell_columns(s);
    return row + 1;
}

static uint32_t row_at(const sl_scanner *s, uint32_t position) {
    uint32_t row = 0;
    while (row < s->tokens.rows_used && s->tokens.ends[s->tokens.rows[row] - 1] < position) row++;
    return row;
}

/* Findings about bytes: zero bytes, quotes where none belong, invalid UTF-8. */
static void note_bytes(sl_scanner *s, uint32_t size) {
    s->stray_quotes += s->tokens.stray_quotes;
    if (s->tokens.stray_quotes && s->stray_examples.used < SL_EXAMPLES)
        sl_examples_add(&s->stray_examples, s->records + 1 + row_at(s, s->tokens.first_stray), offset_of(s, s->tokens.first_stray), NULL, 0);
    const uint8_t *nul = memchr(s->buffer, 0, size);
    if (!nul) return;
    uint32_t position = (uint32_t)(nul - s->buffer);
    s->nul_bytes += sl_count_byte(s->buffer, size, 0);
    sl_examples_add(&s->nul_examples, s->records + 1 + row_at(s, position), offset_of(s, position), NULL, 0);
}

static bool redecode(sl_scanner *s, sl_encoding encoding) {
    uint8_t *raw = malloc(s->fill ? s->fill : 1);
    uint32_t capacity = s->fill * 3 + 16;
    if (!raw) return s->failed = true, false;
    memcpy(raw, s->buffer, s->fill);
    if (capacity > s->capacity) {
        uint8_t *grown = realloc(s->buffer, (size_t)capacity + 2 * SL_PADDING);
        if (!grown) {
            free(raw);
            return s->failed = true, false;
        }
        s->buffer = grown;
        s->capacity = capacity;
    }
    size_t taken, skip = s->base == 0 && s->phase == PHASE_SNIFFING ? s->mark : 0;
    s->decoder = (sl_decoder){.encoding = encoding};
    s->fill = (uint32_t)sl_decode(&s->decoder, raw + skip, s->fill - skip, &taken, s->buffer, capacity);
    free(raw);
    return true;
}

/*
 * Text was taken for UTF-8 so far. If the first bytes beyond ASCII are not UTF-8, it is a single-byte encoding: all
 * text before was the same in both. Returns false when the block must be looked at again.
 */
static bool settle_encoding(sl_scanner *s, uint32_t size) {
    sl_utf8_check check;
    if (s->decoder.encoding != ENCODING_UTF8 || sl_is_ascii(s->buffer, size)) return true;
    sl_check_utf8(s->buffer, size, &check);
    bool single = check.invalid > check.sequences && s->multibyte == 0 && s->invalid_bytes == 0 && !s->encoding_pinned && s->mark == 0;
    if (single) {
        s->encoding_pinned = true;
        redecode(s, ENCODING_SINGLE);
        return false;
    }
    s->multibyte += check.sequences;
    s->invalid_bytes += check.invalid;
    if (check.invalid)
        sl_examples_add(&s->invalid_examples, s->records + 1 + row_at(s, (uint32_t)check.first), offset_of(s, (uint32_t)check.first), NULL, 0);
    return true;
}

static void consume(sl_scanner *s, uint32_t size) {
    s->base += sl_encoded_size(s->decoder.encoding, s->buffer, size);
    s->fill -= size;
    memmove(s->buffer, s->buffer + size, s->fill);
}

/* No row is complete: read on with a larger buffer, unless a limit says that this cannot end well. */
static void extend_or_fault(sl_scanner *s, bool last) {
    uint32_t open = s->fill - s->tokens.open_cell;
    uint64_t row = s->records + 1, at = offset_of(s, s->tokens.open_cell);
    if (s->tokens.ends_used + 65 > s->tokens.ends_size)
        set_fault(s, FAULT_TOO_MANY_COLUMNS, row, offset_of(s, 0), s->tokens.ends_used);
    else if (open > s->options.max_cell_bytes)
        set_fault(s, s->tokens.quoted ? FAULT_UNTERMINATED_QUOTE : FAULT_CELL_TOO_LARGE, row, at, open);
    else if (last && s->tokens.quoted)
        set_fault(s, FAULT_UNTERMINATED_QUOTE, row, at, 0);
    else if (s->fill > s->options.max_row_bytes)
        set_fault(s, FAULT_ROW_TOO_LARGE, row, offset_of(s, 0), s->fill);
    else
        s->target = s->fill * 2 < s->block ? s->block : s->fill * 2;
}

/* Rows up to here belong to this part of the table. */
static uint32_t owned_rows(const sl_scanner *s) {
    if (!s->options.ranged) return s->tokens.rows_used;
    uint32_t low = 0, high = s->tokens.rows_used;
    while (low < high) { /* row starts rise: find the first beyond the end */
        uint32_t middle = low + (high - low) / 2;
        if (offset_of((void *)(uintptr_t)s, row_start(s, middle)) <= s->options.end) low = middle + 1;
        else high = middle;
    }
    return low;
}

static uint32_t consumed_bytes(const sl_scanner *s, uint32_t rows) {
    if (rows == 0) return 0;
    uint32_t end = s->tokens.ends[s->tokens.rows[rows - 1] - 1];
    return end < s->fill ? end + 1 : s->fill;
}

/* Handles the complete rows in the buffer; false when there are none and no more is to be done before new bytes come. */
static bool take_block(sl_scanner *s, bool last) {
    memset(s->buffer + s->fill, 0, SL_PADDING);
    sl_tokenize(&s->tokens, s->buffer, s->fill, &s->sniff.dialect, last);
    uint32_t rows = owned_rows(s), size = consumed_bytes(s, rows);
    bool complete = rows == s->tokens.rows_used;
    if (rows == 0) {
        if (s->tokens.rows_used || (s->options.ranged && s->base > s->options.end)) s->phase = PHASE_DONE;
        else if (s->fill) extend_or_fault(s, last);
        return false;
    }
    if (!complete) sl_tokenize(&s->tokens, s->buffer, size, &s->sniff.dialect, true); /* counts no line end beyond */
    if (!settle_encoding(s, size)) return !s->failed;
    note_bytes(s, size);
    s->lf += s->tokens.lf;
    s->crlf += s->tokens.crlf;
    s->cr += s->tokens.cr;
    uint32_t row = 0;
    if (!s->header_read) row = read_header(s);
    while (row < rows && s->phase != PHASE_DONE && !s->failed) {
        uint32_t to = rows - row > SL_BATCH_ROWS ? row + SL_BATCH_ROWS : rows;
        if (!take_batch(s, row, to)) break;
        row = to;
    }
    if (s->phase == PHASE_DONE || s->failed) return false;
    bool all = s->tokens.scanned == s->fill;
    consume(s, size);
    s->next_row_at = s->base;
    s->target = s->block;
    if (!complete) s->phase = PHASE_DONE;
    return complete && s->fill > 0 && (last || !all);
}

static void skip_to_row(sl_scanner *s, bool last) {
    bool found;
    uint32_t skipped = sl_skip_row(s->buffer, s->fill, &s->sniff.dialect, last, &s->in_quotes, &found);
    consume(s, skipped);
    s->first_row_at = s->next_row_at = s->base;
    if (found) s->phase = PHASE_SCANNING;
}

static bool looks_binary(const sl_scanner *s) {
    uint32_t controls = 0, seen = s->fill < 4096 ? s->fill : 4096;
    for (uint32_t i = 0; i < seen; i++) {
        uint8_t c = s->buffer[i];
        controls += (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F;
    }
    return controls >= FEWEST_CONTROLS && controls * CONTROLS_OF_BINARY > seen;
}

static bool settle_first_block(sl_scanner *s, bool last) {
    if (!s->encoding_pinned && s->options.start == 0) {
        sl_encoding_guess guess = sl_guess_encoding(s->buffer, s->fill);
        s->mark = guess.mark;
        if (guess.encoding == ENCODING_UTF32) return set_fault(s, FAULT_ENCODING, 1, 0, 0), false;
        if (guess.mark || guess.encoding != ENCODING_UTF8) {
            if (!redecode(s, guess.encoding)) return false;
            s->base += guess.mark;
            s->first_row_at = s->base;
        }
    }
    if (last) s->fill += (uint32_t)sl_decode_end(&s->decoder, s->buffer + s->fill);
    if (s->encoding_pinned && s->options.start == 0 && s->fill >= 3 && memcmp(s->buffer, "\xEF\xBB\xBF", 3) == 0) {
        consume(s, 3);
        s->mark = (uint8_t)s->base;
        s->first_row_at = s->base;
    }
    memset(s->buffer + s->fill, 0, SL_PADDING);
    if (s->options.start == 0 && looks_binary(s)) return set_fault(s, FAULT_BINARY, 1, s->base, 0), false;
    return true;
}

static bool settle_dialect(sl_scanner *s, bool last) {
    const sl_options *o = &s->options;
    sl_pins pins = {o->delimiter, o->quote, o->escape, o->header};
    if (!sl_sniff_dialect(s->buffer, s->fill, last, &pins, &s->sniff)) return s->failed = true, false;
    if (s->sniff.skip) {
        consume(s, s->sniff.skip);
        s->records++;
    }
    s->phase = o->ranged && o->start > 0 ? PHASE_SKIPPING : PHASE_SCANNING;
    return true;
}

void sl_scanner_process(sl_scanner *s, bool last) {
    if (s->phase == PHASE_SNIFFING) {
        if (!settle_first_block(s, last) || !settle_dialect(s, last)) return;
    } else if (last) {
        /* Room for the 3 bytes that an encoding may still hold back is kept by the decoder's margin. */
        s->fill += (uint32_t)sl_decode_end(&s->decoder, s->buffer + s->fill);
    }
    if (s->phase == PHASE_SKIPPING) skip_to_row(s, last);
    while (s->phase == PHASE_SCANNING && !s->failed && take_block(s, last)) continue;
    if (s->target < s->fill + DECODING_ROOM) s->target = s->fill + DECODING_ROOM; /* text decoded anew may have outgrown it */
    bool part = s->options.ranged && s->options.columns;
    if (last && s->phase == PHASE_SCANNING && !s->header_read && !part && !s->failed) set_fault(s, FAULT_EMPTY, 1, s->base, 0);
}
