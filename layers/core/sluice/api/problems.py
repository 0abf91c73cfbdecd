"""Answers that tell what went wrong: `application/problem+json`, RFC 9457."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from sluice.api.texts import Model
from sluice.rules.versions import Problem

CONTENT_TYPE = "application/problem+json"
OURS = "Something failed on our side; the correlation id leads to it in the logs."


class ProblemPlace(Model):
    """One thing that is wrong with a request."""

    path: str = Field(description="Where, as names joined by dots; empty for the whole")
    message: str


class ProblemModel(Model):
    """What went wrong with a request."""

    type: str = "about:blank"
    title: str = Field(description="The name of the status")
    status: int
    detail: str
    correlation_id: str = Field(description="Leads to the request in logs and traces")
    problems: list[ProblemPlace] = Field([], description="What is wrong with the request, place by place")


class ApiError(Exception):
    """A request cannot be granted; the answer says why."""

    def __init__(self, status: HTTPStatus, detail: str, problems: Sequence[Problem] = ()) -> None:
        self.status = status
        self.detail = detail
        self.problems = tuple(problems)
        super().__init__(detail)


def problem(error: ApiError, correlation_id: str) -> Response[Any]:
    """Return the answer that tells of *error*."""
    body = ProblemModel(
        title=error.status.phrase,
        status=error.status,
        detail=error.detail,
        correlation_id=correlation_id,
        problems=[ProblemPlace(path=each.path, message=each.message) for each in error.problems],
    )
    headers = {"content-type": CONTENT_TYPE, "x-correlation-id": correlation_id, "cache-control": "no-store"}
    return Response(error.status, CONTENT_TYPE, body.model_dump_json(), headers)


def answers(status: int, model: Any, description: str, *problems: int) -> dict[int, Any]:
    """Return what a route answers with, for its documentation: its model, and the problems it may tell of."""
    told = {
        code: {
            "description": HTTPStatus(code).phrase,
            "content": {CONTENT_TYPE: {"model": ProblemModel}},
        }
        for code in (*problems, 400, 413, 415, 422, 500, 503)
    }
    done: dict[str, Any] = {"description": description}
    if model is not None:
        done["content"] = {"application/json": {"model": model}}
    return {status: done} | told
