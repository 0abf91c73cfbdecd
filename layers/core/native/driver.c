/* Profiles a file from the command line: driver FILE [chunk bytes]. Prints JSON lines: the table, then each column. */
#include <stdio.h>
#include <stdlib.h>

#include "limits.h"
#include "sluice_csv.h"

static int print(int32_t status, sl_bytes *report) {
    if (status != SL_DONE) return 1;
    fwrite(report->data, 1, report->size, stdout);
    putchar('\n');
    sl_free(report);
    return 0;
}

int main(int argc, char **argv) {
    size_t chunk = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 1u << 20;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    uint8_t *data = malloc(chunk ? chunk : 1);
    sl_options options = {-1, -1, -1, -1, -1, 0, SL_DEFAULT_MAX_COLUMNS, SL_DEFAULT_MAX_CELL_BYTES, SL_DEFAULT_MAX_ROW_BYTES, 0, 0, 0, 0};
    sl_scanner *s = sl_open(&options);
    sl_bytes report;
    size_t size;
    if (!file || !data || !s || chunk == 0) {
        fprintf(stderr, "usage: %s FILE [chunk bytes]\n", argv[0]);
        return 2;
    }
    while ((size = fread(data, 1, chunk, file)) > 0)
        if (sl_feed(s, data, size) != SL_MORE) break;
    int failed = sl_finish(s) != SL_DONE || print(sl_report_table(s, &report), &report);
    for (uint32_t i = 0; i < sl_columns(s) && !failed; i++) failed = print(sl_report_column(s, i, &report), &report);
    sl_close(s);
    free(data);
    fclose(file);
    return failed;
}
