"""What the catalogue knows for the pace: who is unfinished, which slot was spent, whose claim is dead."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.batches import Task
from sluice.errors import ServiceBusyError
from sluice.histories import findings
from sluice.moments import to_microseconds
from sluice.outcomes import Outcome, Status
from sluice.ports.catalogue import Claimed, Held, SlotSpent, TriesSpent

NOW = datetime.now(UTC)
LATER = (NOW + timedelta(hours=1)).replace(microsecond=0)
SLOT = to_microseconds(NOW)


@pytest.fixture
def catalogue(claims):
    return DynamoDBCatalogue(claims, "catalogue")


def claim(catalogue, file, until=LATER, message_id="m1", lane="csv"):
    return catalogue.claim(
        file, processor="profile_csv", lane=lane, until=until, message_id=message_id, slot=SLOT
    )


def test_unfinished_are_unexpired_claims_of_the_lane_until_they_have_their_outcome(catalogue, file):
    for number in range(3):
        claim(catalogue, file(key=f"{number}.csv"))
    claim(catalogue, file(key="expired.csv"), until=NOW - timedelta(hours=1))
    claim(catalogue, file(key="elsewhere.png"), lane="image")
    catalogue.record(Task(file(key="0.csv"), 1), Outcome(Status.SUCCESS), at=NOW)
    catalogue.release(Task(file(key="1.csv"), 1))

    assert catalogue.unfinished("csv", at=NOW) == {file(key="2.csv").file_id}


def test_a_file_is_begun_once_in_a_slot_and_again_in_a_later_one(catalogue, file):
    claim(catalogue, file())
    task = Task(file(), 1)

    assert catalogue.begin(task, until=LATER, slot=SLOT) is True
    assert catalogue.begin(task, until=LATER, slot=SLOT) == SlotSpent()
    assert catalogue.begin(task, until=LATER, slot=SLOT - 1) == SlotSpent()
    assert catalogue.begin(task, until=LATER, slot=SLOT + 1) is True


def test_a_spent_slot_of_another_attempt_or_of_a_finished_file_is_no_question_of_slots(catalogue, file):
    claim(catalogue, file())
    catalogue.begin(Task(file(), 1), until=LATER, slot=SLOT)
    assert catalogue.begin(Task(file(), 2), until=LATER, slot=SLOT) is False

    catalogue.record(Task(file(), 1), Outcome(Status.SUCCESS), at=NOW)
    assert catalogue.begin(Task(file(), 1), until=LATER, slot=SLOT) is False


def test_one_attempt_begins_a_file_so_often_and_no_more_and_the_next_attempt_begins_anew(catalogue, file):
    claim(catalogue, file(), until=NOW - timedelta(hours=1))
    task = Task(file(), 1)
    begun = [catalogue.begin(task, until=NOW - timedelta(hours=1), slot=SLOT + n, most=3) for n in range(3)]

    assert begun == [True] * 3
    assert catalogue.begin(task, until=LATER, slot=SLOT + 2, most=3) == TriesSpent()
    assert catalogue.begin(task, until=LATER, slot=SLOT + 9, most=3) == TriesSpent()
    assert catalogue.begin(Task(file(), 2), until=LATER, slot=SLOT + 9, most=3) is False

    assert claim(catalogue, file()) == Claimed(2)
    assert catalogue.begin(Task(file(), 2), until=LATER, slot=SLOT + 9, most=3) is True


def test_a_begin_that_is_excused_does_not_count(catalogue, file):
    claim(catalogue, file())
    task = Task(file(), 1)
    for number in range(5):
        assert catalogue.begin(task, until=LATER, slot=SLOT + number, most=1) is True
        catalogue.excuse(task)

    catalogue.record(task, Outcome(Status.SUCCESS), at=NOW)
    catalogue.excuse(task)  # it has its outcome: nothing is counted, nothing raised
    assert catalogue.begin(task, until=LATER, slot=SLOT + 9, most=1) is False


def test_a_claim_of_a_release_that_did_not_count_begins_at_none(catalogue, claims, file):
    claim(catalogue, file())
    claims.update_item(
        TableName="catalogue", Key={"file_id": {"S": file().file_id}}, UpdateExpression="REMOVE begun_times"
    )

    assert catalogue.begin(Task(file(), 1), until=LATER, slot=SLOT, most=1) is True
    assert catalogue.begin(Task(file(), 1), until=LATER, slot=SLOT + 1, most=1) == TriesSpent()


def test_what_pace_and_claims_keep_in_an_item_is_told_to_nobody_as_a_finding(catalogue, claims, file):
    claim(catalogue, file())
    catalogue.begin(Task(file(), 1, slot=SLOT), until=LATER, slot=SLOT)
    catalogue.renew(Task(file(), 1, slot=SLOT), until=LATER)

    item = claims.get_item(TableName="catalogue", Key={"file_id": {"S": file().file_id}})["Item"]
    known = {"file_id", "file_name", "key", "version_id", "size", "upload_timestamp", "correlation_id"}
    assert set(findings(item)) == known | {"status", "processor", "lane", "attempt", "state_version"}


def test_what_was_never_claimed_is_not_begun(catalogue, file):
    assert catalogue.begin(Task(file(), 1), until=LATER, slot=SLOT) is False


def test_a_claim_that_nobody_began_is_taken_over_by_its_own_message_and_by_no_other(catalogue, file):
    claim(catalogue, file(), message_id="m1")

    assert claim(catalogue, file(), message_id="m2") == Held(LATER)
    assert claim(catalogue, file(), message_id="m1") == Claimed(2)
    catalogue.begin(Task(file(), 2), until=LATER, slot=SLOT)
    assert claim(catalogue, file(), message_id="m1") == Held(LATER)


def test_claims_without_message_do_not_take_each_other_over(catalogue, file):
    claim(catalogue, file(), message_id="")

    assert claim(catalogue, file(), message_id="") == Held(LATER)


def test_standing_tells_of_each_file_that_was_ever_claimed(catalogue, file):
    known, unknown = file(key="a.csv"), file(key="b.csv")
    claim(catalogue, known)
    catalogue.begin(Task(known, 1), until=LATER, slot=SLOT)

    standing = catalogue.standing([known, unknown, known])

    assert set(standing) == {known.file_id}
    found = standing[known.file_id]
    assert (found.status, found.attempt, found.message_id) == (Status.PROCESSING, 1, "m1")
    assert (found.spent_slot, found.claimed_until, found.finished) == (SLOT, LATER, False)
    catalogue.record(Task(known, 1), Outcome(Status.ERROR), at=NOW)
    assert catalogue.standing([known])[known.file_id].finished


def test_a_claim_is_renewed_for_a_file_that_waits_and_for_no_other(catalogue, file):
    claim(catalogue, file())
    longer = LATER + timedelta(hours=1)

    assert catalogue.renew(Task(file(), 1, slot=SLOT + 5), until=longer)
    assert catalogue.standing([file()])[file().file_id].claimed_until == longer
    assert not catalogue.renew(Task(file(), 2), until=longer)


def test_a_table_that_keeps_leaving_keys_out_is_busy(file):
    client = boto3.client("dynamodb")
    left = {"catalogue": {"Keys": [{"file_id": {"S": file().file_id}}]}}
    with Stubber(client) as stubber:
        for _ in range(8):
            stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})

        with pytest.raises(ServiceBusyError):
            DynamoDBCatalogue(client, "catalogue").standing([file()])
