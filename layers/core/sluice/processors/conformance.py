"""
Whether a function keeps the contract of a custom processor, asked of the function itself.

The checks are what docs/processors.md promises to the function, and what it asks of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sluice.errors import SluiceError
from sluice.files import File
from sluice.processors.custom import problem_of, request_for
from sluice.rules.rule import CUSTOM, Rule

Invoke = Callable[[Mapping[str, Any]], Any]
"""Sends a request and returns the answer; raises a SluiceError where the function fails."""

NO_SUCH_VERSION = "0000000000000000000000000000.0000"


@dataclass(frozen=True, slots=True)
class Check:
    """What was asked of the function, and what is wrong with its answer; None where nothing is."""

    asked: str
    problem: str | None


def checks(invoke: Invoke, file: File, rule: Rule | None = None) -> Iterator[Check]:
    """
    Yield each check as it is made. *file* is one that the function should know how to process.

    The function is invoked five times, and must be as harmless as it is with a real file.
    """
    request = request_for(file, rule or Rule(id="conformance", processor=CUSTOM))
    first = _ask(invoke, request)
    yield Check("a file is answered as the contract says", _problem(first))
    yield Check("the same file again has the same status", _differs(first, _ask(invoke, request)))
    more = request | {"added_later": True, "s3_details": request["s3_details"] | {"added_later": [1]}}
    yield Check("members of a later release are passed over", _differs(first, _ask(invoke, more)))
    gone = request_for(replace(file, version_id=NO_SUCH_VERSION), Rule(id="conformance", processor=CUSTOM))
    yield Check("a version that is gone is an error, and no exception", _is_no_error(_ask(invoke, gone)))
    key = f"conformance/{NO_SUCH_VERSION}/März + 100% é 📊.csv"
    odd = request_for(replace(file, key=key), Rule(id="conformance", processor=CUSTOM))
    yield Check("a key with any character is taken verbatim", _is_no_error(_ask(invoke, odd)))


def _ask(invoke: Invoke, request: Mapping[str, Any]) -> Any:
    try:
        return invoke(request)
    except SluiceError as error:
        return error


def _problem(answer: Any) -> str | None:
    return str(answer) if isinstance(answer, SluiceError) else _sentence(problem_of(answer))


def _differs(first: Any, second: Any) -> str | None:
    if problem := _problem(second):
        return problem
    if isinstance(first, Mapping) and first.get("status") != second["status"]:
        return f"The status was {first.get('status')}, and now is {second['status']}."
    return None


def _is_no_error(answer: Any) -> str | None:
    if problem := _problem(answer):
        return problem
    return None if answer["status"] == "error" else f"The status is {answer['status']} for what is not there."


def _sentence(problem: str | None) -> str | None:
    return f"The answer {problem}." if problem else None
