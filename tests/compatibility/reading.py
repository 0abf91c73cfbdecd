"""Read everything that another release left behind."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.compatibility.account import TABLES, Account, adapters, only_parameter
from tests.compatibility.releases import (
    announcements,
    arrivals,
    batches,
    executions,
    module,
    outcomes,
    records,
    references,
    sweeps,
)
from tests.compatibility.values import AT, OUTCOMES, of, webhook


def read(account: Account, shapes: Mapping[str, Any]) -> dict[str, str]:
    """Return what this release makes of what another wrote: a text for each shape."""
    made = adapters(account)
    for table in TABLES.keys() & shapes.keys():
        account.put(table, shapes[table])
    account.s3.put_object(Bucket="outbox", Key="datasets/d1.json", Body=json.dumps(shapes["dataset"]))
    made["secrets"].put("wh_1", records.Keyring("none"))
    account.ssm.put_parameter(
        Name=only_parameter(account), Value=json.dumps(shapes["secret"]), Overwrite=True, Type="SecureString"
    )
    readers = _of_messages(shapes, made) | _of_items(shapes, made)
    return {name: repr(reader()) for name, reader in readers.items()}


def _ended(batch: Any) -> str:
    detail = {"name": "n", "status": "FAILED", "input": json.dumps(batch)}
    return json.dumps({"detail-type": "Step Functions Execution Status Change", "detail": detail})


def _of_messages(shapes: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    return {
        "batch": lambda: batches.Batch.from_json(shapes["batch"]),
        "arrival": lambda: arrivals.read_arrival(json.dumps(shapes["arrival"]), inbox="inbox"),
        "delivery": lambda: records.Delivery.from_json(json.dumps(shapes["delivery"])),
        "sweep part": lambda: sweeps.SweepPart.from_json(shapes["sweep part"]),
        "dataset": lambda: made["baselines"].get("d1")[0],
        "secret": lambda: made["secrets"].get(webhook()),
        "ended execution": lambda: executions.read_ended_execution(_ended(shapes["batch"])),
    }


def _of_items(shapes: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    return {
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
    }
