"""Webhooks over HTTP."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.problems import answers
from sluice.api.texts import Moment
from sluice.api.versioned import IfMatch, expected
from sluice.api.webhook_answers import done, facts_of, queued, shown, told
from sluice.api.webhook_model import (
    Attempt,
    DeliveryLog,
    NewWebhook,
    QueuedDelivery,
    Webhook,
    WebhookFacts,
    WebhookList,
    WebhookWithSecret,
)
from sluice.webhooks import wishes
from sluice.webhooks.registering import Webhooks

TAG = ["Webhooks"]
MOST_ATTEMPTS = 100  # in one answer
router = APIGatewayHttpRouter()


def webhooks() -> Webhooks:
    """Return the webhooks; each function of the API has its own."""
    raise NotImplementedError


Registered = Annotated[Webhooks, Depends(webhooks)]
WebhookId = Annotated[
    str, Path(pattern=r"^wh_[0-9a-z]{1,40}$", description="The id", examples=["wh_5d1f0a2c9b7e4d3860aa17c2"])
]
EventId = Annotated[
    str,
    Path(
        pattern=r"^evt_[0-9a-z_]{1,100}$",
        description="As the log has it",
        examples=["evt_9899bb63a7e232501475e543522f1b3c_3"],
    ),
]


@router.get("/webhooks", tags=TAG, responses=answers(200, WebhookList, "All webhooks"))
def list_webhooks(webhooks: Registered) -> WebhookList:
    """List the webhooks."""
    return WebhookList(webhooks=[Webhook(**facts_of(each)) for each in webhooks.list()])


@router.post(
    "/webhooks",
    tags=TAG,
    status_code=201,
    responses=answers(201, WebhookWithSecret, "It is registered, and enabled", 409),
)
def register_webhook(
    wish: Annotated[NewWebhook, Body()], webhooks: Registered
) -> Response[WebhookWithSecret]:
    """Register an address; the answer shows its secret, this once."""
    return shown(webhooks.register(wishes.NewWebhook(**wish.to_json())), HTTPStatus.CREATED)


@router.get("/webhooks/<webhook_id>", tags=TAG, responses=answers(200, Webhook, "The webhook", 404))
def get_webhook(webhook_id: WebhookId, webhooks: Registered) -> Response[Webhook]:
    """Get one webhook."""
    return told(webhooks.get(webhook_id))


@router.put(
    "/webhooks/<webhook_id>",
    tags=TAG,
    responses=answers(200, Webhook, "The webhook is changed", 404, 412, 428),
)
def update_webhook(
    webhook_id: WebhookId,
    facts: Annotated[WebhookFacts, Body()],
    webhooks: Registered,
    if_match: IfMatch = None,
) -> Response[Webhook]:
    """Change a webhook, all of it but its secret; enabling one that was disabled takes no message back."""
    changes = wishes.Changes(**facts.to_json())
    return told(webhooks.update(webhook_id, changes, if_version=expected(if_match)))


@router.delete(
    "/webhooks/<webhook_id>", tags=TAG, responses=answers(204, None, "It is deleted", 404, 412, 428)
)
def delete_webhook(webhook_id: WebhookId, webhooks: Registered, if_match: IfMatch = None) -> Response[Any]:
    """Delete a webhook and its secret; what still waits for it is not sent."""
    done(webhooks.delete(webhook_id, if_version=expected(if_match)))
    return Response(HTTPStatus.NO_CONTENT, body="")


@router.post(
    "/webhooks/<webhook_id>/rotate",
    tags=TAG,
    responses=answers(200, WebhookWithSecret, "It has a new secret", 404, 412),
)
def rotate_secret(webhook_id: WebhookId, webhooks: Registered) -> Response[WebhookWithSecret]:
    """Make a new secret, shown this once; for 24 hours messages are signed with the one before it too."""
    return shown(webhooks.rotate(webhook_id), HTTPStatus.OK)


@router.post(
    "/webhooks/<webhook_id>/test",
    tags=TAG,
    status_code=202,
    responses=answers(202, QueuedDelivery, "The message waits for its delivery", 404, 409),
)
def test_webhook(webhook_id: WebhookId, webhooks: Registered) -> Response[QueuedDelivery]:
    """Send a `webhook.test` event to an enabled webhook."""
    return queued(webhooks.test(webhook_id))


@router.get(
    "/webhooks/<webhook_id>/deliveries", tags=TAG, responses=answers(200, DeliveryLog, "Newest first", 404)
)
def list_deliveries(
    webhook_id: WebhookId,
    webhooks: Registered,
    limit: Annotated[int, Query(ge=1, le=MOST_ATTEMPTS)] = 20,
    before: Annotated[Moment | None, Query(description="With its zone; only attempts from before it")] = None,
) -> DeliveryLog:
    """List the newest attempts to deliver, with what the target answered; go on with `before` the last."""
    found = done(webhooks.deliveries(webhook_id, limit=limit, before=before))
    return DeliveryLog(
        attempts=[Attempt(**{name: getattr(each, name) for name in Attempt.model_fields}) for each in found]
    )


@router.post(
    "/webhooks/<webhook_id>/deliveries/<event_id>/resend",
    tags=TAG,
    status_code=202,
    responses=answers(202, QueuedDelivery, "The message waits for its delivery", 404, 409),
)
def resend_message(
    webhook_id: WebhookId, event_id: EventId, webhooks: Registered
) -> Response[QueuedDelivery]:
    """Send a message of the log again as it was, with the schedule from its beginning."""
    return queued(webhooks.resend(webhook_id, event_id))
