"""Every function, as Lambda gets it, takes its sample event in a container and answers as it should."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.environments import REPOSITORY
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.files import File

EVENTS = REPOSITORY / "events"
NOTHING_FAILED = {"batchItemFailures": []}


def passed_over(processor: str) -> Callable[[Any], bool]:
    """Nobody has claimed the files of the event in this stack, and a processor takes none but its own."""
    return lambda answer: answer == {"processor": processor, "files": []}


def is_page_of_files(answer: Any) -> bool:
    return answer["statusCode"] == 200 and json.loads(answer["body"]).keys() == {"files", "next"}


def is_rates_of_lanes(answer: Any) -> bool:
    return answer.keys() <= {"csv", "image", "other"} and all(rate > 0 for rate in answer.values())


def lists_the_default_rules(answer: Any) -> bool:
    return {rule["processor"] for rule in answer["rules"]} >= {"profile_csv", "process_image", "inspect_file"}


# Of each function: one of its sample events, and what its answer has to be.
ANSWERS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "call_processor": ("one_file", passed_over("custom")),
    "check_release": ("by_hand", lambda answer: answer == {"faults": []}),
    "deliver_webhook": ("one_delivery", lambda answer: answer == NOTHING_FAILED),
    "dispatch": ("one_csv", lambda answer: answer == NOTHING_FAILED),
    "files_api": ("list_files", is_page_of_files),
    "free_files": ("aborted_execution", lambda answer: answer == NOTHING_FAILED),
    "inspect_file": ("batch", passed_over("inspect_file")),
    "mark_deleted": ("version", lambda answer: answer == NOTHING_FAILED),
    "notify": ("outcomes_among_other_changes", lambda answer: answer == NOTHING_FAILED),
    "process_image": ("one_file", passed_over("process_image")),
    "profile_csv": ("batch", passed_over("profile_csv")),
    "reconcile": ("plan", lambda answer: bool(answer["parts"])),
    "replay": ("dry_run", lambda answer: answer["letters"] == []),
    "rules_api": ("list", lists_the_default_rules),
    "send_digest": ("hourly", lambda answer: answer is None),
    "tune_pace": ("minutely", is_rates_of_lanes),
}


def test_each_function_is_invoked() -> None:
    """None is added without an event that it takes in a container."""
    assert ANSWERS.keys() == {path.parent.name for path in (REPOSITORY / "functions").glob("*/handler.py")}


@pytest.mark.parametrize("function", ANSWERS)
def test_a_function_answers_its_sample_event(function, sam, fitted) -> None:
    """With the variables, the memory, the time and the role that it has in the stack."""
    name, is_right = ANSWERS[function]

    answer = sam.invoke(logical(function), fitted(f"{function}_{name}"))

    assert is_right(answer.value), f"{answer.value}\n{answer.log}"


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("function", "name", "found"),
    [
        ("profile_csv", "orders.csv", ("row_count", 200)),
        ("process_image", "mountain lake.jpg", ("width", 1800)),
        ("inspect_file", "notes.txt", ("content_type_found", "text/plain")),
    ],
)
def test_a_processor_processes_a_file_that_is_its_own(function, name, found, sam, product) -> None:
    """Its native code too: the scanner and libvips were built for Lambda's system."""
    sample = REPOSITORY / "samples" / name
    file = claimed(product, function, sample)

    answer = sam.invoke(logical(function), {"processor": function, "files": [file | {"attempt": 1}]})

    assert answer.value == {"processor": function, "files": []}, answer.log
    item = product.outcome(file["key"])
    assert item["status"] == "success", item
    fact, value = found
    assert item[fact] == value


def logical(function: str) -> str:
    """Return the name that the template gives a function."""
    return "".join(word.capitalize() for word in function.split("_")) + "Function"


def claimed(product, processor, sample) -> dict[str, Any]:
    """Put a sample into the inbox, claim it as `dispatch` does, and return it as a batch names it."""
    key = f"containers/{sample.name}"
    version = product.upload(key, sample.read_bytes())
    size, bucket = sample.stat().st_size, product.outputs["InboxBucketName"]
    file = File(bucket, key, version, "etag", size, "0055AED6DCD90281E5", datetime.now(UTC), "containers")
    catalogue = DynamoDBCatalogue(product.client("dynamodb"), product.outputs["CatalogueTableName"])
    until = datetime.now(UTC) + timedelta(minutes=15)
    catalogue.claim(file, processor=processor, lane="other", until=until)
    return file.to_json() | {"file_id": file.file_id}
