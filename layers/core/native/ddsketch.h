/* Quantiles with a relative error of at most SL_RELATIVE_ACCURACY. */
#ifndef SLUICE_DDSKETCH_H
#define SLUICE_DDSKETCH_H

#include "bytes.h"

/* Counts of the buckets `first` to `first + used - 1`. */
typedef struct {
    uint64_t *counts;
    int32_t first;
    uint32_t used;
    bool collapsed; /* buckets nearest zero were joined: only quantiles farther out keep the accuracy */
} sl_buckets;

/* Masson, Rim, Lee, "DDSketch" (VLDB 2019), with the logarithm interpolated by a cubic. */
typedef struct {
    sl_buckets negative, positive;
    uint64_t zeros;
} sl_ddsketch;

void sl_ddsketch_close(sl_ddsketch *s);
/* Adds `count` finite values; false when out of memory. */
bool sl_ddsketch_add(sl_ddsketch *s, const double *values, uint32_t count);
/* Adds `from`, its values multiplied by `factor`; any factor but 1 moves values by up to the accuracy once more. */
bool sl_ddsketch_merge(sl_ddsketch *into, const sl_ddsketch *from, double factor);
uint64_t sl_ddsketch_count(const sl_ddsketch *s);
/* The value at rank `rank` (0 is the least). */
double sl_ddsketch_at_rank(const sl_ddsketch *s, uint64_t rank);
void sl_ddsketch_write(const sl_ddsketch *s, sl_writer *w);
bool sl_ddsketch_read(sl_ddsketch *s, sl_reader *r);

#endif
