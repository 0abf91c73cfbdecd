"""The contract of a custom processor: what is asked, what is an answer, and what the kit finds."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sluice.errors import ProcessorFailedError, UnexpectedAnswerError, UnexpectedEventError
from sluice.outcomes import Outcome, Status
from sluice.processors import conformance
from sluice.processors.custom import answer_with, file_of, outcome_of, problem_of, request_for
from sluice.rules.rule import Rule
from tests.fakes import a_file

RULE = Rule(id="contracts", version=3, processor="custom", options={"language": "de"})
FILE = a_file("März + é.pdf", uploaded_at=datetime(2026, 3, 2, tzinfo=UTC))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_a_request_travels_through_json():
    request = json.loads(json.dumps(request_for(FILE, RULE)))

    assert file_of(request) == FILE
    assert request["contract_version"] == 1


@pytest.mark.parametrize(
    "request_", [{}, {"s3_details": {}}, {"s3_details": None}, {"s3_details": {"bucket": "b"}}]
)
def test_what_is_no_request_is_refused_by_name(request_):
    with pytest.raises(UnexpectedEventError):
        file_of(request_)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Status.SUCCESS, facts={"a": [1, {"b": None}]}, results=("custom/x.json",)),
        Outcome.error("It is empty."),
        Outcome(Status.SUCCESS),
    ],
)
def test_an_outcome_travels_through_an_answer(outcome):
    answer = json.loads(json.dumps(answer_with(outcome)))

    back = outcome_of(answer)

    assert (back.status, back.error_message, back.results) == (
        outcome.status, outcome.error_message, outcome.results,
    )  # fmt: skip
    assert back.facts == ({"custom": outcome.facts} if outcome.facts else {})


def nested(levels):
    """Facts within facts."""
    facts = {}
    for _ in range(levels - 1):
        facts = {"x": facts}
    return facts


def test_facts_may_have_20_levels():
    assert outcome_of({"status": "success", "facts": nested(20)}).status == "success"


def test_facts_cannot_take_the_place_of_the_catalogues_own():
    outcome = outcome_of({"status": "success", "facts": {"status": "failed", "attempt": 99}})

    assert outcome.facts == {"custom": {"status": "failed", "attempt": 99}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "no JSON object"),
        ("success", "no JSON object"),
        ({}, "status other than success and error"),
        ({"status": "failed"}, "status other than"),
        ({"status": ["success"]}, "status other than"),
        ({"status": "error"}, "without an error_message"),
        ({"status": "error", "error_message": "  "}, "without an error_message"),
        ({"status": "error", "error_message": 5}, "no text"),
        ({"status": "success", "facts": []}, "no JSON object"),
        ({"status": "success", "facts": {"x": "y" * 40_000}}, "more than 32768 bytes"),
        ({"status": "success", "facts": nested(21)}, "more than 20 levels"),
        ({"status": "success", "facts": nested(2000)}, "more than 20 levels"),
        ({"status": "success", "facts": {"x": ["\ud800"]}}, "half of a surrogate pair"),
        ({"status": "error", "error_message": "\udfff"}, "half of a surrogate pair"),
        ({"status": "success", "results": ["\ud800"]}, "half of a surrogate pair"),
        ({"status": "success", "results": "custom/x"}, "no list"),
        ({"status": "success", "results": ["x"] * 101}, "more than 100"),
        ({"status": "success", "results": [""]}, "no key"),
        ({"status": "success", "results": ["é" * 513]}, "no key"),
        ({"status": "success", "results": [None]}, "no key"),
    ],
)
def test_an_answer_outside_the_contract_is_a_fault_that_says_what_is_wrong(answer, words):
    if words == "no JSON object" and not isinstance(answer, dict):
        words = "not a JSON object"
    with pytest.raises(UnexpectedAnswerError, match=words):
        outcome_of(answer)


NEARLY = st.fixed_dictionaries(
    {"status": st.sampled_from(["success", "error"])},
    optional={"error_message": st.text(), "facts": st.dictionaries(st.text(), JSON), "results": JSON},
)


@given(JSON | NEARLY)
@example({"status": "success"})
@example({"status": "error", "error_message": "Odd."})
def test_any_json_is_an_outcome_or_a_fault_of_that_name(answer):
    if problem_of(answer) is None:
        assert outcome_of(answer).status in ("success", "error")
    else:
        with pytest.raises(UnexpectedAnswerError):
            outcome_of(answer)


def test_a_long_message_is_cut():
    assert len(outcome_of({"status": "error", "error_message": "x" * 5000}).error_message) == 1000


# The kit


def good(request):
    """Answer as the contract says."""
    is_there = (
        request["s3_details"]["key"] == FILE.key and request["s3_details"]["version_id"] == FILE.version_id
    )
    return {"status": "success"} if is_there else {"status": "error", "error_message": "It is gone."}


def raising_when_gone(request):
    if good(request)["status"] == "error":
        raise ProcessorFailedError("KeyError: NoSuchVersion")
    return good(request)


def strict(request):
    if "added_later" in request:
        raise ProcessorFailedError("unexpected member added_later")
    return good(request)


def ignoring_the_version(request):
    return {"status": "success"} if request["s3_details"]["key"] == FILE.key else good(request)


def unquoting(request):
    return good(request) if request["s3_details"]["key"] == FILE.key else {"status": "success"}


def failing_checks(function):
    return [n for n, check in enumerate(conformance.checks(function, FILE)) if check.problem]


class Changing:
    """Answers otherwise from the second time on."""

    calls = 0

    def __call__(self, request):
        self.calls += 1
        return good(request) if self.calls == 1 else {"status": "error", "error_message": "I have seen this."}


def test_a_function_that_keeps_the_contract_passes_every_check():
    assert failing_checks(good) == []


@pytest.mark.parametrize(
    ("function", "failing"),
    [
        (lambda _: None, [0, 1, 2, 3, 4]),
        (Changing(), [1, 2]),
        (strict, [2]),
        (raising_when_gone, [3, 4]),
        (ignoring_the_version, [3]),
        (unquoting, [4]),
    ],
)
def test_each_breach_of_the_contract_fails_its_checks(function, failing):
    assert failing_checks(function) == failing
