#include "dates.h"

#include <stdio.h>

#include "words.h"

#define DAY_MS 86400000.0
#define TWO_DIGIT_PIVOT 69 /* POSIX: 69 to 99 are in the twentieth century */

enum { ZONE_FORMAT = 256, T_FORMAT = 512, TIME_FORMAT = 32 };

static const char *const DATE_NAMES[] = {
    "", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%1/%2/%Y", "%1-%2-%Y", "%1.%2.%Y", "%1/%2/%y", "%1-%2-%y", "%1.%2.%y",
    "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d %b %y", "%d-%b-%y", "%d/%b/%y", "%b %d, %Y", "%b %d %Y",
    "%d %B %Y", "%d-%B-%Y", "%d/%B/%Y", "%d %B %y", "%d-%B-%y", "%d/%B/%y", "%B %d, %Y", "%B %d %Y",
};
enum { ISO = 1, COMPACT = 4, NUMERIC = 5, NAMED = 11, NAMED_FIRST = 17, LONG_NAMES = 8 };
static const char *const TIME_NAMES[] = {"", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M:%S.%f %p", "%H"};

typedef struct {
    const uint8_t *at;
    uint32_t left;
} text;

typedef struct {
    unsigned year, month, day;
    unsigned layout;
    bool either, day_only, month_only; /* order of day and month, where it is open */
} date;

/* Days since 1970-01-01 in the Gregorian calendar, for years 1 to 9999. */
static int64_t days_from_civil(unsigned year, unsigned month, unsigned day) {
    static const uint16_t BEFORE[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    unsigned full = year - (month <= 2); /* years whose leap day, if any, has passed */
    unsigned leaps = full / 4 - full / 100 + full / 400;
    return (int64_t)((year - 1) * 365 + leaps + BEFORE[month - 1] + day) - 719163;
}

static bool is_date(unsigned year, unsigned month, unsigned day) {
    static const uint8_t LENGTHS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year == 0 || month - 1 > 11 || day - 1 >= LENGTHS[month - 1]) return false;
    return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static unsigned two(const uint8_t *at) { return (at[0] - '0') * 10u + (at[1] - '0'); }
static bool two_digits(const uint8_t *at) { return sl_is_digit(at[0]) && sl_is_digit(at[1]); }

/* Up to `most` digits; returns how many. */
static unsigned take_digits(text *t, unsigned most, unsigned *value) {
    unsigned taken = 0;
    *value = 0;
    while (taken < most && t->left && sl_is_digit(*t->at)) {
        *value = *value * 10 + (*t->at - '0');
        t->at++;
        t->left--;
        taken++;
    }
    return taken;
}

static bool take(text *t, uint8_t c) {
    if (t->left == 0 || *t->at != c) return false;
    t->at++;
    t->left--;
    return true;
}

static bool take_any(text *t, const char *set, uint8_t *taken) {
    if (t->left == 0 || *t->at == 0) return false;
    while (*set && (uint8_t)*set != *t->at) set++;
    if (*set == 0) return false;
    *taken = *t->at++;
    t->left--;
    return true;
}

static unsigned full_year(unsigned value, unsigned digits) {
    return digits == 2 ? value + (value >= TWO_DIGIT_PIVOT ? 1900 : 2000) : value;
}

/* A month's English name, short or long, any case. */
static bool take_month(text *t, unsigned *month, bool *is_long) {
    static const char *const NAMES[] = {"january", "february", "march", "april", "may", "june", "july", "august",
                                        "september", "october", "november", "december"};
    uint32_t letters = 0;
    while (letters < t->left && sl_is_letter(t->at[letters])) letters++;
    if (letters < 3 || letters > 9) return false;
    for (unsigned i = 0; i < 12; i++) {
        uint32_t same = 0;
        while (same < letters && NAMES[i][same] && (t->at[same] | 0x20) == NAMES[i][same]) same++;
        if (same != letters || (letters != 3 && NAMES[i][same] != 0)) continue;
        *month = i + 1;
        *is_long = letters > 3;
        t->at += letters;
        t->left -= letters;
        return true;
    }
    return false;
}

static bool year_first(text *t, date *d) {
    uint8_t separator;
    unsigned year, month, day;
    if (take_digits(t, 4, &year) != 4 || !take_any(t, "-/.", &separator)) return false;
    if (!take_digits(t, 2, &month) || !take(t, separator) || !take_digits(t, 2, &day)) return false;
    *d = (date){.year = year, .month = month, .day = day, .layout = separator == '-' ? 1 : separator == '/' ? 2 : 3};
    return is_date(year, month, day);
}

static bool day_first_named(text *t, date *d, unsigned day, uint8_t separator) {
    unsigned month, year, digits;
    bool is_long;
    if (!take_month(t, &month, &is_long) || !take(t, separator)) return false;
    digits = take_digits(t, 4, &year);
    if (digits != 2 && digits != 4) return false;
    unsigned layout = NAMED + (separator == ' ' ? 0 : separator == '-' ? 1 : 2) + (digits == 2 ? 3 : 0);
    *d = (date){.year = full_year(year, digits), .month = month, .day = day, .layout = layout + (is_long ? LONG_NAMES : 0)};
    return is_date(d->year, month, day);
}

static bool month_first_named(text *t, date *d) {
    unsigned month, day, year;
    bool is_long;
    if (!take_month(t, &month, &is_long) || !take(t, ' ') || !take_digits(t, 2, &day)) return false;
    bool comma = take(t, ',');
    if (!take(t, ' ') || take_digits(t, 4, &year) != 4) return false;
    *d = (date){.year = year, .month = month, .day = day, .layout = (comma ? NAMED_FIRST : NAMED_FIRST + 1) + (is_long ? LONG_NAMES : 0u)};
    return is_date(year, month, day);
}

static bool day_or_month_first(text *t, date *d) {
    unsigned first, second, year, digits;
    uint8_t separator;
    if (!take_digits(t, 2, &first) || !take_any(t, "/-. ", &separator)) return false;
    if (t->left && sl_is_letter(*t->at)) return separator != '.' && day_first_named(t, d, first, separator);
    if (separator == ' ' || !take_digits(t, 2, &second) || !take(t, separator)) return false;
    digits = take_digits(t, 4, &year);
    if (digits != 2 && digits != 4) return false;
    year = full_year(year, digits);
    bool day = is_date(year, second, first), month = is_date(year, first, second);
    unsigned layout = NUMERIC + (separator == '/' ? 0 : separator == '-' ? 1 : 2) + (digits == 2 ? 3 : 0);
    *d = (date){.year = year, .layout = layout, .day = day ? first : second, .month = day ? second : first,
                .either = day && month, .day_only = day && !month, .month_only = month && !day};
    if (d->either && first == second) d->either = false; /* 05/05/2024 is the same day in both orders */
    return day || month;
}

static bool read_date(text *t, date *d) {
    if (t->left >= 8 && sl_is_letter(*t->at)) return month_first_named(t, d);
    if (t->left >= 8 && two_digits(t->at) && two_digits(t->at + 2) && !sl_is_digit(t->at[4])) return year_first(t, d);
    return t->left >= 6 && day_or_month_first(t, d);
}

static bool take_fraction(text *t, double *ms) {
    double unit = 100;
    unsigned digits = 0;
    for (; t->left && sl_is_digit(*t->at); t->at++, t->left--, digits++) {
        if (digits < 3) *ms += (*t->at - '0') * unit;
        unit /= 10;
    }
    return digits >= 1 && digits <= 9;
}

/* AM or PM, with or without a space before. */
static int take_half(text *t) {
    text rest = *t;
    take(&rest, ' ');
    if (rest.left != 2 || (rest.at[1] | 0x20) != 'm') return 0;
    uint8_t c = rest.at[0] | 0x20;
    if (c != 'a' && c != 'p') return 0;
    t->left = 0;
    return c == 'a' ? 1 : 2;
}

static bool take_zone(text *t, double *minutes) {
    unsigned hours, mins = 0;
    uint8_t sign;
    *minutes = 0;
    if (take(t, 'Z') || take(t, 'z')) return true;
    if (t->left == 4 && memcmp(t->at, " UTC", 4) == 0) return t->left = 0, true;
    take(t, ' '); /* as Ruby, git and telephones write it */
    if (!take_any(t, "+-", &sign) || take_digits(t, 2, &hours) != 2) return false;
    bool colon = take(t, ':');
    if (t->left && take_digits(t, 2, &mins) != 2) return false;
    if (colon && mins == 0 && t->at[-1] == ':') return false;
    *minutes = (hours * 60.0 + mins) * (sign == '-' ? -1 : 1);
    return hours <= 15 && mins < 60;
}

/* All of what is left must be a time. */
static bool read_time(text *t, bool with_zone, double *ms, unsigned *format) {
    unsigned hour, minute, second = 0, layout = 1;
    double fraction = 0;
    if (!take_digits(t, 2, &hour) || !take(t, ':') || take_digits(t, 2, &minute) != 2) return false;
    if (take(t, ':')) {
        layout = 2;
        if (take_digits(t, 2, &second) != 2) return false;
        if (t->left && (*t->at == '.' || *t->at == ',')) {
            t->at++;
            t->left--;
            layout = 3;
            if (!take_fraction(t, &fraction)) return false;
        }
    }
    int half = t->left ? take_half(t) : 0;
    if (half) {
        if (hour < 1 || hour > 12) return false;
        hour = hour % 12 + (half == 2 ? 12 : 0);
        layout += 3;
    }
    *ms = ((hour * 60.0 + minute) * 60.0 + second) * 1000.0 + fraction;
    *format += layout * TIME_FORMAT;
    if (t->left && with_zone && !half) {
        double minutes;
        if (!take_zone(t, &minutes)) return false;
        *ms -= minutes * 60000.0;
        *format += ZONE_FORMAT;
    }
    return t->left == 0 && hour < 24 && minute < 60 && second < 60;
}

static void set_temporal(sl_cell *cell, const date *d, bool has_time, double ms, unsigned format) {
    uint8_t order = d->day_only ? 1 : d->month_only ? 2 : d->either ? 3 : 0;
    cell->kind = (uint8_t)((has_time ? KIND_DATETIME : KIND_DATE) + order);
    cell->measure = (uint8_t)(MEASURE_FIXED + order);
    cell->format = (uint16_t)format;
    cell->value = (double)days_from_civil(d->year, d->month, d->day) * DAY_MS + ms;
    if (d->either) cell->as_month = (double)days_from_civil(d->year, d->day, d->month) * DAY_MS + ms;
}

/*
 * Compares a word with a layout of '0' for digits and separators for themselves; `digits` has 0x0F where digits are.
 * Returns the digits' values in their bytes, or ~0 if the word is laid out differently.
 */
static inline uint64_t match_layout(uint64_t word, uint64_t layout, uint64_t digits) {
    uint64_t values = word ^ layout;
    bool fits = ((values & ~digits) | ((values + SL_EACH(0x06)) & (digits << 4 & SL_EACH(0x10)))) == 0;
    return fits ? values : ~0ull;
}

static inline unsigned pair(uint64_t values, unsigned byte) {
    return (unsigned)(values >> 8 * byte & 0xF) * 10 + (unsigned)(values >> 8 * (byte + 1) & 0xF);
}

#define DIGITS_OF_ISO 0x000F0F000F0F0F0Full
#define DIGITS_OF_CLOCK 0x0F0F000F0F000F0Full

/* YYYY-MM-DD at the start of at least ten bytes: by far the most common layout. */
static bool read_iso(const uint8_t *at, date *d) {
    uint64_t values = match_layout(sl_load8(at), SL_WORD("0000-00-"), DIGITS_OF_ISO);
    if (values == ~0ull || !two_digits(at + 8)) return false;
    *d = (date){.year = pair(values, 0) * 100 + pair(values, 2), .month = pair(values, 5), .day = two(at + 8), .layout = ISO};
    return is_date(d->year, d->month, d->day);
}

/* HH:MM:SS, and nothing or Z behind it. */
static bool read_plain_time(const text *t, double *ms, unsigned *format) {
    bool zulu = t->left == 9 && t->at[8] == 'Z';
    if (t->left != 8 && !zulu) return false;
    uint64_t values = match_layout(sl_load8(t->at), SL_WORD("00:00:00"), DIGITS_OF_CLOCK);
    if (values == ~0ull) return false;
    unsigned hour = pair(values, 0), minute = pair(values, 3), second = pair(values, 6);
    *ms = (double)((hour * 60 + minute) * 60 + second) * 1000.0;
    *format += 2 * TIME_FORMAT + (zulu ? ZONE_FORMAT : 0);
    return hour < 24 && minute < 60 && second < 60;
}

static bool read_clock(text *t, sl_cell *cell) {
    double ms;
    unsigned format = 0;
    if (!(t->left == 8 && read_plain_time(t, &ms, &format)) && (format = 0, !read_time(t, false, &ms, &format))) return false;
    cell->kind = KIND_TIME;
    cell->measure = MEASURE_CLOCK;
    cell->value = ms;
    cell->format = (uint16_t)format;
    return true;
}

bool sl_read_temporal(const uint8_t *at, uint32_t size, sl_cell *cell) {
    if (size < 4 || size > 40) return false;
    text t = {at, size};
    date d = {0};
    if ((at[1] == ':' || at[2] == ':') && sl_is_digit(*at)) return read_clock(&t, cell);
    if (size >= 10 && read_iso(at, &d)) t.at += 10, t.left -= 10;
    else if (!read_date(&t, &d)) return false;
    unsigned format = d.layout;
    double ms = 0;
    if (t.left == 0) return set_temporal(cell, &d, false, 0, format), true;
    uint8_t between;
    if (!take_any(&t, "T t", &between)) return false;
    if (between != ' ') format += T_FORMAT;
    unsigned dated = format;
    if (!read_plain_time(&t, &ms, &format) && (format = dated, !read_time(&t, true, &ms, &format))) return false;
    set_temporal(cell, &d, true, ms, format);
    return true;
}

bool sl_read_compact_date(int64_t units, double *milliseconds) {
    if (units < 19000101 || units > 21001231) return false;
    unsigned value = (unsigned)units, year = value / 10000, month = value / 100 % 100, day = value % 100;
    if (!is_date(year, month, day)) return false;
    *milliseconds = (double)days_from_civil(year, month, day) * DAY_MS;
    return true;
}

void sl_format_name(uint32_t format, char *name) {
    unsigned layout = format % TIME_FORMAT, time = format / TIME_FORMAT % 8;
    if (layout >= sizeof DATE_NAMES / sizeof *DATE_NAMES) layout = 0;
    const char *between = layout && time ? (format & T_FORMAT ? "T" : " ") : "";
    snprintf(name, 48, "%s%s%s%s", DATE_NAMES[layout], between, TIME_NAMES[time], format & ZONE_FORMAT ? "%z" : "");
}
