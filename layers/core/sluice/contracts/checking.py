"""Hold a table against its contract while it is profiled, in one pass over the same stream."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sluice.contracts.breaches import Breach, Breaches, in_order
from sluice.contracts.cell_judging import CellJudge
from sluice.contracts.check_plans import plan_of
from sluice.contracts.column_matching import match_columns
from sluice.contracts.contract import Contract
from sluice.contracts.field_checking import field_check
from sluice.contracts.key_records import RECORDS_IN_MEMORY, KeyRecords
from sluice.contracts.table_checking import column_breaches, count_repetitions, table_breaches
from sluice.contracts.verdicts import Verdict
from sluice.tables.profiles import TableProfile
from sluice.tables.scanner.holding import Holding, Suspects
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import Scanner

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
        places = match_columns(self._contract, labels, self._breaches)
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
            breaches=tuple(in_order(found.kept, lambda one: self._tolerates(one.code, one.column))),
            tolerated=tolerated,
            invalid={judge.label: judge.invalid for judge in self._judges.values() if judge.invalid},
        )

    def _tolerates(self, code: str, column: str | None) -> bool:
        return column in self._contract.checks.invalid and code in VALUE_CODES

    def _conclude(self, profile: TableProfile) -> None:
        if profile.fault:
            message = f"cannot be read to its end: {profile.fault.message}"
            fault = Breach("unreadable", message, profile.fault.row, byte_offset=profile.fault.byte_offset)
            self._breaches.add(fault)
        for code, number in (("short-row", profile.ragged.short), ("long-row", profile.ragged.long)):
            if number:
                self._breaches.count(code, None, number)
        for code, names, records in self._keys:
            count_repetitions(self._breaches, code, ", ".join(names), records)
        for judge in self._judges.values():
            missed = self._missed.get(judge.label, 0)
            if judge.check.required and missed:
                self._breaches.count("required", judge.label, missed)
            self._add(column_breaches(self._contract.checks, judge, missed, profile))
        if not profile.fault:
            self._add(table_breaches(self._contract.checks, profile.row_count))

    def _add(self, breaches: Iterable[Breach]) -> None:
        for breach in breaches:
            self._breaches.add(breach)
