"""Every result says what it was made from, in the characters that S3 allows."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote

import pytest

from sluice.aws.s3 import S3Outbox
from sluice.aws.s3_metadata import LONGEST_NAME, metadata_of, tagging_of
from sluice.outcomes import Status

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ALLOWED_IN_TAGS = re.compile(r"[\w\s+\-=.:/@]{0,256}")


def tags_of(file, status=Status.SUCCESS):
    found = parse_qs(tagging_of(file, status, AT), keep_blank_values=True, strict_parsing=True)
    return {name: values[0] for name, values in found.items()}


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.ERROR])
def test_a_result_bears_metadata_and_tags(s3, file, status):
    source = file(key="shop/vase.png")
    outbox = S3Outbox(s3, "outbox", now=lambda: AT)
    key = outbox.publish("a.json", b"{}", content_type="application/json", file=source, status=status)

    head = s3.head_object(Bucket="outbox", Key=key)
    assert head["ContentType"] == "application/json"
    assert head["Metadata"] == {
        "file-id": source.file_id,
        "sequencer": source.sequencer,
        "original-filename": "vase.png",
        "processed-timestamp": "2026-03-02T09:30:00+00:00",
        "status": status,
    }
    tags = s3.get_object_tagging(Bucket="outbox", Key=key)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "file_id": source.file_id,
        "original_filename": "vase.png",
        "processed_timestamp": "2026-03-02T09:30:00+00:00",
        "status": status,
    }


def test_a_superseded_result_bears_them_too(s3, file):
    """Under its own name nobody would find it otherwise."""
    outbox = S3Outbox(s3, "outbox", now=lambda: AT)
    for sequencer in ("0055AED6DD", "0055AED6DC"):
        source = file(sequencer=sequencer, version_id=sequencer)
        key = outbox.publish("a.json", b"{}", content_type="application/json", file=source)

    assert key.startswith("superseded/")
    tags = s3.get_object_tagging(Bucket="outbox", Key=key)["TagSet"]
    assert {"Key": "file_id", "Value": source.file_id} in tags


NAMES = ("Umsätze März.csv", "a+b%20=&?.csv", "写真 📷.jpg", "=?utf-8?q?x?=", " a  b ")


@pytest.mark.parametrize("name", NAMES)
def test_metadata_gives_any_name_back(file, name):
    """S3 keeps ASCII only, cuts spaces at the ends, and decodes what looks like RFC 2047."""
    encoded = metadata_of(file(key=f"in/{name}"), Status.SUCCESS, AT)["original-filename"]

    assert re.fullmatch(r"[A-Za-z0-9._~%-]+", encoded)
    assert unquote(encoded) == name


def test_a_name_that_metadata_cannot_hold_is_cut_between_characters(file):
    """A key of 1,024 bytes has 3,072 characters when encoded; all metadata may have 2,048."""
    name = "é" * 512
    metadata = metadata_of(file(key=name), Status.SUCCESS, AT)

    assert sum(len(key) + len(value) for key, value in metadata.items()) < 2048
    assert unquote(metadata["original-filename"], errors="strict") == "é" * (LONGEST_NAME // 6)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Umsätze März.csv", "Umsätze März.csv"),
        ("Umsa\u0308tze.csv", "Umsätze.csv"),
        ("a+b=c.csv", "a+b=c.csv"),
        ("a&b%20(1).csv", "a_b_20_1_.csv"),
        ("写真 📷.jpg", "写真 _.jpg"),
        ("tab\there", "tab_here"),
        ("x" * 300, "x" * 256),
        ("\U00010348" * 200, "\U00010348" * 128),
    ],
)
def test_a_tag_holds_what_tags_may_hold(file, name, tag):
    """Letters of any script, in at most 256 units of UTF-16."""
    assert tags_of(file(key=name))["original_filename"] == tag


def test_all_tags_are_within_what_s3_accepts(file):
    """Ten tags at most, and values of its characters."""
    tags = tags_of(file(key="a*b.csv"), Status.ERROR)

    assert len(tags) <= 10
    assert all(ALLOWED_IN_TAGS.fullmatch(value) for value in tags.values())
