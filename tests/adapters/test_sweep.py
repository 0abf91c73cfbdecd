"""What the sweep lists and goes through: versions page by page, unfinished files, settled ones by segment."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from sluice.aws.inventory import DynamoDBInventory
from sluice.aws.listing import S3Listing, S3Reports, S3Results
from sluice.aws.s3 import S3Outbox
from sluice.batches import Task
from sluice.errors import MisconfiguredError
from sluice.outcomes import Outcome, Status
from sluice.recovery.sweeps import listed_file
from tests.adapters.conftest import BUCKET

NOW = datetime.now(UTC).replace(microsecond=0)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
ODD = ["a b+c%41.csv", "März/é 🧾.csv", "x/\u2028.csv", "x/y/", "~"]


@pytest.fixture
def dynamodb():
    client = boto3.client("dynamodb")
    names = ("file_id", "file_name", "status", "upload_timestamp", "unannounced", "processed_timestamp")
    client.create_table(
        TableName="catalogue",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "file_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            _index("by-status", "status", "upload_timestamp"),
            _index("by-name", "file_name", "upload_timestamp"),
            _index("by-unannounced", "unannounced", "processed_timestamp"),
        ],
    )
    return client


def _index(name, key, order):
    schema = [{"AttributeName": key, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "KEYS_ONLY"}}


@pytest.fixture
def inventory(dynamodb):
    return DynamoDBInventory(dynamodb, "catalogue")


def all_versions(listing, prefix=""):
    after, version, found = "", "", []
    while True:
        page = listing.versions(prefix, after=after, after_version=version)
        found += page.versions
        if page.next is None:
            return found
        after, version = page.next


def test_every_version_is_listed_with_its_key_verbatim_and_markers_of_deletion_are_not(versioned):
    for key in ODD * 2:
        versioned.put_object(Bucket=BUCKET, Key=key, Body=b"four")
    versioned.delete_object(Bucket=BUCKET, Key="~")

    listed = all_versions(S3Listing(versioned, BUCKET))

    assert sorted(each.file.key for each in listed) == sorted(ODD * 2)
    assert {each.file.size for each in listed} == {4}
    assert all(each.file.version_id and '"' not in each.file.etag for each in listed)
    latest = [each.file.key for each in listed if each.is_latest]
    assert sorted(latest) == sorted(set(ODD) - {"~"})


def test_a_listing_goes_on_behind_any_key(versioned):
    for number in range(5):
        versioned.put_object(Bucket=BUCKET, Key=f"{number}", Body=b"")

    page = S3Listing(versioned, BUCKET).versions("", after="1", after_version="")

    assert [each.file.key for each in page.versions] == ["2", "3", "4"]


def test_an_unversioned_bucket_lists_each_object_once_without_a_version(s3):
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"1")
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"2")

    [listed] = all_versions(S3Listing(s3, BUCKET))

    assert (listed.file.version_id, listed.is_latest) == (None, True)


def test_folders_are_those_directly_below(s3):
    for key in ("top", "a/1", "a/b/2", "c/3"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")

    listing = S3Listing(s3, BUCKET)
    assert [listing.prefixes(prefix) for prefix in ("", "a/", "c/")] == [["a/", "c/"], ["a/b/"], []]


def test_a_bucket_that_is_not_there_is_our_mistake(s3):
    with pytest.raises(MisconfiguredError):
        S3Listing(s3, "nowhere").versions("", after="", after_version="")


def test_what_is_gone_is_a_version_that_was_deleted_for_good(versioned):
    listing = S3Listing(versioned, BUCKET)
    for key in ("here", "marked", "gone"):
        versioned.put_object(Bucket=BUCKET, Key=key, Body=b"")
    files = {each.file.key: each.file for each in all_versions(listing)}
    versioned.delete_object(Bucket=BUCKET, Key="marked")
    versioned.delete_object(Bucket=BUCKET, Key="gone", VersionId=files["gone"].version_id)

    assert listing.missing([files["here"], files["marked"], files["gone"]]) == [files["gone"]]


def test_in_an_unversioned_bucket_a_replaced_object_is_gone(s3):
    listing = S3Listing(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"1")
    [old] = all_versions(listing)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"2")
    [new] = all_versions(listing)

    assert listing.missing([old.file, new.file]) == [old.file]


def test_only_claims_that_expired_before_are_stuck(catalogue, inventory, file):
    stuck, busy, done = (file(key=key) for key in ("stuck", "busy", "done"))
    for each, until in ((stuck, EARLIER), (busy, LATER), (done, EARLIER)):
        catalogue.claim(each, processor="profile_csv", lane="csv", until=until)
    catalogue.record(Task(done, 1), Outcome(Status.SUCCESS), at=NOW)

    [(found, state, processor)] = inventory.unfinished(before=NOW)

    assert (found, state.attempt, state.lane, processor) == (stuck, 1, "csv", "profile_csv")


def test_settled_files_are_gone_through_once_in_segments_until_they_are_marked(catalogue, inventory, file):
    files = [file(key=f"in/{number}") for number in range(9)] + [file(key="out/x")]
    for each in files:
        catalogue.claim(each, processor="", lane="csv", until=LATER)
        catalogue.record(Task(each, 1), Outcome(Status.ERROR), at=NOW)
    inventory.mark_deleted(files[0].file_id, at=NOW, how="found gone")

    found = [each for segment in range(3) for each in inventory.settled("in/", segment, 3, None)[0]]

    assert sorted(each.key for each in found) == [f"in/{number}" for number in range(1, 9)]
    assert len([each for segment in range(3) for each in inventory.settled("", segment, 3, None)[0]]) == 9


def test_a_mark_of_deletion_stays_as_it_was_first_and_can_be_taken_back(catalogue, inventory, file, item_of):
    assert not inventory.mark_deleted("unknown", at=NOW, how="x")
    catalogue.claim(file(), processor="", lane="", until=LATER)

    inventory.mark_deleted(file().file_id, at=EARLIER, how="Delete Marker Created", marker="m1")
    inventory.mark_deleted(file().file_id, at=NOW, how="Permanently Deleted")
    item = item_of(file())
    assert (item["deleted_at"]["S"], item["deletion"]["S"]) == (EARLIER.isoformat(), "Permanently Deleted")

    inventory.restore(file().file_id)
    assert item_of(file()).keys().isdisjoint({"deleted_at", "deletion", "delete_marker"})


def test_a_report_is_kept_as_json(s3):
    key = S3Reports(s3, "outbox").keep("reports/sweeps/1.json", {"counts": {"taken_in": 1}, "key": "é"})

    assert json.loads(s3.get_object(Bucket="outbox", Key=key)["Body"].read())["counts"] == {"taken_in": 1}


def test_every_version_of_a_key_is_found_and_no_other_key_of_its_name(catalogue, inventory, file):
    key = "in/März + é.csv"
    for each in (file(key=key), file(key=key, version_id="v2"), file(key="out/März + é.csv")):
        catalogue.claim(each, processor="", lane="csv", until=LATER)
    catalogue.record(Task(file(key=key), 1), Outcome(Status.SUCCESS, results=("a.json", "b.json")), at=NOW)
    inventory.mark_deleted(file(key=key).file_id, at=NOW, how="Delete Marker Created", marker="m1")

    found = {each.file.version_id: each for each in inventory.of_key(key)}

    assert found.keys() == {"v1", "v2"}
    assert (found["v1"].results, found["v1"].is_deleted) == (("a.json", "b.json"), True)
    assert (found["v1"].delete_marker, found["v2"].is_deleted) == ("m1", False)
    assert inventory.of_key("in/nothing") == []


def test_a_result_is_removed_only_while_it_is_that_of_its_file(s3, file):
    s3.put_object(Bucket="outbox", Key="a.json", Body=b"", Metadata={"file-id": file().file_id})
    results = S3Results(s3, "outbox")

    assert not results.remove("a.json", file=file(version_id="v2"))
    assert results.remove("a.json", file=file())
    assert not results.remove("a.json", file=file())
    assert "Contents" not in s3.list_objects_v2(Bucket="outbox")


def test_in_an_unversioned_bucket_the_result_of_replaced_content_does_not_take_the_newer_ones_place(s3, file):
    """Whichever comes last: the one by its event, the other by a sweep."""
    outbox = S3Outbox(s3, "outbox")
    facts = {"version_id": "null", "size": 1, "is_latest": True}
    newer = listed_file(BUCKET, "a.csv", etag="new", modified=NOW, **facts).file
    older = file(key="a.csv", version_id=None, etag="old", sequencer=f"00{int(NOW.timestamp()) - 5:08X}AB")

    for each in (newer, older, newer):
        outbox.publish("processed/a.json", each.etag.encode(), content_type="text/plain", file=each)

    assert s3.get_object(Bucket="outbox", Key="processed/a.json")["Body"].read() == b"new"
    key = f"superseded/{older.file_id}/processed/a.json"
    assert s3.get_object(Bucket="outbox", Key=key)["Body"].read() == b"old"
