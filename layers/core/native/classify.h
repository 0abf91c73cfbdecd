/* Decides what one cell is. */
#ifndef SLUICE_CLASSIFY_H
#define SLUICE_CLASSIFY_H

#include "kinds.h"

/*
 * The most specific kind of the text, surrounding blanks aside, with its value. Of `*cell`, units, value and
 * format are set only where a measure says so.
 * Reads up to 16 bytes past the text: the caller's buffer is padded.
 */
void sl_classify(const uint8_t *at, uint32_t size, sl_cell *cell);

#endif
