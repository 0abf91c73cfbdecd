"""The table of lanes: each change is one conditional update, and what people set outlives the defaults."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

import boto3
import pytest

from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.errors import MisconfiguredError
from sluice.pace.pacing import Cause, Closed, Pace, changed
from sluice.pace.reserving import Reserver

PACE = Pace(rate=10, burst=20, horizon_seconds=30, max_in_flight=100)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = 1_000_000


@pytest.fixture
def client():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="lanes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "lane", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "lane", "AttributeType": "S"}],
    )
    return client


@pytest.fixture
def states(client):
    return DynamoDBLaneStates(client, "lanes", defaults={"csv": PACE})


def test_a_lane_that_was_never_used_has_its_default(states):
    assert (states.read("csv").pace, states.read("csv").next_at) == (PACE, 0)


def test_a_lane_without_pace_is_a_fault_of_ours(states):
    with pytest.raises(MisconfiguredError, match="the lane video has no burst, horizon_seconds"):
        states.read("video")


def test_an_idle_lane_starts_from_now_and_a_busy_one_goes_on(states):
    done, state = states.restart(states.read("csv"), 5 * SECOND, before=4 * SECOND)
    assert (done, state.next_at) == (True, 5 * SECOND)
    assert states.restart(state, 9 * SECOND, before=5 * SECOND) == (False, state)

    done, further = states.advance(state, SECOND, at_least=5 * SECOND, at_most=5 * SECOND)
    assert (done, further.next_at) == (True, 6 * SECOND)
    assert states.advance(further, SECOND, at_least=0, at_most=5 * SECOND) == (False, further)


def test_whoever_is_not_told_the_defaults_finds_them_once_the_lane_was_used(client, states):
    states.restart(states.read("csv"), 1, before=1)

    assert DynamoDBLaneStates(client, "lanes").read("csv").pace == PACE


def test_what_a_person_set_outlives_other_defaults_and_stops_who_knows_the_old(client, states):
    seen = states.read("csv")
    assert states.change(seen, changed(seen, replace(PACE, rate=0.5, paused=True), 0))

    deployed = DynamoDBLaneStates(client, "lanes", defaults={"csv": replace(PACE, rate=99)})
    assert deployed.read("csv").pace == replace(PACE, rate=0.5, paused=True, config_version=1)
    done, state = states.restart(seen, 1, before=1)
    assert (done, state.pace.config_version) == (False, 1)
    assert Reserver(states, lambda: NOW).reserve("csv", 1).cause is Cause.PAUSED


def test_a_change_of_what_has_changed_meanwhile_is_refused(states):
    seen = states.read("csv")
    states.restart(seen, 1, before=1)

    assert not states.change(seen, changed(seen, PACE, 0))


def test_overloads_are_counted_beside_the_pace(states):
    states.restart(states.read("csv"), 1, before=1)
    states.overloaded("csv")
    states.overloaded("csv")

    assert states.read("csv").overloads == 2


def test_50_dispatchers_at_once_share_the_slots_of_a_lane(client, states, monkeypatch):
    """Conditional conflicts are repeated until each has its slots, or sees that the horizon is full."""
    states.restart(states.read("csv"), 1, before=1)
    reserver = Reserver(states, lambda: NOW)
    update, one_at_a_time = client.update_item, Lock()

    def atomically(**request):  # as DynamoDB's updates are, and moto's are not
        with one_at_a_time:
            return update(**request)

    monkeypatch.setattr(client, "update_item", atomically)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: reserver.reserve("csv", 10, least=10), range(50)))

    slots = sorted(slot for answer in answers if not isinstance(answer, Closed) for slot in answer)
    assert len(slots) == 320  # a burst of 20, and 10 a second for 30 seconds
    assert slots[19] == slots[0]
    assert slots[-1] - slots[0] == 30 * SECOND
