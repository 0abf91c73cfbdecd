"""Write everything that a release leaves behind."""

import json
from typing import Any

from tests.compatibility.account import TABLES, Account, adapters, only_parameter
from tests.compatibility.releases import (
    announcements,
    arrivals,
    batches,
    digests,
    module,
    outcome_events,
    outcomes,
    records,
    sweeps,
)
from tests.compatibility.values import (
    AT,
    CONTRACT,
    FILE,
    NEVER,
    OUTCOMES,
    RULE,
    SLOT,
    baseline,
    delivery,
    of,
    webhook,
)


def write(account: Account) -> dict[str, Any]:
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
        "arrival": json.loads(arrivals.write_arrival(FILE, reason="replay", at=AT)),
        "delivery": json.loads(delivery().to_json()),
        "sweep part": sweeps.SweepPart(part=sweeps.Part.LISTING, counts={"taken_in": 1}).to_json(),
        "dataset": baseline().to_json(),
        "secret": json.loads(
            account.ssm.get_parameter(Name=only_parameter(account), WithDecryption=True)["Parameter"]["Value"]
        ),
        "events": [json.loads(event.body(10_000)) for event in _events(account.items("catalogue"))],
        **{table: account.items(table) for table in TABLES if table != "datasets"},
    }


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
