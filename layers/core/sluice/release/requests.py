"""What asks for a release check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Hook:
    """A deployment of a function waits before, or after, traffic."""

    deployment_id: str
    hook_id: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person wants to know; nobody waits."""

    function: str = ""
    machine: str = ""
    """Name of a state machine's golden executions, such as `process_batch`; or else a function."""
    version: str = ""
    """A number, or a state machine's version by its ARN."""


@dataclass(frozen=True, slots=True)
class StackChange:
    """An update of the stack waits for the check of a state machine's version."""

    machine: str
    version: str
    removes: bool
    """The stack goes, or the check does; there is nothing to judge."""
    request: Mapping[str, Any] = field(repr=False)
    """The event, whose address and ids the answer repeats. The address lets anyone answer: not for logs."""
