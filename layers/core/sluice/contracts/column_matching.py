"""Match the fields of a contract with the columns of a table."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from sluice.contracts.breaches import Breach, Breaches
from sluice.contracts.contract import Contract


def match_columns(contract: Contract, labels: Sequence[str | None], breaches: Breaches) -> dict[str, int]:
    """Return the column of each field that has one, and note what does not match."""
    fields = dict.fromkeys(field.name for field in contract.fields)  # ordered, and quick to look names up in
    places: dict[str, int] = {}
    for column, name in enumerate(_names(contract, labels)):
        if name in places:
            breaches.add(Breach("duplicate-column", "is there more than once", column=name))
        elif name in fields:
            places[name] = column
        elif not contract.checks.extra_columns:
            breaches.add(Breach("extra-column", "is not in the contract", column=name))
    for name in fields:
        if name not in places and not contract.checks.missing_columns:
            breaches.add(Breach("missing-column", "is in the contract, but not in the table", column=name))
    if contract.checks.ordered:
        for breach in _out_of_order((name for name in fields if name in places), places):
            breaches.add(breach)
    return places


def _names(contract: Contract, labels: Sequence[str | None]) -> list[str]:
    """Return what the columns are called: without a header, as the fields in their order."""
    if contract.checks.header:
        return [label or "" for label in labels]
    fields = [field.name for field in contract.fields]
    names = [*fields, *(f"column {n}" for n in range(len(fields) + 1, len(labels) + 1))]
    return names[: len(labels)]


def _out_of_order(names: Iterable[str], places: dict[str, int]) -> Iterator[Breach]:
    for before, after in pairwise(names):
        if places[after] < places[before]:
            message = f"stands before {before!r}, which it follows in the contract"
            yield Breach("column-order", message, column=after)
