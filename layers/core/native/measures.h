/* What is known of a set of values: count, extremes, sum, deviation, quantiles, histogram. */
#ifndef SLUICE_MEASURES_H
#define SLUICE_MEASURES_H

#include "bins.h"
#include "ddsketch.h"
#include "limits.h"
#include "words.h"

typedef struct {
    uint64_t count, zeros, negatives, inexact;
    int64_t least_units, greatest_units; /* of whole numbers that are exact */
    double least, greatest;
    double mean, squares;     /* Welford's sum of squared distances from the mean */
    sl_i128 sums[SL_SCALES];  /* exact sums of the values with that many decimal places, in units of 10^-scale */
    double rest;              /* sum of the values that have more digits */
    sl_ddsketch sketch;       /* numbers only: a relative error of a date means nothing */
    sl_bins bins;
} sl_measure;

/* Adds `count` finite values, but for their sums and units. False when out of memory. */
bool sl_measure_add(sl_measure *m, const double *values, uint32_t count, bool sketched);
/* Adds `from` with its values times `factor`: 1, 1000 or 0.001, as an ambiguous separator is read. */
bool sl_measure_merge(sl_measure *into, const sl_measure *from, int thousands);
void sl_measure_close(sl_measure *m);
void sl_measure_write(const sl_measure *m, sl_writer *w);
bool sl_measure_read(sl_measure *m, sl_reader *r);

#endif
