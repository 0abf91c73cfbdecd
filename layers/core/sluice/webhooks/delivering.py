"""Use case: deliver one message, or see to it that it is tried again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from sluice.ports.journal import Journal
from sluice.ports.queues import Message
from sluice.webhooks.ports import Answer, Log, NoAnswer, Queue, Registry, Secrets, Transport
from sluice.webhooks.records import Attempt, Delivery, Webhook
from sluice.webhooks.schedule import next_attempt
from sluice.webhooks.signing import headers

LONGEST_DELAY = timedelta(minutes=15)  # that SQS keeps a new message back
LONGEST_HIDE = timedelta(hours=11, minutes=50)  # SQS hides for 12 hours from the receive


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Takes messages of the deliveries' queue; see `take`."""

    registry: Registry
    secrets: Secrets
    log: Log
    queue: Queue
    transport: Transport
    journal: Journal
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    """Returns a number between 0 and 1."""

    def take(self, message: Message) -> bool:
        """
        Make the attempt that *message* waits for; True if it is not due yet and must be received again.

        A wait longer than SQS keeps a message is made of hops: received early, it is hidden again. The
        next attempt is a message of its own, put on the queue before this one is done with, so that a
        crash in between repeats an attempt and loses none.
        """
        try:
            delivery = Delivery.from_json(message.body)
        except (ValueError, KeyError, TypeError) as error:
            self.queue.bury(message.body, reason=f"this is not a delivery: {error!r}")
            self.journal.noted("message buried", {"message_id": message.message_id})
            return False
        if (wait := delivery.due_at - self.now()) > timedelta():
            self.queue.hide(message, seconds=max(1, round(min(wait, LONGEST_HIDE).total_seconds())))
            return True
        webhook = self.registry.get(delivery.webhook_id)
        if webhook is None or not webhook.enabled:
            self.journal.noted("delivery dropped: its webhook is gone or disabled", _describe(delivery))
            return False
        self._attempt(webhook, delivery)
        return False

    def _attempt(self, webhook: Webhook, delivery: Delivery) -> None:
        if delivery.attempt == 1:
            self.log.begin(delivery)
        at, started = self.now(), time.monotonic()
        answer = self._post(webhook, delivery, at)
        took = round((time.monotonic() - started) * 1000)
        result, next_at = self._conclude(webhook, delivery, answer)
        self.log.add(
            Attempt(
                webhook.id, delivery.event_id, delivery.event, delivery.attempt, at,
                result, answer.status, answer.reason, took, next_at,
            )
        )  # fmt: skip
        self.journal.counted(f"Webhook{result.capitalize()}", 1)
        more = {"status": answer.status, "milliseconds": took}
        self.journal.noted(f"delivery {result}", _describe(delivery) | more)

    def _post(self, webhook: Webhook, delivery: Delivery, at: datetime) -> Answer | NoAnswer:
        keys = self.secrets.get(webhook).in_force(at)
        signed = headers(delivery.body, event_id=delivery.event_id, at=at, keys=keys)
        return self.transport.post(webhook.url, signed, delivery.body)

    def _conclude(
        self, webhook: Webhook, delivery: Delivery, answer: Answer | NoAnswer
    ) -> tuple[str, datetime | None]:
        """See to what follows from the answer; return the result, and when the next attempt is due."""
        if answer.status and HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return "delivered", None
        if answer.status == HTTPStatus.GONE:
            self._disable(webhook)
            return "gone", None
        wish = answer.retry_after
        due = next_attempt(delivery.attempt, at=self.now(), retry_after=wish, jitter=self.jitter())
        if due is None:
            self.queue.bury(delivery.to_json(), reason="every attempt of the schedule failed")
            return "spent", None
        wait = min(due - self.now(), LONGEST_DELAY)
        again = replace(delivery, attempt=delivery.attempt + 1, due_at=due)
        if self.queue.send([again], wait=max(0, round(wait.total_seconds()))):
            raise RuntimeError("the queue did not take the next attempt")
        return "retrying", due

    def _disable(self, webhook: Webhook) -> None:
        """Disable a webhook whose target says that it is gone; a change made meanwhile is not overwritten."""
        reason = "The target answered 410 Gone."
        gone = replace(webhook, enabled=False, disabled_reason=reason, version=webhook.version + 1)
        self.registry.put(gone, over=webhook.version)


def _describe(delivery: Delivery) -> dict[str, object]:
    return {
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "event": delivery.event,
        "attempt": delivery.attempt,
    }
