"""What the use cases of webhooks answer, over HTTP."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response

from sluice.api.problems import ApiError
from sluice.api.versioned import REFUSED
from sluice.api.webhook_model import QueuedDelivery, Webhook, WebhookWithSecret
from sluice.rules import versions
from sluice.webhooks import records, wishes
from sluice.webhooks.wishes import Fault

STATUSES = {
    Fault.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.MISSING: HTTPStatus.NOT_FOUND,
    Fault.CONFLICT: HTTPStatus.CONFLICT,
    Fault.STALE: HTTPStatus.PRECONDITION_FAILED,
}
Found = TypeVar("Found")


def done(result: Found | wishes.Problem) -> Found:
    """Return what came of a wish; raise the ApiError that says why nothing did."""
    if isinstance(result, wishes.Problem):
        if result.field:
            problems = [versions.Problem(result.field, result.message)]
            raise ApiError(STATUSES[result.fault], REFUSED, problems)
        raise ApiError(STATUSES[result.fault], result.message)
    return result


def facts_of(webhook: records.Webhook) -> dict[str, Any]:
    """Return of a webhook what answers show of it."""
    return {name: value for name, value in asdict(webhook).items() if name in Webhook.model_fields}


def told(result: records.Webhook | wishes.Problem) -> Response[Webhook]:
    """Answer with a webhook and its ETag."""
    webhook = done(result)
    headers = {"etag": f'"{webhook.version}"', "cache-control": "no-cache"}
    return Response(HTTPStatus.OK, "application/json", Webhook(**facts_of(webhook)), headers)


def shown(result: wishes.WithSecret | wishes.Problem, status: HTTPStatus) -> Response[WebhookWithSecret]:
    """Answer with a webhook and its secret, which nobody is to keep on the way."""
    made = done(result)
    answer = WebhookWithSecret(**facts_of(made.webhook), secret=made.secret)
    headers = {"etag": f'"{made.webhook.version}"', "cache-control": "no-store"}
    return Response(status, "application/json", answer, headers)


def queued(result: records.Delivery | wishes.Problem) -> Response[QueuedDelivery]:
    """Answer with what waits for its delivery."""
    sent = done(result)
    answer = QueuedDelivery(webhook_id=sent.webhook_id, event_id=sent.event_id, event=sent.event)
    return Response(HTTPStatus.ACCEPTED, "application/json", answer, {"cache-control": "no-store"})
