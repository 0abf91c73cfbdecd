"""Starts recorded on the deployed stack keep to the pace that was set, and so do files in flight."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.deploy import STACK_NAME
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.batches import Batch, Task
from sluice.moments import SECOND, to_microseconds
from sluice.pace.pacing import Pace, changed
from tests.e2e import in_flight
from tests.fakes import a_file
from tests.local.waiting import eventually
from tests.proofs import tally
from tests.template.cloudformation import ROOT

pytestmark = pytest.mark.e2e

J = 10 * SECOND  # the template's own; a cold start on two busy cores takes half of it
BURST = 2
RECEIVE = 10  # messages at once, to each of the two dispatchers that the event source allows
SHORT = [(0.5, 8, 4), (5, 1, 5), (5, 2, 10), (50, 8, 40)]
NEVER = "3f0c1d8e-0000-4000-8000-000000000000"  # a version that no object has
MINUTELY = json.loads((ROOT / "events" / "tune_pace_minutely.json").read_text())
LONG = [(rate, most, files) for rate, files in ((0.5, 12), (5, 60), (50, 300)) for most in (1, 2, 8)]


@pytest.fixture
def paced(product):
    """Set the pace of the lane `other`, and set it back."""
    defaults = {lane: Pace(**pace) for lane, pace in json.loads(product.outputs["LanePaces"]).items()}
    states = DynamoDBLaneStates(
        product.client("dynamodb"), product.outputs["LanesTableName"], defaults=defaults
    )

    def set_pace(**figures):
        seen = states.read("other")
        now = to_microseconds(datetime.now(UTC))
        assert states.change(seen, changed(seen, replace(seen.pace, **figures), now))

    yield set_pace
    default = defaults["other"]
    set_pace(rate=default.rate, burst=default.burst, max_in_flight=default.max_in_flight)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("rate", "most", "files"), LONG if tally.LONG else SHORT)
def test_starts_stay_within_rate_burst_and_lateness_and_files_in_flight_within_their_limit(
    product, paced, rate, most, files
):
    prefix = f"paced/{rate}-{most}-{datetime.now(UTC):%H%M%S}"
    paced(rate=rate, burst=BURST, max_in_flight=most)
    for number in range(files):
        product.upload(f"{prefix}/{number}.bin", b"x")

    def done():
        items = items_below(product, prefix)
        return items if len(items) == files and all(item["status"] == "success" for item in items) else []

    items = eventually(done, within=60 + 3 * files / min(rate, most))
    starts = sorted(int(item["begun_at"]) for item in items)
    lateness = [int(item["begun_at"]) - int(item["spent_slot"]) for item in items]
    tally.count("pace: starts on the local stack", cases=1, files=files, checks=files * (files + 1) // 2)
    assert min(lateness) >= 0
    assert max(lateness) <= J
    assert in_flight.most_started(product, items) <= most
    # Until who claimed last has counted, and given back:
    assert in_flight.most_claimed(product, prefix) <= most + min(RECEIVE, most)
    for first, begin in enumerate(starts):
        for last in range(first, files):
            assert last - first + 1 <= rate * (starts[last] - begin + J) / SECOND + BURST


def invoke(product, function, payload):
    """Invoke a function of the stack by its alias, and return what it answers."""
    resource = product.client("cloudformation").describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId=f"{function}Function"
    )["StackResourceDetail"]
    answer = product.client("lambda").invoke(
        FunctionName=resource["PhysicalResourceId"], Qualifier="live", Payload=json.dumps(payload)
    )
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


@pytest.mark.parametrize(
    ("function", "processor"),
    [("ProfileCsv", "profile_csv"), ("ProcessImage", "process_image"), ("InspectFile", "inspect_file")],
)
def test_a_batch_without_slots_gets_some_of_its_lane_and_ends(product, paced, function, processor):
    """As a retry does, or what wakes too late; the object is gone, so that its outcome is an error."""
    key = f"paced/used before {processor}.bin"
    product.upload(key, b"x")  # a lane that was never used has no pace that processors know
    product.outcome(key)
    paced(rate=10)
    catalogue = DynamoDBCatalogue(product.client("dynamodb"), product.outputs["CatalogueTableName"])
    file = a_file(f"paced/gone for {processor}", bucket=product.outputs["InboxBucketName"], version_id=NEVER)
    until = datetime.now(UTC) + timedelta(hours=1)
    claim = catalogue.claim(file, processor=processor, lane="other", until=until)

    left = invoke(product, function, Batch(processor, (Task(file, claim.attempt),), "other").to_json())

    assert left["files"] == []
    [item] = items_below(product, file.key)
    assert item["status"] == "error"
    assert int(item["spent_slot"]) <= int(item["begun_at"])


def test_an_overload_slows_its_lane_down(product, paced):
    paced(rate=10)
    states = DynamoDBLaneStates(product.client("dynamodb"), product.outputs["LanesTableName"])
    states.overloaded("other")

    assert invoke(product, "TunePace", MINUTELY)["other"] == 5
    assert states.read("other").pace.rate == 5


def items_below(product, prefix):
    """Read the catalogue's items of the files below a prefix."""
    pages = product.client("dynamodb").get_paginator("scan")
    return [
        {name: next(iter(value.values())) for name, value in item.items()}
        for page in pages.paginate(TableName=product.outputs["CatalogueTableName"], ConsistentRead=True)
        for item in page["Items"]
        if item["key"]["S"].startswith(prefix)
    ]
