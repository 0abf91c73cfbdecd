/* Estimates how many different values there were. */
#ifndef SLUICE_HYPERLOGLOG_H
#define SLUICE_HYPERLOGLOG_H

#include "bytes.h"

/* 2^precision registers; the estimate's standard error is 1.04 / sqrt(2^precision). */
typedef struct {
    uint8_t *registers;
    uint8_t precision;
} sl_hyperloglog;

bool sl_hyperloglog_open(sl_hyperloglog *h, uint8_t precision);
void sl_hyperloglog_close(sl_hyperloglog *h);
void sl_hyperloglog_merge(sl_hyperloglog *into, const sl_hyperloglog *from);
double sl_hyperloglog_estimate(const sl_hyperloglog *h);
void sl_hyperloglog_write(const sl_hyperloglog *h, sl_writer *w);
bool sl_hyperloglog_read(sl_hyperloglog *h, sl_reader *r);

static inline void sl_hyperloglog_add(sl_hyperloglog *h, uint64_t hash) {
    uint64_t rest = hash << h->precision | 1ull << (h->precision - 1);
    uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
    uint8_t *place = h->registers + (hash >> (64 - h->precision));
    if (rank > *place) *place = rank;
}

#endif
