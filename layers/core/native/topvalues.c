#include "topvalues.h"

#include <stdlib.h>

#include "words.h"

#define MOST ((1u << SL_PLACE_BITS) - 1)

bool sl_topvalues_open(sl_topvalues *t, uint32_t most) {
    uint32_t slots = 16;
    while (slots < 2 * most) slots *= 2; /* at most half full: most values are found at the first look */
    *t = (sl_topvalues){.mask = slots - 1, .most = most};
    t->slots = calloc(slots, sizeof *t->slots);
    t->values = calloc(most, sizeof *t->values);
    t->sizes = calloc(most, sizeof *t->sizes);
    t->texts = calloc(most, sizeof *t->texts);
    return t->slots && t->values && t->sizes && t->texts;
}

void sl_topvalues_close(sl_topvalues *t) {
    free(t->slots);
    free(t->values);
    free(t->sizes);
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

void sl_topvalues_note(sl_topvalues *t, uint32_t place, const uint8_t *text, uint32_t size) {
    uint32_t kept = kept_bytes(text, size);
    t->sizes[place] = (uint8_t)(kept | (kept < size ? 0x80 : 0));
    if (kept <= 16) memcpy(t->texts[place].bytes, text, 16); /* padded on both sides: one move, no loop */
    else memcpy(t->texts[place].bytes, text, kept);
}

static uint32_t count_singles(const sl_topvalues *t) {
    uint32_t singles = 0;
    for (uint32_t i = 0; i < t->used; i++) singles += t->values[i].count == 1;
    return singles;
}

static uint64_t median_count(const sl_topvalues *t) {
    uint64_t counts[MOST];
    for (uint32_t i = 0; i < t->used; i++) counts[i] = t->values[i].count;
    uint32_t low = 0, high = t->used - 1, middle = t->used / 2;
    while (low < high) { /* quickselect */
        uint64_t pivot = counts[low + (high - low) / 2];
        uint32_t i = low, j = high;
        for (;;) {
            while (counts[i] < pivot) i++;
            while (counts[j] > pivot) j--;
            if (i >= j) break;
            uint64_t swap = counts[i];
            counts[i++] = counts[j];
            counts[j--] = swap;
        }
        if (middle <= j) high = j;
        else low = j + 1;
    }
    return counts[middle];
}

static uint32_t free_slot(const sl_topvalues *t, uint64_t hash) {
    uint32_t at = (uint32_t)hash & t->mask;
    while (t->slots[at] != 0) at = (at + 1) & t->mask;
    return at;
}

void sl_topvalues_purge(sl_topvalues *t) {
    uint32_t used = t->used, singles = count_singles(t);
    uint64_t median = singles * 2 > used ? 1 : median_count(t);
    memset(t->slots, 0, (t->mask + 1) * sizeof *t->slots);
    t->purged += median;
    t->used = 0;
    if (singles == used) return; /* all different, as in a key column */
    for (uint32_t i = 0; i < used; i++) {
        if (t->values[i].count <= median) continue;
        uint8_t size = t->sizes[i];
        uint64_t hash = t->values[i].hash;
        uint32_t place = sl_topvalues_insert(t, free_slot(t, hash), hash, t->values[i].count - median);
        t->sizes[place] = size;
        if (place != i && size != SL_NO_TEXT) t->texts[place] = t->texts[i];
    }
}

static void copy_text(sl_topvalues *into, uint32_t place, const sl_topvalues *from, uint32_t i) {
    into->sizes[place] = from->sizes[i];
    into->texts[place] = from->texts[i];
}

static void merge_value(sl_topvalues *into, const sl_topvalues *from, uint32_t i) {
    const sl_top_value *value = &from->values[i];
    uint32_t slot;
    int32_t place = sl_topvalues_find(into, value->hash, &slot);
    if (place >= 0) {
        into->values[place].count += value->count;
        if (into->sizes[place] == SL_NO_TEXT) copy_text(into, (uint32_t)place, from, i);
        into->repeats++;
        return;
    }
    if (into->used == into->most) {
        sl_topvalues_purge(into);
        slot = free_slot(into, value->hash);
    }
    copy_text(into, sl_topvalues_insert(into, slot, value->hash, value->count), from, i);
}

void sl_topvalues_merge(sl_topvalues *into, const sl_topvalues *from) {
    into->purged += from->purged;
    into->repeats += from->repeats;
    for (uint32_t i = 0; i < from->used; i++) merge_value(into, from, i);
}

static int compare(const void *left, const void *right) {
    const sl_top *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    uint32_t a_size = a->size & 0x7F, b_size = b->size & 0x7F;
    int order = memcmp(a->text->bytes, b->text->bytes, a_size < b_size ? a_size : b_size);
    if (order) return order;
    if (a_size != b_size) return a_size < b_size ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

uint32_t sl_topvalues_list(const sl_topvalues *t, sl_top *list, uint32_t most) {
    sl_top all[MOST];
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->used; i++)
        if (t->sizes[i] != SL_NO_TEXT) all[count++] = (sl_top){t->values[i].hash, t->values[i].count, &t->texts[i], t->sizes[i]};
    qsort(all, count, sizeof *all, compare);
    if (count > most) count = most;
    memcpy(list, all, count * sizeof *all);
    return count;
}

void sl_topvalues_write(const sl_topvalues *t, sl_writer *w) {
    sl_write_u64(w, t->purged);
    sl_write_u64(w, t->repeats);
    sl_write_u64(w, t->used);
    for (uint32_t i = 0; i < t->used; i++) {
        sl_write(w, &t->values[i].hash, sizeof t->values[i].hash);
        sl_write_u64(w, t->values[i].count);
        sl_write(w, &t->sizes[i], 1);
        if (t->sizes[i] != SL_NO_TEXT) sl_write(w, t->texts[i].bytes, t->sizes[i] & 0x7F);
    }
}

bool sl_topvalues_read(sl_topvalues *t, sl_reader *r) {
    t->purged = sl_read_u64(r);
    t->repeats = sl_read_u64(r);
    uint32_t used = (uint32_t)sl_read_upto(r, t->most);
    for (uint32_t i = 0; i < used && !r->failed; i++) {
        uint64_t hash;
        uint32_t slot;
        uint8_t size;
        sl_read(r, &hash, sizeof hash);
        uint64_t count = sl_read_u64(r);
        sl_read(r, &size, 1);
        if (size != SL_NO_TEXT && (size & 0x7F) > SL_TOP_BYTES) return r->failed = true, false;
        if (hash == 0 || sl_topvalues_find(t, hash, &slot) >= 0) return r->failed = true, false;
        uint32_t place = sl_topvalues_insert(t, slot, hash, count);
        t->sizes[place] = size;
        if (size != SL_NO_TEXT) sl_read(r, t->texts[place].bytes, size & 0x7F);
    }
    return !r->failed;
}
