"""Each handler over fakes, with the environment that the template gives it."""

import importlib
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sluice.announcing.digesting import DigestSender
from sluice.announcing.notifying import Notifier
from sluice.observability import FunctionJournal
from sluice.pace.tuning import Tuner
from sluice.processors.calling import call_processor
from sluice.processors.downloads import Downloads
from sluice.processors.inspecting import inspect_file
from sluice.processors.profiling import profile_file
from sluice.processors.rendering import Studio, render_file
from sluice.rules.rule import Rule
from tests import api_fakes, fakes, recovery_fakes, release_fakes, webhooks

EVENTS = Path(__file__).parents[2] / "events"
QUEUES = "https://sqs.eu-central-1.amazonaws.com/111122223333"
ENVIRONMENT = {
    "INBOX_BUCKET": "sluice-inbox",
    "OUTBOX_BUCKET": "sluice-outbox",
    "IMAGE_ANALYSIS": "off",
    "IMAGE_MAX_MEBIBYTES": "50",
    "IMAGE_MAX_MEGAPIXELS": "100",
    "IMAGE_MAX_FRAMES": "1000",
    "IMAGE_MAX_SECONDS": "60",
    "CATALOGUE_TABLE": "sluice-catalogue",
    "CATALOGUE_DAYS": "90",
    "CLAIM_SECONDS": "900",
    "STATE_MACHINE_ARN": "arn:aws:states:eu-central-1:111122223333:stateMachine:sluice",
    "OUTCOMES_TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:sluice-outcomes",
    "PROCESSOR_SETTING": "/sluice/sluice/custom-processor",
    "EVENT_BUS": "sluice-outcomes",
    "DIGEST_TABLE": "sluice-digests",
    "DIGEST_SCHEDULE": "cron(5 * * * ? *)",
    "MAILS_PER_MINUTE": "5",
    "RULES_TABLE": "sluice-rules",
    "CONTRACTS_TABLE": "sluice-contracts",
    "DATASETS_TABLE": "sluice-datasets",
    "LANES_TABLE": "sluice-lanes",
    "LATENESS_SECONDS": "10",
    "PACES": json.dumps(
        {"csv": {"rate": 25, "burst": 50, "horizon_seconds": 30, "max_in_flight": 200}},
    ),
    "MALWARE_GATE": "off",
    "LOWEST_RATE": "0.5",
    "HIGHEST_RATE": "100",
    "METRICS_NAMESPACE": "Sluice/sluice",
    "LANE_NAMES": "csv,image,other",
    "WEBHOOKS_TABLE": "sluice-webhooks",
    "DELIVERIES_TABLE": "sluice-deliveries",
    "DELIVERIES_QUEUE": f"{QUEUES}/sluice-deliveries",
    "WEBHOOK_DEAD_LETTERS": f"{QUEUES}/sluice-webhooks-dead",
    "SECRETS_PREFIX": "/sluice/sluice/webhooks",
    "LANES": json.dumps(
        {
            lane: {"arrivals": f"{QUEUES}/sluice-{lane}", "dead_letters": f"{QUEUES}/sluice-{lane}-dead"}
            for lane in ("csv", "image", "other")
        }
    ),
}
FUNCTIONS = ("dispatch", "profile_csv", "process_image", "inspect_file", "notify", "send_digest", "tune_pace")
FUNCTIONS += ("deliver_webhook", "call_processor", *recovery_fakes.FUNCTIONS, *api_fakes.FUNCTIONS)
FUNCTIONS += release_fakes.FUNCTIONS

TEAM_RULES = fakes.RuleBook(
    (Rule(id="contracts", version=3, processor="custom", options={"language": "de"}),)
)


class World:
    """All fakes, and the functions over them."""

    def __init__(self, monkeypatch, context):
        self.context = context
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.lanes = fakes.FakeLanes()
        self.executions = fakes.FakeExecutions()
        self.inbox = fakes.FakeInbox()
        self.outbox = fakes.FakeOutbox()
        self.topic = fakes.FakeTopic()
        self.book = fakes.FakeDigestBook()
        self.api = api_fakes.ApiWorld(self.clock)
        self.remote = fakes.FakeRemote()
        self.hooks = webhooks.Hooks(self.clock)
        self.channels = [fakes.FakeChannel(), fakes.FakeChannel()]
        self.recovery = recovery_fakes.Recovery(self.catalogue)
        for name, value in (ENVIRONMENT | recovery_fakes.ENVIRONMENT | release_fakes.ENVIRONMENT).items():
            monkeypatch.setenv(name, value)
        self.handlers = {name: importlib.import_module(f"functions.{name}.handler") for name in FUNCTIONS}
        journal = FunctionJournal()
        profile = partial(
            profile_file,
            inbox=self.inbox,
            outbox=self.outbox,
            contracts=fakes.FakeContracts(),
            baselines=fakes.FakeBaselines(),
        )
        studio = Studio(fakes.FakeRenderer(), fakes.FakeWatermarks())
        render = partial(render_file, outbox=self.outbox, studio=studio)
        inspect = partial(inspect_file, inbox=self.inbox)
        custom = partial(call_processor, processor=self.remote)
        factories = {
            "image_downloads": lambda _, batch: Downloads(
                self.inbox, [task.file for task in batch.tasks], 50 * 1024**2
            ),
            "image_renderer": lambda _, downloads: self.processor(
                partial(render, downloads=downloads), journal
            ),
            "release_checker": lambda _: release_fakes.a_checker(journal),
            "machine_checker": lambda _: release_fakes.a_machine_checker(journal),
            "deliverer": lambda _: self.hooks.deliverer,
            "csv_profiler": lambda _: self.processor(profile, journal),
            "file_inspector": lambda _: self.processor(inspect, journal),
            "processor_caller": lambda _: self.processor(custom, journal, TEAM_RULES),
            "tuner": lambda _: Tuner({}, fakes.FakeLaneStates(), None, journal, self.clock),  # of no lanes
            "digest_sender": lambda _: DigestSender(self.topic, self.book, journal),
            "notifier": lambda _: Notifier(self.channels, self.catalogue, journal),
            "dispatcher": lambda settings: fakes.a_dispatcher(
                self.clock, self.catalogue, self.lanes, self.executions, journal,
                inbox=settings.inbox_bucket, lease=settings.claim_seconds,
            ),
        }  # fmt: skip
        factories |= recovery_fakes.factories(self, journal)
        factories |= self.api.factories(journal)
        for name, factory in factories.items():
            (wiring,) = (each.wiring for each in self.handlers.values() if hasattr(each.wiring, name))
            monkeypatch.setattr(wiring, name, factory)

    def processor(self, run, journal, rules=None):
        processor = fakes.a_processor(run, self.clock, self.catalogue, journal)
        return replace(processor, rules=rules) if rules else processor

    def ask(self, function, method, path, **request):
        """Send a request to a function of the API; return the answer with its body read."""
        answer = self.invoke(function, api_fakes.request(method, path, **request))
        is_json = "json" in str(answer["headers"].get("Content-Type", answer["headers"].get("content-type")))
        return answer | {"json": json.loads(answer["body"]) if is_json and answer["body"] else None}

    def invoke(self, function, event):
        """Invoke a function with an event, or with that of a file in events/."""
        if isinstance(event, str):
            event = event_of(event)
        return self.handlers[function].lambda_handler(event, self.context)

    def claim(self, batch):
        """Claim the files of a batch, as the dispatcher had done."""
        for item in batch["files"]:
            file = fakes.File.from_json(item)
            until = self.clock() + fakes.timedelta(minutes=15)
            self.catalogue.claim(file, processor=batch["processor"], lane="", until=until)


def event_of(name):
    """Read an event of events/."""
    return json.loads((EVENTS / f"{name}.json").read_text())


@pytest.fixture
def world(monkeypatch, lambda_context):
    """The functions over fresh fakes."""
    return World(monkeypatch, lambda_context)
