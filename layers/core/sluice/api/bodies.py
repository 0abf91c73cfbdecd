"""Read the body of a request: JSON as RFC 8259 has it, and not more of it than a document needs."""

import json
from typing import Any, NoReturn

LONGEST = 512 * 1024  # bytes; the largest document is a contract, and a table item holds 400 KB


def read_json(text: str) -> Any:
    """
    Return what *text* says; raise JSONDecodeError for whatever is wrong with it.

    That is also nesting that no parser should follow, numbers that are none, names that come twice, and
    halves of surrogate pairs, which no UTF-8 holds.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_twins)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(_sentence(error), "", 0) from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply"
    return "the text holds half of a surrogate pair" if isinstance(error, UnicodeError) else str(error)
