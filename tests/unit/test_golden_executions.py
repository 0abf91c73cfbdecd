"""A state machine's new version runs golden executions before it is used; any doubt rolls the stack back."""

import pytest

from sluice.release.executing import EXECUTIONS, TRIES
from sluice.release.golden import EXECUTED
from sluice.release.ports import Ended
from sluice.release.requests import StackChange
from tests.release_fakes import a_machine_checker

VERSION = "arn:aws:states:eu-central-1:111122223333:stateMachine:sluice-process-batch:7"


def a_change(machine="process_batch", version=VERSION, *, removes=False):
    return StackChange(machine, version, removes, {"ResponseURL": "https://answers.example"})


@pytest.fixture
def checker():
    return a_machine_checker()


def test_a_version_that_does_its_work_passes_and_the_stack_hears_of_it(checker):
    assert checker.judge(a_change()) == []
    assert checker.answers.told == [(VERSION, [])]


def test_the_version_itself_runs_a_batch_for_each_processor_and_one_that_it_must_give_up(checker):
    checker.check("process_batch", VERSION)
    assert [given["processor"] for _, _, given in checker.machines.started] == list(EXECUTED)
    assert {version for version, _, _ in checker.machines.started} == {VERSION}
    assert all(name.startswith(EXECUTIONS) for _, name, _ in checker.machines.started)
    assert all(len(name) <= 80 for _, name, _ in checker.machines.started)


def test_golden_files_are_known_as_such_wherever_their_batch_goes(checker):
    checker.check("process_batch", VERSION)
    files = [file for _, _, given in checker.machines.started for file in given["files"]]
    assert all(file["correlation_id"].startswith("release-checks/") for file in files)


def test_an_execution_that_succeeds_and_does_nothing_fails(checker):
    checker.bench.recorded = False
    assert "orders.csv ended as claimed instead of success." in checker.check("process_batch", VERSION)


def test_an_execution_that_fails_fails_the_version(checker):
    checker.machines.endings = [Ended("FAILED", {}, "States.Runtime no such path")]
    [fault] = checker.check("process_batch", VERSION)
    assert "ended as FAILED: States.Runtime no such path" in fault


def test_an_execution_that_never_ends_is_stopped_and_fails(checker):
    checker.machines.never_ends = True
    faults = checker.check("process_batch", VERSION)
    assert any("ended as RUNNING" in fault for fault in faults)
    assert len(checker.machines.stopped) == len(EXECUTED)


def test_a_file_that_should_be_given_up_and_is_not_is_a_fault(checker):
    real = checker.bench.record_of
    checker.bench.record_of = lambda file: {"status": "claimed"} if "nobody" in file.key else real(file)
    assert checker.check("process_batch", VERSION) == ["nobody-s.txt ended as claimed instead of failed."]


def test_everything_laid_down_is_cleared_also_when_the_check_breaks(checker):
    checker.machines.start = lambda *_: 1 / 0
    assert checker.judge(a_change()) == ["The check itself failed: ZeroDivisionError."]
    assert all(len(files) == 6 for _, files in checker.bench.cleared)
    assert checker.answers.told == [(VERSION, ["The check itself failed: ZeroDivisionError."])]


def test_a_failure_is_tried_again_once_because_a_new_role_may_not_be_known_everywhere(checker):
    checker.machines.endings = [Ended("FAILED", {}, "not authorized")]
    assert checker.judge(a_change()) == []
    checker.bench.recorded = False
    assert checker.judge(a_change())
    assert len(checker.machines.started) == 2 * TRIES * len(EXECUTED)


def test_a_version_that_is_used_already_passes_so_that_a_rollback_never_fails_at_it(checker):
    checker.machines.live, checker.bench.recorded = VERSION, False
    assert checker.judge(a_change()) == []
    assert checker.machines.started == []


def test_what_goes_is_not_judged(checker):
    assert checker.judge(a_change(version="unknown", removes=True)) == []
    assert checker.machines.started == []


def test_a_check_that_cannot_be_made_rolls_the_stack_back(checker):
    assert checker.judge(a_change(version="unknown")) == ["The check itself failed: ServiceBusyError."]


def test_a_state_machine_without_golden_executions_fails(checker):
    assert checker.judge(a_change(machine="novel")) == ["novel has no golden executions."]


def test_a_sweep_is_tried_where_nothing_is_and_its_report_removed(checker):
    assert checker.check("backfill", VERSION) == []
    [(_, name, given)] = checker.machines.started
    assert (given["dry_run"], given["prefix"].startswith("release-checks/")) == (True, True)
    assert checker.bench.removed == [f"reports/sweeps/{name}.json"]


def test_a_sweep_without_counts_fails(checker):
    checker.machines.endings = [Ended("SUCCEEDED", {})]
    assert "ended as SUCCEEDED with None" in checker.check("backfill", VERSION)[0]
