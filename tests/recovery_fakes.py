"""The ports of recovery in memory, over the fake catalogue."""

import json
from datetime import UTC, datetime

from sluice.dead_letters import Letter
from sluice.freeing import Freer
from sluice.outcomes import UNFINISHED, Status
from sluice.recovery_ports import Known
from sluice.replaying import Replayer
from tests.fakes import START, busy_if

PAST = datetime.fromtimestamp(0, UTC)


class FakeRegister:
    """Reads and changes the items of a fake catalogue."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.announced_again = []

    def known(self, file_ids):
        items = self.catalogue.items
        return {file_id: _known(items[file_id]) for file_id in file_ids if file_id in items}

    def free(self, file_id, attempt, *, lost):
        item = self.catalogue.items.get(file_id, {})
        busy_if(item.get("key") in self.catalogue.fails_for)
        held = item.get("attempt") == attempt and item["status"] in UNFINISHED
        if not held or item["claimed_until"] == PAST:
            return False
        item["claimed_until"] = PAST
        item["losses"] = item.get("losses", 0) + lost
        return True

    def reopen(self, file_id, attempt):
        item = self.catalogue.items.get(file_id, {})
        if item.get("attempt") != attempt or item["status"] != Status.FAILED:
            return False
        item.pop("unannounced", None)
        item |= {"status": Status.CLAIMED, "claimed_until": PAST, "losses": 0, "attempt": attempt + 1}
        return True

    def announce_again(self, *, before):
        marked = [item for item in self.catalogue.items.values() if "unannounced" in item]
        self.announced_again += [item["key"] for item in marked if item["at"] < before]
        return len(marked)


class FakeArrivals:
    """Files put back on their lanes, as pairs of key and lane."""

    def __init__(self):
        self.files = []
        self.reasons = []
        self.fails_for = set()
        """Keys that no queue accepts."""

    def put_back(self, files, *, reason):
        for file, lane in files:
            busy_if(file.key in self.fails_for)
            self.files.append((file, lane))
            self.reasons.append(reason)

    @property
    def keys(self):
        return [(file.key, lane) for file, lane in self.files]


class FakeFailedFiles:
    """Files kept for replay."""

    def __init__(self):
        self.kept = []

    def keep(self, task, *, processor, error, cause):
        self.kept.append((task.file.key, task.attempt, processor, error, cause))


class FakeDeadLetters:
    """Buried messages with their reason."""

    def __init__(self):
        self.buried = []

    def bury(self, message, *, reason):
        self.buried.append((message.message_id, reason))


class FakeLetterBoxes:
    """Letters by queue; what is held is not shown again until it is released."""

    def __init__(self):
        self.letters = {"csv": [], "rules": [], "stream": [], "failed-files": []}
        self.held = []
        self.crashes_on_delete = False

    @property
    def names(self):
        return tuple(self.letters)

    def put(self, queue, body, **facts):
        number = sum(map(len, self.letters.values()))
        facts = {"sent_at": START, "attributes": {}} | facts
        text = body if isinstance(body, str) else json.dumps(body)
        self.letters[queue].append(Letter(queue, f"l{number}", f"r{number}", text, **facts))

    def hold(self, queue, limit):
        free = [letter for letter in self.letters[queue] if letter not in self.held]
        self.held += free[:limit]
        return free[:limit]

    def delete(self, letter):
        busy_if(self.crashes_on_delete)
        self.letters[letter.queue].remove(letter)

    def release(self, letters):
        self.held = [letter for letter in self.held if letter not in letters]


class FakeQueues:
    """What was sent where."""

    def __init__(self):
        self.sent = []

    def send(self, queue, body):
        self.sent.append((queue, body))


class FakeAudit:
    """Lines, with who asked."""

    def __init__(self):
        self.lines = []

    def record(self, line, *, at, by):  # noqa: ARG002  the port passes it
        self.lines.append((line["message_id"], by))


class Recovery:
    """All of them over one catalogue."""

    def __init__(self, catalogue):
        self.register = FakeRegister(catalogue)
        self.arrivals = FakeArrivals()
        self.failed_files = FakeFailedFiles()
        self.dead_letters = FakeDeadLetters()
        self.boxes = FakeLetterBoxes()
        self.queues = FakeQueues()
        self.audit = FakeAudit()


def _known(item):
    return Known(
        status=item["status"],
        attempt=item["attempt"],
        lane=item["lane"],
        claimed_until=item.get("claimed_until"),
        losses=item.get("losses", 0),
    )


FUNCTIONS = ("free_files", "replay")
QUEUES = "https://sqs.eu-central-1.amazonaws.com/111122223333"
ENVIRONMENT = {
    "CATALOGUE_TABLE": "sluice-catalogue",
    "ARRIVALS": json.dumps({lane: f"{QUEUES}/sluice-{lane}" for lane in ("csv", "image", "other")}),
    "FAILED_FILES": f"{QUEUES}/sluice-failed-files",
    "DEAD_LETTERS": f"{QUEUES}/sluice-dead-letters",
    "MAX_LOSSES": "3",
    "REPLAYS_TABLE": "sluice-replays",
    "LETTER_BOXES": json.dumps({"csv": f"{QUEUES}/csv-dead", "failed-files": f"{QUEUES}/failed"}),
    "QUEUES": json.dumps({"ended-executions": f"{QUEUES}/ended-executions"}),
}


def factories(world, journal):
    """What the wiring makes for the functions of recovery, over the fakes of *world*."""
    catalogue, recovery, clock = world.catalogue, world.recovery, world.clock
    return {
        "freer": lambda settings: Freer(
            recovery.register, catalogue, recovery.arrivals, recovery.failed_files,
            recovery.dead_letters, journal, clock, settings.max_losses,
        ),
        "replayer": lambda settings: Replayer(
            settings.inbox_bucket, recovery.boxes, recovery.register, recovery.arrivals,
            recovery.queues, recovery.audit, journal, clock,
        ),
    }  # fmt: skip
