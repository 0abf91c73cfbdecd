"""Names and sentences as a line of a mail, whoever wrote them."""

JOINERS = "\u200c\u200d"  # invisible, and needed to write Persian, Hindi and many emoji


def one_line(text: str) -> str:
    """Return *text* without what breaks lines or steers a screen: who names a file writes no mails."""
    return "".join(char if char.isprintable() or char in JOINERS else _instead_of(char) for char in text)


def _instead_of(char: str) -> str:
    return " " if char.isspace() else "\ufffd"
