"""The figures of a column, by the names that people have for them."""

from collections.abc import Iterator

from sluice.tables.column_measures import Moments, Numbers, Texts
from sluice.tables.columns import ColumnProfile
from sluice.tables.report.detail import Detail
from sluice.tables.report.figures import figure, moment_text
from sluice.tables.report.markup import Html, element, join

Named = Iterator[tuple[str, Html | str]]
FORMATS_SHOWN = 6


def figures_of(column: ColumnProfile, detail: Detail) -> Named:
    """Yield each figure with its name."""
    distinct = column.distinct
    about = f" ± {100 * distinct.error:.1g} %" if distinct.error else ""
    yield "Different values", f"{'about ' if about else ''}{distinct.count:,}{about}"
    if column.numbers:
        yield from _of_numbers(column.numbers)
    elif column.moments:
        yield from _of_moments(column.moments)
    elif column.texts:
        yield from _of_texts(column.texts, detail, constant=column.constant)


def _of_numbers(numbers: Numbers) -> Named:
    yield "Minimum", figure(numbers.min)
    yield "Maximum", figure(numbers.max)
    yield "Average", figure(numbers.avg)
    if numbers.std is not None:
        yield "Standard deviation", figure(numbers.std)
    yield "Sum", figure(numbers.sum)
    if numbers.zeros:
        yield "Zeros", f"{numbers.zeros:,}"
    if numbers.negatives:
        yield "Negative", f"{numbers.negatives:,}"
    if numbers.marks:
        yield "Written with", ", ".join(numbers.marks)


def _of_moments(moments: Moments) -> Named:
    yield "First", moment_text(moments.min)
    yield "Last", moment_text(moments.max)
    yield "Average", moment_text(moments.avg)
    formats = [element("code", name) for name in list(moments.formats)[:FORMATS_SHOWN]]
    yield "Written as", join(*formats, between=", ")


def _of_texts(texts: Texts, detail: Detail, *, constant: bool) -> Named:
    lengths = f"{texts.min_length:,} to {texts.max_length:,}, on average {texts.avg_length:,.1f}"
    yield "Characters", f"{texts.max_length:,}" if texts.min_length == texts.max_length else lengths
    if not constant:
        yield "First by order", detail.cell(texts.first)
        yield "Last by order", detail.cell(texts.last)
