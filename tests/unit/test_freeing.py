"""Files of an execution that ended without an answer are freed, and none is lost or freed for ever."""

import json
from datetime import timedelta

import pytest

from sluice.arrivals import read_arrival, write_arrival
from sluice.batches import Batch, Task
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Claimed, Settled
from sluice.recovery.executions import STATUS_CHANGE
from sluice.recovery.freeing import EndedExecutions, Freer
from tests import fakes, recovery_fakes
from tests.fakes import START, a_file, a_message


class Scene:
    """A catalogue with claimed files, and who frees them."""

    def __init__(self):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.recovery = recovery_fakes.Recovery(self.catalogue)
        self.journal = fakes.FakeJournal()
        freer = Freer(
            self.recovery.register,
            self.catalogue,
            self.recovery.arrivals,
            self.recovery.failed_files,
            self.journal,
            self.clock,
            max_losses=3,
        )
        recovery = self.recovery
        self.ended = EndedExecutions(recovery.register, freer, recovery.dead_letters, self.journal)

    def claim(self, *files):
        """Claim files, and return the batch of their execution."""
        until = self.clock() + timedelta(minutes=16)
        facts = {"processor": "profile_csv", "lane": "csv", "until": until}
        return Batch(
            "profile_csv", tuple(Task(file, self.catalogue.claim(file, **facts).attempt) for file in files)
        )

    def ends(self, batch, status="ABORTED", **changes):
        """Let the end of an execution be told; return the messages that must come again."""
        detail = {"name": "x", "status": status, "input": json.dumps(batch.to_json())} | changes
        return self.told(json.dumps({"detail-type": STATUS_CHANGE, "detail": detail}))

    def told(self, body):
        return self.ended.free([a_message(body)])


@pytest.fixture
def scene():
    return Scene()


@pytest.mark.parametrize("status", ["ABORTED", "FAILED", "TIMED_OUT"])
def test_a_file_without_outcome_is_announced_again_on_its_lane_and_can_be_claimed_at_once(scene, status):
    file = a_file()

    assert scene.ends(scene.claim(file), status) == []
    assert scene.recovery.arrivals.files == [(file, "csv")]
    assert scene.claim(file).tasks[0].attempt == 2


def test_the_arrival_that_is_put_back_is_read_as_the_same_file():
    for file in (a_file("März + é\x01 🧾.csv"), a_file(version_id=None)):
        assert read_arrival(write_arrival(file, reason="execution ABORTED", at=START), inbox="inbox") == file


def test_a_file_that_has_its_outcome_is_left_alone(scene):
    batch = scene.claim(a_file("done.csv"), a_file("left.csv"))
    scene.catalogue.record(batch.tasks[0], Outcome(Status.SUCCESS), at=scene.clock())

    scene.ends(batch)

    assert scene.recovery.arrivals.keys == [("left.csv", "csv")]


def test_a_file_that_another_execution_has_taken_over_is_left_alone(scene):
    batch = scene.claim(a_file())
    scene.clock.tick(minutes=17)
    newer = scene.claim(a_file())

    scene.ends(batch)

    assert scene.recovery.arrivals.files == []
    assert scene.catalogue.begin(newer.tasks[0], until=scene.clock())


def test_a_file_that_the_catalogue_does_not_know_is_passed_over(scene):
    assert scene.ends(Batch("profile_csv", (Task(a_file(), 1),))) == []
    assert scene.recovery.arrivals.files == []


def test_a_queue_that_refuses_the_arrival_keeps_the_claim_so_that_the_message_comes_again(scene):
    batch = scene.claim(a_file())
    scene.recovery.arrivals.fails_for = {"orders.csv"}

    assert scene.ends(batch) == ["m1"]
    assert scene.recovery.register.known([a_file().file_id])[a_file().file_id].claimed_until > scene.clock()
    scene.recovery.arrivals.fails_for = set()
    assert scene.ends(batch) == []
    assert scene.recovery.arrivals.keys == [("orders.csv", "csv")]


def test_a_crash_between_arrival_and_free_announces_twice_and_counts_once(scene):
    batch = scene.claim(a_file())
    scene.catalogue.fails_for = {"orders.csv"}
    assert scene.ends(batch, "FAILED") == ["m1"]
    scene.catalogue.fails_for = set()

    for _ in range(3):
        assert scene.ends(batch, "FAILED") == []

    state = scene.recovery.register.known([a_file().file_id])[a_file().file_id]
    assert (state.losses, set(scene.recovery.arrivals.keys)) == (1, {("orders.csv", "csv")})


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT"])
def test_a_file_that_ends_three_executions_is_failed_and_kept_for_replay(scene, status):
    for _ in range(3):
        scene.ends(scene.claim(a_file()), status)

    [(key, attempt, processor, error, cause)] = scene.recovery.failed_files.kept
    assert (key, attempt, processor, error) == ("orders.csv", 3, "profile_csv", f"Execution.{status}")
    assert cause == (
        f"The execution of this file ended 3 times without an answer ({status}); it is kept for replay."
    )
    assert scene.catalogue.outcomes() == [("orders.csv", Status.FAILED)]
    assert len(scene.recovery.arrivals.files) == 2
    assert scene.catalogue.claim(a_file(), processor="", lane="", until=scene.clock()) == Settled()


def test_an_execution_that_somebody_stopped_never_counts_against_its_files(scene):
    for _ in range(10):
        scene.ends(scene.claim(a_file()), "ABORTED")

    assert scene.recovery.failed_files.kept == []
    assert isinstance(scene.catalogue.claim(a_file(), processor="", lane="", until=scene.clock()), Claimed)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "the message is not JSON"),
        ("[]", "the message is not a JSON object"),
        ('{"detail-type": "Object Created"}', "the message is not an event of type"),
        (json.dumps({"detail-type": STATUS_CHANGE}), "another shape than expected"),
        (json.dumps({"detail-type": STATUS_CHANGE, "detail": {"status": "FAILED"}}), "another shape"),
        (json.dumps({"detail-type": STATUS_CHANGE, "detail": []}), "another shape"),
        (json.dumps({"detail-type": STATUS_CHANGE, "detail": {"status": "SUCCEEDED"}}), "SUCCEEDED"),
    ],
)
def test_a_message_that_tells_of_no_ended_execution_is_buried_with_its_reason(scene, body, reason):
    assert scene.told(body) == []
    [(message_id, said)] = scene.recovery.dead_letters.buried
    assert message_id == "m1"
    assert reason in said


@pytest.mark.parametrize("given", [None, "", "[]", '{"files": [{}], "processor": "x"}'])
def test_an_execution_with_an_input_of_another_shape_is_buried(scene, given):
    assert scene.ends(Batch("x", ()), input=given) == []
    assert len(scene.recovery.dead_letters.buried) == 1
