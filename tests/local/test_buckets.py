"""The buckets keep versions and refuse what a condition forbids."""

import urllib.request

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


@pytest.fixture
def s3(trial):
    return trial.client("s3")


@pytest.fixture
def inbox(trial):
    return trial.outputs["InboxBucketName"]


def test_an_older_version_can_be_read_by_its_id(s3, inbox):
    first = s3.put_object(Bucket=inbox, Key="versions.txt", Body=b"first")["VersionId"]
    s3.put_object(Bucket=inbox, Key="versions.txt", Body=b"second")

    assert s3.get_object(Bucket=inbox, Key="versions.txt", VersionId=first)["Body"].read() == b"first"


def test_a_version_that_never_was_is_named_as_such(s3, inbox):
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=inbox, Key="never.txt")


def test_an_object_is_created_once_with_if_none_match(s3, inbox):
    s3.put_object(Bucket=inbox, Key="once.txt", Body=b"1", IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=inbox, Key="once.txt", Body=b"2", IfNoneMatch="*")


def test_an_object_is_replaced_only_if_it_is_the_expected_one(s3, inbox):
    etag = s3.put_object(Bucket=inbox, Key="expected.txt", Body=b"1")["ETag"]
    s3.put_object(Bucket=inbox, Key="expected.txt", Body=b"2", IfMatch=etag)

    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=inbox, Key="expected.txt", Body=b"3", IfMatch=etag)


def test_a_presigned_address_reads_the_object_without_credentials(s3, inbox):
    s3.put_object(Bucket=inbox, Key="März + é.txt", Body=b"shared")
    address = s3.generate_presigned_url("get_object", Params={"Bucket": inbox, "Key": "März + é.txt"})

    with urllib.request.urlopen(address) as response:  # noqa: S310 - the emulator's own address
        assert response.read() == b"shared"


def test_a_listing_of_versions_holds_keys_that_xml_cannot(s3, inbox):
    keys = ["odd/\x01 control", "odd/\uffff", "odd/a+b & <c>", "odd/new\nline", "odd/é%2F"]
    for key in keys:
        s3.put_object(Bucket=inbox, Key=key, Body=b"1")

    first = s3.list_object_versions(Bucket=inbox, Prefix="odd/", MaxKeys=2)
    rest = s3.list_object_versions(
        Bucket=inbox,
        Prefix="odd/",
        KeyMarker=first["NextKeyMarker"],
        VersionIdMarker=first["NextVersionIdMarker"],
    )

    assert [each["Key"] for each in first["Versions"] + rest["Versions"]] == sorted(keys)
