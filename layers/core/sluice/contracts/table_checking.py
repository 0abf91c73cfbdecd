"""Check what is known of a table only when all of it was read."""

from collections.abc import Iterator

from sluice.contracts.breaches import Breach, Breaches
from sluice.contracts.cell_judging import CellJudge
from sluice.contracts.contract import TableChecks
from sluice.contracts.key_records import KeyRecords
from sluice.tables.profiles import TableProfile

REPETITIONS_KEPT = 100  # of each key


def table_breaches(checks: TableChecks, rows: int) -> Iterator[Breach]:
    """Yield what is wrong with the number of rows."""
    if rows < checks.least_rows:
        yield Breach("too-few-rows", f"has {_rows(rows)}; the least is {checks.least_rows:,}")
    if checks.most_rows is not None and rows > checks.most_rows:
        yield Breach("too-many-rows", f"has {_rows(rows)}; the most is {checks.most_rows:,}")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def column_breaches(
    checks: TableChecks, judge: CellJudge, missed: int, profile: TableProfile
) -> Iterator[Breach]:
    """Yield what is wrong with a column as a whole, of whose cells *missed* are missing values."""
    rows = profile.row_count
    lacking = missed + profile.columns[judge.column].missing.absent
    shares = (
        (checks.missing, "missing", lacking, rows),
        (checks.invalid, "invalid", judge.invalid, rows - lacking),
    )
    for allowed, word, number, whole in shares:
        if judge.label in allowed and whole and number / whole > allowed[judge.label]:
            found, most = 100 * number / whole, 100 * allowed[judge.label]
            message = f"has {found:.6g} % {word} cells where {most:.6g} % are allowed"
            yield Breach(f"{word}-share", message, column=judge.label)
    if judge.seeks_fresh:
        newest = f"its newest date is {judge.newest}" if judge.newest else "it has none"
        days = f"holds no date of the last {checks.fresh.days:g} days: {newest}" if checks.fresh else ""
        yield Breach("not-fresh", days, column=judge.label)


def count_repetitions(breaches: Breaches, code: str, column: str, records: KeyRecords) -> None:
    """Count the rows that repeat a key, and keep the first of them."""
    if not records.complete:
        message = "has more rows than the disk has room to tell apart"
        breaches.add(Breach("unchecked", message, column=column))
        return
    total, first = records.repetitions(REPETITIONS_KEPT)
    if total:
        breaches.count(code, column, total)
    for row, earlier in first:
        breaches.keep(Breach(code, f"repeats row {earlier:,}", row, column))
