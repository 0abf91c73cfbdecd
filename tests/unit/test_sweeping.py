"""A sweep takes in what was lost, frees what is stuck, marks what is gone, and says what it did."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.arrivals import read_arrival, write_arrival
from sluice.batches import Task
from sluice.errors import ServiceBusyError, UnexpectedEventError
from sluice.files import is_newer
from sluice.outcomes import Outcome, Status
from sluice.recovery.freeing import Freer
from sluice.recovery.planning import Cartographer, between
from sluice.recovery.sweep_requests import answer
from sluice.recovery.sweeping import Sweeper
from sluice.recovery.sweeps import Listed, SweepPart, listed_file
from tests import fakes, recovery_fakes
from tests.fakes import START, a_file


class Scene:
    """An inbox, a catalogue, and who compares them."""

    def __init__(self, page=1000):
        self.clock = fakes.FakeClock()
        self.catalogue = fakes.FakeCatalogue(self.clock)
        self.recovery = recovery_fakes.Recovery(self.catalogue)
        self.listing, self.inventory = self.recovery.listing, self.recovery.inventory
        self.arrivals = self.recovery.arrivals
        self.listing.page = page
        self.journal = fakes.FakeJournal()
        recovery = self.recovery
        freer = Freer(
            recovery.register, self.catalogue, recovery.arrivals, recovery.failed_files, self.journal,
            self.clock, 3,
        )  # fmt: skip
        self.sweeper = Sweeper(
            recovery.listing, recovery.inventory, recovery.register, recovery.arrivals, freer,
            recovery.reports, self.journal, self.clock,
        )  # fmt: skip

    def ask(self, request, out_of_time=lambda: False):
        """Ask by way of JSON, as every caller does."""
        return json.loads(json.dumps(answer(json.loads(json.dumps(request)), self.sweeper, out_of_time)))

    def sweep(self, out_of_time=lambda: False, **plan):
        """Sweep as the state machine does; return the report."""
        planned = self.ask({"plan": plan})
        done = []
        for part in planned["parts"]:
            state = {"part": part, "done": False}
            while not state["done"]:
                state = self.ask(state, out_of_time)
            done.append(state["part"])
        return self.ask({"parts": done, "about": planned["about"]})

    def record(self, file, status=Status.SUCCESS):
        """Let the catalogue know a file with its outcome."""
        task = Task(file, self.claim(file).attempt)
        self.catalogue.record(task, Outcome(status), at=self.clock())

    def claim(self, file):
        self.inventory.files[file.file_id] = file
        until = self.clock() + timedelta(minutes=16)
        return self.catalogue.claim(file, processor="profile_csv", lane="csv", until=until)

    def keys(self):
        return [key for key, _ in self.arrivals.keys]


@pytest.fixture
def scene():
    return Scene()


def test_a_version_that_was_never_recorded_is_announced_on_its_lane_and_a_recorded_one_is_not(scene):
    scene.record(scene.listing.put("known.csv"))
    lost = scene.listing.put("lost.png")

    report = scene.sweep()

    assert scene.arrivals.files == [(lost, "image")]
    assert (report["counts"]["looked_at"], report["counts"]["taken_in"]) == (2, 1)
    assert report["examples"] == ["lost.png"]


def test_a_backfill_is_a_sweep_with_an_empty_catalogue(scene):
    for number in range(25):
        scene.listing.put(f"{number % 3}/{number}.csv")

    assert scene.sweep()["counts"]["taken_in"] == 25
    assert len(set(scene.keys())) == 25


def test_every_version_of_a_key_is_a_file_unless_only_current_ones_are_meant(scene):
    scene.listing.put("a.csv", "v1", latest=False)
    scene.listing.put("a.csv", "v2")

    assert scene.sweep(current_only=True)["counts"]["taken_in"] == 1
    assert scene.arrivals.files[0][0].version_id == "v2"
    assert scene.sweep()["counts"]["taken_in"] == 2


def test_what_the_catalogue_may_have_forgotten_is_not_taken_in_once_more(scene):
    """The scheduled sweep names CatalogueDays: an outcome stays for so long after the upload, or longer."""
    forgotten = scene.listing.put("forgotten.csv", at=START - timedelta(days=400))
    lost = scene.listing.put("lost.csv", at=START - timedelta(days=400, seconds=-1))

    assert scene.sweep(days=400)["counts"]["taken_in"] == 1
    assert scene.arrivals.files == [(lost, "csv")]

    assert scene.sweep()["counts"]["taken_in"] == 2  # a backfill means all of them
    assert (forgotten, "csv") in scene.arrivals.files


def test_a_young_object_may_still_be_on_its_way(scene):
    scene.listing.put("young.csv", at=START - timedelta(minutes=14))

    assert scene.sweep()["counts"]["taken_in"] == 0


def test_a_dry_run_counts_and_changes_nothing(scene):
    scene.listing.put("lost.csv")
    gone = a_file("gone.csv")
    scene.record(gone)
    scene.listing.gone = {"gone.csv"}
    scene.claim(a_file("stuck.csv"))
    scene.clock.tick(hours=1)

    report = scene.sweep(dry_run=True, gone=True)

    assert {name: report["counts"][name] for name in ("taken_in", "freed", "gone", "announced_again")} == {
        "taken_in": 1,
        "freed": 1,
        "gone": 1,
        "announced_again": 1,
    }
    assert scene.arrivals.files == []
    assert "deleted_at" not in scene.catalogue.items[gone.file_id]
    assert scene.recovery.register.announced_again == []
    assert scene.journal.counts == {}


def test_a_file_stuck_beyond_its_lease_is_freed_and_one_within_is_not(scene):
    scene.claim(a_file("stuck.csv"))
    scene.clock.tick(minutes=32)
    scene.claim(a_file("busy.csv"))

    assert scene.sweep()["counts"]["freed"] == 1
    assert scene.keys() == ["stuck.csv"]


def test_a_file_that_is_found_stuck_again_and_again_is_failed_and_kept(scene):
    for _ in range(3):
        scene.claim(a_file("stuck.csv"))
        scene.clock.tick(hours=1)
        scene.sweep()

    assert scene.catalogue.outcomes() == [("stuck.csv", Status.FAILED)]
    assert [key for key, *_ in scene.recovery.failed_files.kept] == ["stuck.csv"]


def test_a_file_that_was_freed_and_waits_in_a_queue_is_announced_again_and_never_given_up(scene):
    """A lane may be paused for days."""
    for _ in range(2):
        scene.claim(a_file("waiting.csv"))
        scene.clock.tick(hours=1)
        scene.sweep()

    for _ in range(9):
        scene.clock.tick(days=1)
        assert scene.sweep()["counts"]["freed"] == 1

    assert scene.recovery.failed_files.kept == []


def test_an_outcome_that_nobody_was_told_is_announced_again_after_a_while(scene):
    scene.record(a_file("untold.csv"))
    assert scene.sweep()["counts"]["announced_again"] == 0
    scene.clock.tick(minutes=16)

    scene.sweep()

    assert scene.recovery.register.announced_again == ["untold.csv"]


def test_a_file_whose_version_is_gone_is_marked_and_one_that_is_back_is_unmarked(scene):
    files = [a_file(f"{number}.csv") for number in range(9)]
    for file in files:
        scene.record(file)
    scene.listing.gone = {"3.csv", "5.csv"}

    assert scene.sweep(gone=True)["counts"]["gone"] == 2
    assert scene.sweep(gone=True)["counts"]["gone"] == 0
    assert scene.catalogue.items[files[3].file_id]["deletion"] == "found gone"

    scene.listing.listed.append(("3.csv", "v1", Listed(files[3], is_latest=True)))
    assert scene.sweep()["counts"]["restored"] == 1
    assert "deleted_at" not in scene.catalogue.items[files[3].file_id]


def test_a_sweep_that_is_out_of_time_goes_on_where_it_was(scene):
    scene.listing.page = 2
    for number in range(9):
        scene.listing.put(f"{number}.csv")

    report = scene.sweep(out_of_time=lambda: True)

    assert report["counts"]["taken_in"] == 9
    assert scene.keys() == [f"{number}.csv" for number in range(9)]


def test_a_sweep_that_is_interrupted_between_taking_in_and_answering_repeats_a_page_and_loses_nothing(scene):
    scene.listing.page = 3
    for number in range(6):
        scene.listing.put(f"{number}.csv")
    part = SweepPart(part="listing").to_json()
    lost_answer = scene.ask({"part": part, "pages": 1})
    assert not lost_answer["done"]

    state = {"part": part, "done": False}
    while not state["done"]:
        state = scene.ask(state)

    assert scene.keys() == ["0.csv", "1.csv", "2.csv"] + [f"{number}.csv" for number in range(6)]


def test_a_queue_that_refuses_stops_the_part_before_it_is_counted(scene):
    scene.listing.put("a.csv")
    scene.arrivals.fails_for = {"a.csv"}

    with pytest.raises(ServiceBusyError):
        scene.sweep()


@pytest.mark.parametrize("limit", [0, 1, 4, 100])
def test_no_more_files_are_taken_in_than_the_limit_says(scene, limit):
    scene.listing.page = 3
    for number in range(7):
        scene.listing.put(f"{number}.csv")

    part = scene.ask({"part": SweepPart(part="listing", limit=limit).to_json()})

    assert part["done"]
    assert len(scene.arrivals.files) == min(limit, 7)


def test_a_limited_part_can_be_gone_on_with_without_losing_a_file(scene):
    scene.listing.page = 3
    files = [scene.listing.put(f"{number}.csv") for number in range(8)]
    state = {"part": SweepPart(part="listing", limit=2).to_json()}
    for _ in range(8):
        state = scene.ask(state)
        for file, _ in scene.arrivals.files:
            scene.claim(file)
        state["part"]["counts"] = {}

    assert {file.key for file, _ in scene.arrivals.files} == {file.key for file in files}


def test_a_limit_counts_for_each_kind_of_deed_and_for_the_whole_sweep(scene):
    for number in range(30):
        scene.listing.put(f"{number % 7}/{number}.csv")
        gone = a_file(f"gone/{number}.csv")
        scene.record(gone)
        scene.listing.gone.add(gone.key)
    for number in range(5):
        scene.claim(a_file(f"stuck/{number}.csv"))
    scene.clock.tick(hours=1)

    counts = scene.sweep(limit=4, gone=True)["counts"]

    assert (counts["taken_in"], counts["freed"], counts["gone"]) == (4, 4, 4)
    assert sum("deleted_at" in item for item in scene.catalogue.items.values()) == 4


def test_a_part_that_its_limit_ended_is_not_whole_and_goes_on_behind_what_it_took(scene):
    """Nothing is announced twice, though nobody has dispatched what was taken in meanwhile."""
    scene.listing.page = 3
    for number in range(8):
        scene.listing.put(f"{number // 2}.csv", f"v{number}", latest=number % 2 == 1)
    part = SweepPart(part="listing", limit=3).to_json()
    swept = []
    while not part["is_whole"]:
        part = scene.ask({"part": part})["part"]
        swept.append(part["counts"]["taken_in"])
        part["limit"] += 3

    assert swept == [3, 6, 8]
    assert len(scene.arrivals.files) == len({file.file_id for file, _ in scene.arrivals.files}) == 8
    assert part["counts"]["versions"] == 8


def test_a_page_of_gone_files_that_the_limit_cuts_is_looked_at_again(scene):
    for number in range(7):
        file = a_file(f"{number}.csv")
        scene.record(file)
        scene.listing.gone.add(file.key)
    part = SweepPart(part="gone", limit=3).to_json()
    while not part["is_whole"]:
        part = scene.ask({"part": part})["part"]
        part["limit"] += 3

    assert part["counts"]["gone"] == 7
    assert all("deleted_at" in item for item in scene.catalogue.items.values())


def test_what_is_too_young_is_counted_so_that_nobody_wonders(scene):
    scene.listing.put("old.csv")
    scene.listing.put("young.csv", at=START)

    counts = scene.sweep()["counts"]

    assert (counts["versions"], counts["looked_at"], counts["young"]) == (2, 1, 1)


def test_outcomes_have_no_prefix_so_a_sweep_with_one_leaves_those_that_are_unannounced(scene):
    kinds = [part["part"] for part in scene.ask({"plan": {"prefix": "in/"}})["parts"]]

    assert kinds == ["stuck", "listing"]


def test_an_invocation_goes_through_as_many_pages_as_the_plan_allows(scene):
    scene.listing.page = 2
    for number in range(9):
        scene.listing.put(f"{number}.csv")
    looks = []
    state = {"part": SweepPart(part="listing", pages=1).to_json(), "done": False}
    while not state["done"]:
        before = scene.listing.looks
        state = scene.ask({"part": state["part"]})
        looks.append(scene.listing.looks - before)

    assert looks == [1] * 5


def ranges_of(keys, parts=8, page=5):
    """Plan a bucket of these keys; return how many keys each range holds."""
    listing = recovery_fakes.FakeListing(page)
    for key in keys:
        listing.put(key)
    bounds = Cartographer(listing).bounds("", parts)
    held = [
        sum(after < key and (until is None or key <= until) for key in keys)
        for after, until in between(bounds, parts)
    ]
    assert sum(held) == len(keys)
    return held


@pytest.mark.parametrize(
    "keys",
    [
        [f"{number % 40:02}/{number}.csv" for number in range(400)],
        [f"uploads/2026/{number % 12 + 1:02}/{number}.csv" for number in range(400)],
        [f"in/{name}/{number}.csv" for number in range(40) for name in "abcdefghij"],
        [f"{number:04x}" for number in range(0, 65536, 160)],
        [f"uploads/{number * 7919 % 65536:04x}.png" for number in range(400)],
        [f"IMG_{number:07}.jpg" for number in range(0, 10_000_000, 25_000)],
        [f"é 🧾/{chr(0x4E00 + number)}.csv" for number in range(400)],
    ],
    ids=["folders", "deep folders", "some folders", "flat", "flat in a folder", "counted", "of any script"],
)
def test_a_large_bucket_is_cut_into_ranges_of_a_like_size(keys):
    held = ranges_of(keys)

    assert len(held) >= 6
    assert max(held) <= 0.6 * len(keys)


def test_a_bucket_that_one_page_lists_is_not_cut():
    assert ranges_of([f"{number}/a.csv" for number in range(5)]) == [5]


def test_a_plan_takes_a_bounded_number_of_looks_whatever_the_keys():
    class Endless(recovery_fakes.FakeListing):
        looks = 0

        def versions(self, *_, **__):
            return recovery_fakes.Page([], ("x", "v"))

        def prefixes(self, prefix):
            self.looks += 1
            return [prefix + "a/"]

        def first(self, prefix, *, after):
            self.looks += 1
            return prefix + "a" if after == prefix else None

    listing = Endless()

    assert Cartographer(listing).bounds("", 1000)
    assert listing.looks <= 200


def test_a_hundred_thousand_versions_are_listed_page_by_page():
    """No more than a page is ever held, and each version is looked at once."""
    sweeper_scene = Scene()
    listing = ManyVersions(100_000)
    object.__setattr__(sweeper_scene.sweeper, "listing", listing)
    part = SweepPart(part="listing", dry_run=True)

    swept, done = sweeper_scene.sweeper.sweep(part, lambda: False)

    assert done
    assert (swept.counts["versions"], swept.counts["taken_in"], listing.pages) == (100_000, 100_000, 100)
    assert len(swept.examples) == 20


class ManyVersions:
    """A listing that makes its pages up as they are asked for."""

    def __init__(self, count):
        self.count = count
        self.pages = 0

    def versions(self, prefix, *, after, after_version):  # noqa: ARG002  the port passes it
        self.pages += 1
        start = int(after) + 1 if after_version else 0
        end = min(start + 1000, self.count)
        files = [a_file(f"{number:07}", uploaded_at=EARLIER) for number in range(start, end)]
        listed = [Listed(file, is_latest=True) for file in files]
        return recovery_fakes.Page(listed, (f"{end - 1:07}", "v1") if end < self.count else None)


EARLIER = START - timedelta(hours=1)


def test_an_empty_inbox_is_swept(scene):
    report = scene.sweep(gone=True)

    assert report["counts"]["versions"] == 0
    assert report["report"].startswith("reports/sweeps/2026-03-02T09:00:00")
    assert scene.recovery.reports.reports[report["report"]]["counts"] == report["counts"]


def test_what_was_done_is_also_counted_as_metrics(scene):
    scene.listing.put("lost.csv")

    scene.sweep()

    assert scene.journal.counts["SweepTakenIn"] == 1


def test_only_keys_below_the_prefix_are_meant(scene):
    scene.listing.put("in/a.csv")
    scene.listing.put("out/b.csv")
    scene.claim(a_file("out/stuck.csv"))
    scene.clock.tick(hours=1)

    scene.sweep(prefix="in/")

    assert scene.keys() == ["in/a.csv"]


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(
    keys=st.sets(st.builds("/".join, st.lists(KEYS, min_size=1, max_size=3)), max_size=25),
    page=st.integers(1, 5),
    parts=st.integers(1, 6),
)
def test_whatever_the_keys_each_is_taken_in_exactly_once(keys, page, parts):
    scene = Scene(page)
    for key in keys:
        scene.listing.put(key)

    scene.sweep(parts=parts)

    assert sorted(scene.keys()) == sorted(keys)


@given(prefixes=st.sets(KEYS.map(lambda key: key + "/"), max_size=30), parts=st.integers(1, 8), key=KEYS)
def test_each_key_lies_in_exactly_one_range(prefixes, parts, key):
    ranges = between(sorted(prefixes), parts)

    assert len(ranges) <= parts
    for one in (key, *prefixes):
        assert sum(after < one and (until is None or one <= until) for after, until in ranges) == 1


def test_a_listed_version_counts_as_newest_in_its_second_only_if_it_is_the_latest():
    facts = {"version_id": "v", "etag": '"e"', "size": 1, "modified": START}
    real = f"00{int(START.timestamp()):08X}D90281E5"
    latest = listed_file("inbox", "a", **facts, is_latest=True).file.sequencer
    older = listed_file("inbox", "a", **facts, is_latest=False).file.sequencer

    assert is_newer(latest, real)
    assert is_newer(real, older)
    assert is_newer(f"00{int(START.timestamp()) + 1:08X}00", latest)


@pytest.mark.parametrize("version", ["null", ""])
def test_an_object_of_an_unversioned_bucket_is_told_apart_by_its_etag(version):
    facts = {"size": 1, "modified": START, "is_latest": True}
    one, other = (listed_file("inbox", "a", version_id=version, etag=e, **facts).file for e in ('"x"', '"y"'))

    assert (one.version_id, one.etag) == (None, "x")
    assert one.file_id != other.file_id
    assert one.file_id == a_file("a", version_id=None, etag="x").file_id


def test_a_replaced_object_without_a_version_is_left_alone(scene):
    """Only the current content of an unversioned key can be read."""
    scene.listing.put("a.csv", "null", latest=False)

    assert scene.sweep()["counts"]["taken_in"] == 0


def test_a_file_that_was_taken_in_is_announced_under_one_correlation_id_however_often():
    facts = {"version_id": "v", "etag": "e", "size": 1, "modified": START, "is_latest": True}
    one, again = (listed_file("inbox", "ä +.csv", **facts).file for _ in range(2))

    assert one == again
    assert read_arrival(write_arrival(one, reason="sweep", at=START), inbox="inbox") == one


@pytest.mark.parametrize(
    "request_", [{}, {"part": {}}, {"part": {"part": "x"}}, {"part": 1}, {"parts": [{}]}, {"plan": 3}]
)
def test_a_request_of_another_shape_is_refused(scene, request_):
    with pytest.raises(UnexpectedEventError):
        scene.ask(request_)


@pytest.mark.parametrize("version", ["null", "", None])
def test_an_event_and_a_listing_of_an_unversioned_bucket_name_the_same_file(version):
    event = fakes.arrival("a.csv", version=version)
    etag = event["detail"]["object"]["etag"]
    facts = {"version_id": "null", "size": 1, "modified": START, "is_latest": True}
    listed = listed_file("inbox", "a.csv", etag=etag, **facts)

    assert read_arrival(json.dumps(event), inbox="inbox").file_id == listed.file.file_id
