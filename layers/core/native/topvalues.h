/* Counts the most frequent values: exactly while they are few, with a stated bound beyond. */
#ifndef SLUICE_TOPVALUES_H
#define SLUICE_TOPVALUES_H

#include "bytes.h"
#include "limits.h"

typedef struct {
    uint8_t size;      /* bytes kept in `text` */
    uint8_t text[SL_TOP_BYTES];
} sl_top_text;

/*
 * The frequent items algorithm of Misra and Gries with purges, after Anderson et al., "A High-Performance Algorithm
 * for Identifying Frequent Items in Data Streams" (2017): a full table lowers every count by the median and drops
 * what reaches zero. A value's true count lies between its count here and that plus `purged`.
 */
typedef struct {
    uint64_t *hashes; /* 0: free */
    uint64_t *counts;
    sl_top_text *texts;
    uint32_t slots, used, most; /* places, values held, values that may be held */
    uint64_t purged;            /* sum of all medians; 0 while every value is held and counted exactly */
    uint64_t repeats;           /* values met while already held: proof that a column is no key */
} sl_topvalues;

typedef struct {
    uint64_t hash, count;
    const sl_top_text *text;
} sl_top;

bool sl_topvalues_open(sl_topvalues *t, uint32_t slots);
void sl_topvalues_close(sl_topvalues *t);
/* Makes room by a purge. */
void sl_topvalues_purge(sl_topvalues *t);
void sl_topvalues_insert(sl_topvalues *t, uint32_t slot, uint64_t hash, uint64_t count, const uint8_t *text, uint32_t size);
void sl_topvalues_merge(sl_topvalues *into, const sl_topvalues *from);
/* The `most` most frequent values, most frequent first, ties by text; returns how many. */
uint32_t sl_topvalues_list(const sl_topvalues *t, sl_top *list, uint32_t most);
void sl_topvalues_write(const sl_topvalues *t, sl_writer *w);
bool sl_topvalues_read(sl_topvalues *t, sl_reader *r);

/* The slot that holds `hash`, or the free slot where it belongs. */
static inline uint32_t sl_topvalues_find(const sl_topvalues *t, uint64_t hash) {
    uint32_t mask = t->slots - 1, slot = (uint32_t)hash & mask;
    while (t->hashes[slot] != hash && t->hashes[slot] != 0) slot = (slot + 1) & mask;
    return slot;
}

#endif
