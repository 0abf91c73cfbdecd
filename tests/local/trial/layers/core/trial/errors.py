"""Exceptions whose class names the state machine matches."""


class TransientError(Exception):
    """May be gone the next time."""


class CorruptFileError(Exception):
    """Will be there every time."""
