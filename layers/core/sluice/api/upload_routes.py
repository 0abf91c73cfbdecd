"""Handing in files over HTTP: one POST to S3, or the parts of a larger file."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.ports import Presigner
from sluice.api.problems import ApiError, answers
from sluice.api.tokens import NOT_OURS, read_token, token
from sluice.api.upload_model import Completed, Completion, NewUpload, Part, Parts, Upload, WantedParts
from sluice.uploads import (
    LARGEST_POST,
    SECONDS,
    Multipart,
    part_size,
    parts_of,
    upload_key,
)

TAG = ["Uploads"]
GONE = "This upload is not there, or a part of it is not: it was completed or given up, or a part is missing."
router = APIGatewayHttpRouter()


def presigner() -> Presigner:
    """Return what signs requests to S3; each function of the API has its own."""
    raise NotImplementedError


Presign = Annotated[Presigner, Depends(presigner)]
UploadToken = Annotated[str, Path(max_length=4000, description="As the answer to POST /uploads has it")]


@router.post("/uploads", tags=TAG, status_code=201, responses=answers(201, Upload, "How to hand it in"))
def create_upload(wanted: Annotated[NewUpload, Body()], presign: Presign) -> Response[Upload]:
    """Ask how to hand in a file; S3 takes it from you directly, in the next 15 minutes."""
    key = upload_key(wanted.folder, uuid4().hex, wanted.name)
    if wanted.size is not None and wanted.size > LARGEST_POST:
        answer = _in_parts(key, wanted.content_type, wanted.size, presign)
    else:
        least, most = (0, LARGEST_POST) if wanted.size is None else (wanted.size, wanted.size)
        form = presign.form(key, content_type=wanted.content_type, least=least, most=most)
        answer = Upload(kind="form", key=key, expires_at=_expiry(), url=form.url, fields=dict(form.fields))
    return Response(HTTPStatus.CREATED, "application/json", answer, {"cache-control": "no-store"})


@router.post("/uploads/<upload>/parts", tags=TAG, responses=answers(200, Parts, "Where the parts go", 404))
def sign_parts(
    upload: UploadToken, wanted: Annotated[WantedParts, Body()], presign: Presign
) -> Response[Parts]:
    """Ask where parts go; ask again for parts that are not begun in 15 minutes."""
    known = _read(upload)
    parts = [Part(number=number, url=presign.part(known, number)) for number in wanted.numbers]
    answer = Parts(parts=parts, expires_at=_expiry())
    return Response(HTTPStatus.OK, "application/json", answer, {"cache-control": "no-store"})


@router.post(
    "/uploads/<upload>/complete", tags=TAG, responses=answers(200, Completed, "It is in the inbox", 404)
)
def complete_upload(
    upload: UploadToken, completion: Annotated[Completion, Body()], presign: Presign
) -> Completed:
    """Put the parts together; from here on the file takes the way of every file."""
    key = presign.complete(_read(upload), completion.etags)
    if key is None:
        raise ApiError(HTTPStatus.NOT_FOUND, GONE)
    return Completed(key=key)


@router.delete("/uploads/<upload>", tags=TAG, responses=answers(204, None, "It is given up", 404))
def abort_upload(upload: UploadToken, presign: Presign) -> Response[Any]:
    """Give an upload up, and its parts with it."""
    if not presign.abort(_read(upload)):
        raise ApiError(HTTPStatus.NOT_FOUND, GONE)
    return Response(HTTPStatus.NO_CONTENT, body="")


def _in_parts(key: str, content_type: str, size: int, presign: Presigner) -> Upload:
    begun = presign.begin(key, content_type=content_type)
    return Upload(
        kind="parts",
        key=key,
        expires_at=_expiry(),
        upload=token(begun.key, begun.upload_id),
        part_size=part_size(size),
        parts=parts_of(size),
    )


def _read(upload: str) -> Multipart:
    """Read a token of an upload as we begin them; that it was begun is for S3 to check."""
    begun = Multipart(*read_token(upload, 2))
    if not begun.is_ours:
        raise NOT_OURS
    return begun


def _expiry() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=SECONDS)
