/* What a single cell can be. Order and names are part of the report and of the state's format. */
#ifndef SLUICE_KINDS_H
#define SLUICE_KINDS_H

#include <stdint.h>

typedef enum {
    KIND_MISSING,        /* a token that means "no value" anywhere: empty, null, N/A ... */
    KIND_PLACEHOLDER,    /* a token that may mean "no value": NA, -, none ... : decided by the column */
    KIND_BOOL,
    KIND_INT,
    KIND_CODE,           /* digits with a leading zero: an identifier */
    KIND_FLOAT,          /* 12.5, 1e3: a point that cannot group thousands */
    KIND_FLOAT3,         /* 1.234: a decimal point, or a point that groups thousands */
    KIND_DECIMAL,        /* a whole number with currency, percent or parentheses */
    KIND_DECIMAL_POINT,  /* 1,234.50 */
    KIND_DECIMAL_COMMA,  /* 1.234,50 or 12,5 */
    KIND_DECIMAL_COMMA3, /* 1,234: a comma that groups thousands, or a decimal comma */
    KIND_DATE,
    KIND_DATE_DAY,       /* 31/12/2024: only day first is possible */
    KIND_DATE_MONTH,     /* 12/31/2024: only month first is possible */
    KIND_DATE_EITHER,    /* 01/02/2024 */
    KIND_DATETIME,
    KIND_DATETIME_DAY,
    KIND_DATETIME_MONTH,
    KIND_DATETIME_EITHER,
    KIND_TIME,
    KIND_UUID,
    KIND_EMAIL,
    KIND_URL,
    KIND_JSON,
    KIND_STRING,
    KIND_COUNT
} sl_kind;

/* Which measure a cell's value belongs to. */
typedef enum {
    MEASURE_WHOLE,     /* numbers without a separator that could be read two ways */
    MEASURE_POINT,     /* a decimal point */
    MEASURE_POINT3,    /* read as a decimal point; times 1000 if points group */
    MEASURE_COMMA,     /* a decimal comma */
    MEASURE_COMMA3,    /* read as grouped; divided by 1000 if the comma is decimal */
    MEASURE_FIXED,     /* dates and datetimes in one reading, milliseconds since 1970 */
    MEASURE_DAY,       /* only day first */
    MEASURE_MONTH,     /* only month first */
    MEASURE_AS_DAY,    /* either order, read day first */
    MEASURE_AS_MONTH,  /* either order, read month first */
    MEASURE_CLOCK,     /* times of day, milliseconds */
    MEASURE_COMPACT,   /* whole numbers of eight digits that are dates: 20241231 */
    MEASURE_COUNT,
    MEASURE_NONE = 255
} sl_measure_name;

/* Marks a number can carry, as bits. */
enum {
    MARK_DOLLAR = 1, MARK_EURO = 2, MARK_POUND = 4, MARK_YEN = 8, MARK_RUPEE = 16, MARK_CODE = 32,
    MARK_PERCENT = 64, MARK_PARENTHESES = 128, MARK_GROUPED = 256, MARK_EXPONENT = 512
};

typedef struct {
    uint8_t kind;
    uint8_t measure;
    uint8_t scale;    /* decimal places of `units` */
    uint8_t token;    /* which missing token, where the kind is one */
    uint8_t padded;   /* blanks stand around the text */
    uint8_t inexact;  /* the value has more digits than `units` holds: only `value` is set */
    uint16_t marks;
    uint16_t format;  /* which date or time format: see dates.h */
    int64_t units;    /* value times 10^scale, exact */
    double value;
    double as_month;  /* of a date in either order, the second reading */
} sl_cell;

#endif
