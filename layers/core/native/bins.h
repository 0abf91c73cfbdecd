/* An exact histogram of equal bins whose width is a power of two and doubles as values spread. */
#ifndef SLUICE_BINS_H
#define SLUICE_BINS_H

#include "bytes.h"

/*
 * Bin i counts the values in [(first + i) 2^exponent, (first + i + 1) 2^exponent). The exponent is the least for
 * which all values lie in SL_BINS bins, so that the bins depend on the values alone and not on their order:
 * merging is exact.
 */
typedef struct {
    uint64_t *counts;
    int64_t first;
    int32_t exponent;
    double low, high; /* the least and greatest value */
} sl_bins;

void sl_bins_close(sl_bins *b);
/* Adds `count` finite values that lie in [low, high]; false when out of memory. */
bool sl_bins_add(sl_bins *b, const double *values, uint32_t count, double low, double high);
/* Adds `from`, its values multiplied by `factor`; any factor but 1 takes values for the middle of their bins. */
bool sl_bins_merge(sl_bins *into, const sl_bins *from, double factor);
/* The middle of the bin of rank `rank` (0 is the least), and its width. */
double sl_bins_at_rank(const sl_bins *b, uint64_t rank, double *width);
void sl_bins_write(const sl_bins *b, sl_writer *w);
bool sl_bins_read(sl_bins *b, sl_reader *r);

#endif
