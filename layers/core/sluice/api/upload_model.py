"""How uploads are asked for, and how answers show them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sluice.api.texts import Model, Whole
from sluice.uploads import KEY_BYTES, LARGEST_OBJECT, LARGEST_POST, MOST_PARTS

AT_ONCE = 100  # parts that one request signs
NAME_BYTES = 255
VARIABLE = "${filename}"


def _name(text: str) -> str:
    if text in (".", "..") or len(text.encode()) > NAME_BYTES:
        raise ValueError(f"no name of a file, or more than {NAME_BYTES} bytes")
    return _as_it_is(text)


def _folder(text: str) -> str:
    parts = text.strip("/").split("/")
    if text.strip("/") and any(part in ("", ".", "..") for part in parts):
        raise ValueError("a part is empty or consists of dots")
    if len(text.encode()) > KEY_BYTES - NAME_BYTES - 64:  # the unique part and two slashes
        raise ValueError("too long for a key that a name is still to be added to")
    return _as_it_is(text)


def _as_it_is(text: str) -> str:
    if VARIABLE in text:
        raise ValueError(f"has {VARIABLE}, in whose place S3 puts a name that the sender of a form chooses")
    return text


Size = Annotated[int, Field(ge=0, le=LARGEST_OBJECT, description="Bytes", strict=True), Whole]
PRINTABLE = r"^[^\x00-\x1f\x7f/]+$"
PartNumber = Annotated[int, Field(ge=1, le=MOST_PARTS, strict=True), Whole]
ETag = Annotated[str, Field(min_length=1, max_length=200, pattern=r'^"?[A-Za-z0-9+/=_-]+"?$')]


class NewUpload(Model):
    """A file that somebody wants to hand in."""

    name: Annotated[str, Field(min_length=1, pattern=PRINTABLE), AfterValidator(_name)] = Field(
        description="The file's name, without a folder", examples=["orders.csv"]
    )
    folder: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_folder)] = Field(
        "uploads", description="What rules may match by", examples=["acme/orders"]
    )
    content_type: Annotated[
        str, Field(max_length=255, pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?[ -~]+)?$")
    ] = "application/octet-stream"
    size: Size | None = Field(
        None, description=f"Above {LARGEST_POST} bytes it is needed, and the upload has parts"
    )


class Upload(Model):
    """How to hand the file in: by one POST of a form, or part by part."""

    kind: Literal["form", "parts"]
    key: str = Field(description="Where the file will be; the catalogue knows it by this")
    expires_at: datetime = Field(description="Until when the upload may be begun")
    url: str | None = Field(None, description="Of a form: where to POST it")
    fields: dict[str, str] = Field({}, description="Of a form: the fields that go before the field `file`")
    upload: str | None = Field(None, description="Of parts: the token of this upload")
    part_size: int | None = Field(None, description="Of parts: bytes of each but the last")
    parts: int | None = Field(None, description="Of parts: their number")


class WantedParts(Model):
    """Which parts are to be uploaded next."""

    numbers: Annotated[list[PartNumber], Field(min_length=1, max_length=AT_ONCE)]


class Part(Model):
    """Where one part goes, by PUT; the answer's ETag is needed to complete the upload."""

    number: int
    url: str


class Parts(Model):
    """Where the parts go."""

    parts: list[Part]
    expires_at: datetime


class Completion(Model):
    """The ETags of all parts, in their order."""

    etags: Annotated[list[ETag], Field(min_length=1, max_length=MOST_PARTS)]


class Completed(Model):
    """The file is in the inbox."""

    key: str
