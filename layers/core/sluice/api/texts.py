"""The kinds of text that requests are made of, with the limits that each has."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from sluice.uploads import KEY_BYTES


def _fits_a_key(text: str) -> str:
    if len(text.encode()) > KEY_BYTES:
        raise ValueError(f"more than {KEY_BYTES} bytes, which is the limit of a key")
    return text


def _whole(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else number


Whole = BeforeValidator(_whole)
"""Beside a strict int: 7.0 is a whole number too, as JSON Schema has it, while "7" and true are none."""
Id = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Small letters, digits and hyphens, at most 63",
        examples=["orders"],
    ),
]
KeyPart = Annotated[str, Field(max_length=KEY_BYTES), AfterValidator(_fits_a_key)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="One line of text")]


def _written_out(text: Any) -> Any:
    """Return the text of a moment; raise ValueError for a number, which would be seconds since the epoch."""
    if isinstance(text, str) and not text[4:5] == "-":
        raise ValueError("a date and time as in RFC 3339, such as 2026-03-02T09:00:00Z")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the years 1 to 9999 in UTC") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""With its zone, and read as UTC."""


class Model(BaseModel):
    """A part of a request or an answer; what it does not know it refuses, and what JSON has no number for."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return self.model_dump(mode="json")
