/* Count bytes, and the cells that the tokenizer finds, without looking into any of them. */
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "sluice_csv.h"
#include "tokenizer.h"

uint64_t sl_count_byte(const uint8_t *data, size_t size, uint8_t byte) {
    uint64_t count = 0;
    size_t i = 0;
    while (i < size) { /* a byte-wide counter per lane cannot overflow within 255 steps */
        size_t end = size - i > 255 ? i + 255 : size;
        uint32_t part = 0;
        for (; i < end; i++) part += data[i] == byte;
        count += part;
    }
    return count;
}

/* Cells of some rows with the sizes of their texts, quotes taken off, so that none can be left out. */
static uint64_t find_cells(const uint8_t *block, const sl_tokens *tokens, uint32_t used, uint8_t quote, uint64_t *bytes) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < used; i++) {
        uint32_t end = tokens->ends[i], size = end - start;
        *bytes += block[start] == quote && size >= 2 ? size - 2 : size;
        start = end + 1;
    }
    return used;
}

uint64_t sl_count_cells(const uint8_t *data, size_t size, uint8_t delimiter, uint8_t quote, uint64_t *bytes) {
    sl_dialect dialect = {.delimiter = delimiter, .quote = quote, .escape = -1};
    uint32_t capacity = SL_BLOCK_BYTES + SL_PADDING;
    uint8_t *block = calloc(capacity, 1);
    sl_tokens tokens = {.ends = malloc(capacity * sizeof(uint32_t)), .rows = malloc(capacity * sizeof(uint32_t)),
                        .ends_size = capacity, .rows_size = capacity};
    uint64_t cells = 0;
    *bytes = 0;
    while (block && tokens.ends && tokens.rows && size) {
        uint32_t part = size < SL_BLOCK_BYTES ? (uint32_t)size : SL_BLOCK_BYTES;
        memcpy(block, data, part); /* as feeding does */
        sl_tokenize(&tokens, block, part, &dialect, part == size);
        if (tokens.rows_used == 0) break;
        uint32_t used = tokens.rows[tokens.rows_used - 1];
        cells += find_cells(block, &tokens, used, quote, bytes);
        uint32_t consumed = tokens.ends[used - 1] < part ? tokens.ends[used - 1] + 1 : part;
        data += consumed;
        size -= consumed;
    }
    free(block);
    free(tokens.ends);
    free(tokens.rows);
    return cells;
}
