/* Recognizes dates, datetimes and times of day. */
#ifndef SLUICE_DATES_H
#define SLUICE_DATES_H

#include <stdbool.h>

#include "kinds.h"

/*
 * A format is a number: date layout + 32 * time layout + 256 if a zone follows + 512 if a T stands between.
 * The layouts' names are in dates.c; %1 and %2 stand for day and month in the order the column decides.
 */
#define SL_FORMAT_COUNT 1024u

/* A date, a datetime or a time of day; false if the text is none. Values are milliseconds, zones taken off. */
bool sl_read_temporal(const uint8_t *at, uint32_t size, sl_cell *cell);

/* Eight digits that are a date between 1900 and 2100, YYYYMMDD: sets `*milliseconds`. */
bool sl_read_compact_date(int64_t units, double *milliseconds);

/* Writes the format's name, such as %Y-%m-%dT%H:%M:%S%z, to `name` of at least 48 bytes. */
void sl_format_name(uint32_t format, char *name);

#endif
