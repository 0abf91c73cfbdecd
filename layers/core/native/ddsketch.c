#include "ddsketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "words.h"

#define GROWTH 64u
#define CHUNK 256u
#define LEAST_BUCKET (-60000)
#define LAST_BUCKET 60000

/*
 * The bucket of x = 2^e (1 + s) is floor(MULTIPLIER (e + A s^3 + B s^2 + C s)). The polynomial rises by at least
 * C = 10/7 per e-fold (its least slope against ln x), hence MULTIPLIER = 1 / (C ln gamma) keeps every bucket
 * narrower than gamma = (1 + alpha) / (1 - alpha).
 */
#define A (6.0 / 35.0)
#define B (-3.0 / 5.0)
#define C (10.0 / 7.0)
#define LN_GAMMA 0.020000666706669435 /* ln(1.01 / 0.99) */
#define MULTIPLIER (1.0 / (C * LN_GAMMA))

static inline int32_t bucket_of(double magnitude) {
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    double e = (double)((int32_t)(bits >> 52) - 1023);
    uint64_t fraction = (bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    double s;
    memcpy(&s, &fraction, sizeof s);
    s -= 1.0;
    double position = MULTIPLIER * (((A * s + B) * s + C) * s + e) + 65536.0; /* positive, so that a cast is a floor */
    return (int32_t)position - 65536;
}

/* The least magnitude of a bucket: bisection on the interpolated logarithm. */
static double edge_of(int32_t bucket) {
    double target = (double)bucket / MULTIPLIER, e = floor(target), low = 0, high = 1;
    for (unsigned i = 0; i < 53; i++) {
        double s = (low + high) / 2;
        if (((A * s + B) * s + C) * s + e < target) low = s;
        else high = s;
    }
    return ldexp(1 + high, (int)e);
}

/* The value whose relative distance to both edges is the same. */
static double value_of(int32_t bucket) {
    double low = edge_of(bucket), high = edge_of(bucket + 1);
    return isinf(high) || low == 0 ? low : 2 * low * (high / (low + high));
}

/* Joins the lowest buckets so that `first` becomes the lowest. */
static void collapse_to(sl_buckets *b, int32_t first) {
    if (first <= b->first || b->used == 0) return;
    uint32_t gone = (uint32_t)(first - b->first);
    uint64_t joined = 0;
    for (uint32_t i = 0; i < gone && i < b->used; i++) joined += b->counts[i];
    if (gone < b->used) {
        memmove(b->counts, b->counts + gone, (b->used - gone) * sizeof *b->counts);
        b->used -= gone;
    } else {
        b->used = 1;
        b->counts[0] = 0;
    }
    b->counts[0] += joined;
    b->first = first;
    b->collapsed = true;
}

/* Makes the window reach from `low` to `high`, or as far down as SL_SKETCH_BUCKETS allows. */
static bool reach(sl_buckets *b, int32_t low, int32_t high) {
    if (b->used) {
        int32_t last = b->first + (int32_t)b->used - 1;
        if (low >= b->first && high <= last) return true;
        if (low > b->first) low = b->first;
        if (high < last) high = last;
    }
    if (high - low >= (int32_t)SL_SKETCH_BUCKETS) {
        low = high - (int32_t)SL_SKETCH_BUCKETS + 1;
        collapse_to(b, low);
        b->collapsed = true;
        if (b->used && b->first < low) return false;
    }
    uint32_t needed = (uint32_t)(high - low) + 1;
    uint32_t rounded = (needed + GROWTH - 1) / GROWTH * GROWTH;
    uint64_t *grown = calloc(rounded, sizeof *grown);
    if (!grown) return false;
    if (b->used) memcpy(grown + (b->first - low), b->counts, b->used * sizeof *grown);
    free(b->counts);
    b->counts = grown;
    b->first = low;
    b->used = needed;
    return true;
}

static bool add_buckets(sl_buckets *b, const int32_t *buckets, uint32_t count) {
    int32_t low = buckets[0], high = buckets[0];
    for (uint32_t i = 1; i < count; i++) {
        low = buckets[i] < low ? buckets[i] : low;
        high = buckets[i] > high ? buckets[i] : high;
    }
    if (!reach(b, low, high)) return false;
    if (!b->collapsed) {
        uint64_t *counts = b->counts;
        int32_t first = b->first;
        for (uint32_t i = 0; i < count; i++) counts[buckets[i] - first]++;
        return true;
    }
    for (uint32_t i = 0; i < count; i++) b->counts[buckets[i] > b->first ? buckets[i] - b->first : 0]++;
    return true;
}

static bool add_mixed(sl_ddsketch *s, const double *values, uint32_t count) {
    int32_t positive[CHUNK + 1], negative[CHUNK + 1];
    uint32_t positives = 0, negatives = 0;
    for (uint32_t i = 0; i < count; i++) { /* written to both, kept in one: signs are hard to predict */
        double value = values[i];
        positive[positives] = negative[negatives] = bucket_of(value < 0 ? -value : value);
        positives += value > 0;
        negatives += value < 0;
    }
    s->zeros += count - positives - negatives;
    return (!positives || add_buckets(&s->positive, positive, positives)) && (!negatives || add_buckets(&s->negative, negative, negatives));
}

bool sl_ddsketch_add(sl_ddsketch *s, const double *values, uint32_t count) {
    for (uint32_t from = 0; from < count; from += CHUNK) {
        uint32_t part = count - from < CHUNK ? count - from : CHUNK;
        const double *at = values + from;
        unsigned positives = 0;
        for (uint32_t i = 0; i < part; i++) positives += at[i] > 0;
        if (positives < part) {
            if (!add_mixed(s, at, part)) return false;
            continue;
        }
        int32_t buckets[CHUNK];
        for (uint32_t i = 0; i < part; i++) buckets[i] = bucket_of(at[i]);
        if (!add_buckets(&s->positive, buckets, part)) return false;
    }
    return true;
}

static bool merge_buckets(sl_buckets *into, const sl_buckets *from, double factor) {
    if (from->used == 0) return true;
    int32_t low = 0, high = 0;
    bool any = false;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < from->used; i++) {
            if (from->counts[i] == 0) continue;
            int32_t bucket = from->first + (int32_t)i;
            if (factor != 1) bucket = bucket_of(value_of(bucket) * factor);
            if (pass == 0) {
                low = any && low < bucket ? low : bucket;
                high = any && high > bucket ? high : bucket;
                any = true;
            } else {
                into->counts[bucket > into->first ? bucket - into->first : 0] += from->counts[i];
            }
        }
        if (pass == 0 && (!any || !reach(into, low, high))) return !any;
    }
    into->collapsed |= from->collapsed;
    return true;
}

bool sl_ddsketch_merge(sl_ddsketch *into, const sl_ddsketch *from, double factor) {
    into->zeros += from->zeros;
    return merge_buckets(&into->positive, &from->positive, factor) && merge_buckets(&into->negative, &from->negative, factor);
}

static uint64_t count_of(const sl_buckets *b) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < b->used; i++) count += b->counts[i];
    return count;
}

uint64_t sl_ddsketch_count(const sl_ddsketch *s) { return s->zeros + count_of(&s->negative) + count_of(&s->positive); }

double sl_ddsketch_at_rank(const sl_ddsketch *s, uint64_t rank) {
    uint64_t seen = 0;
    for (uint32_t i = s->negative.used; i-- > 0;) {
        seen += s->negative.counts[i];
        if (seen > rank) return -value_of(s->negative.first + (int32_t)i);
    }
    seen += s->zeros;
    if (seen > rank) return 0;
    for (uint32_t i = 0; i < s->positive.used; i++) {
        seen += s->positive.counts[i];
        if (seen > rank) return value_of(s->positive.first + (int32_t)i);
    }
    return s->positive.used ? value_of(s->positive.first + (int32_t)s->positive.used - 1) : 0;
}

void sl_ddsketch_close(sl_ddsketch *s) {
    free(s->negative.counts);
    free(s->positive.counts);
    *s = (sl_ddsketch){0};
}

static void write_buckets(const sl_buckets *b, sl_writer *w) {
    sl_write_u64(w, b->used);
    sl_write_u64(w, sl_zigzag(b->first));
    sl_write_u64(w, b->collapsed);
    for (uint32_t i = 0; i < b->used; i++) sl_write_u64(w, b->counts[i]);
}

static bool read_buckets(sl_buckets *b, sl_reader *r) {
    uint32_t used = (uint32_t)sl_read_upto(r, SL_SKETCH_BUCKETS);
    int64_t first = sl_unzigzag(sl_read_u64(r));
    bool collapsed = sl_read_upto(r, 1) != 0;
    if (r->failed || first < LEAST_BUCKET || first > LAST_BUCKET) return r->failed = true, false;
    b->collapsed = collapsed;
    if (used == 0) return true;
    if (!reach(b, (int32_t)first, (int32_t)first + (int32_t)used - 1)) return r->failed = true, false;
    for (uint32_t i = 0; i < used; i++) b->counts[i] = sl_read_u64(r);
    return !r->failed;
}

void sl_ddsketch_write(const sl_ddsketch *s, sl_writer *w) {
    sl_write_u64(w, s->zeros);
    write_buckets(&s->negative, w);
    write_buckets(&s->positive, w);
}

bool sl_ddsketch_read(sl_ddsketch *s, sl_reader *r) {
    s->zeros = sl_read_u64(r);
    return read_buckets(&s->negative, r) && read_buckets(&s->positive, r);
}
