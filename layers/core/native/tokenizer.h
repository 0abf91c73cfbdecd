/* Finds where cells and rows end. */
#ifndef SLUICE_TOKENIZER_H
#define SLUICE_TOKENIZER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint8_t delimiter;
    int16_t quote;  /* -1: none */
    int16_t escape; /* -1: a quote is escaped by doubling it */
} sl_dialect;

typedef struct {
    uint32_t *ends;     /* position of the delimiter or line end behind each cell */
    uint32_t ends_used, ends_size;
    uint32_t *rows;     /* for each complete row, the number of cell ends up to and including its last */
    uint32_t rows_used, rows_size;
    uint32_t scanned;   /* bytes looked at */
    bool quoted;        /* stopped inside a quoted cell */
    uint32_t open_cell; /* where the cell begins in which the scan stopped */
    uint64_t lf, crlf, cr;
    uint64_t strays_met;   /* quotes inside unquoted cells or behind a closing quote, of all bytes scanned */
    uint64_t stray_quotes; /* of those, the ones in complete rows */
    uint32_t first_stray; /* position of the first stray quote */
} sl_tokens;

/*
 * Scan `size` bytes that begin at the start of a row and note every cell end and row end outside quotes.
 * A line ends with LF, CRLF or CR. `last`: nothing follows, so the end of the data ends a row that has begun.
 * Stops early, at a row end or within a row, when `ends` or `rows` is full. Reads SL_PADDING bytes past the data.
 */
void sl_tokenize(sl_tokens *tokens, const uint8_t *data, uint32_t size, const sl_dialect *dialect, bool last);

/*
 * Skip to the first line end outside quotes, for a range that begins in the middle of a table.
 * `*quoted` is the state at the start and is updated. Returns the bytes up to and including that line end, or
 * `size` and sets `*found` to false; a CR at the very end is left unread (returned size is smaller) unless `last`.
 */
uint32_t sl_skip_row(const uint8_t *data, uint32_t size, const sl_dialect *dialect, bool last, bool *quoted, bool *found);

#endif
