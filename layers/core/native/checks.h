/*
 * Passes the cells of a column that hold to their contract, and hands out the others to be judged.
 *
 * A plan describes what is certain: a cell that passes here passes in Python too. What does not pass may still be
 * right; only the judge in Python knows, and says what is wrong.
 */
#ifndef SLUICE_CHECKS_H
#define SLUICE_CHECKS_H

#include "bytes.h"
#include "column.h"
#include "sluice_csv.h"

/* What a plan asks for; the order of its parts is in sl_check_read. */
enum {
    CHECK_JUDGE = 1,       /* every cell is handed out */
    CHECK_REQUIRED = 2,    /* missing cells are handed out */
    CHECK_TRIMMED = 4,     /* blanks around the text do not matter */
    CHECK_CLOSED = 8,      /* the cell is one of the texts listed */
    CHECK_NUMBER = 16,
    CHECK_INTEGER = 32,
    CHECK_LOW = 64,        /* a number's bounds */
    CHECK_HIGH = 128,
    CHECK_LOW_SHORT = 256, /* the bound has at most 15 digits, so that a double tells it from its neighbours */
    CHECK_HIGH_SHORT = 512,
    CHECK_LENGTH = 1024,
    CHECK_TEXT_LOW = 2048, /* bounds of a text whose order is that of its value */
    CHECK_TEXT_HIGH = 4096,
    CHECK_BY_VALUE = 8192, /* in keys, 01 and 1.0 are 1 */
    CHECK_FLAGS = 16383
};

typedef struct {
    uint32_t at, size;
} sl_part;

typedef struct {
    uint32_t states, classes;
    uint16_t *next;        /* [states * classes]; state 0 matches nothing any more, 1 is the first */
    uint8_t class_of[128]; /* of ASCII; a cell with other characters is for the judge */
    uint8_t *accepting;
} sl_automaton;

#define SL_AUTOMATA 2u

typedef struct {
    uint8_t *plan; /* what the parts lie in, padded */
    uint32_t flags, least_length, greatest_length;
    sl_part *missing;
    uint32_t missing_count;
    sl_part *texts; /* an open hash table; free places have `at` 0 */
    uint32_t texts_size;
    sl_automaton automata[SL_AUTOMATA];
    uint32_t automata_count;
    sl_part text_low, text_high;
    double low, high;
    uint64_t missed; /* missing cells, without those that short rows lack */
    uint64_t handed; /* missing cells that were handed out */
} sl_check;

/* Cells to be judged, by index in the batch. */
typedef struct {
    uint32_t used;
    uint32_t at[SL_BATCH_ROWS], size[SL_BATCH_ROWS], raw[SL_BATCH_ROWS];
    uint64_t row[SL_BATCH_ROWS];
    uint8_t kind[SL_BATCH_ROWS]; /* 1: missing */
} sl_suspects;

/* NULL when the bytes are no plan or memory is out. */
sl_check *sl_check_read(const uint8_t *plan, size_t size);
void sl_check_close(sl_check *check);
/*
 * Gathers what the plan does not pass; `width` of each row, or NULL where every row has the column, says which cells
 * are absent: those are nobody's. Sets `missing[i]` of absent and missing cells.
 */
void sl_check_cells(sl_check *check, const sl_cells *cells, uint32_t column, const uint32_t *width, sl_suspects *suspects, uint8_t *missing);

#endif
