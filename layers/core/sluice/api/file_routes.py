"""The files in the catalogue over HTTP."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import AwareDatetime, BeforeValidator, Field

from sluice.api.callers import caller_of
from sluice.api.problems import ApiError, answers
from sluice.api.texts import KeyPart, Model, written_out
from sluice.api.tokens import read_token, token
from sluice.api.upload_routes import Presign
from sluice.catalogue_queries import Facts, FileQuery, Position
from sluice.histories import findings, history
from sluice.outcomes import UNFINISHED, Status
from sluice.ports.catalogue_view import CatalogueView
from sluice.recovery.reprocessing import Gone, Reprocessor
from sluice.rules.versions import Missing, Stale
from sluice.uploads import SECONDS

TAG = ["Files"]
MOST = 100  # files in one list
VERSIONS = 20  # other versions of a key that are shown beside a file
NOT_THERE = "The catalogue has no file of this id."
TOLD_APART = {"file_id", "file_name", "upload_timestamp", "processed_timestamp", "deleted_at"}
router = APIGatewayHttpRouter()


def catalogue() -> CatalogueView:
    """Return the catalogue; each function of the API has its own."""
    raise NotImplementedError


def reprocessor() -> Reprocessor:
    """Return what takes outcomes back; each function of the API has its own."""
    raise NotImplementedError


Catalogue = Annotated[CatalogueView, Depends(catalogue)]
Again = Annotated[Reprocessor, Depends(reprocessor)]
FileId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{32}$",
        description="As lists and announcements have it",
        examples=["0123456789abcdef0123456789abcdef"],
    ),
]
Moment = Annotated[
    AwareDatetime | None,
    BeforeValidator(written_out),
    Query(description="With its zone; by the time of the upload, inclusive"),
]


class FileSummary(Model):
    """One file and its state."""

    id: str
    name: str
    key: str
    version_id: str | None
    size: int | None = Field(description="Bytes")
    status: str = Field(description="claimed, processing, success, error, failed or skipped")
    processor: str
    lane: str
    uploaded_at: str
    processed_at: str | None = Field(description="null until there is an outcome")
    error_message: str | None = Field(description="What is wrong, in a sentence")


class FileList(Model):
    """Some files, newest first."""

    files: list[FileSummary]
    next: str | None = Field(description="Goes into `next` for the following page; null where there is none")


class Links(Model):
    """Where to go from here."""

    self: str
    results: str
    reprocess: str
    rule: str | None = Field(description="The version of the rule that decided; null for one not recorded")
    contract: str | None = Field(description="The version of the contract it was held against, if any")


class Transition(Model):
    """One thing that happened to a file."""

    state: str = Field(
        description="uploaded, claimed, slot (may not begin before), processing, an outcome, announced, "
        "reprocessed or deleted"
    )
    at: datetime
    by: str = Field(description="Who asked for it; empty where nobody did")


class FileDetail(FileSummary):
    """All that is known of one file."""

    attempt: int
    state_version: int = Field(description="Grows with each change, as announcements have it")
    correlation_id: str
    facts: dict[str, Any] = Field(description="What was found out about the file")
    results: list[str] = Field(description="Keys in the outbox")
    history: list[Transition] = Field(description="The newest attempt, in the order of time")
    versions: list[FileSummary] = Field(description="Other versions of the same key, newest first")
    links: Links


class Result(Model):
    """One result, and where to get it."""

    key: str
    url: str


class ResultList(Model):
    """The results of one file."""

    results: list[Result]
    expires_in: int = Field(description="Seconds in which a download may be begun")


class Reprocessing(Model):
    """A file that is processed once more."""

    id: str
    lane: str


@router.get("/files", tags=TAG, responses=answers(200, FileList, "Newest first"))
def list_files(
    *,
    files: Catalogue,
    status: Annotated[Status | None, Query(description="Only files of this state")] = None,
    name: Annotated[str | None, Query(min_length=1, max_length=1024, description="The whole name")] = None,
    prefix: Annotated[KeyPart, Query(description="Only keys that begin with it")] = "",
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    next: Annotated[str | None, Query(max_length=500, description="From the page before")] = None,  # noqa: A002
) -> FileList:
    """List files; a page may have fewer files than asked for, or none, while there is a next one."""
    query = FileQuery(status, name, prefix, _stamp(since) or "", _stamp(until) or "9999")
    after = Position(*read_token(next, 2)) if next is not None else None
    page = files.find(query, limit=limit, after=after)
    return FileList(
        files=[_summary(facts) for facts in page.files], next=token(*page.next) if page.next else None
    )


@router.get("/files/<file_id>", tags=TAG, responses=answers(200, FileDetail, "The file", 404))
def get_file(file_id: FileId, files: Catalogue) -> FileDetail:
    """Get all that is known of one file."""
    facts = _there(files.file(file_id))
    known = files.find(FileQuery(name=facts["file_name"], prefix=facts["key"]), limit=VERSIONS)
    others = [each for each in known.files if each["key"] == facts["key"] and each["file_id"] != file_id]
    shown = TOLD_APART | FileDetail.model_fields.keys()
    return FileDetail(
        **_summary(facts).model_dump(),
        attempt=facts.get("attempt", 0),
        state_version=facts.get("state_version", 0),
        correlation_id=facts.get("correlation_id", ""),
        facts={name: value for name, value in findings(facts).items() if name not in shown},
        results=list(facts.get("results", ())),
        history=[Transition(**asdict(each)) for each in history(facts)],
        versions=[_summary(each) for each in others],
        links=_links(file_id, facts),
    )


@router.get(
    "/files/<file_id>/results", tags=TAG, responses=answers(200, ResultList, "Where to get them", 404, 409)
)
def get_results(file_id: FileId, files: Catalogue, presign: Presign) -> Response[ResultList]:
    """Get addresses from which the results can be downloaded for 15 minutes."""
    facts = _there(files.file(file_id))
    if facts["status"] in UNFINISHED:
        raise ApiError(HTTPStatus.CONFLICT, "The file has no outcome yet.")
    results = [Result(key=key, url=presign.download(key)) for key in facts.get("results", ())]
    answer = ResultList(results=results, expires_in=SECONDS)
    return Response(HTTPStatus.OK, "application/json", answer, {"cache-control": "no-store"})


@router.post(
    "/files/<file_id>/reprocess",
    tags=TAG,
    status_code=202,
    responses=answers(202, Reprocessing, "The file waits in its lane", 404, 409),
)
def reprocess_file(file_id: FileId, again: Again) -> Response[Reprocessing]:
    """Process a file once more, by the rules of now; its outcome is taken back meanwhile."""
    facts = again.reprocess(file_id, by=caller_of(router.current_event))
    if isinstance(facts, Missing):
        raise ApiError(HTTPStatus.NOT_FOUND, NOT_THERE)
    if isinstance(facts, Gone):
        raise ApiError(HTTPStatus.CONFLICT, "The object was deleted: there is nothing to process.")
    if isinstance(facts, Stale):
        raise ApiError(HTTPStatus.CONFLICT, "The file has no outcome yet: it is being processed.")
    answer = Reprocessing(id=file_id, lane=facts["lane"])
    return Response(HTTPStatus.ACCEPTED, "application/json", answer, {"cache-control": "no-store"})


def _links(file_id: str, facts: Facts) -> Links:
    def version(kind: str, name: str) -> str | None:
        reference = facts.get(name)
        return f"/{kind}/{reference['id']}?version={reference['version']}" if reference else None

    return Links(
        self=f"/files/{file_id}",
        results=f"/files/{file_id}/results",
        reprocess=f"/files/{file_id}/reprocess",
        rule=version("rules", "rule"),
        contract=version("contracts", "contract"),
    )


def _there(facts: Facts | None) -> Facts:
    if facts is None:
        raise ApiError(HTTPStatus.NOT_FOUND, NOT_THERE)
    return facts


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _summary(facts: Facts) -> FileSummary:
    return FileSummary(
        id=facts["file_id"],
        name=facts["file_name"],
        key=facts["key"],
        version_id=facts.get("version_id") or None,
        size=facts.get("size"),
        status=facts["status"],
        processor=facts.get("processor", ""),
        lane=facts.get("lane", ""),
        uploaded_at=facts["upload_timestamp"],
        processed_at=facts.get("processed_timestamp"),
        error_message=facts.get("error_message"),
    )
