"""Moments as integer microseconds since the epoch."""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(moment: datetime) -> int:
    """Return a moment as integer microseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_moment(microseconds: int) -> datetime:
    """Return microseconds since the epoch as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
