"""dispatch: SQS events in, executions and a partial batch response out."""

from tests.functions.conftest import event_of

NOTHING_AGAIN = {"batchItemFailures": []}


def test_one_csv_starts_one_execution(world):
    assert world.invoke("dispatch", "dispatch_one_csv") == NOTHING_AGAIN
    assert [(batch.processor, len(batch.tasks)) for batch in world.executions.batches] == [("profile_csv", 1)]


def test_a_key_is_taken_verbatim(world):
    world.invoke("dispatch", "dispatch_unicode_key")

    assert world.executions.keys == ["März + Umsatz é 🧾.csv"]


def test_a_file_announced_twice_is_started_once_and_the_duplicate_is_looked_at_again(world):
    event = event_of("dispatch_two_files_one_twice")

    answer = world.invoke("dispatch", event)

    assert world.executions.keys == ["orders.csv", "contacts.csv"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][2]["messageId"]}]}
    assert [seconds for _, _, seconds in world.lanes.hidden] == [30]


def test_what_is_not_an_s3_event_is_buried_with_its_reason_and_the_others_proceed(world):
    assert world.invoke("dispatch", "dispatch_not_an_s3_event") == NOTHING_AGAIN
    assert world.executions.keys == ["orders.csv"]
    reasons = [reason for _, _, reason in world.lanes.buried]
    assert reasons[0] == "the message is not an S3 event of type 'Object Created'"
    assert reasons[1].startswith("the message is not JSON")


def test_an_object_of_another_bucket_is_buried(world):
    assert world.invoke("dispatch", "dispatch_another_bucket") == NOTHING_AGAIN
    assert [(lane, reason) for _, lane, reason in world.lanes.buried] == [
        ("csv", "the bucket 'elsewhere' is not the inbox 'sluice-inbox'")
    ]
    assert not world.catalogue.items


def test_a_folder_marker_is_recorded_as_skipped(world, capsys):
    assert world.invoke("dispatch", "dispatch_folder_marker") == NOTHING_AGAIN
    assert world.catalogue.outcomes() == [("orders/", "skipped")]
    assert '"SkippedFiles":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_file_in_the_wrong_lane_is_forwarded_unclaimed(world):
    assert world.invoke("dispatch", "dispatch_image_in_the_csv_lane") == NOTHING_AGAIN
    assert [lane for _, lane in world.lanes.forwarded] == ["image"]
    assert not world.catalogue.items


def test_an_image_in_another_lane_waits_in_its_own(world):
    world.invoke("dispatch", "dispatch_one_image")

    assert [lane for _, lane in world.lanes.forwarded] == ["image"]


def test_nothing_received_is_nothing_to_do(world):
    assert world.invoke("dispatch", {"Records": []}) == NOTHING_AGAIN
