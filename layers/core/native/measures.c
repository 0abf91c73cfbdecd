#include "measures.h"

#include <math.h>

/* Chan, Golub, LeVeque: joins means and squared distances of two sets. */
static void join_moments(sl_measure *m, uint64_t count, double mean, double squares) {
    double both = (double)(m->count + count);
    double apart = mean - m->mean;
    m->squares += squares + apart * apart * ((double)m->count * (double)count / both);
    m->mean += apart * ((double)count / both);
}

bool sl_measure_add(sl_measure *m, const double *values, uint32_t count, bool sketched) {
    if (count == 0) return true;
    /* Four lanes, so that the compiler can use vectors and the result does not depend on which. */
    double low[4] = {INFINITY, INFINITY, INFINITY, INFINITY}, high[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    double sum[4] = {0}, squares[4] = {0};
    uint32_t zeros = 0, negatives = 0, whole = count / 4 * 4;
    double origin = values[0]; /* what lies close together far from zero is summed by what sets it apart */
    for (uint32_t i = 0; i < count; i++) {
        zeros += values[i] == 0;
        negatives += values[i] < 0;
    }
    for (uint32_t i = 0; i < whole; i += 4)
        for (uint32_t lane = 0; lane < 4; lane++) {
            double v = values[i + lane];
            low[lane] = v < low[lane] ? v : low[lane];
            high[lane] = v > high[lane] ? v : high[lane];
            sum[lane] += v - origin;
        }
    for (uint32_t i = whole; i < count; i++) {
        double v = values[i];
        low[0] = v < low[0] ? v : low[0];
        high[0] = v > high[0] ? v : high[0];
        sum[0] += v - origin;
    }
    double mean = (sum[0] / count + sum[1] / count) + (sum[2] / count + sum[3] / count);
    for (uint32_t i = 0; i < whole; i += 4)
        for (uint32_t lane = 0; lane < 4; lane++) {
            double apart = values[i + lane] - origin - mean;
            squares[lane] += apart * apart;
        }
    for (uint32_t i = whole; i < count; i++) squares[0] += (values[i] - origin - mean) * (values[i] - origin - mean);
    double least = fmin(fmin(low[0], low[1]), fmin(low[2], low[3]));
    double greatest = fmax(fmax(high[0], high[1]), fmax(high[2], high[3]));
    join_moments(m, count, origin + mean, (squares[0] + squares[1]) + (squares[2] + squares[3]));
    if (m->count == 0 || least < m->least) m->least = least;
    if (m->count == 0 || greatest > m->greatest) m->greatest = greatest;
    m->count += count;
    m->zeros += zeros;
    m->negatives += negatives;
    return (!sketched || sl_ddsketch_add(&m->sketch, values, count)) && sl_bins_add(&m->bins, values, count, least, greatest);
}

static void merge_sums(sl_measure *into, const sl_measure *from, int thousands) {
    for (int scale = 0; scale < (int)SL_SCALES; scale++) {
        if (from->sums[scale] == 0) continue;
        int moved = scale - 3 * thousands;
        if (moved >= 0 && moved < (int)SL_SCALES) into->sums[moved] += from->sums[scale];
        else if (moved < 0) into->sums[0] += from->sums[scale] * (moved == -3 ? 1000 : moved == -2 ? 100 : 10);
        else into->rest += (double)from->sums[scale] * pow(10, -moved);
    }
    into->rest += from->rest * (thousands > 0 ? 1000 : thousands < 0 ? 0.001 : 1);
}

bool sl_measure_merge(sl_measure *into, const sl_measure *from, int thousands) {
    if (from->count == 0) return true;
    double factor = thousands > 0 ? 1000 : thousands < 0 ? 0.001 : 1;
    double least = thousands < 0 ? from->least / 1000 : from->least * factor;
    double greatest = thousands < 0 ? from->greatest / 1000 : from->greatest * factor;
    join_moments(into, from->count, from->mean * factor, from->squares * factor * factor);
    if (into->count == 0 || least < into->least) into->least = least;
    if (into->count == 0 || greatest > into->greatest) into->greatest = greatest;
    if (into->count == into->inexact || from->least_units < into->least_units) into->least_units = from->least_units;
    if (into->count == into->inexact || from->greatest_units > into->greatest_units) into->greatest_units = from->greatest_units;
    into->count += from->count;
    into->zeros += from->zeros;
    into->negatives += from->negatives;
    into->inexact += from->inexact;
    merge_sums(into, from, thousands);
    return sl_ddsketch_merge(&into->sketch, &from->sketch, factor) && sl_bins_merge(&into->bins, &from->bins, factor);
}

void sl_measure_close(sl_measure *m) {
    sl_ddsketch_close(&m->sketch);
    sl_bins_close(&m->bins);
}

void sl_measure_write(const sl_measure *m, sl_writer *w) {
    sl_write_u64(w, m->count);
    sl_write_u64(w, m->zeros);
    sl_write_u64(w, m->negatives);
    sl_write_u64(w, m->inexact);
    sl_write_u64(w, sl_zigzag(m->least_units));
    sl_write_u64(w, sl_zigzag(m->greatest_units));
    sl_write_f64(w, m->least);
    sl_write_f64(w, m->greatest);
    sl_write_f64(w, m->mean);
    sl_write_f64(w, m->squares);
    sl_write_f64(w, m->rest);
    uint64_t scales = 0;
    for (unsigned i = 0; i < SL_SCALES; i++) scales |= (uint64_t)(m->sums[i] != 0) << i;
    sl_write_u64(w, scales);
    for (unsigned i = 0; i < SL_SCALES; i++)
        if (m->sums[i] != 0) sl_write(w, &m->sums[i], sizeof m->sums[i]);
    sl_ddsketch_write(&m->sketch, w);
    sl_bins_write(&m->bins, w);
}

bool sl_measure_read(sl_measure *m, sl_reader *r) {
    m->count = sl_read_u64(r);
    m->zeros = sl_read_u64(r);
    m->negatives = sl_read_u64(r);
    m->inexact = sl_read_u64(r);
    m->least_units = sl_unzigzag(sl_read_u64(r));
    m->greatest_units = sl_unzigzag(sl_read_u64(r));
    m->least = sl_read_f64(r);
    m->greatest = sl_read_f64(r);
    m->mean = sl_read_f64(r);
    m->squares = sl_read_f64(r);
    m->rest = sl_read_f64(r);
    uint64_t scales = sl_read_upto(r, (1ull << SL_SCALES) - 1);
    for (unsigned i = 0; i < SL_SCALES; i++)
        if (scales >> i & 1) sl_read(r, &m->sums[i], sizeof m->sums[i]);
    return sl_ddsketch_read(&m->sketch, r) && sl_bins_read(&m->bins, r);
}
