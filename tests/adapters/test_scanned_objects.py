"""What the event of a scan leaves out is asked of the object, version by version."""

import pytest

from sluice.aws.scanned_objects import S3ScannedObjects
from sluice.errors import FileMissingError
from sluice.malware.scans import Scan, Verdict

CLEAN = {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": "NO_THREATS_FOUND"}]}
KEY = "data/März + é.csv"


@pytest.fixture
def versions(versioned):
    """Put two versions of one key, and return their ids."""
    return [versioned.put_object(Bucket="inbox", Key=KEY, Body=body)["VersionId"] for body in (b"1", b"22")]


def scan(version, etag=""):
    return Scan("inbox", KEY, version, etag, Verdict.CLEAN, (), "event-1")


def test_a_scanned_version_is_the_file_with_its_own_size_and_time(versioned, versions):
    objects = S3ScannedObjects(versioned)

    first, second = (objects.file_of(scan(version)) for version in versions)

    assert (first.size, second.size) == (1, 2)
    assert (first.key, first.version_id, first.correlation_id) == (KEY, versions[0], "event-1")
    assert first.sequencer == f"00{int(first.uploaded_at.timestamp()):08X}"
    assert '"' not in first.etag


def test_a_version_that_is_gone_is_missing(versioned, versions):
    versioned.delete_object(Bucket="inbox", Key=KEY, VersionId=versions[0])

    with pytest.raises(FileMissingError):
        S3ScannedObjects(versioned).file_of(scan(versions[0]))


def test_an_object_that_was_replaced_in_an_unversioned_bucket_is_missing(s3):
    s3.put_object(Bucket="inbox", Key=KEY, Body=b"1")

    with pytest.raises(FileMissingError):
        S3ScannedObjects(s3).file_of(scan(None, etag="another"))


def test_a_verdict_is_that_of_the_version(versioned, versions):
    objects = S3ScannedObjects(versioned)
    files = [objects.file_of(scan(version)) for version in versions]
    versioned.put_object_tagging(Bucket="inbox", Key=KEY, VersionId=versions[0], Tagging=CLEAN)

    assert [objects.verdict_on(file) for file in files] == ["NO_THREATS_FOUND", ""]


def test_other_tags_are_no_verdict(versioned, versions):
    tags = {"TagSet": [{"Key": "status", "Value": "NO_THREATS_FOUND"}]}
    versioned.put_object_tagging(Bucket="inbox", Key=KEY, VersionId=versions[1], Tagging=tags)
    objects = S3ScannedObjects(versioned)

    assert objects.verdict_on(objects.file_of(scan(versions[1]))) == ""
