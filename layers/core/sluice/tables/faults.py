"""Say in plain words why a table could not be read."""

from collections.abc import Mapping
from typing import Any

from sluice.tables.profiles import Fault
from sluice.tables.scan_limits import ScanLimits


def read_fault(raw: Mapping[str, Any] | None, limits: ScanLimits) -> Fault | None:
    """Return the fault of a raw report as a sentence that says what and where."""
    if raw is None:
        return None
    row, offset, detail = raw["row"], raw["offset"], raw["detail"]
    place = f"row {row:,} (byte {offset:,})"
    return Fault(raw["code"], _sentence(raw["code"], place, detail, limits), row, offset)


def _sentence(code: str, place: str, detail: int, limits: ScanLimits) -> str:  # noqa: PLR0911 - a table of sentences
    match code:
        case "empty":
            return "The file is empty: it holds no row, not even a header."
        case "binary":
            return "The file is binary, not text: its first bytes are full of control characters."
        case "unsupported_encoding":
            return "The file is written in UTF-32, which is not read; save it as UTF-8."
        case "too_many_columns":
            most = f"at most {limits.max_columns:,} columns are read"
            return f"There are at least {detail:,} cells in {place}; {most}."
        case "cell_too_large":
            return f"A cell in {place} is larger than the limit of {limits.max_cell_bytes:,} bytes."
        case "row_too_large":
            return (
                f"The row that begins at {place} is larger than the limit of {limits.max_row_bytes:,} bytes."
            )
        case "unterminated_quote" if detail:
            return (
                f"The quote that opens in {place} is not closed within {limits.max_cell_bytes:,} bytes: "
                "either the closing quote is missing or the cell is larger than that limit."
            )
        case "unterminated_quote":
            return f"The quote that opens in {place} is never closed: the file ends inside the cell."
    raise ValueError(f"unknown fault {code}")
