"""Content types, settings, subjects and inspection."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.announcing import mails
from sluice.errors import MisconfiguredError
from sluice.processors.content import agrees, found_type
from sluice.processors.inspecting import inspect_file
from sluice.rules.rule import DEFAULT_RULES
from sluice.settings.announcing import NotifySettings
from sluice.settings.pace import DispatchSettings
from sluice.settings.processors import InspectFileSettings, ProfileCsvSettings
from tests.fakes import FakeInbox, a_file, an_announcement


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", "inode/x-empty"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04 plain", "application/zip"),
        (
            b"PK\x03\x04 [Content_Types].xml xl/",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "text/html"),
        (b' {"a": 1}', "application/json"),
        ("März".encode(), "text/plain"),
        ("März".encode("utf-16"), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head, expected):
    assert found_type(head) == expected


@given(st.binary(max_size=400))
def test_any_bytes_have_a_type(head):
    assert "/" in found_type(head)


@pytest.mark.parametrize("declared", ["", "image/png", "IMAGE/PNG; q=1", "binary/octet-stream"])
def test_a_declaration_that_fits_or_says_nothing_agrees(declared):
    assert agrees(declared, "image/png")


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("application/msword", "application/x-ole-storage"),
        ("application/vnd.oasis.opendocument.text", "application/zip"),
        ("application/java-archive", "application/zip"),
        ("application/x-zip-compressed", "application/zip"),
        ("audio/mp4", "video/mp4"),
        ("video/quicktime", "video/mp4"),
        ("image/jpg", "image/jpeg"),
        ("application/x-protobuf", "application/octet-stream"),
    ],
)
def test_a_type_that_cannot_be_told_from_the_found_one_agrees(declared, found):
    """A warning about every Word document would hide those that matter."""
    assert agrees(declared, found)


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("application/pdf", "application/zip"),
        ("application/msword", "application/vnd.microsoft.portable-executable"),
        ("image/png", "application/x-ole-storage"),
        ("image/png", "application/octet-stream"),
        ("text/csv", "application/zip"),
        ("application/json", "application/octet-stream"),
        ("image/png", "inode/x-empty"),
    ],
)
def test_a_type_that_its_first_bytes_would_show_contradicts_any_other(declared, found):
    """Whatever else begins like the found one."""
    assert not agrees(declared, found)


def test_a_contradicted_declaration_is_a_warning_and_no_error():
    file = a_file("photo.png")
    inbox = FakeInbox(**{"photo.png": "image/png"})
    inbox.contents["photo.png"] = b"hello"

    outcome = inspect_file(file, DEFAULT_RULES[-1], None, inbox=inbox)

    assert outcome.status == "success"
    assert outcome.facts["sha256"] == hashlib.sha256(b"hello").hexdigest()
    assert outcome.facts["warnings"] == ["declared as image/png, but the content is text/plain"]


@pytest.mark.parametrize(
    "settings", [DispatchSettings, ProfileCsvSettings, InspectFileSettings, NotifySettings]
)
def test_settings_name_every_missing_variable(settings):
    with pytest.raises(MisconfiguredError) as caught:
        settings.from_env({})

    missing = [f"{name.upper()} is missing" for name in settings.__dataclass_fields__]
    assert str(caught.value) == f"{settings.__name__}: {'; '.join(missing)}"


def test_settings_name_what_is_not_readable_beside_what_is_missing():
    with pytest.raises(
        MisconfiguredError, match=r"CATALOGUE_TABLE is missing; .*CATALOGUE_DAYS is not readable"
    ):
        InspectFileSettings.from_env({"CATALOGUE_DAYS": "many"})


@given(st.text(min_size=1))
def test_a_subject_is_one_line_of_at_most_100_ascii_characters(name):
    subject = mails.subject(an_announcement(file_name=name))

    assert subject.startswith("[success]")
    assert len(subject) <= 100
    assert subject.isascii()
    assert subject.isprintable()


def test_a_mail_says_what_is_wrong_where_the_results_are_and_how_to_find_the_file():
    keys = tuple(f"processed/{n}.webp" for n in range(12))

    text = mails.text(an_announcement(error_message="Row 7 has 4 cells.", results=keys))

    assert text.startswith("in/orders.csv: success\n\nRow 7 has 4 cells.\n")
    assert "processed/9.webp" in text
    assert "processed/10.webp" not in text
    assert "and 2 more" in text
    assert text.endswith("File id: f1\nCorrelation id: c1")
