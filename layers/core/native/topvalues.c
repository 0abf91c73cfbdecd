#include "topvalues.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

bool sl_topvalues_open(sl_topvalues *t, uint32_t slots) {
    *t = (sl_topvalues){.slots = slots, .most = slots / 4 * 3};
    t->hashes = calloc(slots, sizeof *t->hashes);
    t->counts = calloc(slots, sizeof *t->counts);
    t->texts = calloc(slots, sizeof *t->texts);
    return t->hashes && t->counts && t->texts;
}

void sl_topvalues_close(sl_topvalues *t) {
    free(t->hashes);
    free(t->counts);
    free(t->texts);
    *t = (sl_topvalues){0};
}

/* Cut at a whole character: a partial one would not be valid UTF-8. */
static uint32_t kept_bytes(const uint8_t *text, uint32_t size) {
    if (size <= SL_TOP_BYTES) return size;
    size = SL_TOP_BYTES;
    while (size > SL_TOP_BYTES - 4 && (text[size] & 0xC0) == 0x80) size--;
    return size;
}

void sl_topvalues_insert(sl_topvalues *t, uint32_t slot, uint64_t hash, uint64_t count, const uint8_t *text, uint32_t size) {
    t->hashes[slot] = hash;
    t->counts[slot] = count;
    t->used++;
    uint32_t kept = kept_bytes(text, size);
    t->texts[slot].size = (uint8_t)(kept | (kept < size ? 0x80 : 0)); /* the top bit: the text was cut */
    if (kept < 16) memcpy(t->texts[slot].text, text, 16);   /* padded on both sides: one move, no loop */
    else memcpy(t->texts[slot].text, text, kept);
}

static uint64_t median_count(const sl_topvalues *t, uint64_t *scratch) {
    uint32_t count = 0, ones = 0;
    for (uint32_t i = 0; i < t->slots; i++) {
        if (t->hashes[i] == 0) continue;
        ones += t->counts[i] == 1;
        scratch[count++] = t->counts[i];
    }
    if (ones * 2 > count) return 1;
    uint32_t low = 0, high = count - 1, middle = count / 2;
    while (low < high) { /* quickselect */
        uint64_t pivot = scratch[low + (high - low) / 2];
        uint32_t i = low, j = high;
        for (;;) {
            while (scratch[i] < pivot) i++;
            while (scratch[j] > pivot) j--;
            if (i >= j) break;
            uint64_t swap = scratch[i];
            scratch[i++] = scratch[j];
            scratch[j--] = swap;
        }
        if (middle <= j) high = j;
        else low = j + 1;
    }
    return scratch[middle];
}

/* Moves the value of `slot` to where its probing begins, if a place before it is free now. */
static void settle(sl_topvalues *t, uint32_t slot) {
    uint64_t hash = t->hashes[slot];
    t->hashes[slot] = 0;
    uint32_t place = sl_topvalues_find(t, hash);
    t->hashes[place] = hash;
    if (place == slot) return;
    t->counts[place] = t->counts[slot];
    t->texts[place] = t->texts[slot];
}

void sl_topvalues_purge(sl_topvalues *t) {
    uint64_t scratch[4096];
    uint64_t median = median_count(t, scratch);
    t->purged += median;
    uint32_t start = t->slots;
    for (uint32_t i = 0; i < t->slots; i++) {
        if (t->hashes[i] == 0) {
            if (start == t->slots) start = i; /* a place that was free: no run of probes crosses it */
        } else if (t->counts[i] <= median) {
            t->hashes[i] = 0;
            t->used--;
        } else {
            t->counts[i] -= median;
        }
    }
    for (uint32_t i = 1; i < t->slots; i++) {
        uint32_t slot = (start + i) & (t->slots - 1);
        if (t->hashes[slot] != 0) settle(t, slot);
    }
}

void sl_topvalues_merge(sl_topvalues *into, const sl_topvalues *from) {
    into->purged += from->purged;
    into->repeats += from->repeats;
    for (uint32_t i = 0; i < from->slots; i++) {
        if (from->hashes[i] == 0) continue;
        uint32_t slot = sl_topvalues_find(into, from->hashes[i]);
        if (into->hashes[slot]) {
            into->counts[slot] += from->counts[i];
            into->repeats++;
            continue;
        }
        if (into->used >= into->most) {
            sl_topvalues_purge(into);
            slot = sl_topvalues_find(into, from->hashes[i]);
        }
        into->hashes[slot] = from->hashes[i];
        into->counts[slot] = from->counts[i];
        into->texts[slot] = from->texts[i];
        into->used++;
    }
}

static int compare(const void *left, const void *right) {
    const sl_top *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    uint32_t a_size = a->text->size & 0x7F, b_size = b->text->size & 0x7F;
    int order = memcmp(a->text->text, b->text->text, a_size < b_size ? a_size : b_size);
    if (order) return order;
    if (a_size != b_size) return a_size < b_size ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

uint32_t sl_topvalues_list(const sl_topvalues *t, sl_top *list, uint32_t most) {
    sl_top all[4096];
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->slots; i++)
        if (t->hashes[i]) all[count++] = (sl_top){t->hashes[i], t->counts[i], &t->texts[i]};
    qsort(all, count, sizeof *all, compare);
    if (count > most) count = most;
    memcpy(list, all, count * sizeof *all);
    return count;
}

void sl_topvalues_write(const sl_topvalues *t, sl_writer *w) {
    sl_write_u64(w, t->purged);
    sl_write_u64(w, t->repeats);
    sl_write_u64(w, t->used);
    for (uint32_t i = 0; i < t->slots; i++) {
        if (t->hashes[i] == 0) continue;
        sl_write(w, &t->hashes[i], sizeof t->hashes[i]);
        sl_write_u64(w, t->counts[i]);
        sl_write(w, &t->texts[i].size, 1);
        sl_write(w, t->texts[i].text, t->texts[i].size & 0x7F);
    }
}

bool sl_topvalues_read(sl_topvalues *t, sl_reader *r) {
    t->purged = sl_read_u64(r);
    t->repeats = sl_read_u64(r);
    uint32_t used = (uint32_t)sl_read_upto(r, t->most);
    for (uint32_t i = 0; i < used && !r->failed; i++) {
        uint64_t hash;
        uint8_t size, text[SL_TOP_BYTES + 16] = {0};
        sl_read(r, &hash, sizeof hash);
        uint64_t count = sl_read_u64(r);
        sl_read(r, &size, 1);
        if ((size & 0x7F) > SL_TOP_BYTES) return r->failed = true, false;
        sl_read(r, text, size & 0x7F);
        uint32_t slot = sl_topvalues_find(t, hash);
        if (hash == 0 || t->hashes[slot] != 0) return r->failed = true, false;
        sl_topvalues_insert(t, slot, hash, count, text, size & 0x7F);
        t->texts[slot].size = size;
    }
    return !r->failed;
}
