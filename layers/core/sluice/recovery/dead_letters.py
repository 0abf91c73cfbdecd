"""A dead letter: a message that nobody could handle, what it was about, and why it lies there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sluice.files import File
from sluice.rules.rule import DEFAULT_RULES, Rule, rule_for


class Kind(StrEnum):
    """What a dead letter was about; it decides what replaces it."""

    ARRIVAL = "arrival"
    SCAN = "scan for malware"
    """Its result announces a file where arrivals wait for one."""
    DELETION = "deletion"
    EXECUTION = "ended execution"
    FAILED_FILE = "failed file"
    STREAM = "unannounced outcomes"
    """Names places in the catalogue's stream and holds no outcome itself."""
    MAIL = "mail"
    DELIVERY = "webhook delivery"
    RUN = "scheduled run"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a queue of dead letters, held until it is deleted or released."""

    queue: str
    message_id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Message attributes that are text."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What was to be published for people."""

    subject: str
    text: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """What was to run on its schedule."""

    name: str
    input: str
    """JSON, as the schedule gives it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a letter says."""

    kind: Kind
    reason: str
    file: File | None = None
    key: str = ""
    about: str = ""
    """In some words, where it was about no object."""
    processor: str = ""
    attempt: int = 0
    """Of a failed file: the attempt that failed."""
    mail: Mail | None = None
    run: Run | None = None


def likely_rule(file: File) -> Rule:
    """
    Return the default rule for *file*, whose rule and content type only dispatch looks up.

    What it guesses wrongly does no harm: dispatch forwards a file to the lane of its own rule.
    """
    return rule_for(file, DEFAULT_RULES, lambda _: "")
