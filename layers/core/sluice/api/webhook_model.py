"""Webhooks as people write and read them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from sluice.api.texts import Model
from sluice.webhooks.targets import URL_CHARACTERS
from sluice.webhooks.wishes import DESCRIPTION_CHARACTERS

EventName = Literal["file.processed", "file.rejected", "file.failed", "file.skipped", "profile.changed"]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=URL_CHARACTERS,
        description="https, port 443 or 8443, a public host by its name",
        examples=["https://hooks.example.com/sluice"],
    ),
]
Events = Annotated[
    list[EventName], Field(max_length=50, description="The events that it gets; none stands for all")
]
Description = Annotated[
    str,
    Field(max_length=DESCRIPTION_CHARACTERS, pattern=r"^[^\x00-\x1f\x7f]*$", description="One line of text"),
]


class NewWebhook(Model):
    """An address that is to hear of events."""

    url: Url
    events: Events = Field([])
    description: Description = ""


class WebhookFacts(NewWebhook):
    """All that can be changed of a webhook."""

    enabled: Annotated[bool, Field(strict=True)] = True


class Webhook(Model):
    """One webhook."""

    id: str
    url: str
    events: list[str] = Field(description="The events that it gets; none stands for all")
    description: str
    enabled: bool
    disabled_reason: str = Field(description="Why Sluice itself has disabled it; empty where it has not")
    created_at: datetime
    version: int = Field(description="Grows with each change")


class WebhookWithSecret(Webhook):
    """One webhook, and its secret, which no other answer has."""

    secret: str = Field(description="`whsec_…`, as libraries for Standard Webhooks take it")


class WebhookList(Model):
    """All webhooks, the oldest first."""

    webhooks: list[Webhook]


class Attempt(Model):
    """What came of one attempt to deliver a message."""

    event_id: str = Field(description="The header `webhook-id` of the message")
    event: str
    attempt: int = Field(description="Counts from 1")
    at: datetime
    result: str = Field(description="delivered, retrying, spent or gone")
    status: int | None = Field(description="What the target answered; null where it did not")
    reason: str = Field(description="What went wrong, or the beginning of what the target said")
    milliseconds: int
    next_at: datetime | None = Field(description="When the next attempt is due; null where there is none")


class DeliveryLog(Model):
    """The newest attempts, the newest first; the log goes back for 30 days."""

    attempts: list[Attempt]


class QueuedDelivery(Model):
    """A message on its way."""

    webhook_id: str
    event_id: str
    event: str
