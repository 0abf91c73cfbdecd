"""A rule's watermark is read in its newest version, once a minute, and one that is of no use is told."""

import pytest

from sluice.aws.s3_watermarks import FRESH_SECONDS, MAX_BYTES, S3Watermarks
from sluice.errors import MisconfiguredError
from sluice.images.options import Bucket, WatermarkImage

PNG = b"\x89PNG\r\n\x1a\n"
LOGO = WatermarkImage(Bucket.INBOX, "marks/löge.png")


@pytest.fixture
def clock():
    """Seconds, which pass only when a test lets them."""
    return [1000.0]


@pytest.fixture
def watermarks(s3, clock):
    return S3Watermarks(s3, "outbox", clock=lambda: clock[0])


@pytest.mark.parametrize("bucket", Bucket)
def test_the_image_lies_in_the_bucket_of_the_file_or_in_the_outbox(s3, watermarks, file, bucket):
    """Which are two different objects."""
    for place in ("inbox", "outbox"):
        s3.put_object(Bucket=place, Key=LOGO.key, Body=PNG + place.encode())

    assert watermarks.fetch(WatermarkImage(bucket, LOGO.key), file()) == PNG + bucket.encode()


def test_it_is_read_anew_after_a_minute(s3, watermarks, file, clock):
    """Not for every image of a batch."""
    s3.put_object(Bucket="inbox", Key=LOGO.key, Body=PNG + b"old")
    watermarks.fetch(LOGO, file())
    s3.put_object(Bucket="inbox", Key=LOGO.key, Body=PNG + b"new")

    assert watermarks.fetch(LOGO, file()) == PNG + b"old"
    clock[0] += FRESH_SECONDS
    assert watermarks.fetch(LOGO, file()) == PNG + b"new"


def test_another_rule_has_another_watermark(s3, watermarks, file):
    """Whatever was read a moment ago."""
    for key in (LOGO.key, "other.png"):
        s3.put_object(Bucket="inbox", Key=key, Body=PNG + key.encode())

    assert watermarks.fetch(LOGO, file()) == PNG + LOGO.key.encode()
    assert watermarks.fetch(WatermarkImage(Bucket.INBOX, "other.png"), file()) == PNG + b"other.png"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "there is no watermark"),
        (b"Lumen", "content is text"),
        (b"", "empty"),
        (PNG + bytes(MAX_BYTES), "more than 5 MiB"),
    ],
)
def test_one_that_is_of_no_use_is_a_misconfiguration(s3, watermarks, file, body, words):
    """No file is to blame, and none goes out without it."""
    if body is not None:
        s3.put_object(Bucket="inbox", Key=LOGO.key, Body=body)

    with pytest.raises(MisconfiguredError, match=words):
        watermarks.fetch(LOGO, file())
