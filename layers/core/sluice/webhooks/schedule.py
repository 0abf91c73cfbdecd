"""When a message that could not be delivered is tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# The standard's example schedule: what passes before each attempt after the first.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2  # of the delay, at most, is added, so that a target that comes back is not met by all at once
LONGEST_WISH = timedelta(hours=24)  # that a Retry-After may ask for


def next_attempt(attempt: int, *, at: datetime, retry_after: str | None, jitter: float) -> datetime | None:
    """
    Return when the attempt after *attempt* (from 1) is due; None when the schedule is spent.

    *retry_after* is the target's header as it came: it may put the attempt off, not bring it forward.
    *jitter* is between 0 and 1.
    """
    if attempt >= ATTEMPTS:
        return None
    delay = DELAYS[attempt - 1] * (1 + JITTER * jitter)
    return at + max(delay, _wish(retry_after, at))


def _wish(header: str | None, at: datetime) -> timedelta:
    """Read a Retry-After (RFC 9110, section 10.2.3): seconds or a date; nothing where it is neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        wish = timedelta(seconds=min(int(text[:10]), int(LONGEST_WISH.total_seconds())))
    else:
        wish = _until(text, at)
    return min(wish, LONGEST_WISH)


def _until(text: str, at: datetime) -> timedelta:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - at
