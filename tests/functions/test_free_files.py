"""free_files: ended executions in, arrivals and a partial batch response out."""

import json
from datetime import timedelta

import pytest

from sluice.recovery.executions import read_ended_execution
from tests.functions.conftest import event_of


@pytest.fixture
def event(world):
    """The end of an execution whose one file is claimed."""
    event = event_of("free_files_aborted_execution")
    [task] = read_ended_execution(event["Records"][0]["body"]).batch.tasks
    until = world.clock() + timedelta(minutes=15)
    world.catalogue.claim(task.file, processor="profile_csv", lane="csv", until=until)
    return event


def test_the_files_of_an_aborted_execution_are_announced_again(world, event):
    assert world.invoke("free_files", event) == {"batchItemFailures": []}
    assert world.recovery.arrivals.keys == [("orders.csv", "csv")]


def test_a_message_that_cannot_be_handled_now_comes_again_alone(world, event):
    world.recovery.arrivals.fails_for = {"orders.csv"}

    answer = world.invoke("free_files", event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_a_message_of_another_shape_is_buried(world, event):
    event["Records"][0]["body"] = json.dumps({"detail-type": "Object Created"})

    assert world.invoke("free_files", event) == {"batchItemFailures": []}
    assert len(world.recovery.dead_letters.buried) == 1
