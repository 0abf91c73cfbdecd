"""How files, queues and facts look on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.files import Facts, Upload
from sluice.tables.report.figures import counted

COLOURS = {"success": "green", "error": "red", "failed": "bold red", "skipped": "yellow"}


def status_text(status: str) -> Text:
    """Colour a status."""
    return Text(status, style=COLOURS.get(status, "cyan"))


def visible(text: str) -> str:
    """Write out what would steer a terminal or hide: control characters, changes of direction."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )


def size_text(size: int | None) -> str:
    """Say a size in bytes with a unit a person reads."""
    if size is None:
        return ""
    value, units = float(size), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 1000:  # noqa: PLR2004 - decimal units, as S3's console has
        value, unit = value / 1000, next(units)
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def in_short(facts: Facts) -> str:
    """Say in a line what was found: the message of an error, or the facts of a success."""
    if message := facts.get("error_message"):
        return str(message)
    if "row_count" in facts:
        rows, columns = counted(facts["row_count"], "row"), counted(len(facts.get("schema") or ()), "column")
        return f"{rows}, {columns}, {_issues(facts)}"
    if "renditions" in facts:
        return _image_in_short(facts)
    return str(facts.get("content_type_found") or "")


def plain_table(*headings: str) -> Table:
    """Make a table without lines; what is too long for its column is folded."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def outcomes_table(outcomes: Mapping[Upload, Facts | None]) -> Table:
    """Show each file with its outcome, and what was found."""
    table = plain_table("File", "Outcome", "What was found")
    for upload, facts in outcomes.items():
        status = facts["status"] if facts else "waiting"
        table.add_row(Text(visible(upload.name)), status_text(status), Text(in_short(facts or {})))
    return table


def progress_table(known: Mapping[Upload, Facts | None], elapsed: float) -> Table:
    """Show how far each file is."""
    table = plain_table("File", f"{elapsed:.1f} s")
    for upload, facts in known.items():
        table.add_row(Text(visible(upload.name)), status_text(facts["status"] if facts else "arriving"))
    return table


def files_table(files: list[Facts]) -> Table:
    """List files, a line each."""
    table = plain_table("File", "Outcome", "Uploaded (UTC)", "What was found")
    for facts in files:
        table.add_row(
            Text(visible(facts["key"])),
            status_text(facts["status"]),
            moment_text(facts.get("upload_timestamp")),
            Text(in_short(facts)),
        )
    return table


def queue_name(output: str) -> str:
    """Make words of an output's name: CsvArrivalsQueueUrl is `csv arrivals`."""
    name = output.removesuffix("Url").removesuffix("Queue")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def age_text(seconds: float) -> str:
    """Say an age with the unit a person reads."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def moment_text(timestamp: str | None) -> str:
    """Shorten an ISO 8601 timestamp to its second."""
    return timestamp[:19].replace("T", " ") if timestamp else ""


def _image_in_short(facts: Facts) -> str:
    size = f"{facts['format']}, {facts['width']} × {facts['height']}"
    saved = int(facts.get("bytes_saved") or 0)
    words = [size, f"{len(facts['renditions'])} renditions"]
    return ", ".join([*words, f"{size_text(saved)} saved"] if saved > 0 else words)


def _issues(facts: Facts) -> str:
    issues: dict[str, Any] = facts.get("quality_issues") or {}
    counts = {
        word: sum(int(column.get("count", 0)) for column in (issues.get(f"{word}_values") or {}).values())
        for word in ("missing", "invalid")
    }
    found = [f"{count} {word}" for word, count in counts.items() if count]
    return ", ".join(found) if found else "no issues"
