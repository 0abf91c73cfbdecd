"""A new version is checked with golden files before people's files meet it; any doubt is a failure."""

import pytest

from sluice.errors import ServiceBusyError, VersionFailedError
from sluice.outcomes import Status
from sluice.release.checking import THROTTLED_TRIES, golden_name
from sluice.release.golden import EVENTS, FILES, RULES
from tests.release_fakes import PROFILE_CSV, a_checker

DISPATCH = "sluice-DispatchFunction-1A2B"


@pytest.fixture
def checker():
    return a_checker()


def test_a_version_that_does_its_work_passes_and_the_deployment_hears_of_it(checker):
    assert checker.judge("d-1", "hook") == []
    assert checker.deployments.reports == [("d-1", "hook", True)]


def test_the_new_version_itself_is_invoked_with_files_that_are_claimed_for_it(checker):
    checker.check(PROFILE_CSV, "7")
    [(version, batch)] = checker.versions.invoked
    assert version == f"{PROFILE_CSV}:7"
    assert [file["attempt"] for file in batch["files"]] == [1, 1]
    assert {file["rule"]["version"] for file in batch["files"]} == {0}


def test_golden_files_are_cleared_also_if_the_version_fails(checker):
    checker.versions.answers = [VersionFailedError("Boom: no")]
    assert checker.check(PROFILE_CSV, "7") == ["profile_csv did not process its golden files: 'Boom: no'."]
    [(folder, files)] = checker.bench.cleared
    assert folder.startswith("release-checks/")
    assert len(files) == len(FILES["profile_csv"])


def test_a_wrong_figure_is_named(checker):
    real = checker.bench.record_of
    checker.bench.record_of = lambda file: real(file) | ({"row_count": 2} if "orders" in file.key else {})
    assert checker.check(PROFILE_CSV, "7") == ["orders.csv has row_count 2 instead of 3."]


def test_a_bad_file_that_passes_is_a_fault(checker):
    real = checker.bench.record_of
    checker.bench.record_of = lambda file: real(file) | {"status": "success"}
    assert checker.check(PROFILE_CSV, "7") == ["unclosed.csv ended as success instead of error."]


def test_a_version_that_records_nothing_fails(checker):
    checker.bench.recorded = False
    faults = checker.check(PROFILE_CSV, "7")
    assert any("ended as claimed" in fault for fault in faults)


def test_a_version_that_returns_files_unprocessed_fails(checker):
    checker.versions.answers = [{"processor": "profile_csv", "files": [{"file_id": "a"}]}]
    assert "did not process" in checker.check(PROFILE_CSV, "7")[0]


def test_a_function_without_files_must_start_and_answer(checker):
    assert checker.check(DISPATCH, "7") == []
    checker.versions.answers = [VersionFailedError("MisconfiguredError: CATALOGUE_TABLE is missing")]
    assert "CATALOGUE_TABLE is missing" in checker.check(DISPATCH, "8")[0]


def test_a_throttle_is_no_doubt_it_is_tried_again(checker):
    checker.versions.answers = [ServiceBusyError("throttled")] * (THROTTLED_TRIES - 1)
    assert checker.judge("d-1", "hook") == []


def test_throttles_without_end_are_a_doubt(checker):
    checker.versions.answers = [ServiceBusyError("throttled")] * THROTTLED_TRIES
    assert checker.judge("d-1", "hook") == ["The check itself failed: ServiceBusyError."]
    assert checker.deployments.reports == [("d-1", "hook", False)]


def test_a_check_that_cannot_be_made_fails_the_deployment(checker):
    checker.bench.broken = True
    assert checker.judge("d-1", "hook")
    assert checker.judge("unknown", "hook")
    assert [passed for _, _, passed in checker.deployments.reports] == [False, False]


def test_a_function_without_golden_inputs_fails_the_deployment(checker):
    checker.deployments.function = "sluice-NovelFunction-1A2B"
    assert checker.judge("d-1", "hook") == ["sluice-NovelFunction-1A2B has no golden files or events."]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("sluice-ProfileCsvFunction-1A2B", "profile_csv"),
        ("sluice-DispatchFunction-X", "dispatch"),
        ("other-name", "other"),
    ],
)
def test_golden_inputs_are_found_by_the_function_s_name(function, name):
    assert golden_name(function, "sluice") == name


def test_every_processor_has_good_and_bad_files_or_says_why():
    """What is no image and no table still is a file: inspect_file has nothing to refuse."""
    for name, files in FILES.items():
        assert Status.SUCCESS in {each.status for each in files}
        assert name == "inspect_file" or Status.ERROR in {each.status for each in files}
        assert name in RULES
    assert not EVENTS.keys() & FILES.keys()
