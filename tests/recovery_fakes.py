"""The ports of recovery in memory, over the fake catalogue."""

import json
from datetime import UTC, datetime

from sluice.freeing import Freer
from sluice.outcomes import UNFINISHED
from sluice.recovery_ports import Known
from tests.fakes import busy_if

PAST = datetime.fromtimestamp(0, UTC)


class FakeRegister:
    """Reads and changes the items of a fake catalogue."""

    def __init__(self, catalogue):
        self.catalogue = catalogue

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


class Recovery:
    """All of them over one catalogue."""

    def __init__(self, catalogue):
        self.register = FakeRegister(catalogue)
        self.arrivals = FakeArrivals()
        self.failed_files = FakeFailedFiles()
        self.dead_letters = FakeDeadLetters()


def _known(item):
    return Known(
        status=item["status"],
        attempt=item["attempt"],
        lane=item["lane"],
        claimed_until=item.get("claimed_until"),
        losses=item.get("losses", 0),
    )


FUNCTIONS = ("free_files",)
QUEUES = "https://sqs.eu-central-1.amazonaws.com/111122223333"
ENVIRONMENT = {
    "CATALOGUE_TABLE": "sluice-catalogue",
    "ARRIVALS": json.dumps({lane: f"{QUEUES}/sluice-{lane}" for lane in ("csv", "image", "other")}),
    "FAILED_FILES": f"{QUEUES}/sluice-failed-files",
    "DEAD_LETTERS": f"{QUEUES}/sluice-dead-letters",
    "MAX_LOSSES": "3",
}


def factories(world, journal):
    """What the wiring makes for the functions of recovery, over the fakes of *world*."""
    catalogue, recovery, clock = world.catalogue, world.recovery, world.clock
    return {
        "freer": lambda settings: Freer(
            recovery.register, catalogue, recovery.arrivals, recovery.failed_files,
            recovery.dead_letters, journal, clock, settings.max_losses,
        ),
    }  # fmt: skip
