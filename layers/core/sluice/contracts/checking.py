"""Hold a table against its contract while it is profiled, in one pass over the same stream."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from sluice.contracts.breaches import Breach, Breaches, in_order
from sluice.contracts.cell_judging import CellJudge
from sluice.contracts.check_plans import plan_of
from sluice.contracts.contract import Contract
from sluice.contracts.field_checking import field_check
from sluice.contracts.key_records import RECORDS_IN_MEMORY, KeyRecords
from sluice.contracts.verdicts import Verdict
from sluice.tables.profiles import TableProfile
from sluice.tables.scanner.holding import Holding, Suspects
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import Scanner

REPETITIONS_KEPT = 100  # of each key
VALUE_CODES = frozenset(("type", "minimum", "maximum", "min-length", "max-length", "pattern", "enum"))


class ContractCheck:
    """
    Listens to a scanner and comes to a verdict; give it to `profile_stream`.

    *arrived* is what freshness is measured from. *directory* is where the records of keys go when they are
    many.
    """

    def __init__(self, contract: Contract, *, arrived: datetime, directory: str | None = None) -> None:
        self._contract = contract
        self._arrived = arrived
        self._directory = directory
        self._breaches = Breaches()
        self._judges: dict[int, CellJudge] = {}
        self._keys: list[tuple[str, tuple[str, ...], KeyRecords]] = []
        self._missed: dict[str, int] = {}
        self._width = 0

    @property
    def options(self) -> ScanOptions:
        """What the contract says of how the table is written."""
        return ScanOptions(header=self._contract.checks.header)

    def begin(self, scanner: Scanner) -> None:
        """Attach to a scanner that has been fed nothing."""
        self._holding = Holding(scanner, self)

    def end(self) -> None:
        """Take what the finished scanner still holds."""
        self._holding.flush_keys()
        self._missed = {judge.label: self._holding.missing(column) for column, judge in self._judges.items()}

    # The scanner calls these.

    def on_columns(self, holding: Holding, labels: Sequence[str | None]) -> None:
        """Match fields with columns, and set plans and keys."""
        self._width = len(labels)
        places = self._matched(labels)
        checks = {field.name: field_check(field, self._contract) for field in self._contract.fields}
        for name, column in places.items():
            judge = CellJudge(checks[name], column, self._breaches, self._stale_before(name))
            self._judges[column] = judge
            holding.check_column(column, plan_of(judge.check, judge=judge.seeks_fresh))
        keys = [names for names in self._contract.keys if all(name in places for name in names)]
        for names in keys:
            holding.add_key([places[name] for name in names], max(RECORDS_IN_MEMORY // len(keys), 1))
            code = "primary-key" if names == self._contract.primary_key else "unique"
            self._keys.append((code, names, KeyRecords(self._directory)))

    def on_suspects(self, column: int, suspects: Suspects) -> None:
        """Judge cells; once a date is recent enough, the column's other cells need no look."""
        judge = self._judges[column]
        sought = judge.seeks_fresh
        judge.take(suspects)
        if sought and not judge.seeks_fresh:
            self._holding.check_column(column, plan_of(judge.check))

    def on_odd_row(self, row: int, byte_offset: int, width: int) -> None:
        """Note a row that has not as many cells as there are columns."""
        code = "short-row" if width < self._width else "long-row"
        message = f"has {width:,} cells where there are {self._width:,} columns"
        self._breaches.keep(Breach(code, message, row, byte_offset=byte_offset))

    def on_keys(self, key: int, records: bytes, starts: Sequence[int]) -> None:
        """Take the records of a key."""
        self._keys[key][2].add(records, starts)

    def _matched(self, labels: Sequence[str | None]) -> dict[str, int]:
        """Return the column of each field that has one, and note what does not match."""
        fields = [field.name for field in self._contract.fields]
        if not self._contract.checks.header:
            names = [*fields, *(f"column {n}" for n in range(len(fields) + 1, len(labels) + 1))]
            found = names[: len(labels)]
        else:
            found = [label or "" for label in labels]
        places: dict[str, int] = {}
        wanted = set(fields)
        for column, name in enumerate(found):
            if name in places:
                self._breaches.add(Breach("duplicate-column", "is there more than once", column=name))
            elif name in wanted:
                places[name] = column
            elif not self._contract.checks.extra_columns:
                self._breaches.add(Breach("extra-column", "is not in the contract", column=name))
        for name in fields:
            if name not in places and not self._contract.checks.missing_columns:
                self._breaches.add(
                    Breach("missing-column", "is in the contract, but not in the table", column=name)
                )
        self._ordered([name for name in fields if name in places], places)
        return places

    def _ordered(self, names: Sequence[str], places: dict[str, int]) -> None:
        if self._contract.checks.ordered:
            for before, after in pairwise(names):
                if places[after] < places[before]:
                    message = f"stands before {before!r}, which it follows in the contract"
                    self._breaches.add(Breach("column-order", message, column=after))

    def _stale_before(self, name: str) -> date | datetime | None:
        fresh = self._contract.checks.fresh
        if fresh is None or fresh.field != name:
            return None
        oldest = self._arrived.astimezone(UTC) - timedelta(days=fresh.days)
        kind = next(field.type for field in self._contract.fields if field.name == name)
        return oldest.date() if kind == "date" else oldest

    # What is known at the end.

    def verdict(self, profile: TableProfile) -> Verdict:
        """Return the verdict on the table that was read."""
        try:
            self._conclude(profile)
        finally:
            for _, _, records in self._keys:
                records.close()
        found = self._breaches
        tolerated = sum(
            number for (code, column), number in found.by_column.items() if self._tolerates(code, column)
        )
        return Verdict(
            accepted=found.totals.total() == tolerated,
            totals=dict(sorted(found.totals.items())),
            breaches=tuple(in_order(found.kept)),
            tolerated=tolerated,
            invalid={judge.label: judge.invalid for judge in self._judges.values() if judge.invalid},
        )

    def _tolerates(self, code: str, column: str) -> bool:
        return column in self._contract.checks.invalid and code in VALUE_CODES

    def _conclude(self, profile: TableProfile) -> None:
        if profile.fault:
            message = f"cannot be read to its end: {profile.fault.message}"
            fault = Breach("unreadable", message, profile.fault.row, byte_offset=profile.fault.byte_offset)
            self._breaches.add(fault)
        for code, number in (("short-row", profile.ragged.short), ("long-row", profile.ragged.long)):
            if number:
                self._breaches.count(code, None, number)
        for key in self._keys:
            self._conclude_key(*key)
        for judge in self._judges.values():
            self._conclude_column(judge, profile)
        if not profile.fault:
            for breach in self._table_breaches(profile):
                self._breaches.add(breach)

    def _conclude_column(self, judge: CellJudge, profile: TableProfile) -> None:
        missed, checks = self._missed.get(judge.label, 0), self._contract.checks
        if judge.check.required and missed:
            self._breaches.count("required", judge.label, missed)
        rows = profile.row_count
        lacking = missed + profile.columns[judge.column].missing.absent
        present = rows - lacking
        shares = (
            (checks.missing, "missing", lacking, rows),
            (checks.invalid, "invalid", judge.invalid, present),
        )
        for allowed, word, number, whole in shares:
            if judge.label in allowed and whole and number / whole > allowed[judge.label]:
                message = (
                    f"has {number / whole:.4%} {word} cells where {allowed[judge.label]:.4%} are allowed"
                )
                self._breaches.add(Breach(f"{word}-share", message, column=judge.label))
        if judge.seeks_fresh:
            newest = f"its newest date is {judge.newest}" if judge.newest else "it has none"
            message = (
                f"holds no date of the last {checks.fresh.days:g} days: {newest}" if checks.fresh else ""
            )
            self._breaches.add(Breach("not-fresh", message, column=judge.label))

    def _conclude_key(self, code: str, names: tuple[str, ...], records: KeyRecords) -> None:
        column = ", ".join(names)
        if not records.complete:
            message = "has more rows than the disk has room to tell apart"
            self._breaches.add(Breach("unchecked", message, column=column))
            return
        total, first = records.repetitions(REPETITIONS_KEPT)
        if total:
            self._breaches.count(code, column, total)
        for row, earlier in first:
            self._breaches.keep(Breach(code, f"repeats row {earlier:,}", row, column))

    def _table_breaches(self, profile: TableProfile) -> Iterator[Breach]:
        checks, rows = self._contract.checks, profile.row_count
        if rows < checks.least_rows:
            yield Breach("too-few-rows", f"has {rows:,} rows where {checks.least_rows:,} are the least")
        if checks.most_rows is not None and rows > checks.most_rows:
            yield Breach("too-many-rows", f"has {rows:,} rows where {checks.most_rows:,} are the most")
