/*
 * Profiles delimited text in one pass: bytes in, figures out. Memory does not grow with the number of rows.
 *
 *     sl_scanner *s = sl_open(&options);
 *     while (sl_feed(s, bytes, size) == SL_MORE) ...
 *     sl_finish(s);
 *     sl_report_table(s, &report); sl_report_column(s, 0, &report); ...
 *     sl_close(s);
 *
 * A scanner belongs to one thread at a time. Nothing is written but through its arguments and results.
 */
#ifndef SLUICE_CSV_H
#define SLUICE_CSV_H

#include <stddef.h>
#include <stdint.h>

#define SL_API __attribute__((visibility("default")))
#define SL_API_VERSION 2

typedef struct sl_scanner sl_scanner;

enum { SL_MORE = 0, SL_DONE = 1, SL_NO_MEMORY = 2 };

/* Each -1 leaves the choice to the scanner. */
typedef struct {
    int32_t delimiter; /* byte */
    int32_t quote;     /* byte; -2: none */
    int32_t escape;    /* byte; -2: none but doubling */
    int32_t header;    /* 1: the first row holds labels; 0: it does not */
    int32_t encoding;  /* sl_encoding */
    uint32_t columns;  /* 0: as many as the first row has */
    uint32_t max_columns, max_cell_bytes, max_row_bytes;
    int32_t ranged;    /* 1: the input is a part of a table; see sl_skip */
    int32_t in_quotes; /* of a part: it begins inside a quoted cell */
    uint64_t start;    /* offset of the input's first byte in the file */
    uint64_t end;      /* of a part: rows that begin at or before this offset belong to it */
} sl_options;

/* A text that the caller gives back with sl_free. */
typedef struct {
    uint8_t *data;
    size_t size;
} sl_bytes;

SL_API uint32_t sl_api_version(void);
/* NULL when the options make no sense or memory is out. */
SL_API sl_scanner *sl_open(const sl_options *options);
SL_API void sl_close(sl_scanner *s);
/* SL_DONE: no further bytes are wanted, because of a fault or because the part's rows are complete. */
SL_API int32_t sl_feed(sl_scanner *s, const uint8_t *data, size_t size);
SL_API int32_t sl_finish(sl_scanner *s);

/*
 * Cells of one column in consecutive rows, handed out while they are in memory. `at` and `size` are of the text without
 * quotes, UTF-8 in `data`; `raw` is where the cell begins as written: sl_offset turns it into an offset in the file.
 * A cell that its row lacks has size 0. `kind` is the cell's most specific kind, in the order of the report's names.
 */
typedef struct {
    uint32_t column, rows;
    const uint8_t *data;
    const uint32_t *at, *size, *raw;
    const uint64_t *row;
    const uint8_t *kind;
} sl_cell_block;
typedef void sl_on_cells(void *context, const sl_cell_block *block);

/* Calls `on_cells` for every block of the columns listed, in the order of rows; nothing of a block outlives the call. */
SL_API int32_t sl_watch(sl_scanner *s, const uint32_t *columns, uint32_t count, sl_on_cells *on_cells, void *context);
/* The offset in the file of a position in the block that is being handed out. */
SL_API uint64_t sl_offset(const sl_scanner *s, uint32_t position);

/* Called once when the columns are known, before the first row of data: the time for sl_check and sl_key. */
typedef void sl_on_columns(void *context);
/* Called for rows with fewer or more cells than columns: at most SL_ODD_ROWS_TOLD of each. */
typedef void sl_on_odd_row(void *context, uint64_t row, uint64_t offset, uint32_t width);
/* A row of a key: 128 bits that stand for its cells. */
typedef struct {
    uint64_t first, second, row;
} sl_key_record;
#define SL_KEY_PARTITIONS 256u
/* Records of a key, in partitions that begin at `starts`; nothing outlives the call. */
typedef void sl_on_keys(void *context, uint32_t key, const sl_key_record *records, uint32_t count, const uint32_t *starts);
typedef struct {
    sl_on_columns *on_columns;
    sl_on_cells *on_suspects; /* `kind` is 1 for a missing cell that is required, else 0 */
    sl_on_odd_row *on_odd_row;
    sl_on_keys *on_keys;
    void *context;
} sl_contract;
/* Holds the table against a contract, which is told in the calls. */
SL_API int32_t sl_hold_against(sl_scanner *s, const sl_contract *contract);
/* Checks a column by a plan (checks.h), in place of the plan it may have. SL_NO_MEMORY also for what is no plan. */
SL_API int32_t sl_check_column(sl_scanner *s, uint32_t column, const uint8_t *plan, size_t size);
/* Cells of a checked column that are missing, without those that short rows lack. */
SL_API uint64_t sl_missing(const sl_scanner *s, uint32_t column);
/* Watches that rows differ in some checked columns, with room for `most` records at a time; keys count from 0. */
SL_API int32_t sl_add_key(sl_scanner *s, const uint32_t *columns, uint32_t count, uint32_t most);
/* Hands out the records that are still held. */
SL_API void sl_flush_keys(sl_scanner *s);
typedef struct {
    uint64_t row, first_row;
} sl_repetition;
/*
 * Sorts the records and counts those that repeat an earlier row's. Appends to the `*used` of `found`; where `size` is
 * not enough, the lowest rows are kept, at least half of `size`.
 */
SL_API uint64_t sl_repetitions(sl_key_record *records, size_t count, sl_repetition *found, uint32_t size, uint32_t *used);

/*
 * Takes no profile, only hands out the cells of the rows listed, which rise: a block is a row, or a part of a wide one
 * that begins at `column`, and only row[0] counts.
 */
SL_API int32_t sl_pick(sl_scanner *s, const uint64_t *rows, uint32_t count, sl_on_cells *on_cells, void *context);

SL_API uint32_t sl_columns(const sl_scanner *s);
SL_API uint64_t sl_rows(const sl_scanner *s);
/* JSON; SL_NO_MEMORY or SL_DONE. */
SL_API int32_t sl_report_table(const sl_scanner *s, sl_bytes *report);
SL_API int32_t sl_report_column(const sl_scanner *s, uint32_t column, sl_bytes *report);
SL_API void sl_free(sl_bytes *bytes);

/* The state of a finished scanner, to be merged elsewhere. */
SL_API int32_t sl_write_state(const sl_scanner *s, sl_bytes *state);
/* NULL when the bytes are no state of this version. */
SL_API sl_scanner *sl_read_state(const uint8_t *data, size_t size);
enum { SL_MERGED = 0, SL_MERGE_NO_MEMORY = 1, SL_MERGE_COLUMNS = 2, SL_MERGE_GAP = 3, SL_MERGE_ENCODING = 4, SL_MERGE_FAULT = 5 };
/* Adds the part of the table that follows; after an error `into` is of no use. */
SL_API int32_t sl_merge(sl_scanner *into, const sl_scanner *from);

SL_API uint64_t sl_count_byte(const uint8_t *data, size_t size, uint8_t byte);
/*
 * Only finds the cells of a whole table whose rows fit into a block, and the bytes of their texts: the speed that no
 * profile can exceed.
 */
SL_API uint64_t sl_count_cells(const uint8_t *data, size_t size, uint8_t delimiter, uint8_t quote, uint64_t *bytes);

#endif
