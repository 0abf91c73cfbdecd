"""How the flow of files looks on a terminal: as many lines at each look, so that nothing jumps."""

from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.files import STATUSES
from cli.flow import Flow, Look
from cli.lanes import Standing
from cli.views import age_text, in_short, moment_text, queue_name, status_text

BAR = 40  # characters


def picture(flow: Flow, since: datetime, rows: int) -> Group:
    """Draw the newest look, with *rows* of the newest outcomes."""
    look = flow.newest
    parts: list[RenderableType] = [_headline(flow), _bar(look), "", _lanes(look.lanes), ""]
    parts += [_counts(look, since), _kept(look), "", _newest(look, rows)]
    return Group(*parts)


def _headline(flow: Flow) -> Text:
    look, speed, seconds = flow.newest, flow.speed, flow.seconds_left
    words = [f"{datetime.now(UTC):%H:%M:%S} UTC"]
    words += [] if speed is None else [f"{speed:.1f} files/s"]
    words += [f"{look.left:,} left" if look.left else "nothing waits"]
    words += [f"done in about {age_text(seconds)}"] if look.left and seconds is not None else []
    return Text(" · ".join(words), style="bold")


def _bar(look: Look) -> RenderableType:
    whole = look.done + look.left
    line = Table.grid(padding=(0, 1))
    percent = f"{look.done / whole:.0%}" if whole else ""
    bar = ProgressBar(total=max(1, whole), completed=look.done, width=BAR)
    line.add_row(bar, f"{percent:>4}", f"{look.done:,} of {whole:,} files have their outcome")
    return line


def _lanes(lanes: list[Standing]) -> Table:
    table = _table("Lane", ">Waiting", ">In flight", ">Pace", ">Oldest", "")
    for each in lanes:
        pace = each.state.pace
        table.add_row(
            each.state.lane,
            f"{each.backlog:,}",
            f"{each.in_flight:,} of {pace.max_in_flight:,}",
            f"{pace.rate:g}/s",
            "-" if each.oldest is None or not each.backlog else age_text(each.oldest),
            Text(each.cause if each.backlog else "", style="yellow"),
        )
    return table


def _counts(look: Look, since: datetime) -> Text:
    words = Text()
    for status in STATUSES:
        count = look.counts.get(status, 0)
        words.append_text(status_text(status) if count else Text(status, style="dim"))
        words.append(f" {count:,}   ", style="" if count else "dim")
    return words.append(f"uploaded since {since:%H:%M} UTC", style="dim")


def _kept(look: Look) -> Text:
    kept = [f"{queue_name(name)}: {count:,}" for name, count in look.kept.items() if count]
    if not kept:
        return Text("no dead letters, no failed files", style="dim")
    return Text(f"{', '.join(kept)} (see sluice replay)", style="bold red")


def _newest(look: Look, rows: int) -> Table:
    table = _table("Newest outcomes", "Outcome", "Uploaded (UTC)", "What was found")
    for facts in look.newest[:rows]:
        uploaded = moment_text(facts.get("upload_timestamp"))
        table.add_row(Text(facts["key"]), status_text(facts["status"]), uploaded, Text(in_short(facts)))
    for _ in range(rows - len(look.newest)):
        table.add_row("", "", "", "")
    return table


def _table(*columns: str) -> Table:
    """Make a table whose rows are one line each; a column that begins with > is of numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for column in columns:
        justify = "right" if column.startswith(">") else "left"
        table.add_column(column.removeprefix(">"), justify=justify, no_wrap=True, overflow="ellipsis")
    return table
