"""
Which files are deliveries of one dataset: those of one folder whose names differ in numbers and dates alone.

In the name every run of digits, with what stands between digits in dates and times, becomes `*`, and so do
an English month and a UUID. Of the folder only what is plainly a date becomes `*`: `2026-03-02`, `20260302`,
`2026-03`, `dt=2026-03-02`, `year=2026`, and a year followed by months and days as folders. `customer-12` and
`12` stay: they may be other people's data.
"""

import hashlib
import re

PLACEHOLDER = "*"
ID_DIGITS = 32

_UUID = r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_NUMBERS = re.compile(
    rf"{_UUID}|(?<![a-z])(?:{_MONTHS})(?![a-z])|[0-9]+(?:[-_.:+ ]?t?[0-9]+)*(?:z(?![a-z]))?", re.IGNORECASE
)
_AGAIN = re.compile(r"\*(?:[-_. ]?\*)+")
_DATE = r"(?:19|20)[0-9]{2}(?:-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12][0-9]|3[01]))?)?"
_FOLDER_DATE = re.compile(
    rf"[a-z_]+=(?:{_DATE}|[0-9]{{1,2}})|(?:19|20)[0-9]{{2}}-?(?:0[1-9]|1[0-2])(?:-?[0-3][0-9])?",
    re.IGNORECASE,
)
_YEAR, _TWO = re.compile(r"(?:19|20)[0-9]{2}"), re.compile(r"[0-9]{1,2}")


def dataset_of(key: str) -> str:
    """Return the pattern of a key: `sales/orders_*.csv` for `sales/orders_2026-03-02.csv`."""
    *folders, name = key.split("/")
    stem, dot, suffix = name.rpartition(".")
    pattern = _AGAIN.sub(PLACEHOLDER, _NUMBERS.sub(PLACEHOLDER, stem if dot else suffix))
    return "/".join([*_dated(folders), f"{pattern}{dot}{suffix}" if dot else pattern])


def dataset_id(key: str) -> str:
    """Return what names the dataset of a key where a key of its own is needed."""
    return hashlib.sha256(dataset_of(key).encode()).hexdigest()[:ID_DIGITS]


def _dated(folders: list[str]) -> list[str]:
    """Replace the folders that are dates; a month or a day only right behind its year."""
    replaced: list[str] = []
    depth = 0  # of a date whose parts are folders
    for place, folder in enumerate(folders):
        following = folders[place + 1] if place + 1 < len(folders) else ""
        if _YEAR.fullmatch(folder) and _TWO.fullmatch(following):
            depth = 1
        elif 0 < depth < 4 and _TWO.fullmatch(folder):  # noqa: PLR2004 - year, month, day, hour
            depth += 1
        else:
            depth = 0
        is_date = depth > 0 or _FOLDER_DATE.fullmatch(folder)
        replaced.append(_pattern_of(folder) if is_date else folder)
    return replaced


def _pattern_of(folder: str) -> str:
    """Return `*` for a date, and `year=*` for a partition such as `year=2026`."""
    name, equals, _ = folder.partition("=")
    return f"{name}={PLACEHOLDER}" if equals else PLACEHOLDER
