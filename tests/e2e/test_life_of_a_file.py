"""From upload to announced outcome, through the deployed template with its own roles."""

import hashlib
import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

SAMPLES = Path(__file__).parents[2] / "samples"

CLEAN = b"id,amount\n1,2.5\n2,3.5\n"
TORN = b'id,amount\n1,2.5\n2,"3.5\n3,4.5\n'  # a quote that is never closed
NEVER = "3f0c1d8e-0000-4000-8000-000000000000"  # a version that no object has


def test_a_clean_csv_file_is_a_success_with_its_profile_and_summary(product):
    product.upload("clean/2026/orders.csv", CLEAN, ContentType="text/csv")

    item = product.outcome("clean/2026/orders.csv")
    assert item["status"] == "success"
    assert item["file_name"] == "orders.csv"
    assert item["upload_timestamp"] <= item["processed_timestamp"]
    assert item["row_count"] == 2
    assert set(item["schema"]) == {"id", "amount"}
    amount = item["statistics"]["amount"]
    assert {name: float(amount[name]) for name in ("min", "max", "avg", "count")} == {
        "min": 2.5,
        "max": 3.5,
        "avg": 3.0,
        "count": 2.0,
    }
    quality = item["quality_issues"]
    assert quality.keys() >= {"total_rows", "has_issues", "missing_values", "invalid_values"}
    assert (quality["total_rows"], quality["has_issues"]) == (2, False)
    assert item["results"] == [
        "processed/clean/2026/orders_summary.json",
        "processed/clean/2026/orders_report.html",
    ]
    summary = product.result("processed/clean/2026/orders_summary.json")
    assert (summary["status"], summary["row_count"]) == ("success", 2)


def test_a_key_with_a_space_a_plus_an_accent_and_an_emoji_is_kept_verbatim(product):
    key = "näme s/März + Umsatz é 📊.csv"
    product.upload(key, CLEAN)

    item = product.outcome(key)
    assert item["status"] == "success"
    assert product.result("processed/näme s/März + Umsatz é 📊_summary.json")["file"]["key"] == key


def test_a_result_bears_what_it_was_made_from_as_metadata_and_tags(product):
    product.upload("tagged/Umsätze (1).csv", CLEAN)
    item = product.outcome("tagged/Umsätze (1).csv")

    metadata, tags = product.marks_of(item["results"][0])

    assert unquote(metadata["original-filename"]) == "Umsätze (1).csv"
    assert tags["original_filename"] == "Umsätze _1_.csv"
    assert (metadata["file-id"], metadata["status"]) == (tags["file_id"], tags["status"])
    assert (tags["file_id"], tags["status"]) == (item["file_id"], "success")
    assert item["upload_timestamp"] <= metadata["processed-timestamp"] <= item["processed_timestamp"]


def test_an_image_has_its_renditions_and_its_facts(product):
    product.upload("photos/mountain lake.jpg", (SAMPLES / "mountain lake.jpg").read_bytes())

    item = product.outcome("photos/mountain lake.jpg")
    assert (item["status"], item["processor"]) == ("success", "process_image")
    assert (item["width"], item["height"], item["orientation"]) == (1800, 1200, 6)
    assert [rendition["name"] for rendition in item["renditions"]] == [
        "processed",
        "large",
        "medium",
        "thumb",
    ]
    assert item["analysis"]["models"]["labels"] == "local fake"  # which is what looked at it here
    for key in item["results"]:
        metadata, tags = product.marks_of(key)
        assert metadata["original-filename"] == "mountain%20lake.jpg"
        assert tags["file_id"] == item["file_id"]


def test_text_that_is_called_an_image_is_an_error(product):
    product.upload("photos/notes.HEIC", b"These are notes.")

    item = product.outcome("photos/notes.HEIC")
    assert (item["status"], item["processor"]) == ("error", "process_image")
    assert item["error_message"].startswith("The file's content is text")


def test_a_text_file_is_inspected(product):
    product.upload("notes.txt", "naïve text\n".encode(), ContentType="text/plain")

    item = product.outcome("notes.txt")
    assert (item["status"], item["processor"]) == ("success", "inspect_file")
    assert item["sha256"] == hashlib.sha256("naïve text\n".encode()).hexdigest()
    assert item["size"] == len("naïve text\n".encode())
    assert item["content_type_declared"] == "text/plain"
    assert item["content_type_found"] == "text/plain"


def test_a_malformed_file_is_an_error_with_a_sentence_and_what_was_found_before_and_is_not_retried(product):
    product.upload("torn.csv", TORN)

    item = product.outcome("torn.csv")
    assert item["status"] == "error"
    assert item["error_message"].endswith(".")
    assert item["row_count"] == 1
    summary = product.result("processed/torn_summary.json")
    assert (summary["status"], summary["error_message"]) == ("error", item["error_message"])
    [execution] = product.executions_with(item["file_id"])
    assert eventually(lambda: _status(product, execution) != "RUNNING")
    assert (_status(product, execution), item["attempt"]) == ("SUCCEEDED", 1)


def test_two_versions_of_one_key_are_two_files_and_the_plain_name_shows_the_newer(product):
    versions = {product.upload("twice.csv", body) for body in (CLEAN, CLEAN + b"3,4.5\n")}

    items = product.outcomes("twice.csv", count=2)
    assert {item["version_id"] for item in items} == versions
    assert sorted(item["row_count"] for item in items) == [2, 3]
    assert product.result("processed/twice_summary.json")["row_count"] == 3


def test_an_object_that_is_gone_before_it_is_read_is_an_error(product):
    product.send("CsvArrivalsQueueUrl", json.dumps(product.event("gone.csv", NEVER)))

    item = product.outcome("gone.csv")
    assert (item["status"], item["error_message"]) == (
        "error",
        "The object was deleted before it could be read.",
    )


def test_a_file_that_is_announced_ten_times_is_processed_once(product):
    product.upload("once.csv", CLEAN)
    first = product.outcome("once.csv")
    body = json.dumps(product.event("ten.csv", product.upload("ten.csv", CLEAN)))
    for _ in range(10):
        product.send("CsvArrivalsQueueUrl", body)

    assert eventually(lambda: product.is_drained("CsvArrivalsQueueUrl"), within=90)
    item = product.outcome("ten.csv")
    assert item["status"] == "success"
    assert (item["attempt"], item["state_version"]) == (first["attempt"], first["state_version"])
    assert len(product.executions_with(item["file_id"])) == 1


def test_a_message_that_is_no_s3_event_lies_with_the_dead_letters_with_its_reason(product):
    product.send("CsvArrivalsQueueUrl", '{"source": "somebody"}')

    [buried] = eventually(lambda: product.messages(product.outputs["CsvDeadLettersUrl"]), within=60)
    assert buried["Body"] == '{"source": "somebody"}'
    assert "not an S3 event" in buried["MessageAttributes"]["reason"]["StringValue"]


def test_a_table_that_arrives_in_the_wrong_lane_is_profiled_all_the_same(product):
    product.upload("report.Csv", CLEAN)

    item = product.outcome("report.Csv")
    assert (item["status"], item["processor"], item["lane"]) == ("success", "profile_csv", "csv")
    assert item["row_count"] == 2


def test_an_object_that_only_marks_a_folder_is_skipped_with_the_reason(product):
    product.upload("folder/", b"")

    item = product.outcome("folder/")
    assert (item["status"], item["error_message"]) == ("skipped", "The object only marks a folder.")
    assert product.executions_with(item["file_id"]) == []


@pytest.mark.parametrize("function", ["profile-csv", "notify"])
def test_the_correlation_id_of_a_file_is_on_the_log_lines_of_its_functions(product, function):
    key = f"logged by {function}.csv"
    product.upload(key, CLEAN)

    correlation_id = product.outcome(key)["correlation_id"]
    assert eventually(
        lambda: [line for line in product.log_lines(function) if line.get("correlation_id") == correlation_id]
    )


def test_an_outcome_is_announced_with_its_status_to_filter_by(product):
    subscriber = product.subscriber()
    product.upload("announced é.csv", TORN)
    file_id = product.outcome("announced é.csv")["file_id"]

    [body] = [json.loads(message["Body"]) for message in _received(product, subscriber, file_id)]
    assert body["MessageAttributes"]["status"] == {"Type": "String", "Value": "error"}
    assert body["Subject"] == "[error] announced e.csv"
    assert "announced é.csv: error" in body["Message"]


def _status(product, execution):
    described = product.client("stepfunctions").describe_execution(executionArn=execution["executionArn"])
    return described["status"]


def _received(product, queue, file_id):
    """Wait for what a queue receives about one file."""

    def about():
        return [message for message in product.messages(queue) if file_id in message["Body"]]

    return eventually(about, within=60)
