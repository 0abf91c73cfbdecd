"""How the file is written, and why it was taken to be so."""

from collections.abc import Iterator

from sluice.tables.profiles import Dialect, TableProfile
from sluice.tables.report.figures import count_text
from sluice.tables.report.markup import Html, element, join
from sluice.tables.report.tables import pairs

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
QUOTES = {'"': "double quotes", "'": "single quotes", None: "none"}
KEYS_SHOWN, LABEL_SHOWN = 20, 60


def writing_section(profile: TableProfile) -> Html | None:
    """Return the dialect with its evidence; None where nothing could be read."""
    if profile.dialect is None:
        return None
    heading = element("h2", "How the file is written", id="writing")
    return element(
        "section", heading, pairs(_named(profile, profile.dialect), "written"), aria_labelledby="writing"
    )


def _named(profile: TableProfile, dialect: Dialect) -> Iterator[tuple[str, Html | str]]:
    delimiter = DELIMITERS.get(dialect.delimiter, dialect.delimiter)
    yield "Between cells", "nothing: one column" if dialect.single_column else delimiter
    yield "Quotes", QUOTES.get(dialect.quote, str(dialect.quote))
    if dialect.escape:
        yield "A quote in quotes", join("is escaped by ", element("code", dialect.escape))
    yield "Header", f"{'yes' if dialect.header else 'no'}: {dialect.header_evidence}"
    mark = ", with a byte order mark" if dialect.byte_order_mark else ""
    yield "Encoding", f"{dialect.encoding}{mark}: {dialect.encoding_evidence}"
    yield "Line ends", ", ".join(f"{count:,} {name}" for name, count in dialect.line_ends.items()) or "none"
    if profile.blank_rows:
        yield "Blank rows", count_text(profile.blank_rows)
    if profile.compression:
        yield "Compressed with", profile.compression
    if profile.candidate_keys:
        keys = (element("bdi", key[:LABEL_SHOWN]) for key in profile.candidate_keys[:KEYS_SHOWN])
        yield "May be a key", join(*keys, between=", ")
