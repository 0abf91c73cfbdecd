"""
What Sluice asks a custom processor, and what it takes for an answer.

docs/processors.md is the contract in words.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sluice.errors import UnexpectedAnswerError, UnexpectedEventError
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.rules.rule import Rule

CONTRACT_VERSION = 1
STATUSES = (Status.SUCCESS, Status.ERROR)
MESSAGE_CHARACTERS = 1000
RESULTS = 100  # keys in the outbox
KEY_BYTES = 1024  # of one key, which is all that S3 takes
FACTS_BYTES = 32_768  # of JSON, so that a catalogue item stays far below its 400 kB
FACTS_LEVELS = 20  # of maps and lists in each other; an item of DynamoDB has 32


def request_for(file: File, rule: Rule) -> dict[str, Any]:
    """Return the event for *file*: what S3 knows of it, and what the rule says."""
    return {
        "contract_version": CONTRACT_VERSION,
        "s3_details": file.to_json() | {"file_id": file.file_id},
        "correlation_id": file.correlation_id,
        "rule": rule.reference.to_json(),
        "options": dict(rule.options),
    }


def file_of(request: Mapping[str, Any]) -> File:
    """Read what `request_for` wrote; raise UnexpectedEventError for anything else."""
    try:
        return File.from_json(request["s3_details"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedEventError(f"this is not a request of the contract: {error!r}") from error


def answer_with(outcome: Outcome) -> dict[str, Any]:
    """Return the answer that says *outcome*."""
    return {
        "status": outcome.status,
        "error_message": outcome.error_message,
        "facts": dict(outcome.facts),
        "results": list(outcome.results),
    }


def outcome_of(answer: Any) -> Outcome:
    """Return the outcome that a processor answers; raise UnexpectedAnswerError that says what is wrong."""
    if problem := problem_of(answer):
        raise UnexpectedAnswerError(f"the custom processor's answer {problem}")
    message = answer.get("error_message") if answer["status"] == Status.ERROR else None
    facts = answer.get("facts") or {}
    return Outcome(
        Status(answer["status"]),
        error_message=message[:MESSAGE_CHARACTERS] if message else None,
        results=tuple(answer.get("results") or ()),
        facts={"custom": facts} if facts else {},
    )


def problem_of(answer: Any) -> str | None:
    """Return what is wrong with an answer, as the end of a sentence; None where it keeps the contract."""
    if not isinstance(answer, Mapping):
        return "is not a JSON object"
    if answer.get("status") not in STATUSES:
        return f"has a status other than {' and '.join(STATUSES)}"
    return (
        _problem_of_message(answer)
        or _problem_of_facts(answer.get("facts"))
        or _problem_of_results(answer.get("results"))
        or _problem_of_text([answer.get(name) for name in ("error_message", "facts", "results")])
    )


def _problem_of_message(answer: Mapping[str, Any]) -> str | None:
    message = answer.get("error_message")
    if message is not None and not isinstance(message, str):
        return "has an error_message that is no text"
    if answer["status"] == Status.ERROR and not (message or "").strip():
        return "is an error without an error_message"
    return None


def _problem_of_facts(facts: Any) -> str | None:
    if facts is not None and not isinstance(facts, Mapping):
        return "has facts that are no JSON object"
    if _is_deep(facts):
        return f"has facts of more than {FACTS_LEVELS} levels"
    if len(json.dumps(facts, default=str).encode()) > FACTS_BYTES:
        return f"has facts of more than {FACTS_BYTES} bytes"
    return None


def _is_deep(facts: Any) -> bool:
    level = [facts]
    for _ in range(FACTS_LEVELS):
        level = [item for each in level for item in _items_of(each)]
    return any(isinstance(each, Mapping | list) for each in level)


def _items_of(value: Any) -> Collection[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _problem_of_results(results: Any) -> str | None:
    if results is not None and not isinstance(results, list):
        return "has results that are no list"
    if len(results or ()) > RESULTS:
        return f"has more than {RESULTS} results"
    if not all(map(_is_key, results or ())):
        return "has a result that is no key"
    return None


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.encode(errors="replace")) <= KEY_BYTES


def _problem_of_text(values: Sequence[Any]) -> str | None:
    try:
        json.dumps(values, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return "holds half of a surrogate pair, which is no text"
    return None
