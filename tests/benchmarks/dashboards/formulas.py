"""Metric math, as far as our dashboards use it, over the points of one run."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

Key = tuple[str, ...]
Line = list[float | None]

_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
    "Average": lambda values: sum(values) / len(values),
}
_FUNCTIONS: dict[str, Any] = {
    "FILL": lambda value, default: default if value is None else value,
    "SUM": lambda values: sum(value or 0 for value in values),
    "IF": lambda condition, then, otherwise: then if condition else otherwise,
}


class Series:
    """Points of each metric, in bins of one period."""

    def __init__(self, begun: float, ended: float, period: int) -> None:
        self.begun, self.period = begun, period
        self.bins = int((ended - begun) // period) + 1
        self._lines: dict[tuple[Key, str], dict[int, float]] = defaultdict(dict)

    def add(self, key: Key, points: Iterable[tuple[float, float]]) -> None:
        """Add raw points: moment and value."""
        binned: dict[int, list[float]] = defaultdict(list)
        for moment, value in points:
            binned[self._bin(moment)].append(value)
        for statistic, compute in _STATISTICS.items():
            self._lines[key, statistic] = {number: compute(values) for number, values in binned.items()}

    def add_statistics(self, key: Key, points: Iterable[dict[str, Any]]) -> None:
        """Add points as CloudWatch returns them."""
        for point in points:
            for statistic, value in point.items():
                if isinstance(value, int | float):
                    self._lines[key, statistic][self._bin(point["Timestamp"].timestamp())] = value

    def line(self, key: Key, statistic: str) -> Line:
        """Return one value for each bin; None where there is no data."""
        found = self._lines.get((key, statistic), {})
        return [found.get(number) for number in range(self.bins)]

    def evaluated(self, formula: str, lines: dict[str, Line]) -> Line:
        """Return what a formula makes of lines by their ids; nothing where none of them has data."""
        ids = [name for name in lines if re.search(rf"\b{name}\b", formula)]
        code = compile(formula.replace(" AND ", " and "), "formula", "eval")
        values: Line = []
        for number in range(self.bins):
            given = {name: lines[name][number] for name in ids}
            known = any(value is not None for value in given.values())
            values.append(eval(code, _FUNCTIONS | given) if known else None)  # noqa: S307 - our own dashboards
        return values

    def _bin(self, moment: float) -> int:
        return int((moment - self.begun) // self.period)
