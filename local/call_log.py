"""
A record of every call that a function makes: its role, the action, the resource, and whether it was refused.

The emulator enforces the functions' roles and forgets what it was asked. Sessions write it down, one JSON
object a line, so that a test can hold what was called against what is granted, and a benchmark can count.
Calls of people and of the emulator's own services (state machines, EventBridge) are not in it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROLE = ":assumed-role/"


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a function."""

    role: str
    """Name of the function's role."""
    action: str
    """As policies spell it: `s3:GetObject`."""
    resource: str
    refused: bool
    prefix: str = ""
    """Of a listing of a bucket: what it is limited to, which policies can demand."""


def record(path: Path) -> None:
    """Write down every call from now on; runs in the emulator's process."""
    from ministack.core import iam_evaluator  # noqa: PLC0415

    from local.patches.replacing import wrap  # noqa: PLC0415

    log = path.open("a", buffering=1)

    def recording(enforce: Any) -> Any:
        def enforce_and_record(*args: Any, **kwargs: Any) -> Any:
            refusal = enforce(*args, **kwargs)
            caller = iam_evaluator.caller_arn()
            if ROLE in caller:
                role = caller.split(ROLE)[1].split("/")[0]
                prefix = (kwargs.get("service_context") or {}).get("s3:prefix") or ""
                call = Call(role, args[1], kwargs.get("resource_arn", "*"), refusal is not None, prefix)
                log.write(json.dumps(asdict(call)) + "\n")
            return refusal

        return enforce_and_record

    wrap(iam_evaluator, "enforce", recording)


def read(path: Path) -> Iterator[Call]:
    """Yield what was written down, in order."""
    with path.open() as lines:
        for line in lines:
            yield Call(**json.loads(line))


def counted(calls: Iterable[Call]) -> Counter[str]:
    """Count calls by action."""
    return Counter(call.action for call in calls)
