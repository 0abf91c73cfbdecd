"""The ports of recovery in memory, over the fake catalogue."""

import json
from datetime import UTC, datetime, timedelta

from sluice.outcomes import UNFINISHED, Status
from sluice.recovery.dead_letters import Letter
from sluice.recovery.forgetting import Forgetter
from sluice.recovery.freeing import EndedExecutions, Freer
from sluice.recovery.ports import Known
from sluice.recovery.replacing import Replacer
from sluice.recovery.replaying import Replayer
from sluice.recovery.sweep_ports import Page, Recorded
from sluice.recovery.sweeping import Sweeper
from sluice.recovery.sweeps import listed_file
from tests.fakes import START, busy_if

PAST = datetime.fromtimestamp(0, UTC)


class FakeRegister:
    """Reads and changes the items of a fake catalogue."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.announced_again = []
        self.asked = []
        """Before which moments outcomes were announced again."""

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

    def reopen(self, file_id, attempt, *, of=(Status.FAILED,), by=""):
        item = self.catalogue.items.get(file_id, {})
        if item.get("attempt") != attempt or item["status"] not in of:
            return False
        item.pop("unannounced", None)
        item |= {"status": Status.CLAIMED, "claimed_until": PAST, "losses": 0, "attempt": attempt + 1}
        item["reopened_by"] = by
        return True

    def announce_again(self, *, before):
        self.asked.append(before)
        items = self.catalogue.items.values()
        marked = [item["key"] for item in items if "unannounced" in item and item["at"] < before]
        self.announced_again += marked
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
        self.letters = {
            name: []
            for name in ("csv", "rules", "stream", "webhooks", "mail", "digest", "tune-pace", "failed-files")
        }
        self.held = []
        self.count = 0
        self.crashes_on_delete = False

    @property
    def names(self):
        return tuple(self.letters)

    def put(self, queue, body, **facts):
        number = self.count
        self.count += 1
        facts = {"sent_at": START, "attributes": {}} | facts
        text = body if isinstance(body, str) else json.dumps(body)
        self.letters[queue].append(Letter(queue, f"l{number}", f"r{number}", text, **facts))

    def hold(self, queue, limit):
        free = [letter for letter in self.letters[queue] if letter not in self.held]
        self.held += free[:limit]
        return free[:limit]

    def hold_each(self, queues, limit):
        return {queue: self.hold(queue, limit) for queue in queues}

    def delete(self, letter):
        busy_if(self.crashes_on_delete)
        self.letters[letter.queue].remove(letter)

    def release(self, letters):
        released = {letter.message_id for letter in letters}
        self.held = [letter for letter in self.held if letter.message_id not in released]


class FakeQueues:
    """What was sent where."""

    def __init__(self):
        self.sent = []

    def send(self, queue, body):
        self.sent.append((queue, body))


class FakeMails:
    """What was published."""

    def __init__(self):
        self.published = []

    def publish(self, mail):
        self.published.append(mail)


class FakeRuns:
    """What was started, and with what."""

    def __init__(self):
        self.started = []

    def start(self, run):
        {"digest": 1, "tune-pace": 1, "sweep": 1}[run.name]
        self.started.append((run.name, run.input))


class FakeAudit:
    """Lines, with who asked."""

    def __init__(self):
        self.lines = []
        self.texts = []
        """Of letters that were removed."""

    def record(self, line, *, at, by):  # noqa: ARG002  the port passes it
        self.lines.append((line["message_id"], by))
        self.texts += [line["body"]] if "body" in line else []


class FakeListing:
    """Versions of an inbox, in pages."""

    def __init__(self, page=1000):
        self.page = page
        self.listed = []
        self.looks = 0
        self.gone = set()
        """Keys whose version is no more."""

    def put(self, key, version="v1", *, at=START - timedelta(hours=1), latest=True, etag="e1"):
        facts = {"version_id": version, "etag": f'"{etag}"', "size": 100, "modified": at}
        listed = listed_file("inbox", key, **facts, is_latest=latest)
        self.listed.append((key, version, listed))
        return listed.file

    def prefixes(self, prefix):
        below = [key[len(prefix) :] for key, _, _ in self.listed if key.startswith(prefix)]
        return sorted({prefix + rest.split("/")[0] + "/" for rest in below if "/" in rest})

    def first(self, prefix, *, after):
        return min((key for key, _, _ in self.listed if key.startswith(prefix) and key > after), default=None)

    def versions(self, prefix, *, after, after_version):
        self.looks += 1
        rows = sorted((row for row in self.listed if row[0].startswith(prefix)), key=lambda row: row[:2])
        start = (after, after_version) if after_version else (after, "\U0010ffff")
        rows = [row for row in rows if not after or row[:2] > start]
        some = rows[: self.page]
        following = some[-1][:2] if len(rows) > self.page else None
        return Page([listed for _, _, listed in some], following)

    def missing(self, files):
        return [file for file in files if file.key in self.gone]


class FakeInventory:
    """Goes through the items of a fake catalogue."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.files = {}
        """Files by id: the fake catalogue keeps less than the real one."""

    def of_key(self, key):
        files = [file for file in self.files.values() if file.key == key]
        return [_recorded(file, self.catalogue.items[file.file_id]) for file in files]

    def unfinished(self, *, before):
        for file_id, item in list(self.catalogue.items.items()):
            if item["status"] in UNFINISHED and item["claimed_until"] <= before:
                yield self.files[file_id], _known(item), item["processor"]

    def unannounced(self, *, before):
        items = self.catalogue.items.values()
        return sum(1 for item in items if "unannounced" in item and item["at"] < before)

    def settled(self, prefix, segment, segments, token):
        rows = [
            (self.files[file_id], item)
            for number, (file_id, item) in enumerate(sorted(self.catalogue.items.items()))
            if number % segments == segment
        ]
        start = (token or {}).get("at", 0)
        following = {"at": start + 2} if start + 2 < len(rows) else None
        return [file for file, item in rows[start : start + 2] if _is_settled(item, prefix)], following

    def mark_deleted(self, file_id, *, at, how, marker=""):
        item = self.catalogue.items.get(file_id)
        if item is None:
            return False
        item |= {"deleted_at": at, "deletion": how, "delete_marker": marker}
        return True

    def restore(self, file_id):
        for name in ("deleted_at", "deletion", "delete_marker"):
            self.catalogue.items[file_id].pop(name, None)


def _is_settled(item, prefix):
    is_there = item["key"].startswith(prefix) and "deleted_at" not in item
    return is_there and item["status"] not in UNFINISHED


class FakeResults:
    """Results by key, each with the id of its file."""

    def __init__(self):
        self.owners = {}

    def remove(self, key, *, file):
        if self.owners.get(key) != file.file_id:
            return False
        del self.owners[key]
        return True


class FakeReports:
    """Reports by key."""

    def __init__(self):
        self.reports = {}

    def keep(self, key, report):
        self.reports[key] = report
        return key


class Recovery:
    """All of them over one catalogue."""

    def __init__(self, catalogue):
        self.register = FakeRegister(catalogue)
        self.arrivals = FakeArrivals()
        self.failed_files = FakeFailedFiles()
        self.dead_letters = FakeDeadLetters()
        self.boxes = FakeLetterBoxes()
        self.queues = FakeQueues()
        self.mails = FakeMails()
        self.runs = FakeRuns()
        self.audit = FakeAudit()
        self.listing = FakeListing()
        self.inventory = FakeInventory(catalogue)
        self.reports = FakeReports()
        self.results = FakeResults()


def _recorded(file, item):
    outcome = item.get("outcome")
    return Recorded(
        file,
        outcome.results if outcome else (),
        is_deleted="deleted_at" in item,
        delete_marker=item.get("delete_marker", ""),
    )


def _known(item):
    return Known(
        status=item["status"],
        attempt=item["attempt"],
        lane=item["lane"],
        claimed_until=item.get("claimed_until"),
        losses=item.get("losses", 0),
        deleted="deleted_at" in item,
    )


def replacer(recovery, clock):
    """What puts letters back, over the fakes of *recovery*."""
    return Replacer(
        recovery.register, recovery.arrivals, recovery.queues, recovery.mails, recovery.runs, clock
    )


FUNCTIONS = ("free_files", "replay", "reconcile", "mark_deleted")
QUEUES = "https://sqs.eu-central-1.amazonaws.com/111122223333"
ENVIRONMENT = {
    "CATALOGUE_TABLE": "sluice-catalogue",
    "ARRIVALS": json.dumps({lane: f"{QUEUES}/sluice-{lane}" for lane in ("csv", "image", "other")}),
    "FAILED_FILES": f"{QUEUES}/sluice-failed-files",
    "DEAD_LETTERS": f"{QUEUES}/sluice-dead-letters",
    "MAX_LOSSES": "3",
    "REMOVE_RESULTS": "permanently-deleted",
    "REPLAYS_TABLE": "sluice-replays",
    "LETTER_BOXES": json.dumps({"csv": f"{QUEUES}/csv-dead", "failed-files": f"{QUEUES}/failed"}),
    "OUTCOMES_TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:sluice-outcomes",
    "RUNS": json.dumps({"digest": "arn:aws:lambda:eu-central-1:111122223333:function:digest:live"}),
    "QUEUES": json.dumps({"ended-executions": f"{QUEUES}/ended-executions"}),
}


def factories(world, journal):
    """What the wiring makes for the functions of recovery, over the fakes of *world*."""
    catalogue, recovery, clock = world.catalogue, world.recovery, world.clock

    def freer(settings):
        return Freer(
            recovery.register, catalogue, recovery.arrivals, recovery.failed_files, journal, clock,
            settings.max_losses,
        )  # fmt: skip

    return {
        "ended_executions": lambda settings: EndedExecutions(
            recovery.register, freer(settings), recovery.dead_letters, journal
        ),
        "forgetter": lambda settings: Forgetter(
            settings.inbox_bucket, settings.remove_results, recovery.inventory, recovery.results,
            recovery.dead_letters, journal,
        ),
        "sweeper": lambda settings: Sweeper(
            recovery.listing, recovery.inventory, recovery.register, recovery.arrivals, freer(settings),
            recovery.reports, journal, clock,
        ),
        "replayer": lambda settings: Replayer(
            settings.inbox_bucket, recovery.boxes, replacer(recovery, clock), recovery.audit, journal, clock
        ),
    }  # fmt: skip
