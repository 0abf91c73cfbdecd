"""The ports of Sluice in memory: they keep their promises, and fail where a test says so."""

import io
import json
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sluice.announcing.announcements import Announcement
from sluice.dispatching import Dispatcher
from sluice.errors import FileMissingError, ServiceBusyError
from sluice.files import File, is_newer
from sluice.images.image import Refused
from sluice.intake import Intake
from sluice.outcomes import UNFINISHED, Status
from sluice.pace.admitting import Admission
from sluice.pace.launching import Launcher
from sluice.pace.pacing import LaneState, Pace
from sluice.pace.reserving import Reserver
from sluice.pace.slots import SlotKeeper
from sluice.ports.catalogue import Claimed, Held, Settled, SlotSpent, Standing, TriesSpent
from sluice.ports.queues import Message
from sluice.processing import Processor
from sluice.rules.references import Reference
from sluice.rules.routing import Router
from sluice.rules.rule import DEFAULT_RULES
from sluice.rules.versions import Stale, Version
from tests.summaries import validate_summary

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def busy_if(condition):
    """Fail as a service does that is throttled."""
    if condition:
        raise ServiceBusyError("the service is busy")


class FakeClock:
    """The time, which passes only when a test lets it."""

    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time

    def tick(self, **passed):
        """Let time pass, given as to `timedelta`."""
        self.time += timedelta(**passed)

    def sleep(self, seconds):
        """Wait as a use case does."""
        self.tick(seconds=seconds)


class FakeCatalogue:
    """Items by file id, with the conditions of the real catalogue: leases, and attempts as fencing tokens."""

    def __init__(self, now):
        self.now = now
        self.items = {}
        self.recorded = []
        self.fails_for = set()
        """Keys for which every call fails."""
        self._claimed = defaultdict(dict)
        """Ids of the files of each lane that were claimed and not recorded since, like the real index."""

    def claim(self, file, *, processor, lane, until, message_id="", slot=None, rule=None):
        busy_if(file.key in self.fails_for)
        item = self.items.get(file.file_id)
        if item and item["status"] not in UNFINISHED:
            return Settled()
        is_dead = (
            item and item["status"] is Status.CLAIMED and message_id and item["message_id"] == message_id
        )
        if item and item["claimed_until"] > self.now() and not is_dead:
            return Held(item["claimed_until"])
        item = self.items.setdefault(file.file_id, {"attempt": 0, "state_version": 0, "spent_slot": 0})
        item |= {"key": file.key, "processor": processor, "lane": lane, "slot": slot}
        item |= {"rule": rule and rule.reference, "notifications": rule and rule.notifications}
        item |= {"message_id": message_id, "begun_times": 0}
        item |= {"status": Status.CLAIMED, "claimed_until": until, "attempt": item["attempt"] + 1}
        item["state_version"] += 1
        self._claimed[lane][file.file_id] = item
        return Claimed(item["attempt"])

    def standing(self, files):
        names = ("status", "attempt", "message_id", "spent_slot")
        known = {file.file_id: self.items.get(file.file_id) for file in files}
        return {
            file_id: Standing(
                **{name: item[name] for name in names},
                claimed_until=item.get("claimed_until", datetime.fromtimestamp(0, UTC)),
            )
            for file_id, item in known.items()
            if item
        }

    def unfinished(self, lane, *, at):
        claimed = self._claimed[lane].items()
        return frozenset(
            one for one, item in claimed if item["lane"] == lane and item.get("claimed_until", at) > at
        )

    def release(self, task):
        busy_if(task.file.key in self.fails_for)
        if item := self._ours(task):
            item["claimed_until"] = datetime.fromtimestamp(0, UTC)

    def begin(self, task, *, until, slot=None, most=None):
        busy_if(task.file.key in self.fails_for)
        if not (item := self._ours(task)):
            return False
        if most is not None and item["begun_times"] >= most:
            return TriesSpent()
        if slot is not None and item["spent_slot"] >= slot:
            return SlotSpent()
        item |= {"status": Status.PROCESSING, "claimed_until": until}
        item["spent_slot"] = slot or item["spent_slot"]
        item["state_version"] += 1
        item["begun_times"] += 1
        return True

    def excuse(self, task):
        if item := self._ours(task):
            item["begun_times"] -= 1

    def renew(self, task, *, until):
        if item := self._ours(task):
            item |= {"claimed_until": until, "slot": task.slot or item["slot"]}
        return item is not None

    def record(self, task, outcome, *, at):
        busy_if(task.file.key in self.fails_for)
        if item := self._ours(task):
            item |= {"status": outcome.status, "outcome": outcome, "at": at, "unannounced": outcome.status}
            item["state_version"] += 1
            del item["claimed_until"]
            self._claimed[item["lane"]].pop(task.file.file_id, None)
            self.recorded.append((task, outcome))
        return item is not None

    def announced(self, announcement):
        item = self.items.get(announcement.file_id)
        if item and item["state_version"] == announcement.state_version:
            item.pop("unannounced", None)

    def _ours(self, task):
        item = self.items.get(task.file.file_id)
        ours = item and item["attempt"] == task.attempt and item["status"] in UNFINISHED
        return item if ours else None

    def outcomes(self):
        """Pairs of key and status, in the order in which the outcomes were recorded."""
        return [(task.file.key, outcome.status) for task, outcome in self.recorded]


class FakeVersions:
    """Documents with all their versions; somebody else may change one between our look and our write."""

    def __init__(self):
        self.versions = {}
        self.meanwhile = lambda: None

    def current(self):
        return [self.newest(name) for name in sorted(self.versions) if self.newest(name)]

    def newest(self, document_id):
        newest = self.versions.get(document_id, [None])[-1]
        return None if newest is None or newest.deleted else newest

    def at(self, reference):
        known = self.versions.get(reference.id, [])
        return next((each for each in known if each.version == reference.version), None)

    def history(self, document_id):
        return self.versions.get(document_id, [])[::-1]

    def save(self, document_id, document, *, expected, source, at, deleted=False):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        newest = self.newest(document_id)
        if expected != (newest.version if newest else 0):
            return Stale()
        versions = self.versions.setdefault(document_id, [])
        versions.append(Version(document_id, len(versions) + 1, document, at, source, deleted))
        return versions[-1]


class FakeContracts:
    """Documents by id and version."""

    def __init__(self, *versions):
        self.versions = {Reference(name, n): document for name, n, document in versions}

    def latest(self, contract_id):
        known = [each for each in self.versions if each.id == contract_id]
        return max(known, key=lambda each: each.version, default=None)

    def at(self, reference):
        return self.versions[reference]


class FakeBaselines:
    """Baselines by dataset; the token is how often one was written."""

    def __init__(self):
        self.held = {}
        self.writes = defaultdict(int)

    def get(self, dataset_id):
        return self.held.get(dataset_id), str(self.writes[dataset_id] or "")

    def put(self, dataset_id, baseline, token):
        if token != str(self.writes[dataset_id] or ""):
            return False
        self.held[dataset_id] = baseline
        self.writes[dataset_id] += 1
        return True


class RuleBook:
    """Rules in memory, and the default rules behind them."""

    def __init__(self, rules=DEFAULT_RULES):
        self._rules = tuple(rules)

    def current(self):
        return self._rules

    def at(self, reference):
        return next(rule for rule in (*self._rules, *DEFAULT_RULES) if rule.reference == reference)


def a_router(*rules, contracts=None, declared_type=lambda _: "", lanes=("csv", "image", "other")):
    """A router over the rules, or over the default rules if none is given."""
    book = RuleBook(rules) if rules else RuleBook()
    return Router(book, contracts or FakeContracts(), declared_type, frozenset(lanes))


QUICK = Pace(rate=1000, burst=1000, horizon_seconds=30, max_in_flight=1000)


class FakeLaneStates:
    """Lanes by name, with the conditions of the real table; one that was not set is quick."""

    def __init__(self, **paces):
        self.lanes = {lane: LaneState(lane, pace) for lane, pace in paces.items()}
        self.writes = 0

    def read(self, lane):
        return self.lanes.setdefault(lane, LaneState(lane, QUICK))

    def advance(self, seen, by, *, at_least, at_most):
        now = self.read(seen.lane)
        return self._move(seen, at_least <= now.next_at <= at_most, now.next_at + by)

    def restart(self, seen, to, *, before):
        return self._move(seen, self.read(seen.lane).next_at < before, to)

    def change(self, seen, to):
        now = self.read(seen.lane)
        if (now.next_at, now.pace.config_version) != (seen.next_at, seen.pace.config_version):
            return False
        self.lanes[seen.lane] = replace(to, overloads=now.overloads)
        return True

    def overloaded(self, lane):
        self.lanes[lane] = replace(self.read(lane), overloads=self.read(lane).overloads + 1)

    def _move(self, seen, condition, next_at):
        now = self.read(seen.lane)
        self.writes += 1
        if not condition or now.pace.paused or now.pace.config_version != seen.pace.config_version:
            return False, now
        self.lanes[seen.lane] = replace(now, next_at=next_at)
        return True, self.lanes[seen.lane]


def a_dispatcher(
    clock, catalogue, lanes, executions, journal, *, states=None, router=None, inbox="inbox", gate=None,
    lease=timedelta(minutes=15),
):  # fmt: skip
    """A dispatcher over the fakes."""
    states = states or FakeLaneStates()
    admission = Admission(states, Reserver(states, clock), catalogue, clock, clock.sleep)
    launcher = Launcher(lease, catalogue, admission, executions, journal, clock)
    intake = Intake(inbox, router or a_router(), catalogue, launcher, lanes, journal, clock, gate)
    return Dispatcher(intake, catalogue, admission, launcher, lanes, journal, clock)


def a_processor(run, clock, catalogue, journal, *, states=None, rules=None, lateness=timedelta(seconds=10)):
    """A processor over the fakes."""
    states = states or FakeLaneStates()
    slots = SlotKeeper(states, Reserver(states, clock), catalogue, lateness, clock, clock.sleep)
    return Processor(run, rules or RuleBook(), catalogue, slots, journal, clock)


class FakeLanes:
    """Arrivals queues and dead letters, as lists."""

    def __init__(self):
        self.forwarded = []
        self.buried = []
        self.hidden = []
        self.fails_for = set()
        """Ids of messages for which every call fails."""

    def forward(self, message, *, lane, seconds=0):  # noqa: ARG002  the port passes it
        busy_if(message.message_id in self.fails_for)
        self.forwarded.append((message, lane))

    def bury(self, message, *, lane, reason):
        busy_if(message.message_id in self.fails_for)
        self.buried.append((message, lane, reason))

    def hide(self, message, *, lane, seconds):
        busy_if(message.message_id in self.fails_for)
        self.hidden.append((message, lane, seconds))


class FakeExecutions:
    """Started batches by execution name."""

    def __init__(self):
        self.started = {}
        self.fails_for = set()
        """Keys whose batch cannot be started."""

    def start(self, batch):
        busy_if(any(task.file.key in self.fails_for for task in batch.tasks))
        self.started.setdefault(batch.execution_name, batch)

    @property
    def batches(self):
        return list(self.started.values())

    @property
    def keys(self):
        return [task.file.key for batch in self.batches for task in batch.tasks]


class FakeInbox:
    """Contents by key; a key that is not there was deleted."""

    def __init__(self, **declared):
        self.contents = {}
        self.declared = declared

    @contextmanager
    def open(self, file):
        yield io.BytesIO(self._content(file))

    def declared_type(self, file):
        self._content(file)
        return self.declared.get(file.key, "")

    def _content(self, file):
        if file.key not in self.contents:
            raise FileMissingError(file.file_id)
        return self.contents[file.key]


class FakeOutbox:
    """Results by key; a newer version's result stays."""

    def __init__(self):
        self.results = {}
        self.sequencers = defaultdict(str)
        self.statuses = {}
        """Key to the status that its result says."""

    def publish(self, key, body, *, content_type, file, status=Status.SUCCESS):
        if key.endswith("_summary.json"):
            validate_summary(json.loads(body))
        if is_newer(self.sequencers[key], file.sequencer):
            key = f"superseded/{file.file_id}/{key}"
        self.results[key] = (content_type, body)
        self.statuses[key] = status
        self.sequencers[key] = file.sequencer
        return key


class FakeChannel:
    """What was announced."""

    def __init__(self):
        self.announcements = []
        self.refuses = set()
        """Keys that it does not take, one by one."""
        self.fails = False

    def announce(self, announcements):
        busy_if(self.fails)
        self.announcements += [told for told in announcements if told.key not in self.refuses]
        return {told.id for told in announcements if told.key in self.refuses}


class FakeTopic:
    """What was published, and the digests that were sent."""

    def __init__(self):
        self.publications = []
        self.digests = []
        self.refuses = set()
        """Keys that it does not take."""

    def publish(self, publications):
        self.publications += [each for each in publications if each.announcement.key not in self.refuses]
        told = (each.announcement for each in publications)
        return {each.id for each in told if each.key in self.refuses}

    def send(self, digest):
        self.digests.append(digest)

    @property
    def mailed(self):
        return [each.announcement.key for each in self.publications if each.mail]


class FakeDigestBook:
    """Entries by hour and id, mails by minute."""

    def __init__(self):
        self.noted = defaultdict(dict)
        self.mails = defaultdict(int)
        self.until = None

    def count_mails(self, count, *, at):
        minute = f"{at:%Y-%m-%dT%H:%M}"
        self.mails[minute] += count
        return self.mails[minute] - count

    def note(self, entries, *, at):
        self.noted[at.replace(minute=0, second=0, microsecond=0)] |= {entry.id: entry for entry in entries}

    def entries(self, hour):
        yield list(self.noted[hour].values())

    def sent_until(self):
        return self.until

    def sent(self, until):
        self.until = until


class FakeRemote:
    """A team's function, which answers the same to everything, or fails."""

    def __init__(self, answer=None):
        self.answer = answer or {"status": "success", "facts": {"pages": 3}}
        self.requests = []
        self.fails = None
        """What it raises."""

    def call(self, request):
        self.requests.append(request)
        if self.fails:
            raise self.fails
        return self.answer


def an_announcement(**facts):
    """An announcement whose other facts do not matter."""
    return Announcement(
        **{
            "file_id": "f1", "state_version": 3, "status": "success", "file_name": "orders.csv",
            "key": "in/orders.csv", "processor": "profile_csv", "correlation_id": "c1", "bucket": "inbox",
            "upload_timestamp": START.isoformat(), "processed_timestamp": START.isoformat(), "lane": "csv",
        }
        | facts
    )  # fmt: skip


class FakeJournal:
    """What operators would read."""

    def __init__(self):
        self.files = []
        self.ends = []
        self.notes = []
        self.faults = []
        self.times = []
        self.counts = {}

    def began(self, file):
        self.files.append(file.key)

    def ended(self, file, outcome):
        self.ends.append((file.key, outcome.status))

    def noted(self, message, details):
        self.notes.append((message, details))

    def measured(self, name, seconds, *, lane):
        self.times.append((name, seconds, lane))

    def failed(self, message, details):
        self.faults.append((message, details))

    def counted(self, name, number):
        self.counts[name] = self.counts.get(name, 0) + number


def a_file(key="orders.csv", **facts):
    """A file whose other facts do not matter."""
    return File(
        **{
            "bucket": "inbox", "key": key, "version_id": "v1", "etag": "e1", "size": 100,
            "sequencer": "0055AED6DCD90281E5", "uploaded_at": START, "correlation_id": "c1",
        }
        | facts
    )  # fmt: skip


def arrival(key="orders.csv", *, bucket="inbox", version="v1", size=100, sequencer="0055AED6DCD90281E5"):
    """The EventBridge event by which S3 announces an object."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-03-02T09:00:00Z",
        "region": "eu-central-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key, "size": size, "etag": "b1946ac92492d2347c6235b4d2611184",
                "version-id": version, "sequencer": sequencer,
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "192.0.2.10",
            "reason": "PutObject",
        },
    }  # fmt: skip


def a_message(body, message_id="m1"):
    """A message as it was received."""
    return Message(message_id, f"receipt of {message_id}", body)


class FakeRenderer:
    """Refuses every image, as the engine refuses what is none."""

    def render(self, source, plan):  # noqa: ARG002  the port passes it
        return Refused("not-an-image", f"The file of {source.stat().st_size} bytes is no image.")


class FakeWatermarks:
    """Watermarks by bucket and key."""

    def __init__(self, **contents):
        self.contents = contents
        """`inbox` and `outbox`, each a mapping of keys."""

    def fetch(self, image, file):  # noqa: ARG002  one inbox is enough here
        return self.contents[image.bucket][image.key]
