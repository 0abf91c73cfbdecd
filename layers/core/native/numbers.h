/* Recognizes numbers as people write them: plain, grouped, with currency, percent or a decimal comma. */
#ifndef SLUICE_NUMBERS_H
#define SLUICE_NUMBERS_H

#include <stdbool.h>

#include "kinds.h"

/*
 * Plain integers and plain decimals of up to 16 bytes behind an optional sign; false leaves the cell to
 * sl_read_number. Reads up to 16 bytes past the text.
 */
bool sl_read_plain_number(const uint8_t *at, uint32_t size, sl_cell *cell);

/* Any number; false if the text is none. */
bool sl_read_number(const uint8_t *at, uint32_t size, sl_cell *cell);

#endif
