/* Recognizes missing-value tokens, truth values, identifiers, addresses and JSON. */
#ifndef SLUICE_PATTERNS_H
#define SLUICE_PATTERNS_H

#include <stdbool.h>
#include <stdint.h>

/* Three spellings of each token: lower case, upper case, mixed. */
#define SL_TOKENS 20u
#define SL_SPELLINGS (3u * SL_TOKENS)
#define SL_BLANK_SPELLING 2u /* only spaces; spelling 0 is the empty cell */

/* Is the text a token for a missing value? Sets its spelling and whether it is one in every column. */
bool sl_is_missing(const uint8_t *at, uint32_t size, uint8_t *spelling, bool *always);
const char *sl_spelling_text(uint32_t spelling);
bool sl_spelling_always(uint32_t spelling);

/* true, false, yes, no, t, f, y, n, on, off in any case. */
bool sl_is_bool(const uint8_t *at, uint32_t size);
bool sl_is_uuid(const uint8_t *at, uint32_t size);
bool sl_is_email(const uint8_t *at, uint32_t size);
bool sl_is_url(const uint8_t *at, uint32_t size);

/* A JSON object or array (RFC 8259), nested at most SL_JSON_DEPTH deep. */
bool sl_is_json(const uint8_t *at, uint32_t size);

#endif
