/*
 * Hashes of rows that a key must tell apart. Records gather in a buffer of fixed size and are handed out when it is
 * full, sorted into partitions, so that the caller can keep any number of them on disk and look for repetitions a
 * partition at a time.
 */
#ifndef SLUICE_KEYS_H
#define SLUICE_KEYS_H

#include "column.h"
#include "sluice_csv.h"

typedef struct {
    uint32_t *columns;
    uint32_t count;
    uint64_t first[SL_BATCH_ROWS], second[SL_BATCH_ROWS]; /* of the batch's rows, over the columns so far */
    uint8_t lacking[SL_BATCH_ROWS];                       /* a cell of the key is missing: the row is left out */
    sl_key_record *records;
    uint32_t used, most;
} sl_key;

bool sl_key_open(sl_key *key, const uint32_t *columns, uint32_t count, uint32_t most);
void sl_key_close(sl_key *key);
void sl_key_begin(sl_key *key, uint32_t rows);
/* Takes one column's cells in; `by_value` reads numbers, so that 01 and 1.0 are 1. */
void sl_key_add(sl_key *key, const sl_cells *cells, uint32_t column, bool by_value, bool trimmed, const uint8_t *missing);
/* Appends rows from `*from` on until the buffer is full; false when it is, with `*from` behind the last one taken. */
bool sl_key_append(sl_key *key, const uint64_t *rows, uint32_t count, uint32_t *from);
/* Sorts the records into partitions in place, and says where each begins; `starts` has SL_KEY_PARTITIONS + 1 places. */
void sl_key_partition(sl_key *key, uint32_t *starts);

#endif
