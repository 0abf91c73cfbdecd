"""The files in the catalogue over HTTP."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.callers import caller_of
from sluice.api.file_model import (
    FileDetail,
    FileList,
    Reprocessing,
    Result,
    ResultList,
    Transition,
    links_of,
    summary_of,
)
from sluice.api.problems import ApiError, answers
from sluice.api.texts import KeyPart, Moment
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
Uploaded = Annotated[Moment | None, Query(description="With its zone; by the time of the upload, inclusive")]


@router.get("/files", tags=TAG, responses=answers(200, FileList, "Newest first"))
def list_files(
    *,
    files: Catalogue,
    status: Annotated[Status | None, Query(description="Only files of this state")] = None,
    name: Annotated[KeyPart | None, Query(min_length=1, description="The whole name")] = None,
    prefix: Annotated[KeyPart, Query(description="Only keys that begin with it")] = "",
    since: Uploaded = None,
    until: Uploaded = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    next: Annotated[str | None, Query(max_length=500, description="From the page before")] = None,  # noqa: A002
) -> FileList:
    """List files; a page may have fewer files than asked for, or none, while there is a next one."""
    first, last = since.isoformat() if since else "", until.isoformat() if until else "9999"
    query = FileQuery(status, name, prefix, first, last)
    after = Position(*read_token(next, 2)) if next is not None else None
    page = files.find(query, limit=limit, after=after)
    return FileList(
        files=[summary_of(facts) for facts in page.files], next=token(*page.next) if page.next else None
    )


@router.get("/files/<file_id>", tags=TAG, responses=answers(200, FileDetail, "The file", 404))
def get_file(file_id: FileId, files: Catalogue) -> FileDetail:
    """Get all that is known of one file."""
    facts = _there(files.file(file_id))
    known = files.find(FileQuery(name=facts["file_name"], prefix=facts["key"]), limit=VERSIONS)
    others = [each for each in known.files if each["key"] == facts["key"] and each["file_id"] != file_id]
    shown = TOLD_APART | FileDetail.model_fields.keys()
    return FileDetail(
        **summary_of(facts).model_dump(),
        attempt=facts.get("attempt", 0),
        state_version=facts.get("state_version", 0),
        correlation_id=facts.get("correlation_id", ""),
        facts={name: value for name, value in findings(facts).items() if name not in shown},
        results=list(facts.get("results", ())),
        history=[Transition(**asdict(each)) for each in history(facts)],
        versions=[summary_of(each) for each in others],
        links=links_of(file_id, facts),
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


def _there(facts: Facts | None) -> Facts:
    if facts is None:
        raise ApiError(HTTPStatus.NOT_FOUND, NOT_THERE)
    return facts
