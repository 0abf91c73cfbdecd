"""The announcement of an outcome that a person reads."""

import unicodedata

from sluice.announcing.announcements import Announcement
from sluice.announcing.lines import one_line

SUBJECT_LIMIT = 100  # characters that SNS takes
RESULTS_SHOWN = 10


def subject(announcement: Announcement) -> str:
    """Return one line of printable ASCII, as SNS demands of a subject."""
    return subject_line(f"[{announcement.status}] {announcement.file_name}")


def subject_line(text: str) -> str:
    """Leave of *text* what SNS takes as a subject: accents go, and so does what has no ASCII form."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if " " <= char <= "~")[:SUBJECT_LIMIT]


def text(announcement: Announcement, note: str = "") -> str:
    """Return what a person reads in the mail, with a *note* about mails at its end."""
    lines = [f"{one_line(announcement.key)}: {announcement.status}"]
    if announcement.error_message:
        lines += ["", one_line(announcement.error_message)]
    if announcement.results:
        lines += ["", "Results in the outbox:", *_shown(announcement.results)]
    lines += ["", f"File id: {announcement.file_id}", f"Correlation id: {announcement.correlation_id}"]
    return "\n".join([*lines, "", note] if note else lines)


def _shown(results: tuple[str, ...]) -> list[str]:
    more = len(results) - RESULTS_SHOWN
    shown = [f"  {one_line(key)}" for key in results[:RESULTS_SHOWN]]
    return [*shown, f"  and {more} more"] if more > 0 else shown
