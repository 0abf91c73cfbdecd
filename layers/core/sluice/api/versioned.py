"""What rules and contracts have in common over HTTP: versions as ETags, and what their editor answers."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import Field

from sluice.api.callers import correlation_id_of
from sluice.api.problems import ApiError
from sluice.api.texts import Id, Model
from sluice.rules.versions import Missing, Refused, Stale, Taken, Version

DocumentId = Annotated[Id, Path(description="The id")]
AnyVersion = Annotated[int | None, Query(ge=0, le=10**9, description="Another version than the newest")]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=100,
        description='The ETag that the change is based on, like `"3"`; `*` for any',
    ),
]
REQUIRED = "The header If-Match has to say which version the change is based on: the ETag of a GET, or `*`."
CHANGED = "Somebody else changed it first: get it again, and change that version."
TAKEN = "This id is taken: update what is there, or choose another."
MISSING = "There is none of this id."
REFUSED = "The change cannot be made."


class Change(Model):
    """When one version came to be, and through whom."""

    version: int = Field(ge=0, description="0 for a default that comes with the code")
    changed_at: datetime | None = Field(description="null for a default")
    source: str = Field(description="Who changed it")
    deleted: bool = Field(default=False, description="The change was a deletion")


class Changed(Model):
    """What became of a change."""

    id: Id
    name: str
    version: int
    status: str = Field(description="created, updated or deleted")
    timestamp: datetime
    correlation_id: str


def changed(version: Version, status: str, event: Any) -> Changed:
    """Return what became of a change that the request *event* asked for."""
    return Changed(
        id=version.id,
        name=str(version.document.get("name", version.id)),
        version=version.version,
        status=status,
        timestamp=version.changed_at or datetime.now(UTC),
        correlation_id=correlation_id_of(event),
    )


def expected(if_match: str | None) -> int | None:
    """Return the version that a change is based on, None for any; raise ApiError where none is named."""
    if if_match is None:
        raise ApiError(HTTPStatus.PRECONDITION_REQUIRED, REQUIRED)
    if if_match.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"(\d{1,15})"\s*', if_match)
    if found is None:
        raise ApiError(HTTPStatus.PRECONDITION_FAILED, CHANGED)
    return int(found[1])


def done(result: Version | Refused | Stale | Taken | Missing) -> Version:
    """Return the version that was written; raise the ApiError that says why none was."""
    match result:
        case Version():
            return result
        case Refused():
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, REFUSED, result.problems)
        case Stale():
            raise ApiError(HTTPStatus.PRECONDITION_FAILED, CHANGED)
        case Taken():
            raise ApiError(HTTPStatus.CONFLICT, TAKEN)
        case Missing():
            raise ApiError(HTTPStatus.NOT_FOUND, MISSING)


def there(version: Version | None) -> Version:
    """Return the version; raise ApiError where there is none."""
    return done(Missing()) if version is None else version


def with_etag(model: Any, version: Version, status: int = HTTPStatus.OK) -> Response[Any]:
    """Return an answer that names its version."""
    headers = {"etag": f'"{version.version}"', "cache-control": "no-cache"}
    return Response(int(status), "application/json", model, headers)


def changes(versions: Sequence[Version]) -> list[Change]:
    """Return when each version came to be."""
    return [
        Change(version=each.version, changed_at=each.changed_at, source=each.source, deleted=each.deleted)
        for each in versions
    ]
