"""Use cases: register webhooks and look after them. The API and the command line both stand on these."""

import secrets as random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sluice.webhooks.ports import Log, Queue, Registry, Secrets
from sluice.webhooks.records import TEST_EVENT, Attempt, Delivery, Keyring, Webhook, payload
from sluice.webhooks.signing import new_secret
from sluice.webhooks.wishes import (
    CHANGED_MEANWHILE,
    NO_SUCH_WEBHOOK,
    Changes,
    Fault,
    NewWebhook,
    Problem,
    WithSecret,
    problem_of,
)

MOST = 100  # webhooks of a stack: each event is one message for each of them
DOUBLE_SIGNING = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The webhooks of a stack."""

    registry: Registry
    secrets: Secrets
    log: Log
    queue: Queue
    now: Callable[[], datetime]

    def register(self, wish: NewWebhook) -> WithSecret | Problem:
        """Register a webhook, enabled, and return it with its secret."""
        if problem := problem_of(wish.url, wish.events, wish.description):
            return problem
        if len(self.registry.all()) >= MOST:
            return Problem(Fault.CONFLICT, f"There are {MOST} webhooks already, and no more can be.")
        webhook_id, secret = f"wh_{random.token_hex(12)}", new_secret()
        webhook = Webhook(
            id=webhook_id,
            url=wish.url,
            events=tuple(dict.fromkeys(wish.events)),
            enabled=True,
            description=wish.description,
            created_at=self.now(),
            version=1,
            secret_version=self.secrets.put(webhook_id, Keyring(secret)),
        )
        self.registry.put(webhook, over=None)
        return WithSecret(webhook, secret)

    def list(self) -> Sequence[Webhook]:
        """Return every webhook, the oldest first; there are at most MOST."""
        return self.registry.all()

    def get(self, webhook_id: str) -> Webhook | Problem:
        """Return one webhook."""
        return self.registry.get(webhook_id) or NO_SUCH_WEBHOOK

    def update(
        self, webhook_id: str, changes: Changes, *, if_version: int | None = None
    ) -> Webhook | Problem:
        """Change a webhook, if it still has the version *if_version* where that is given."""
        old = self.registry.get(webhook_id)
        if old is None:
            return NO_SUCH_WEBHOOK
        wanted = {name: getattr(changes, name) for name in Changes.__slots__}
        new = replace(old, **{name: value for name, value in wanted.items() if value is not None})
        new = replace(new, events=tuple(dict.fromkeys(new.events)), version=old.version + 1)
        if new.enabled:
            new = replace(new, disabled_reason="")
        if problem := problem_of(new.url, new.events, new.description):
            return problem
        if if_version not in (None, old.version) or not self.registry.put(new, over=old.version):
            return CHANGED_MEANWHILE
        return new

    def delete(self, webhook_id: str, *, if_version: int | None = None) -> Problem | None:
        """
        Forget a webhook and its secret, if it still has the version *if_version* where that is given.

        What still waits for it is dropped when it is due.
        """
        webhook = self.registry.get(webhook_id)
        if webhook is None:
            return NO_SUCH_WEBHOOK
        if if_version not in (None, webhook.version):
            return CHANGED_MEANWHILE
        if not self.registry.remove(webhook_id, over=webhook.version):
            return CHANGED_MEANWHILE
        self.secrets.remove(webhook_id)
        return None

    def rotate(self, webhook_id: str) -> WithSecret | Problem:
        """
        Make a new secret; for 24 hours messages are signed with the one before it too.

        Of two rotations at once one is refused; its secret stays stored, and no webhook refers to it.
        """
        webhook = self.registry.get(webhook_id)
        if webhook is None:
            return NO_SUCH_WEBHOOK
        now, secret = self.now(), new_secret()
        keyring = Keyring(secret, self.secrets.get(webhook).current, now + DOUBLE_SIGNING)
        kept = self.secrets.put(webhook_id, keyring)
        new = replace(webhook, secret_version=kept, version=webhook.version + 1)
        if not self.registry.put(new, over=webhook.version):
            return CHANGED_MEANWHILE
        return WithSecret(new, secret)

    def deliveries(
        self, webhook_id: str, *, limit: int = 50, before: datetime | None = None
    ) -> Sequence[Attempt] | Problem:
        """Return the newest attempts to deliver, those from before a moment, the newest first."""
        if self.registry.get(webhook_id) is None:
            return NO_SUCH_WEBHOOK
        return self.log.attempts(webhook_id, limit=limit, before=before)

    def resend(self, webhook_id: str, event_id: str) -> Delivery | Problem:
        """Send a message again as it was, with the schedule from its beginning."""
        webhook = self.registry.get(webhook_id)
        message = self.log.message(webhook_id, event_id)
        if webhook is None or message is None:
            return Problem(Fault.MISSING, "The log has no such message for this webhook.")
        return self._send(webhook, replace(message, attempt=1, due_at=self.now()))

    def test(self, webhook_id: str) -> Delivery | Problem:
        """Send a `webhook.test` event."""
        webhook = self.registry.get(webhook_id)
        if webhook is None:
            return NO_SUCH_WEBHOOK
        now = self.now()
        body = payload(TEST_EVENT, now.isoformat(), {"webhook_id": webhook_id})
        event_id = f"evt_test_{random.token_hex(12)}"
        return self._send(webhook, Delivery(webhook_id, event_id, TEST_EVENT, body, now))

    def _send(self, webhook: Webhook, delivery: Delivery) -> Delivery | Problem:
        if not webhook.enabled:
            return Problem(Fault.CONFLICT, "The webhook is disabled: enable it first.")
        if self.queue.send([delivery]):
            raise RuntimeError("the queue did not take the delivery")
        return delivery
