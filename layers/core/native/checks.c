#include "checks.h"

#include <stdlib.h>

#include "numbers.h"
#include "words.h"

#define MOST_TEXTS 65536u
#define MOST_PLAN_BYTES (64u << 20)
#define MOST_STATES 4096u
#define MISSING_HANDED 1000u /* of a column; more are only counted */
#define SHORT_UNITS 1000000000000000ll /* 15 digits: no two such decimals of one scale share a double */

static bool matches(const sl_automaton *a, const uint8_t *at, uint32_t size) {
    uint32_t state = 1;
    for (uint32_t i = 0; i < size; i++) {
        if (at[i] >= 128) return false;
        state = a->next[state * a->classes + a->class_of[at[i]]];
        if (state == 0) return false;
    }
    return a->accepting[state];
}

static bool equals(const sl_check *c, sl_part part, const uint8_t *at, uint32_t size) {
    return part.size == size && memcmp(c->plan + part.at, at, size) == 0;
}

static bool is_missing(const sl_check *c, const uint8_t *at, uint32_t size) {
    for (uint32_t i = 0; i < c->missing_count; i++)
        if (equals(c, c->missing[i], at, size)) return true;
    return false;
}

/* The place of a text in the table: where it is, or where it would be. */
static sl_part *place_of(const sl_check *c, const uint8_t *at, uint32_t size) {
    uint64_t seen = 0, place = sl_hash(at, size, &seen);
    for (;; place++) {
        sl_part *part = &c->texts[place & (c->texts_size - 1)];
        if (part->at == 0 || equals(c, *part, at, size)) return part;
    }
}

static bool number_passes(const sl_check *c, const uint8_t *at, uint32_t size) {
    sl_cell cell;
    if (size == 0 || !sl_read_plain_number(at, size, &cell)) return false;
    if ((c->flags & CHECK_INTEGER) && cell.kind != KIND_INT && cell.kind != KIND_CODE) return false;
    bool few = cell.units < SHORT_UNITS && cell.units > -SHORT_UNITS;
    /* Rounding keeps order: a greater double is a greater number, an equal one only where both are short. */
    if ((c->flags & CHECK_LOW) && !(cell.value > c->low || (cell.value == c->low && few && (c->flags & CHECK_LOW_SHORT)))) return false;
    if ((c->flags & CHECK_HIGH) && !(cell.value < c->high || (cell.value == c->high && few && (c->flags & CHECK_HIGH_SHORT)))) return false;
    return true;
}

/* Characters of a text that may not be valid UTF-8 lie between a quarter of its bytes and all of them. */
static bool length_passes(const sl_check *c, const uint8_t *at, uint32_t size) {
    uint32_t fewest = sl_is_ascii(at, size) ? size : (size + 3) / 4;
    return fewest >= c->least_length && size <= c->greatest_length;
}

static int compare(const sl_check *c, sl_part bound, const uint8_t *at, uint32_t size) {
    return memcmp(at, c->plan + bound.at, size < bound.size ? size : bound.size);
}

static bool order_passes(const sl_check *c, const uint8_t *at, uint32_t size) {
    if (c->flags & CHECK_TEXT_LOW) {
        int order = compare(c, c->text_low, at, size);
        if (order < 0 || (order == 0 && size != c->text_low.size)) return false;
    }
    if (c->flags & CHECK_TEXT_HIGH) {
        int order = compare(c, c->text_high, at, size);
        if (order > 0 || (order == 0 && size != c->text_high.size)) return false;
    }
    return true;
}

static bool passes(const sl_check *c, const uint8_t *at, uint32_t size) {
    if (c->flags & CHECK_JUDGE) return false;
    if (c->flags & CHECK_TRIMMED) {
        while (size && sl_is_blank(*at)) at++, size--;
        while (size && sl_is_blank(at[size - 1])) size--;
    }
    if (c->flags & CHECK_CLOSED) return place_of(c, at, size)->at != 0;
    if ((c->flags & CHECK_NUMBER) && number_passes(c, at, size)) return true;
    if ((c->flags & CHECK_NUMBER) && (c->automata_count == 0 || (c->flags & (CHECK_LOW | CHECK_HIGH)))) return false;
    for (uint32_t i = 0; i < c->automata_count; i++)
        if (!matches(&c->automata[i], at, size)) return false;
    return (!(c->flags & CHECK_LENGTH) || length_passes(c, at, size)) && order_passes(c, at, size);
}

static void hand_out(sl_suspects *s, const sl_cells *cells, uint32_t i, bool missing) {
    uint32_t place = s->used++;
    s->at[place] = cells->at[i];
    s->size[place] = cells->size[i];
    s->raw[place] = cells->raw[i];
    s->row[place] = cells->row[i];
    s->kind[place] = missing;
}

void sl_check_cells(sl_check *c, const sl_cells *cells, uint32_t column, const uint32_t *width, sl_suspects *suspects, uint8_t *missing) {
    suspects->used = 0;
    bool open = c->flags == 0 && c->automata_count == 0; /* any text will do */
    for (uint32_t i = 0; i < cells->rows; i++) {
        const uint8_t *at = cells->data + cells->at[i];
        uint32_t size = cells->size[i];
        if (SL_UNLIKELY(width && column >= width[i])) {
            missing[i] = 1;
        } else if (is_missing(c, at, size)) {
            missing[i] = 1;
            c->missed++;
            if ((c->flags & CHECK_REQUIRED) && c->handed < MISSING_HANDED) c->handed++, hand_out(suspects, cells, i, true);
        } else {
            missing[i] = 0;
            if (!open && !passes(c, at, size)) hand_out(suspects, cells, i, false);
        }
    }
}

static sl_part read_part(sl_reader *r, const uint8_t *start) {
    uint32_t size = (uint32_t)sl_read_upto(r, MOST_PLAN_BYTES);
    if (r->failed || (size_t)(r->end - r->at) < size) return r->failed = true, (sl_part){0};
    sl_part part = {(uint32_t)(r->at - start), size};
    r->at += size;
    return part;
}

static bool read_missing(sl_check *c, sl_reader *r, const uint8_t *start) {
    c->missing_count = (uint32_t)sl_read_upto(r, MOST_TEXTS);
    c->missing = calloc(c->missing_count + 1, sizeof *c->missing);
    for (uint32_t i = 0; c->missing && i < c->missing_count; i++) c->missing[i] = read_part(r, start);
    return c->missing && !r->failed;
}

static bool read_texts(sl_check *c, sl_reader *r, const uint8_t *start) {
    uint32_t count = (uint32_t)sl_read_upto(r, MOST_TEXTS);
    c->texts_size = 2;
    while (c->texts_size < 2 * count) c->texts_size *= 2;
    c->texts = calloc(c->texts_size, sizeof *c->texts);
    for (uint32_t i = 0; c->texts && i < count && !r->failed; i++) {
        sl_part part = read_part(r, start);
        if (!r->failed) *place_of(c, c->plan + part.at, part.size) = part;
    }
    return c->texts && !r->failed;
}

static bool read_automaton(sl_automaton *a, sl_reader *r) {
    a->states = (uint32_t)sl_read_upto(r, MOST_STATES);
    a->classes = (uint32_t)sl_read_upto(r, 256);
    if (r->failed || a->states < 2 || a->classes == 0) return false;
    a->next = calloc((size_t)a->states * a->classes, sizeof *a->next);
    a->accepting = calloc(a->states, 1);
    if (!a->next || !a->accepting) return false;
    sl_read(r, a->class_of, sizeof a->class_of);
    sl_read(r, a->accepting, a->states);
    sl_read(r, a->next, (size_t)a->states * a->classes * sizeof *a->next);
    for (uint32_t i = 0; i < sizeof a->class_of; i++)
        if (a->class_of[i] >= a->classes) return false;
    for (uint32_t i = 0; i < a->states * a->classes; i++)
        if (a->next[i] >= a->states) return false;
    return !r->failed;
}

/* Flags, lengths, missing texts, texts that pass, automata, bounds of texts, bounds of numbers. */
static bool read_plan(sl_check *c, sl_reader *r, const uint8_t *start) {
    c->flags = (uint32_t)sl_read_upto(r, CHECK_FLAGS);
    c->least_length = (uint32_t)sl_read_upto(r, UINT32_MAX);
    c->greatest_length = (uint32_t)sl_read_upto(r, UINT32_MAX);
    if (!read_missing(c, r, start) || !read_texts(c, r, start)) return false;
    c->automata_count = (uint32_t)sl_read_upto(r, SL_AUTOMATA);
    for (uint32_t i = 0; i < c->automata_count; i++)
        if (!read_automaton(&c->automata[i], r)) return false;
    c->text_low = read_part(r, start);
    c->text_high = read_part(r, start);
    c->low = sl_read_f64(r);
    c->high = sl_read_f64(r);
    return !r->failed && r->at == r->end;
}

sl_check *sl_check_read(const uint8_t *plan, size_t size) {
    sl_check *c = size <= MOST_PLAN_BYTES ? calloc(1, sizeof *c) : NULL;
    if (!c) return NULL;
    c->plan = calloc(size + SL_PADDING, 1); /* texts are hashed by wide loads */
    if (c->plan) {
        memcpy(c->plan, plan, size);
        sl_reader r = {.at = c->plan, .end = c->plan + size};
        if (read_plan(c, &r, c->plan)) return c;
    }
    sl_check_close(c);
    return NULL;
}

void sl_check_close(sl_check *c) {
    if (!c) return;
    for (uint32_t i = 0; i < SL_AUTOMATA; i++) {
        free(c->automata[i].next);
        free(c->automata[i].accepting);
    }
    free(c->texts);
    free(c->missing);
    free(c->plan);
    free(c);
}
