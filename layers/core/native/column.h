/* What is known of one column: counts of every kind of cell, and values, lengths, texts of its cells. */
#ifndef SLUICE_COLUMN_H
#define SLUICE_COLUMN_H

#include "examples.h"
#include "hyperloglog.h"
#include "kinds.h"
#include "measures.h"
#include "patterns.h"
#include "topvalues.h"

#define SL_FORMATS_KEPT 16u

typedef struct {
    uint32_t size; /* of the first bytes that are held */
    bool any;
    uint64_t key; /* first eight bytes, the first the most significant: decides most comparisons */
    uint8_t text[SL_EXAMPLE_BYTES + 8]; /* padded for wide loads */
} sl_extreme;

typedef struct {
    uint64_t kinds[KIND_COUNT];
    uint64_t spellings[SL_SPELLINGS];
    uint64_t absent;  /* cells that short rows lack; counted as missing too */
    uint64_t padded;  /* cells with blanks around them */
    uint64_t texts;   /* cells that are neither missing nor placeholders: what the lengths are of */
    uint64_t length_sum;
    uint32_t length_least, length_greatest; /* in characters */
    uint16_t marks;
    bool not_compact; /* a whole number that is no date of eight digits was met */
    sl_extreme least, greatest;
    sl_examples *examples[KIND_COUNT];
    sl_measure *measures[MEASURE_COUNT];
    struct { uint16_t format; uint64_t count; } formats[SL_FORMATS_KEPT];
    uint32_t formats_used;
    uint64_t formats_other;
    sl_topvalues top;
    sl_hyperloglog distinct; /* opened when `top` can no longer hold every value */
} sl_column;

/* Sizes that are shared out among the columns: fewer columns, finer figures. */
typedef struct {
    uint8_t precision;  /* of the HyperLogLog */
    uint32_t values;    /* held by the table of top values */
} sl_share;

/* The cells of one column in some rows, and room to work. */
typedef struct {
    const uint8_t *data;
    uint32_t rows;
    uint32_t absent;                   /* cells that their rows lack: size 0 here */
    uint32_t at[SL_BATCH_ROWS];        /* position of the text in `data`, quotes taken off */
    uint32_t size[SL_BATCH_ROWS];
    uint32_t raw[SL_BATCH_ROWS];       /* position of the cell as written */
    uint64_t row[SL_BATCH_ROWS];       /* row numbers */
    uint8_t kind[SL_BATCH_ROWS];
    uint64_t hash[SL_BATCH_ROWS];
    double values[MEASURE_COUNT][SL_BATCH_ROWS];
} sl_cells;

/* Turns a position in the block into an offset in the file. */
typedef uint64_t sl_offset_of(void *context, uint32_t position);

sl_share sl_share_for(uint32_t columns);
bool sl_column_open(sl_column *c, sl_share share);
void sl_column_close(sl_column *c);
/* False when out of memory. */
bool sl_column_add(sl_column *c, sl_share share, sl_cells *cells, sl_offset_of *offset_of, void *context);
/* Adds what a later part of the table found; `rows` earlier rows come before it. */
bool sl_column_merge(sl_column *into, const sl_column *from, sl_share share, uint64_t rows);
void sl_column_write(const sl_column *c, sl_writer *w);
bool sl_column_read(sl_column *c, sl_share share, sl_reader *r);

#endif
