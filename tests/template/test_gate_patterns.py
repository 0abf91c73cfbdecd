"""The patterns of arrival rules take in the events that services send, each in exactly one lane."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from tests.template.cloudformation import ROOT, Template, parameters_of
from tests.template.names import Names
from tests.template.stack import Stack
from tests.template.test_options import ALL_ON, ARRIVALS

KEYS = {
    "a.csv": "Csv",
    "b/c.TSV": "Csv",
    "März + é.png": "Image",
    "x.HEIC": "Image",
    "notes.txt": "Other",
    "none": "Other",
}
VERDICTS = sorted(path.stem for path in ROOT.glob("tests/data/guardduty/*.json"))


@pytest.fixture(scope="module", params=["gated", "open"])
def stack(request: pytest.FixtureRequest, written: Template) -> Stack:
    """Production with and without the gate."""
    return Stack.of(written, parameters_of("production") | (ALL_ON if request.param == "gated" else {}))


def lanes_of(event: dict[str, Any], stack: Stack) -> list[str]:
    """Return the lanes whose rule takes the event in, as moto reads patterns."""
    names = Names(stack.resolved, "sluice-production")
    rules = {name: stack.of_type("AWS::Events::Rule")[name]["EventPattern"] for name in ARRIVALS}
    patterns = {name: EventPattern.load(json.dumps(names.filled(rule))) for name, rule in rules.items()}
    taken = (name for name, pattern in patterns.items() if pattern.matches_event(event))
    return [name.removesuffix("ArrivalRule") for name in taken]


def is_gated(stack: Stack) -> bool:
    """Tell whether this is the stack with the gate."""
    return "aws.guardduty" in str(stack.of_type("AWS::Events::Rule")["CsvArrivalRule"])


def scan(verdict: str, bucket: str, key: str) -> dict[str, Any]:
    """Return the event of a scan."""
    event = json.loads((ROOT / f"tests/data/guardduty/{verdict}.json").read_text(encoding="utf-8"))
    event["detail"]["s3ObjectDetails"] |= {"bucketName": bucket, "objectKey": key}
    return dict(event)


def created(bucket: str, key: str) -> dict[str, Any]:
    """Return the event of an upload."""
    event = json.loads((ROOT / "events/dispatch_one_csv.json").read_text(encoding="utf-8"))
    body = json.loads(event["Records"][0]["body"])
    body["detail"]["bucket"]["name"] = bucket
    body["detail"]["object"]["key"] = key
    return dict(body)


@pytest.mark.parametrize("key", KEYS)
def test_a_file_is_announced_in_one_lane_by_who_is_to_announce_it(key: str, stack: Stack) -> None:
    """By the result of its scan, whatever the verdict, or by its upload; never by both."""
    inbox = Names(stack.resolved, "sluice-production").of("Inbox")
    gated = is_gated(stack)

    assert VERDICTS == ["access_denied", "clean", "failed", "threats", "unsupported"]
    for verdict in VERDICTS:
        assert lanes_of(scan(verdict, inbox, key), stack) == ([KEYS[key]] if gated else [])
    assert lanes_of(created(inbox, key), stack) == ([] if gated else [KEYS[key]])


def test_another_buckets_events_are_nobodys(stack: Stack) -> None:
    """The bus has the events of the whole account."""
    assert lanes_of(scan("clean", "elsewhere", "a.csv"), stack) == []
    assert lanes_of(created("elsewhere", "a.csv"), stack) == []
