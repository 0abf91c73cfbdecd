#include "hyperloglog.h"

#include <math.h>
#include <stdlib.h>

bool sl_hyperloglog_open(sl_hyperloglog *h, uint8_t precision) {
    h->precision = precision;
    h->registers = calloc((size_t)1 << precision, 1);
    return h->registers != NULL;
}

void sl_hyperloglog_close(sl_hyperloglog *h) {
    free(h->registers);
    h->registers = NULL;
}

void sl_hyperloglog_merge(sl_hyperloglog *into, const sl_hyperloglog *from) {
    size_t count = (size_t)1 << into->precision;
    for (size_t i = 0; i < count; i++)
        if (from->registers[i] > into->registers[i]) into->registers[i] = from->registers[i];
}

static double sigma(double x) {
    if (x == 1.0) return INFINITY;
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

static double tau(double x) {
    if (x == 0.0 || x == 1.0) return 0.0;
    double y = 1, z = 1 - x, before;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

/* Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6: no bias tables. */
double sl_hyperloglog_estimate(const sl_hyperloglog *h) {
    uint64_t ranks[66] = {0};
    unsigned q = 64u - h->precision;
    size_t count = (size_t)1 << h->precision;
    double m = (double)count;
    for (size_t i = 0; i < count; i++) ranks[h->registers[i] <= q + 1 ? h->registers[i] : q + 1]++;
    double z = m * tau(1 - (double)ranks[q + 1] / m);
    for (unsigned k = q; k >= 1; k--) z = 0.5 * (z + (double)ranks[k]);
    z += m * sigma((double)ranks[0] / m);
    return m * m / (2 * 0.6931471805599453 * z);
}

void sl_hyperloglog_write(const sl_hyperloglog *h, sl_writer *w) {
    sl_write(w, h->registers, (size_t)1 << h->precision);
}

bool sl_hyperloglog_read(sl_hyperloglog *h, sl_reader *r) {
    sl_read(r, h->registers, (size_t)1 << h->precision);
    return !r->failed;
}
