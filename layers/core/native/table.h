/* The scanner: buffers input, cuts it into blocks of whole rows, hands each column its cells. */
#ifndef SLUICE_TABLE_H
#define SLUICE_TABLE_H

#include "checks.h"
#include "column.h"
#include "dialect.h"
#include "encoding.h"
#include "keys.h"
#include "sluice_csv.h"

typedef enum { PHASE_SNIFFING, PHASE_SKIPPING, PHASE_SCANNING, PHASE_DONE } sl_phase;

typedef enum {
    FAULT_NONE,
    FAULT_EMPTY,
    FAULT_BINARY,
    FAULT_ENCODING,
    FAULT_TOO_MANY_COLUMNS,
    FAULT_CELL_TOO_LARGE,
    FAULT_ROW_TOO_LARGE,
    FAULT_UNTERMINATED_QUOTE
} sl_fault_code;

typedef struct {
    sl_fault_code code;
    uint64_t row, offset, detail;
} sl_fault;

typedef struct {
    uint32_t size;
    uint8_t *text;
} sl_label;

struct sl_scanner {
    sl_options options;
    sl_phase phase;
    bool failed; /* out of memory */
    sl_decoder decoder;
    bool encoding_pinned;
    uint8_t mark;
    uint8_t *buffer;
    uint32_t fill, capacity, target, block; /* handled when filled to `target`, which is `block` but for long rows */
    uint64_t base;     /* offset in the file of the buffer's first byte */
    uint64_t bytes_in; /* bytes fed */
    uint64_t first_row_at, next_row_at; /* offsets of the first row and behind the last row */
    bool in_quotes;
    sl_sniff sniff;
    bool header_read;
    sl_tokens tokens;
    sl_cells *cells;
    uint32_t *row_first; /* in a batch with odd rows: index of each row's first cell end, and its cells */
    uint32_t *row_width;
    uint32_t width;
    sl_column *columns;
    sl_label *labels;
    sl_share share;
    uint64_t rows;     /* data rows */
    uint64_t records;  /* rows of any kind: header, data, blank */
    uint64_t lf, crlf, cr, blank_rows;
    uint64_t short_rows, long_rows, stray_quotes, nul_bytes, invalid_bytes, multibyte;
    sl_examples short_examples, long_examples, stray_examples, nul_examples, invalid_examples;
    sl_fault fault;
    uint32_t *watched; /* columns whose cells are handed out, rising */
    uint32_t watched_count;
    sl_on_cells *on_cells;
    void *on_cells_context;
    sl_contract contract;
    sl_check **checks; /* by column, once they are known; NULL where there is none */
    sl_suspects *suspects;
    sl_key *keys;
    uint32_t key_count;
    uint64_t *picks; /* rows to hand out, rising */
    uint32_t pick_count, picked;
};

void sl_scanner_process(sl_scanner *s, bool last);
bool sl_scanner_open_columns(sl_scanner *s, uint32_t width);
void sl_scanner_drop_work(sl_scanner *s);
/* Holds a column's cells, those of the batch, against the contract. */
void sl_scanner_check(sl_scanner *s, uint32_t column, const uint32_t *width);
void sl_scanner_begin_keys(sl_scanner *s, uint32_t rows);
void sl_scanner_end_keys(sl_scanner *s, uint32_t rows);
void sl_scanner_drop_contract(sl_scanner *s);

#endif
