"""Files are read in the version that arrived, and results never hide newer ones."""

import json

import pytest
from botocore.response import StreamingBody

from sluice.aws.s3 import S3Inbox, S3Outbox
from sluice.errors import FileMissingError, MisconfiguredError

OLD, NEW = "0055AED6DC", "0055AED6DD"


def put(s3, file, body, **more):
    return s3.put_object(Bucket=file().bucket, Key=file().key, Body=body, **more)


def read(s3, file):
    with S3Inbox(s3).open(file) as stream:
        return stream.read()


def publish(s3, file, body, sequencer, key="processed/a.json"):
    source = file(sequencer=sequencer, version_id=sequencer)
    return S3Outbox(s3, "outbox").publish(key, body, content_type="application/json", file=source)


def published(s3, key):
    return s3.get_object(Bucket="outbox", Key=key)["Body"].read()


def test_the_version_that_arrived_is_read_although_a_newer_one_is_there(versioned, file):
    first = put(versioned, file, b"old", ContentType="text/csv")["VersionId"]
    put(versioned, file, b"new", ContentType="text/plain")

    assert read(versioned, file(version_id=first)) == b"old"
    assert S3Inbox(versioned).declared_type(file(version_id=first)) == "text/csv"


def test_a_version_is_read_after_its_key_was_deleted(versioned, file):
    version = put(versioned, file, b"old")["VersionId"]
    versioned.delete_object(Bucket=file().bucket, Key=file().key)

    assert read(versioned, file(version_id=version)) == b"old"


def test_a_file_is_read_in_pieces(versioned, file):
    version = put(versioned, file, b"abc")["VersionId"]

    with S3Inbox(versioned).open(file(version_id=version)) as stream:
        assert [stream.read(2), stream.read(2), stream.read(2)] == [b"ab", b"c", b""]


def test_a_body_is_closed_although_its_reader_fails(versioned, file, monkeypatch):
    version = put(versioned, file, b"abc")["VersionId"]
    closed = []

    def close(body):
        closed.append(body)

    monkeypatch.setattr(StreamingBody, "close", close)

    with pytest.raises(ZeroDivisionError), S3Inbox(versioned).open(file(version_id=version)):
        raise ZeroDivisionError
    assert closed


@pytest.mark.parametrize("look", [read, lambda s3, file: S3Inbox(s3).declared_type(file)])
class TestAMissingFile:
    """Reading and looking agree on what is missing."""

    def test_a_version_that_was_deleted_is_missing(self, versioned, file, look):
        version = put(versioned, file, b"old")["VersionId"]
        versioned.delete_object(Bucket=file().bucket, Key=file().key, VersionId=version)

        with pytest.raises(FileMissingError):
            look(versioned, file(version_id=version))

    def test_a_version_that_never_was_is_missing(self, versioned, file, look):
        put(versioned, file, b"other")

        with pytest.raises(FileMissingError):
            look(versioned, file(version_id="3f0c1d8e-0000-4000-8000-000000000000"))

    def test_a_delete_marker_is_missing(self, versioned, file, look):
        put(versioned, file, b"old")
        marker = versioned.delete_object(Bucket=file().bucket, Key=file().key)["VersionId"]

        with pytest.raises(FileMissingError):
            look(versioned, file(version_id=marker))

    def test_an_unversioned_object_that_was_replaced_is_missing(self, s3, file, look):
        etag = put(s3, file, b"old")["ETag"]
        put(s3, file, b"new")

        with pytest.raises(FileMissingError):
            look(s3, file(version_id=None, etag=etag))

    def test_an_unversioned_object_that_was_deleted_is_missing(self, s3, file, look):
        with pytest.raises(FileMissingError):
            look(s3, file(version_id=None))


def test_an_unversioned_object_is_read_by_its_etag(s3, file):
    etag = put(s3, file, b"old")["ETag"]

    assert read(s3, file(version_id=None, etag=etag)) == b"old"


def test_a_newer_version_takes_the_plain_name(s3, file):
    publish(s3, file, b"old", OLD)

    assert publish(s3, file, b"new", NEW) == "processed/a.json"
    assert published(s3, "processed/a.json") == b"new"


def test_an_older_version_that_comes_late_goes_below_superseded(s3, file):
    publish(s3, file, b"new", NEW)

    key = publish(s3, file, b"old", OLD)

    assert key == f"superseded/{file(version_id=OLD).file_id}/processed/a.json"
    assert published(s3, key) == b"old"
    assert published(s3, "processed/a.json") == b"new"


def test_the_same_version_publishes_again_at_the_same_key(s3, file):
    publish(s3, file, json.dumps(1).encode(), OLD)

    assert publish(s3, file, json.dumps(2).encode(), OLD) == "processed/a.json"


def test_an_outbox_that_does_not_exist_is_a_misconfiguration(s3, file):
    with pytest.raises(MisconfiguredError):
        S3Outbox(s3, "nowhere").publish("a", b"", content_type="text/plain", file=file())


def looks(s3):
    """Keys that are looked at from now on."""
    keys = []
    s3.meta.events.register(
        "provide-client-params.s3.HeadObject", lambda params, **_: keys.append(params["Key"])
    )
    return keys


def publish_all(s3, source, *keys):
    outbox = S3Outbox(s3, "outbox")
    return [
        outbox.publish(key, source.sequencer.encode(), content_type="text/plain", file=source) for key in keys
    ]


def test_results_of_a_new_file_are_looked_at_once(s3, file):
    looked = looks(s3)
    assert publish_all(s3, file(), "a", "b", "c") == ["a", "b", "c"]
    assert looked == ["a"]


def test_a_result_that_is_there_although_the_file_s_first_is_not_is_replaced_by_a_newer_one(s3, file):
    publish_all(s3, file(sequencer=OLD), "b")
    assert publish_all(s3, file(sequencer=NEW), "a", "b", "c") == ["a", "b", "c"]
    assert published(s3, "b") == NEW.encode()


def test_a_result_that_is_there_although_the_file_s_first_is_not_hides_no_newer_one(s3, file):
    publish_all(s3, file(sequencer=NEW), "b")
    old = file(sequencer=OLD)
    assert publish_all(s3, old, "a", "b", "c") == ["a", f"superseded/{old.file_id}/b", "c"]
    assert published(s3, "b") == NEW.encode()


def test_what_is_known_of_one_file_is_not_taken_for_another(s3, file):
    outbox, looked = S3Outbox(s3, "outbox"), looks(s3)
    for number, key in enumerate(("a", "b")):
        outbox.publish(key, b"", content_type="text/plain", file=file(version_id=f"v{number}"))
    assert looked == ["a", "b"]
