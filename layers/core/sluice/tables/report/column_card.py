"""One column on a card: what its cells hold, how its values lie, which are frequent, which are wrong."""

from sluice.tables.column_measures import Quantile, TopValue
from sluice.tables.columns import ColumnProfile
from sluice.tables.report.cells import example_table, label_of, type_badge
from sluice.tables.report.charts import composition, histogram_figure, share_bar
from sluice.tables.report.column_figures import figures_of
from sluice.tables.report.detail import Detail
from sluice.tables.report.figures import counted, quantile_error, quantile_text, share_text
from sluice.tables.report.markup import Html, element, join
from sluice.tables.report.tables import number, pairs, row, table, title

TIMES = "\u00d7"  # the sign of multiplication


def column_card(column: ColumnProfile, detail: Detail) -> Html:
    """Return a column's card."""
    name = f"column-{column.index + 1}"
    drawing = histogram_figure(column, titled=detail.titled_bars) if detail.drawn else None
    figures = element("div", drawing, pairs(figures_of(column, detail), "figures"))
    panes = (figures, _quantiles(column, detail), _top_values(column, detail))
    return element(
        "article",
        element("header", _heading(column, detail, name), _flags(column)),
        composition(column.count - column.invalid.count, column.invalid.count, column.missing.count),
        element("div", *panes, class_="panes"),
        _invalid(column, detail),
        _tokens(column, detail),
        class_="card",
        id=name,
        aria_labelledby=f"{name}-label",
        tabindex="-1",
        data_flawed=bool(column.invalid.count or column.missing.count),
        data_type=column.type,
    )


def _heading(column: ColumnProfile, detail: Detail, name: str) -> Html:
    index = element("span", f"{column.index + 1}", class_="index", aria_hidden="true")
    return join(element("h3", index, label_of(column, detail), id=f"{name}-label"), type_badge(column))


def _flags(column: ColumnProfile) -> Html | None:
    differs = "every value differs" if column.distinct.error == 0 else "every value seems to differ"
    flags = {
        differs: column.unique_looking,
        "one value only": column.constant,
        "no values": column.empty,
        "codes with leading zeros": column.type == "string" and column.zero_padded_codes > 0,
    }
    shown = [element("li", flag) for flag, is_so in flags.items() if is_so]
    return element("ul", *shown, class_="flags") if shown else None


def _quantiles(column: ColumnProfile, detail: Detail) -> Html | None:
    measured = column.numbers or column.moments
    shown = [each for each in measured.quantiles if each.q in detail.quantiles] if measured else []
    if not shown or column.constant:
        return None
    caption = f"Quantiles{quantile_error(shown, column.type)}"
    rows = (_quantile(quantile, column.type) for quantile in shown)
    return table(caption, (("Share", None), ("At most", "number")), rows)


def _quantile(quantile: Quantile, kind: str) -> Html:
    name = "median" if quantile.q == 0.5 else f"{100 * quantile.q:g} %"  # noqa: PLR2004 - what the median is
    return row(title(name), number(quantile_text(quantile, kind)))


def _top_values(column: ColumnProfile, detail: Detail) -> Html | None:
    values = column.top_values[: detail.top_values]
    if not values or values[0].count + values[0].error <= 1:
        return None  # each occurs once: none is frequent
    caption = "Most frequent values" if column.top_values_exact else "Most frequent values, counts at least"
    headings = (("Value", None), ("Cells", "number"), ("Share", "number"))
    rows = (_top_value(value, values[0].count, column.count, detail) for value in values)
    return table(caption, headings, rows)


def _top_value(value: TopValue, most: int, whole: int, detail: Detail) -> Html:
    bar = share_bar(value.count, most) if detail.drawn else None
    share = element("div", bar, element("span", share_text(value.count, whole)))
    return row(
        detail.cell(value.text, truncated=value.truncated),
        number(f"{value.count:,}", title=f"at most {value.count + value.error:,}" if value.error else None),
        element("td", share, class_="number share"),
    )


def _invalid(column: ColumnProfile, detail: Detail) -> Html | None:
    invalid = column.invalid
    if not invalid.count:
        return None
    caption = f"{counted(invalid.count, 'invalid cell')}: not of type {column.type}"
    shown = invalid.examples[: detail.examples]
    if not shown:
        return element("p", f"{caption}.")
    return example_table(
        f"{caption} (the first {len(shown)})" if invalid.count > len(shown) else caption, shown, detail
    )


def _tokens(column: ColumnProfile, detail: Detail) -> Html | None:
    missing = column.missing
    if not missing.count:
        return None
    frequent = sorted(missing.tokens.items(), key=lambda item: -item[1])[: detail.examples * 4]
    spelled = [_token(_spelling(token, detail), count) for token, count in frequent]
    if missing.absent:
        spelled.append(_token("no cell at all in a short row", missing.absent))
    heading = element("h4", f"{counted(missing.count, 'missing cell')}{', written as' if spelled else ''}")
    return element("div", heading, element("ul", *spelled) if spelled else None, class_="tokens")


def _spelling(token: str, detail: Detail) -> Html | str:
    if token.strip():
        return detail.cell(token)
    return "blanks" if token else "empty"


def _token(spelled: Html | str, count: int) -> Html:
    return element("li", spelled, " ", element("span", f"{TIMES} {count:,}"))
