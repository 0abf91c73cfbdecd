"""What others send to S3 in our name."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from sluice.aws.presigning import S3Presigner
from sluice.uploads import LARGEST_OBJECT, MIB, MOST_PARTS, Multipart, part_size, parts_of


@pytest.fixture
def presign(s3):  # noqa: ARG001  it makes the buckets
    client = boto3.client("s3", config=Config(signature_version="s3v4"))
    return S3Presigner(client, inbox="inbox", outbox="outbox")


def test_a_form_admits_one_key_one_type_and_a_range_of_sizes_for_15_minutes(presign):
    form = presign.form("acme/x/orders.csv", content_type="text/csv", least=1, most=10)

    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert {"key": "acme/x/orders.csv"} in policy["conditions"]
    assert {"Content-Type": "text/csv"} in policy["conditions"]
    assert ["content-length-range", 1, 10] in policy["conditions"]
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_addresses_are_signed_with_version_4_for_15_minutes(presign):
    for url in (presign.download("a b.json"), presign.part(Multipart("k", "u"), 3)):
        query = parse_qs(urlsplit(url).query)
        assert query["X-Amz-Expires"] == ["900"]
        assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


def test_parts_are_put_together_once(presign, s3):
    upload = presign.begin("big.csv", content_type="text/csv")
    etag = s3.upload_part(
        Bucket="inbox", Key="big.csv", UploadId=upload.upload_id, PartNumber=1, Body=b"a,b\n"
    )["ETag"]

    assert presign.complete(upload, ['"wrong"']) is None
    assert presign.complete(upload, [etag]) == "big.csv"
    assert s3.head_object(Bucket="inbox", Key="big.csv")["ContentType"] == "text/csv"


@pytest.mark.parametrize("code", ["NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall"])
def test_parts_that_do_not_fit_are_told_as_such(code):
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("complete_multipart_upload", code)
        presign = S3Presigner(client, inbox="inbox", outbox="outbox")
        assert presign.complete(Multipart("big.csv", "u"), ["e"]) is None


def test_an_upload_is_given_up_once(presign):
    upload = presign.begin("big.csv", content_type="text/csv")

    assert presign.abort(upload) is True
    assert presign.abort(upload) is False


@pytest.mark.parametrize("size", [0, 1, 64 * MIB, 64 * MIB + 1, 6 * 1024 * MIB, LARGEST_OBJECT])
def test_the_parts_of_any_size_are_within_the_limits_of_s3(size):
    assert 1 <= parts_of(size) <= MOST_PARTS
    assert 5 * MIB <= part_size(size) <= 5 * 1024 * MIB
    assert part_size(size) * parts_of(size) >= size
