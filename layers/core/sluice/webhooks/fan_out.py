"""Use case: make one delivery of each event for each webhook that wants it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sluice.announcing.announcements import Announcement
from sluice.announcing.outcome_events import all_events
from sluice.webhooks.ports import Queue, Registry
from sluice.webhooks.records import Delivery, body_of, event_name


@dataclass(frozen=True, slots=True)
class FanOut:
    """A channel of `notify`; see `announce`."""

    registry: Registry
    queue: Queue
    now: Callable[[], datetime]

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Queue the deliveries; return the ids of the announcements of which one was not taken."""
        webhooks = [webhook for webhook in self.registry.recent() if webhook.enabled]
        if not webhooks:
            return set()
        pairs = []
        for announcement, event in all_events(announcements):
            name, body = event_name(event.type), body_of(event)
            pairs += [
                (announcement.id, Delivery(webhook.id, event.id, name, body, self.now()))
                for webhook in webhooks
                if webhook.wants(name)
            ]
        refused = self.queue.send([delivery for _, delivery in pairs]) if pairs else set()
        return {pairs[index][0] for index in refused}
