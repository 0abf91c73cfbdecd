"""What somebody wants of webhooks, and why it is not done."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sluice.webhooks.records import EVENT_NAMES, Webhook
from sluice.webhooks.targets import Refusal, target_of

DESCRIPTION_CHARACTERS = 500


class Fault(StrEnum):
    """Why a wish is not fulfilled."""

    INVALID = "invalid"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Problem:
    """A wish that is not fulfilled, with a sentence for who had it."""

    fault: Fault
    message: str
    field: str = ""
    """Which part of the wish it is about; empty for the whole."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """What somebody registers."""

    url: str
    events: Sequence[str] = ()
    """Names such as `file.rejected`; none stands for all."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become of a webhook; None leaves it."""

    url: str | None = None
    events: Sequence[str] | None = None
    description: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


NO_SUCH_WEBHOOK = Problem(Fault.MISSING, "There is no such webhook.")
CHANGED_MEANWHILE = Problem(Fault.STALE, "The webhook was changed meanwhile: read it again.")


def problem_of(url: str, events: Sequence[str], description: str) -> Problem | None:
    """Return what is wrong with the parts of a webhook, in one sentence."""
    target = target_of(url)
    if isinstance(target, Refusal):
        return Problem(Fault.INVALID, target.reason, "url")
    if unknown := [name for name in events if name not in EVENT_NAMES]:
        names = ", ".join(EVENT_NAMES)
        return Problem(Fault.INVALID, f"There is no event {unknown[0]!r}; there are {names}.", "events")
    if len(description) > DESCRIPTION_CHARACTERS or not description.isprintable():
        reason = f"A description is one line of at most {DESCRIPTION_CHARACTERS} characters."
        return Problem(Fault.INVALID, reason, "description")
    return None
