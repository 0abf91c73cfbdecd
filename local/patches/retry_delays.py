"""
A Retry waits as long as it says.

Stock: `MaxDelaySeconds` and `JitterStrategy` are accepted and have no effect.
AWS: the delay is capped by the one and, with FULL jitter, drawn between 0 and itself.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-examples
Left as it is: a delay above 60 seconds is 60 seconds.
"""

import random
from typing import Any

from ministack.services import stepfunctions

from local.patches.replacing import wrap


def apply() -> None:
    """Hand the emulator a retrier whose delay is already computed."""
    wrap(stepfunctions, "_find_matching_retrier", _with_delay)


def _with_delay(find: Any) -> Any:
    def find_with_delay(
        retriers: Any, error: str, counts: dict[int, int]
    ) -> tuple[dict[str, Any] | None, int]:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return retrier, index
        return retrier | {"IntervalSeconds": _delay(retrier, counts.get(index, 0)), "BackoffRate": 1}, index

    return find_with_delay


def _delay(retrier: dict[str, Any], attempts: int) -> float:
    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** attempts
    delay = min(delay, retrier.get("MaxDelaySeconds", delay))
    if retrier.get("JitterStrategy") != "FULL":
        return delay
    return random.uniform(0, delay)  # noqa: S311 - jitter keeps no secret
