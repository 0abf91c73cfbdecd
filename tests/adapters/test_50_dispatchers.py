"""50 dispatchers at once on one lane's tables: throttled, in each other's way, and no file is lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock

import pytest
from botocore.exceptions import ClientError

from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.outcomes import Outcome, Status
from sluice.pace.pacing import SECOND, Pace
from sluice.rules.rule import PROFILE_CSV, Rule
from tests import fakes
from tests.fakes import a_message, arrival

DISPATCHERS, FILES = 50, 100
PACE = Pace(rate=200, burst=40, horizon_seconds=30, max_in_flight=30)
THROTTLED = 0.1  # of all calls


class Throttled:
    """A client of DynamoDB that is throttled now and then, before a call or after it."""

    def __init__(self, client, random):
        self.client, self.random = client, random
        self.throttled = 0
        self.one_at_a_time = Lock()  # as DynamoDB's updates are, and moto's are not

    def __getattr__(self, name):
        found = getattr(self.client, name)
        return found if name == "get_paginator" else lambda **request: self._call(found, request)

    def _call(self, method, request):
        with self.one_at_a_time:
            lot = self.random.random()
            if lot < THROTTLED / 2:
                self._throttle(method)
            answer = method(**request)
            if lot > 1 - THROTTLED / 2:
                self._throttle(method)
            return answer

    def _throttle(self, method):
        self.throttled += 1
        error = {"Code": "ProvisionedThroughputExceededException", "Message": "Rate exceeded"}
        raise ClientError({"Error": error}, method.__name__)


@pytest.fixture
def client(claims):
    claims.create_table(
        TableName="lanes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "lane", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "lane", "AttributeType": "S"}],
    )
    return Throttled(claims, Random(5))


def test_50_throttled_dispatchers_at_once_start_each_file_once_within_slots_and_files_in_flight(client):
    clock = fakes.FakeClock()
    clock.time = datetime.now(UTC)
    executions, journal = fakes.FakeExecutions(), fakes.FakeJournal()
    catalogue, unharmed = (DynamoDBCatalogue(each, "catalogue") for each in (client, client.client))
    dispatcher = fakes.a_dispatcher(
        clock, catalogue, fakes.FakeLanes(), executions, journal,
        states=DynamoDBLaneStates(client, "lanes", defaults={"csv": PACE}),
        router=fakes.a_router(Rule(id="all", processor=PROFILE_CSV, lane="csv")),
    )  # fmt: skip
    waiting = {f"m{n}": a_message(json.dumps(arrival(f"{n}.csv")), f"m{n}") for n in range(FILES)}
    done, rounds = {}, 0

    def dispatch(messages):
        return dispatcher.dispatch(messages, lane="csv", time_left=lambda: timedelta(0))

    with ThreadPoolExecutor(DISPATCHERS) as pool:
        while waiting:
            receives = [list(waiting.values())[n::DISPATCHERS] for n in range(DISPATCHERS)]
            again = {name for names in pool.map(dispatch, receives) for name in names}
            waiting = {name: message for name, message in waiting.items() if name in again}
            started = [task for batch in executions.batches for task in batch.tasks]
            in_flight = [task for task in started if task.file.file_id not in done]
            assert len(in_flight) <= PACE.max_in_flight
            for task in in_flight:
                done[task.file.file_id] = unharmed.record(task, Outcome(Status.SUCCESS), at=clock())
            rounds += 1
            assert rounds < 50

    assert client.throttled > FILES / 4  # of some 600 calls or more; how many they are is up to the threads
    assert sorted(task.file.key for task in started) == sorted(f"{n}.csv" for n in range(FILES))
    assert set(done.values()) == {True}
    slots = sorted(task.slot for task in started)
    for first, begin in enumerate(slots):
        for last in range(first, FILES):
            assert last - first + 1 <= PACE.rate * (slots[last] - begin) / SECOND + PACE.burst
