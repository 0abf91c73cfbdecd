"""A deletion marks the file that is gone and no other, whether a version went or a marker hides it."""

import json
from datetime import timedelta

import pytest

from sluice.batches import Task
from sluice.outcomes import Outcome, Status
from sluice.recovery.forgetting import Forgetter
from tests import fakes, recovery_fakes
from tests.fakes import START, a_file, a_message

LATE = "0069A5B0FF"


class Scene:
    """A catalogue with files that have results, and who marks deletions."""

    def __init__(self, remove="never"):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.recovery = recovery_fakes.Recovery(self.catalogue)
        self.journal = fakes.FakeJournal()
        recovery = self.recovery
        self.forgetter = Forgetter(
            "inbox", remove, recovery.inventory, recovery.results, recovery.dead_letters, self.journal
        )

    def record(self, file):
        """Let the catalogue know a file whose result has its plain name."""
        self.recovery.inventory.files[file.file_id] = file
        until = self.clock() + timedelta(minutes=1)
        claim = self.catalogue.claim(file, processor="profile_csv", lane="csv", until=until)
        result = f"processed/{file.key}.json"
        outcome = Outcome(Status.SUCCESS, results=(result,))
        self.catalogue.record(Task(file, claim.attempt), outcome, at=self.clock())
        self.recovery.results.owners[result] = file.file_id
        return file

    def deleted(self, how="Permanently Deleted", *, key="orders.csv", version="v1", sequencer=LATE):
        facts = {"key": key, "sequencer": sequencer} | ({"version-id": version} if version else {})
        detail = {"bucket": {"name": "inbox"}, "object": facts, "deletion-type": how}
        event = {"detail-type": "Object Deleted", "time": START.isoformat(), "detail": detail}
        return self.told(json.dumps(event))

    def told(self, body):
        return self.forgetter.forget([a_message(body)])

    def marks(self):
        """The deletion of each marked file, by its version."""
        files = self.recovery.inventory.files
        return {
            files[file_id].version_id or files[file_id].etag: item["deletion"]
            for file_id, item in self.catalogue.items.items()
            if "deleted_at" in item
        }


@pytest.fixture
def scene():
    return Scene()


def versions(scene):
    return [scene.record(a_file(version_id=f"v{n}", sequencer=f"0055AED6D{n}")) for n in (1, 2, 3)]


def test_a_version_that_is_deleted_for_good_is_marked_and_its_neighbours_are_not(scene):
    versions(scene)

    assert scene.deleted(version="v2") == []
    assert scene.marks() == {"v2": "Permanently Deleted"}


def test_a_marker_hides_the_newest_version_and_deletes_none(scene):
    versions(scene)

    scene.deleted("Delete Marker Created", version="m1")

    assert scene.marks() == {"v3": "Delete Marker Created"}


def test_a_marker_that_was_set_before_a_newer_upload_does_not_hide_that(scene):
    versions(scene)

    scene.deleted("Delete Marker Created", version="m1", sequencer="0055AED6D2FF")

    assert scene.marks() == {"v2": "Delete Marker Created"}


def test_a_marker_that_is_told_of_twice_hides_one_version(scene):
    versions(scene)

    for _ in range(2):
        scene.deleted("Delete Marker Created", version="m1")

    assert scene.marks() == {"v3": "Delete Marker Created"}


def test_when_the_marker_is_deleted_the_file_is_back(scene):
    versions(scene)
    scene.deleted("Delete Marker Created", version="m1")

    scene.deleted(version="m1")

    assert scene.marks() == {}


def test_a_version_that_two_markers_hide_is_back_only_when_the_last_is_gone(scene):
    versions(scene)
    scene.deleted("Delete Marker Created", version="m1")
    scene.deleted("Delete Marker Created", version="m2", sequencer=LATE + "1")

    scene.deleted(version="m1")
    assert scene.marks() == {"v3": "Delete Marker Created"}
    scene.deleted(version="m2")
    assert scene.marks() == {}


def test_a_marker_hides_the_newest_version_that_is_still_there(scene):
    versions(scene)
    scene.deleted(version="v3")

    scene.deleted("Delete Marker Created", version="m1", sequencer=LATE + "1")

    assert scene.marks() == {"v3": "Permanently Deleted", "v2": "Delete Marker Created"}


@pytest.mark.parametrize(
    "key",
    [
        "a+b c.csv",
        "%2F.csv",
        "é.csv",
        "e\u0301.csv",
        "\U0001f9fe.csv",
        "new\nline.csv",
        "\x01.csv",
        "a//b",
        " ",
    ],
)
def test_a_key_is_taken_as_it_is(scene, key):
    scene.record(a_file(key, version_id="v1", sequencer="0055AED6D1"))

    assert scene.deleted(key=key) == []
    assert scene.marks() == {"v1": "Permanently Deleted"}


@pytest.mark.parametrize("name", ["key", "version"])
def test_half_a_pair_of_surrogates_is_buried_at_once(scene, name):
    assert scene.deleted(**{name: "a\ud800"}) == []
    assert len(scene.recovery.dead_letters.buried) == 1


def test_a_hidden_version_that_is_then_deleted_for_good_stays_marked(scene):
    versions(scene)
    scene.deleted("Delete Marker Created", version="m1")

    scene.deleted(version="v3")

    assert scene.marks() == {"v3": "Permanently Deleted"}


@pytest.mark.parametrize("version", [None, "null"])
def test_in_an_unversioned_bucket_what_the_key_held_until_then_is_marked(scene, version):
    scene.record(a_file(version_id=None, etag="old", sequencer="0055AED6D1"))
    scene.record(a_file(version_id=None, etag="new", sequencer="0069A5B0FFAA"))

    scene.deleted(version=version)

    assert scene.marks() == {"old": "Permanently Deleted"}


def test_a_file_of_the_same_name_in_another_folder_is_not_meant(scene):
    scene.record(a_file("other/orders.csv"))

    assert scene.deleted() == []
    assert scene.marks() == {}


@pytest.mark.parametrize(
    ("remove", "how", "removed"),
    [
        ("never", "Permanently Deleted", False),
        ("never", "Delete Marker Created", False),
        ("permanently-deleted", "Permanently Deleted", True),
        ("permanently-deleted", "Delete Marker Created", False),
        ("deleted", "Permanently Deleted", True),
        ("deleted", "Delete Marker Created", True),
    ],
)
def test_results_go_only_where_that_is_wanted(remove, how, removed):
    scene = Scene(remove)
    scene.record(a_file())

    scene.deleted(how, version="v1")

    assert (scene.recovery.results.owners == {}) is removed


def test_the_result_of_a_newer_version_under_the_same_name_stays():
    scene = Scene("deleted")
    newest = versions(scene)[-1]

    scene.deleted(version="v1")

    assert scene.recovery.results.owners == {"processed/orders.csv.json": newest.file_id}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"detail-type": "Object Created"}', "not an S3 event"),
        ('{"detail-type": "Object Deleted"}', "another shape"),
        ('{"detail-type": "Object Deleted", "detail": {"bucket": {"name": "x"}}}', "is not the inbox"),
        ('{"detail-type": "Object Deleted", "detail": {"bucket": {"name": "inbox"}}}', "another shape"),
    ],
)
def test_a_message_that_tells_of_no_deletion_of_ours_is_buried_with_its_reason(scene, body, reason):
    assert scene.told(body) == []
    assert reason in scene.recovery.dead_letters.buried[0][1]


def test_a_catalogue_that_fails_lets_the_message_come_again(scene):
    object.__setattr__(scene.forgetter, "inventory", None)

    assert scene.deleted() == ["m1"]
    assert scene.journal.faults == [("deletion not marked", {"message_id": "m1"})]
