"""The HTTP API: routes with typed models behind one resolver that turns every failure into a problem."""

from base64 import b64decode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.bodies import LONGEST, read_json
from sluice.api.problems import OURS, ApiError, problem
from sluice.errors import ServiceBusyError
from sluice.observability import FunctionJournal
from sluice.rules.versions import Problem

TOO_LARGE = ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body has more than {LONGEST} bytes.")
NO_TEXT = ApiError(HTTPStatus.BAD_REQUEST, "The body is no text in UTF-8.")
JSON = "application/json"
NOT_JSON = ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body has to be application/json.")


class Api(APIGatewayHttpResolver):
    """Routes requests; whatever goes wrong is an answer that says so, and never more than it should."""

    def __init__(self, *routers: APIGatewayHttpRouter) -> None:
        super().__init__(enable_validation=True, json_body_deserializer=read_json)
        for router in routers:
            self.include_router(router)
        self.exception_handler(ApiError)(self._told)
        self.exception_handler(RequestValidationError)(self._invalid)
        self.exception_handler(ServiceBusyError)(self._busy)
        self.exception_handler(Exception)(self._failed)
        self.not_found(self._not_found)

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one request; a body that no route can take is not even read."""
        try:
            readable = _readable(event)
        except ApiError as error:
            told = problem(error, event["requestContext"]["requestId"])
            return {"statusCode": int(told.status_code), "headers": told.headers, "body": told.body}
        return super().resolve(readable, context)

    @property
    def correlation_id(self) -> str:
        """What leads to the request being answered in logs and traces."""
        return str(self.current_event.request_context.request_id)

    def _told(self, error: ApiError) -> Response[Any]:
        return problem(error, self.correlation_id)

    def _invalid(self, error: RequestValidationError) -> Response[Any]:
        problems = [Problem(".".join(map(str, each["loc"])), _sentence(each)) for each in error.errors()]
        return self._told(ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", problems))

    def _busy(self, _error: ServiceBusyError) -> Response[Any]:
        FunctionJournal().failed("request not answered", {"correlation_id": self.correlation_id})
        return self._told(
            ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "A service is busy: try again in a moment.")
        )

    def _failed(self, _error: Exception) -> Response[Any]:
        FunctionJournal().failed("request failed", {"correlation_id": self.correlation_id})
        return self._told(ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, OURS))

    def _not_found(self, _error: Exception) -> Response[Any]:
        return self._told(ApiError(HTTPStatus.NOT_FOUND, "There is nothing at this path."))


def _readable(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request with its body as text that is called JSON; raise ApiError where it is none."""
    headers = event.get("headers", {})
    body = _text_of(event)
    if not body:
        return dict(event)
    if len(body.encode(errors="replace")) > LONGEST:
        raise TOO_LARGE
    if headers.get("content-type", JSON).split(";")[0].strip().lower() != JSON:
        raise NOT_JSON
    return {**event, "body": body, "isBase64Encoded": False, "headers": {**headers, "content-type": JSON}}


def _text_of(event: Mapping[str, Any]) -> str:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return b64decode(body).decode()
    except ValueError as error:
        raise NO_TEXT from error


def _sentence(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"{error['msg']}: {error['ctx']['error']}"
    return str(error["msg"])
