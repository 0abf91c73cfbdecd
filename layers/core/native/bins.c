#include "bins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"

#define LEAST_EXPONENT (-1000)
#define LARGEST_INDEX 0x1p50 /* positions stay exact in a double */

static double shifted(double value, int32_t exponent) {
    /* In two steps: 2^-exponent alone may be beyond a double. */
    int half = exponent / 2;
    return ldexp(ldexp(value, -half), -(exponent - half));
}

static int64_t position(double value, int32_t exponent) { return (int64_t)floor(shifted(value, exponent)); }

static bool fits(double low, double high, int32_t exponent) {
    double largest = fmax(fabs(low), fabs(high));
    if (shifted(largest, exponent) >= LARGEST_INDEX) return false;
    return position(high, exponent) - position(low, exponent) < (int64_t)SL_BINS;
}

static int32_t exponent_for(double low, double high) {
    double largest = fmax(fabs(low), fabs(high)), range = high - low;
    int32_t exponent = LEAST_EXPONENT;
    if (largest > 0 && ilogb(largest) - 50 > exponent) exponent = ilogb(largest) - 50;
    if (range > 0 && isfinite(range) && ilogb(range) - 10 > exponent) exponent = ilogb(range) - 10;
    while (!fits(low, high, exponent)) exponent++;
    return exponent;
}

static int64_t coarser(int64_t index, int32_t steps) { return index >> (steps < 63 ? steps : 63); }

/* Widens the bins and moves their start so that they cover low to high besides what they hold. */
static bool cover(sl_bins *b, double low, double high) {
    if (!b->counts) {
        b->counts = calloc(SL_BINS, sizeof *b->counts);
        if (!b->counts) return false;
        b->low = low;
        b->high = high;
        b->exponent = exponent_for(low, high);
        b->first = position(low, b->exponent);
        return true;
    }
    if (low >= b->low && high <= b->high) return true;
    double all_low = fmin(low, b->low), all_high = fmax(high, b->high);
    int32_t exponent = exponent_for(all_low, all_high);
    int64_t first = position(all_low, exponent);
    if (exponent != b->exponent || first != b->first) {
        uint64_t moved[SL_BINS] = {0};
        for (uint32_t i = 0; i < SL_BINS; i++) {
            if (b->counts[i] == 0) continue;
            int64_t place = coarser(b->first + i, exponent - b->exponent) - first;
            if (place >= 0 && place < (int64_t)SL_BINS) moved[place] += b->counts[i];
        }
        memcpy(b->counts, moved, sizeof moved);
    }
    b->exponent = exponent;
    b->first = first;
    b->low = all_low;
    b->high = all_high;
    return true;
}

bool sl_bins_add(sl_bins *b, const double *values, uint32_t count, double low, double high) {
    if (!cover(b, low, high)) return false;
    if (b->exponent < -1000 || b->exponent > 1000) {
        for (uint32_t i = 0; i < count; i++) b->counts[position(values[i], b->exponent) - b->first]++;
        return true;
    }
    double scale = ldexp(1, -b->exponent);
    uint64_t *counts = b->counts;
    int64_t first = b->first;
    for (uint32_t i = 0; i < count; i++) {
        double place = values[i] * scale;
        int64_t index = (int64_t)place;
        index -= place < (double)index; /* a cast rounds to zero, a bin needs the floor */
        counts[(uint64_t)(index - first) & (SL_BINS - 1)]++;
    }
    return true;
}

bool sl_bins_merge(sl_bins *into, const sl_bins *from, double factor) {
    if (!from->counts) return true;
    if (!cover(into, from->low * factor, from->high * factor)) return false;
    for (uint32_t i = 0; i < SL_BINS; i++) {
        if (from->counts[i] == 0) continue;
        int64_t index;
        if (factor == 1) {
            index = coarser(from->first + i, into->exponent - from->exponent);
        } else {
            double middle = ldexp((double)(from->first + i) + 0.5, from->exponent) * factor;
            index = position(fmin(fmax(middle, into->low), into->high), into->exponent);
        }
        int64_t place = index - into->first;
        place = place < 0 ? 0 : place >= (int64_t)SL_BINS ? (int64_t)SL_BINS - 1 : place;
        into->counts[place] += from->counts[i];
    }
    return true;
}

double sl_bins_at_rank(const sl_bins *b, uint64_t rank, double *width) {
    uint64_t seen = 0;
    uint32_t i = 0;
    for (; i + 1 < SL_BINS; i++) {
        seen += b->counts[i];
        if (seen > rank) break;
    }
    *width = ldexp(1, b->exponent);
    return ldexp((double)(b->first + i) + 0.5, b->exponent);
}

void sl_bins_close(sl_bins *b) {
    free(b->counts);
    *b = (sl_bins){0};
}

void sl_bins_write(const sl_bins *b, sl_writer *w) {
    sl_write_u64(w, b->counts != NULL);
    if (!b->counts) return;
    sl_write_f64(w, b->low);
    sl_write_f64(w, b->high);
    for (uint32_t i = 0; i < SL_BINS; i++) sl_write_u64(w, b->counts[i]);
}

bool sl_bins_read(sl_bins *b, sl_reader *r) {
    if (!sl_read_upto(r, 1)) return !r->failed;
    double low = sl_read_f64(r), high = sl_read_f64(r);
    if (r->failed || !isfinite(low) || !isfinite(high) || low > high || !cover(b, low, high)) return r->failed = true, false;
    for (uint32_t i = 0; i < SL_BINS; i++) b->counts[i] = sl_read_u64(r);
    return !r->failed;
}
