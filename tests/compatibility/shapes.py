"""
Write or read everything that one release leaves for another, with whichever release's layer is on the path.

`python shapes.py write` prints what the release writes: batches, messages, items of every table, the object
of a dataset. `python shapes.py read` takes that from its standard input, and prints what the release makes
of it. Knows the names of modules of this release and of the one before.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import boto3
from moto import mock_aws

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEVER = datetime(2126, 3, 2, tzinfo=UTC)  # claims must not expire by the clock of a test
SLOT = 1_772_442_000_250_000
# Of each table: its keys, and its indexes' keys. S unless said.
TABLES = {
    "catalogue": ("file_id",),
    "lanes": ("lane",),
    "rules": ("id", "version"),
    "contracts": ("id", "version"),
    "webhooks": ("webhook_id",),
    "deliveries": ("webhook_id", "entry"),
    "digests": ("period", "entry"),
    "datasets": ("dataset_id",),
}
INDEXES = {
    "catalogue": ("unannounced", "processed_timestamp"),
    "rules": ("current", "id"),
    "contracts": ("current", "id"),
}
INDEX_NAMES = {"catalogue": "by-unannounced", "rules": "current", "contracts": "current"}
Shapes = dict[str, Any]


def module(*names: str) -> Any:
    """Return the first module of the layer that is there."""
    for name in names:
        with suppress(ModuleNotFoundError):
            return importlib.import_module(f"sluice.{name}")
    raise ModuleNotFoundError(f"sluice has none of {names}")


files, batches, outcomes = module("files"), module("batches"), module("outcomes")
arrivals, rules = module("arrivals"), module("rules.rule", "rules")
references = module("rules.references", "references")
pacing = module("pace.pacing", "pacing")
sweeps, dead_letters = module("recovery.sweeps", "sweeps"), module("recovery.dead_letters", "dead_letters")
deletions, executions = module("recovery.deletions", "deletions"), module("recovery.executions", "executions")
announcements = module("announcing.announcements", "announcements")
outcome_events = module("announcing.outcome_events", "outcome_events")
digests = module("announcing.digests", "digests")
baselines, changes = (
    module("tables.baselines", "baselines"),
    module("tables.profile_changes", "profile_changes"),
)
records = module("webhooks.records")

FILE = files.File(
    bucket="inbox",
    key="data/März + é.csv",
    version_id="v1",
    etag="e1",
    size=7,
    sequencer="0055AED6DCD90281E5",
    uploaded_at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    correlation_id="c-1",
)
RULE = rules.Rule(id="orders", version=3, processor="profile_csv", lane="csv", contract="amounts")
CONTRACT = references.Reference("amounts", 2)
OUTCOMES = {
    "success": {
        "facts": {"rows": 3, "verdict": "accepted", "breach_count": 0, "profile": {"é": [1, 2.5, None]}}
    },
    "error": {
        "facts": {"verdict": "rejected", "breaches": [{"row": 2}]},
        "error_message": "Row 2 is too short.",
    },
    "failed": {"error_message": "Ours."},
    "skipped": {"error_message": "Notes are not for us."},
}


class Account:
    """The tables, the bucket and the parameters of a made-up account."""

    def __init__(self) -> None:
        self.dynamodb, self.s3, self.ssm = (boto3.client(name) for name in ("dynamodb", "s3", "ssm"))
        self.s3.create_bucket(Bucket="outbox")
        for table, keys in TABLES.items():
            self._create(table, keys)

    def _create(self, table: str, keys: tuple[str, ...]) -> None:
        indexed = INDEXES.get(table, ())
        names = sorted({*keys, *indexed})
        index = {"KeySchema": _schema(indexed), "Projection": {"ProjectionType": "ALL"}} if indexed else None
        more = {"GlobalSecondaryIndexes": [index | {"IndexName": INDEX_NAMES[table]}]} if index else {}
        self.dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_schema(keys),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "N" if name == "version" else "S"} for name in names
            ],
            **more,
        )

    def items(self, table: str) -> list[Any]:
        """Return all items of a table as DynamoDB's JSON, in a stable order."""
        return sorted(self.dynamodb.scan(TableName=table)["Items"], key=json.dumps)

    def put(self, table: str, items: list[Any]) -> None:
        """Put items as another release left them."""
        for item in items:
            self.dynamodb.put_item(TableName=table, Item=item)


def _schema(keys: tuple[str, ...]) -> list[Any]:
    return [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


def adapters(account: Account) -> dict[str, Any]:
    """Make the adapters that write and read."""
    dynamodb = account.dynamodb
    pace = pacing.Pace(rate=10, burst=20, horizon_seconds=30, max_in_flight=100)
    tables = module("aws.webhook_tables")
    return {
        "catalogue": module("aws.dynamodb").DynamoDBCatalogue(dynamodb, "catalogue"),
        "register": module("aws.register").DynamoDBRegister(dynamodb, "catalogue"),
        "lanes": module("aws.lane_states").DynamoDBLaneStates(dynamodb, "lanes", defaults={"csv": pace}),
        "rules": module("aws.versions").DynamoDBVersions(dynamodb, "rules"),
        "contracts": module("aws.versions").DynamoDBVersions(dynamodb, "contracts"),
        "webhooks": tables.DynamoDBRegistry(dynamodb, "webhooks"),
        "deliveries": tables.DynamoDBDeliveryLog(dynamodb, "deliveries", now=lambda: AT),
        "digests": module("aws.digest_table").DynamoDBDigestBook(dynamodb, "digests"),
        "secrets": module("aws.webhook_secrets").ParameterSecrets(account.ssm, "/sluice"),
        "baselines": _baselines(account),
    }


def _baselines(account: Account) -> Any:
    """Make what keeps baselines: objects in the release before, and since then a table."""
    adapter = module("aws.baselines")
    if hasattr(adapter, "S3Baselines"):
        return adapter.S3Baselines(account.s3, "outbox")
    return adapter.DynamoDBBaselines(account.dynamodb, "datasets", account.s3, "outbox", lambda: AT)


def of(status: str) -> Any:
    """Return the file that ends so."""
    return files.File.from_json(FILE.to_json() | {"version_id": f"v-{status}"})


def webhook() -> Any:
    """Return a webhook as it is registered."""
    return records.Webhook("wh_1", "https://example.com/hook", ("file.rejected",), True, "", AT, 1)  # noqa: FBT003


def delivery() -> Any:
    """Return a message on its way to it."""
    return records.Delivery("wh_1", "evt_1", "file.rejected", '{"type": "file.rejected"}', AT, 2)


def write(account: Account) -> Shapes:
    """Return everything that this release writes."""
    made = adapters(account)
    _write_catalogue(made["catalogue"])
    _write_lane(made["lanes"])
    document = module("rules.documents", "rule_documents").to_document(RULE)
    made["rules"].save("orders", document, expected=0, source="ops", at=AT)
    made["contracts"].save("amounts", {"schema": {"fields": []}}, expected=0, source="ops", at=AT)
    made["webhooks"].put(webhook(), over=None)
    made["secrets"].put("wh_1", records.Keyring("whsec_a", "whsec_b", AT))
    made["deliveries"].begin(delivery())
    made["deliveries"].add(
        records.Attempt("wh_1", "evt_1", "file.rejected", 2, AT, "retrying", 500, "no", 7, AT)
    )
    entry = digests.Entry("evt_1", "error", "profile_csv", "data/", "é.csv", mailed=True)
    made["digests"].note([entry], at=AT)
    made["digests"].sent(AT)
    task = batches.Task(FILE, 2, RULE.reference, CONTRACT, SLOT)
    return {
        "batch": batches.Batch("profile_csv", (task,), "csv", SLOT).to_json(),
        "arrival": json.loads(arrivals.write_arrival(FILE, reason="replay")),
        "delivery": json.loads(delivery().to_json()),
        "sweep part": sweeps.SweepPart(part=sweeps.Part.LISTING, counts={"taken_in": 1}).to_json(),
        "dataset": baseline().to_json(),
        "secret": json.loads(
            account.ssm.get_parameter(Name=_only_parameter(account), WithDecryption=True)["Parameter"][
                "Value"
            ]
        ),
        "events": [json.loads(event.body(10_000)) for event in _events(account.items("catalogue"))],
        **{table: account.items(table) for table in TABLES if table != "datasets"},
    }


def _only_parameter(account: Account) -> str:
    [found] = account.ssm.describe_parameters()["Parameters"]
    return str(found["Name"])


def baseline() -> Any:
    """Return what the next file of a dataset is compared with."""
    figures = changes.Figures(3, (changes.ColumnFigures("é", "int", 0.5, 0.0, 2),))
    return baselines.Baseline(
        "f1", "orders_1.csv", AT.isoformat(), "0055", figures, baselines.Comparison("orders_*.csv")
    )


def _write_catalogue(catalogue: Any) -> None:
    for status in ("claimed", "processing", *OUTCOMES):
        file = of(status)
        catalogue.claim(
            file, processor="profile_csv", lane="csv", until=NEVER, message_id="m", slot=SLOT, rule=RULE
        )
        task = batches.Task(file, 1, RULE.reference, CONTRACT, SLOT)
        if status != "claimed":
            catalogue.begin(task, until=NEVER, slot=SLOT)
        if known := OUTCOMES.get(status):
            results = ("processed/a.json",)
            catalogue.record(task, outcomes.Outcome(outcomes.Status(status), results=results, **known), at=AT)


def _write_lane(lanes: Any) -> None:
    lanes.restart(lanes.read("csv"), SLOT, before=SLOT - 1)


def _events(items: list[Any]) -> list[Any]:
    images = [item for item in items if "unannounced" in item]
    return [
        event
        for image in images
        for event in outcome_events.events_of(announcements.Announcement.from_image(image))
    ]


def read(account: Account, shapes: Mapping[str, Any]) -> dict[str, str]:
    """Return what this release makes of what another wrote: a text for each shape."""
    made = adapters(account)
    for table in TABLES.keys() & shapes.keys():
        account.put(table, shapes[table])
    account.s3.put_object(Bucket="outbox", Key="datasets/d1.json", Body=json.dumps(shapes["dataset"]))
    made["secrets"].put("wh_1", records.Keyring("none"))
    account.ssm.put_parameter(
        Name=_only_parameter(account), Value=json.dumps(shapes["secret"]), Overwrite=True, Type="SecureString"
    )
    readers: dict[str, Callable[[], Any]] = {
        "batch": lambda: batches.Batch.from_json(shapes["batch"]),
        "arrival": lambda: arrivals.read_arrival(json.dumps(shapes["arrival"]), inbox="inbox"),
        "delivery": lambda: records.Delivery.from_json(json.dumps(shapes["delivery"])),
        "sweep part": lambda: sweeps.SweepPart.from_json(shapes["sweep part"]),
        "dataset": lambda: made["baselines"].get("d1")[0],
        "secret": lambda: made["secrets"].get(webhook()),
        "announcements": lambda: [
            announcements.Announcement.from_image(each)
            for each in shapes["catalogue"]
            if "unannounced" in each
        ],
        "standing": lambda: sorted(
            made["catalogue"].standing([of(each) for each in ("claimed", "processing", *OUTCOMES)]).items()
        ),
        "known": lambda: sorted(
            made["register"].known([of(each).file_id for each in ("claimed", *OUTCOMES)]).items()
        ),
        "record": lambda: made["catalogue"].record(
            batches.Task(of("processing"), 1), outcomes.Outcome(outcomes.Status.SUCCESS), at=AT
        ),
        "lane": lambda: made["lanes"].read("csv"),
        "rule": lambda: module("rules.documents", "rule_documents").from_document(
            "orders", 1, made["rules"].newest("orders").document
        ),
        "rule versions": lambda: made["rules"].history("orders"),
        "contract": lambda: made["contracts"].at(references.Reference("amounts", 1)),
        "webhook": lambda: made["webhooks"].get("wh_1"),
        "attempts": lambda: made["deliveries"].attempts("wh_1", limit=9),
        "digest": lambda: [each for page in made["digests"].entries(AT) for each in page],
        "digest sent until": made["digests"].sent_until,
        "ended execution": lambda: executions.read_ended_execution(_ended(shapes["batch"])),
    }
    return {name: repr(reader()) for name, reader in readers.items()}


def _ended(batch: Any) -> str:
    detail = {"name": "n", "status": "FAILED", "input": json.dumps(batch)}
    return json.dumps({"detail-type": "Step Functions Execution Status Change", "detail": detail})


def main() -> None:
    """Do what the argument says."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with mock_aws():
        account = Account()
        answer = write(account) if sys.argv[1] == "write" else read(account, json.load(sys.stdin))
    json.dump(answer, sys.stdout, indent=1, ensure_ascii=False, sort_keys=True, default=str)


if __name__ == "__main__":
    main()
