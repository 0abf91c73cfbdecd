"""
A record of how much processor time each invocation takes, beside the time that passes.

The emulator reports durations alone. On a machine that does other work, and with every service in one process
beside the functions, they say more about the machine than about a function; processor time says what the
function's own code costs anywhere. On AWS, Lambda Insights has the same figure as `cpu_total_time`.
Sessions write it down, one JSON object a line.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_CALL = "result = handler_fn(event, context)\n"
_ANSWER = '{"status": "ok", "result": result}'
_BEFORE = "import resource; _used = lambda: sum(sum(resource.getrusage(who)[:2]) for who in (0, -1)); "
_TIMED_CALL = f"{_BEFORE}_before = _used(); {_CALL}"
_TIMED_ANSWER = '{"status": "ok", "result": result, "processor_seconds": _used() - _before}'


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation that did not fail, its process's children included."""

    function: str
    processor_seconds: float


def record(path: Path) -> None:
    """Write down every invocation from now on; runs in the emulator's process."""
    from ministack.core import lambda_runtime  # noqa: PLC0415

    from local.patches.replacing import replace_text, wrap  # noqa: PLC0415

    script = replace_text(lambda_runtime._PYTHON_WORKER_SCRIPT, _CALL, _TIMED_CALL)
    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_text(script, _ANSWER, _TIMED_ANSWER)
    log = path.open("a", buffering=1)

    def recording(invoke: Any) -> Any:
        def invoke_and_record(worker: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
            answer: dict[str, Any] = invoke(worker, *args, **kwargs)
            seconds = answer.pop("processor_seconds", None)
            if seconds is not None:
                log.write(json.dumps(asdict(Invocation(worker.func_name, seconds))) + "\n")
            return answer

        return invoke_and_record

    wrap(lambda_runtime.Worker, "invoke", recording)


def read(path: Path) -> Iterator[Invocation]:
    """Yield what was written down, in order."""
    with path.open() as lines:
        for line in lines:
            yield Invocation(**json.loads(line))
