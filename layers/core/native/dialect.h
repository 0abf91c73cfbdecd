/* Decides, on the first rows, how a table is written. */
#ifndef SLUICE_DIALECT_H
#define SLUICE_DIALECT_H

#include "tokenizer.h"

typedef enum {
    HEADER_PINNED,       /* the caller said so */
    HEADER_TYPED_BELOW,  /* the first row is text where the rows below hold numbers or dates */
    HEADER_NEW_TEXT,     /* every cell of the first row is text that its column does not hold */
    HEADER_ONLY_ROW,     /* there is one row, of text */
    HEADER_NONE_TYPED,   /* the first row holds numbers or dates, as the rows below */
    HEADER_NONE_REPEATED /* cells of the first row are met again below, or are empty or equal */
} sl_header_evidence;

typedef struct {
    sl_dialect dialect;
    bool header;
    sl_header_evidence evidence;
    uint32_t skip;       /* bytes of a first line "sep=;" */
    uint32_t width;      /* cells of most rows */
    double agreement;    /* share of the sampled rows that have it */
    bool single;         /* no delimiter found: one column */
} sl_sniff;

/* What the caller has decided: -1 leaves a choice open; `quote` and `escape` may be -2 for none. */
typedef struct {
    int32_t delimiter, quote, escape, header;
} sl_pins;

/* False when out of memory. `last`: the data is the whole table. */
bool sl_sniff_dialect(const uint8_t *data, uint32_t size, bool last, const sl_pins *pins, sl_sniff *sniff);

#endif
