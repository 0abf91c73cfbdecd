"""What is known of a table before it is scanned."""

from dataclasses import dataclass

from sluice.tables.scan_limits import ScanLimits
from sluice.tables.scanner.library import Options

ENCODINGS = {"utf-8": 0, "utf-16-le": 1, "utf-16-be": 2, "windows-1252": 3}


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """
    What is known of a table beforehand; None leaves a choice to the scanner.

    A part of a table has *start* and *end*, the offsets of its bytes: rows that begin after *start* (or at
    0) and not after *end* belong to it. Feed from *start* on, past *end*, until feed says that it is done.
    """

    delimiter: str | None = None
    header: bool | None = None
    quote: str | None = None
    encoding: str | None = None
    columns: int = 0
    start: int = 0
    end: int | None = None
    in_quotes: bool = False


def _byte(character: str | None) -> int:
    return -1 if character is None else -2 if character == "" else ord(character)


def native_options(options: ScanOptions, limits: ScanLimits) -> Options:
    """Return *options* within *limits* as the library takes them."""
    return Options(
        delimiter=_byte(options.delimiter),
        quote=_byte(options.quote),
        escape=-1,
        header=-1 if options.header is None else int(options.header),
        encoding=-1 if options.encoding is None else ENCODINGS[options.encoding],
        columns=options.columns,
        max_columns=limits.max_columns,
        max_cell_bytes=limits.max_cell_bytes,
        max_row_bytes=limits.max_row_bytes,
        ranged=int(options.end is not None),
        in_quotes=int(options.in_quotes),
        start=options.start,
        end=options.end or 0,
    )
