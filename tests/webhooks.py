"""The ports of webhooks in memory, and the use cases over them."""

from dataclasses import replace

from sluice.ports.queues import Message
from sluice.webhooks.delivering import Deliverer
from sluice.webhooks.fan_out import FanOut
from sluice.webhooks.ports import Answer
from sluice.webhooks.records import Keyring, Webhook
from sluice.webhooks.registering import Webhooks
from tests.fakes import START, FakeJournal

ID = "wh_5d1f0a2c9b7e4d3860aa17c2"
SECRET = "whsec_" + "c2VjcmV0" * 5
OLD_SECRET = "whsec_" + "b2xkLW9sZC1vbGQt" * 3


class FakeRegistry:
    """Webhooks by id, with versions."""

    def __init__(self):
        self.webhooks = {}

    def all(self):
        return list(self.webhooks.values())

    def recent(self):
        return self.all()

    def get(self, webhook_id):
        return self.webhooks.get(webhook_id)

    def put(self, webhook, *, over):
        old = self.webhooks.get(webhook.id)
        if (old.version if old else None) != over:
            return False
        self.webhooks[webhook.id] = webhook
        return True

    def remove(self, webhook_id, *, over):
        old = self.webhooks.get(webhook_id)
        if old is None or old.version != over:
            return False
        del self.webhooks[webhook_id]
        return True


class FakeSecrets:
    """Keyrings by webhook, the newest last."""

    def __init__(self):
        self.kept = {}

    @property
    def keyrings(self):
        return {webhook_id: versions[-1] for webhook_id, versions in self.kept.items()}

    def get(self, webhook):
        return self.kept[webhook.id][webhook.secret_version - 1]

    def put(self, webhook_id, keyring):
        self.kept.setdefault(webhook_id, []).append(keyring)
        return len(self.kept[webhook_id])

    def remove(self, webhook_id):
        self.kept.pop(webhook_id, None)


class FakeLog:
    """Messages by webhook and event, and attempts in the order of time."""

    def __init__(self):
        self.messages = {}
        self.added = []

    def begin(self, delivery):
        self.messages[delivery.webhook_id, delivery.event_id] = delivery

    def add(self, attempt):
        self.added.append(attempt)

    def attempts(self, webhook_id, *, limit, before=None):
        own = [attempt for attempt in reversed(self.added) if attempt.webhook_id == webhook_id]
        return [attempt for attempt in own if before is None or attempt.at < before][:limit]

    def message(self, webhook_id, event_id):
        return self.messages.get((webhook_id, event_id))


class FakeQueue:
    """Deliveries with their wait; what was hidden, and what was buried."""

    def __init__(self):
        self.sent = []
        self.hidden = []
        self.buried = []
        self.refuses = set()
        """Event ids that it does not take."""

    def send(self, deliveries, *, wait=0):
        taken = [each for each in deliveries if each.event_id not in self.refuses]
        self.sent += [(each, wait) for each in taken]
        return {index for index, each in enumerate(deliveries) if each.event_id in self.refuses}

    def hide(self, message, *, seconds):
        self.hidden.append((message.message_id, seconds))

    def bury(self, body, *, reason):
        self.buried.append((body, reason))


class FakeTransport:
    """Answers with the next of *answers*, then with the last one again and again."""

    def __init__(self):
        self.answers = [Answer(200)]
        self.requests = []

    def post(self, url, headers, body):
        self.requests.append((url, dict(headers), body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Hooks:
    """The use cases over fakes, with one webhook."""

    def __init__(self, clock):
        self.clock = clock
        self.registry, self.secrets, self.log = FakeRegistry(), FakeSecrets(), FakeLog()
        self.queue, self.transport, self.journal = FakeQueue(), FakeTransport(), FakeJournal()
        self.use = Webhooks(self.registry, self.secrets, self.log, self.queue, clock)
        self.fan_out = FanOut(self.registry, self.queue, clock)
        self.deliverer = Deliverer(
            self.registry,
            self.secrets,
            self.log,
            self.queue,
            self.transport,
            self.journal,
            clock,
            lambda: 0.5,
        )
        self.add(a_webhook())

    def add(self, webhook):
        self.registry.webhooks[webhook.id] = webhook
        self.secrets.put(webhook.id, Keyring(SECRET))

    def change(self, **changes):
        self.registry.webhooks[ID] = replace(self.registry.webhooks[ID], **changes)

    def take(self, delivery):
        return self.deliverer.take(Message("m1", "r1", delivery.to_json()))


def a_webhook(**facts):
    """A webhook whose other facts do not matter."""
    values = {
        "id": ID, "url": "https://hooks.example.com/sluice", "events": (), "enabled": True,
        "description": "", "created_at": START, "version": 1,
    }  # fmt: skip
    return Webhook(**values | facts)
