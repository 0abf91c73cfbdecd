/* Named limits of the scanner. docs/csv-profile.md states them for users. */
#ifndef SLUICE_LIMITS_H
#define SLUICE_LIMITS_H

#ifndef SL_FUZZING
#define SL_BLOCK_BYTES (256u << 10)       /* input is cut into blocks of this size, whatever chunks it arrives in */
#define SL_WIDE_BLOCK_BYTES (1u << 20)    /* for wide tables, so that a column still has many cells in a block */
#define SL_BLOCK_BYTES_PER_COLUMN 4096u   /* block size between the two, by the number of columns */
#define SL_BATCH_ROWS 4096u               /* rows handled column by column at a time */
#define SL_MAX_POSITIONS (256u << 10)     /* cell ends noted before rows are handled; a row with more is a fault */
#define SL_MAX_ROWS (64u << 10)           /* row ends noted before rows are handled */
#define SL_PRECISION 14u                  /* of the HyperLogLog of at most 64 columns; less for more */
#define SL_TOP_VALUES 768u                /* values a column's table holds at most 64 columns; fewer for more */
#else /* small enough for short inputs to reach what lies behind them */
#define SL_BLOCK_BYTES 512u
#define SL_WIDE_BLOCK_BYTES 1024u
#define SL_BLOCK_BYTES_PER_COLUMN 64u
#define SL_BATCH_ROWS 8u
#define SL_MAX_POSITIONS 512u
#define SL_MAX_ROWS 128u
#define SL_TOP_VALUES 16u
#define SL_PRECISION 6u
#endif
#define SL_PADDING 64u                    /* zero bytes behind the data, so that wide loads stay inside the buffer */

#define SL_DEFAULT_MAX_COLUMNS 512u
#define SL_DEFAULT_MAX_CELL_BYTES (1u << 20)
#define SL_DEFAULT_MAX_ROW_BYTES (4u << 20)
#define SL_LARGEST_ROW_BYTES (256u << 20) /* options beyond this are refused: offsets in a block have 32 bits */
#define SL_LARGEST_COLUMNS 65536u

#define SL_SNIFF_BYTES (64u << 10)        /* of the first block, what the dialect is decided on */
#define SL_SNIFF_ROWS 500u
#define SL_LABEL_BYTES 1024u              /* a longer label is cut */

#define SL_EXAMPLES 5u                    /* first cells kept of each kind in a column, and of each table finding */
#define SL_EXAMPLE_BYTES 120u             /* text kept of an example, of a minimum or a maximum */
#define SL_ODD_ROWS_TOLD 100u             /* rows that are too short, and too long, told to a contract's check */
#define SL_TOP_BYTES 47u                  /* text kept of a frequent value */
#define SL_TOP_REPORTED 20u
#define SL_JSON_DEPTH 64u                 /* nesting of a cell that still counts as JSON */

#define SL_SKETCH_BUCKETS 2048u           /* per sign; beyond them the buckets nearest zero are joined */
#define SL_RELATIVE_ACCURACY 0.01         /* of a quantile: DDSketch's alpha */
#define SL_BINS 512u                      /* equal bins of the exact histogram; a power of two */
#define SL_BARS 32u                       /* at most this many bars are reported */
#define SL_SCALES 19u                     /* decimal places whose sums are exact: 0 to 18 */

#define SL_STATE_VERSION 1u

#endif
