/* Counts the most frequent values: exactly while they are few, with a stated bound beyond. */
#ifndef SLUICE_TOPVALUES_H
#define SLUICE_TOPVALUES_H

#include "bytes.h"
#include "limits.h"

#define SL_NO_TEXT 0x7F
#define SL_PLACE_BITS 12u /* of a slot, for the place of its value */

typedef struct {
    uint8_t bytes[SL_TOP_BYTES + 1];
} sl_top_text;

typedef struct {
    uint64_t hash, count;
} sl_top_value;

/*
 * The frequent items algorithm of Misra and Gries with purges, after Anderson et al., "A High-Performance Algorithm
 * for Identifying Frequent Items in Data Streams" (2017): a full table lowers every count by the median and drops
 * what reaches zero. A value's true count lies between its count here and that plus `purged`.
 *
 * Values are equal if their 64-bit hashes are.
 */
typedef struct {
    uint32_t *slots;        /* 0: free; else 20 bits of the hash over the place of the value plus 1 */
    sl_top_value *values;
    /*
     * Bytes kept of each text; the top bit says that it was cut. SL_NO_TEXT for a value met once after others had to
     * go: such a value is never reported. Apart from the texts, so that a new value writes to few cache lines.
     */
    uint8_t *sizes;
    sl_top_text *texts;
    uint32_t mask, used, most; /* slots less 1, values held, values that may be held */
    uint64_t purged;           /* sum of all medians; 0 while every value is held and counted exactly */
    uint64_t repeats;          /* values met while already held: proof that a column is no key */
} sl_topvalues;

typedef struct {
    uint64_t hash, count;
    const sl_top_text *text;
    uint8_t size;
} sl_top;

/* `most` is at most 4095. */
bool sl_topvalues_open(sl_topvalues *t, uint32_t most);
void sl_topvalues_close(sl_topvalues *t);
/* Makes room. */
void sl_topvalues_purge(sl_topvalues *t);
/* Keeps the text of a value. Reads up to 16 bytes: the caller's buffer is padded. */
void sl_topvalues_note(sl_topvalues *t, uint32_t place, const uint8_t *text, uint32_t size);
void sl_topvalues_merge(sl_topvalues *into, const sl_topvalues *from);
/* The `most` most frequent values whose texts are known, most frequent first, ties by text; returns how many. */
uint32_t sl_topvalues_list(const sl_topvalues *t, sl_top *list, uint32_t most);
void sl_topvalues_write(const sl_topvalues *t, sl_writer *w);
bool sl_topvalues_read(sl_topvalues *t, sl_reader *r);

/* Place of the value, or -1; `*slot` is where it is found or belongs. */
static inline int32_t sl_topvalues_find(const sl_topvalues *t, uint64_t hash, uint32_t *slot) {
    uint32_t at = (uint32_t)hash & t->mask, tag = (uint32_t)(hash >> 44);
    for (;; at = (at + 1) & t->mask) {
        uint32_t word = t->slots[at];
        if (word == 0) break;
        if (word >> SL_PLACE_BITS != tag) continue;
        uint32_t place = (word & ((1u << SL_PLACE_BITS) - 1)) - 1;
        if (t->values[place].hash != hash) continue;
        *slot = at;
        return (int32_t)place;
    }
    *slot = at;
    return -1;
}

/* Puts a value met for the first time into its free slot, without its text; returns its place. */
static inline uint32_t sl_topvalues_insert(sl_topvalues *t, uint32_t slot, uint64_t hash, uint64_t count) {
    uint32_t place = t->used++;
    t->slots[slot] = (uint32_t)(hash >> 44) << SL_PLACE_BITS | (place + 1);
    t->values[place] = (sl_top_value){hash, count};
    t->sizes[place] = SL_NO_TEXT;
    return place;
}

#endif
