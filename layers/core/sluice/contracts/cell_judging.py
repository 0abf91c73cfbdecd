"""Judge cells, and note where they break the contract."""

from collections import Counter
from datetime import date, datetime

from sluice.contracts.breaches import Breach, Breaches, shortened
from sluice.contracts.field_checking import Fault, FieldCheck
from sluice.tables.scanner.holding import Suspects

FAULTS_REMEMBERED = 10_000  # texts of a column


class CellJudge:
    """
    Judges the cells of one column that the scanner does not pass.

    With *stale_before* it seeks a date from then on.
    """

    def __init__(
        self, check: FieldCheck, column: int, breaches: Breaches, stale_before: date | datetime | None
    ) -> None:
        self.check = check
        self.column = column
        self.label = check.field.name
        self.invalid = 0
        self.newest: date | datetime | None = None
        self._stale_before = stale_before
        self._breaches = breaches
        self._known: dict[str, tuple[Fault, ...]] = {}

    @property
    def seeks_fresh(self) -> bool:
        """Tell whether a date is still sought that is recent enough."""
        return self._stale_before is not None and (self.newest is None or self.newest < self._stale_before)

    def take(self, suspects: Suspects) -> None:
        """Judge cells; of missing ones only the places are taken, since the scanner counts them."""
        known, tally = self._known, Counter[tuple[Fault, ...]]()
        for index, text in enumerate(suspects.texts):
            faults = known.get(text)
            if faults is None:
                faults = self._look(text)
            if faults:
                missing = suspects.missing[index] == 1
                if not missing:
                    tally[faults] += 1
                self._keep(suspects, index, faults)
        for faults, number in tally.items():
            self.invalid += number
            for code, _ in faults:
                self._breaches.count(code, self.label, number)

    def _look(self, text: str) -> tuple[Fault, ...]:
        faults = self.check.faults(text)
        if len(self._known) < FAULTS_REMEMBERED:
            self._known[text] = faults
        if self._stale_before is not None and not faults and not self.check.is_missing(text):
            value = self.check.read(text)
            self.newest = value if self.newest is None else max(self.newest, value)
        return faults

    def _keep(self, suspects: Suspects, index: int, faults: tuple[Fault, ...]) -> None:
        for code, message in faults:
            if self._breaches.wants(code, self.label):
                row, cell = suspects.rows[index], shortened(suspects.texts[index])
                offset = suspects.byte_offset(index)
                self._breaches.keep(Breach(code, message, row, self.label, cell, offset))
