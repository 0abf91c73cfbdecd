"""Who is mailed: errors and failures, never in a flood; the digest counts everything."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.announcing.digesting import DigestSender, hour_of
from sluice.announcing.digests import FOLDERS_KEPT, Digest, Entry
from sluice.announcing.mailing import LAST_OF_THE_MINUTE, Mailing
from sluice.rules.notices import faults_in
from tests.fakes import START, FakeClock, FakeDigestBook, FakeJournal, FakeTopic, an_announcement

HOUR = timedelta(hours=1)


class Post:
    """Mailing and digests over fakes."""

    def __init__(self, *, limit=5, digest=True):
        self.clock, self.topic, self.book = FakeClock(), FakeTopic(), FakeDigestBook()
        self.mailing = Mailing(self.topic, self.book, limit, digest, self.clock)
        self.sender = DigestSender(self.topic, self.book, FakeJournal())

    def announce(self, *keys, **facts):
        return self.mailing.announce(outcomes(*keys, **facts))

    @property
    def entries(self):
        return [entry for hour in self.book.noted.values() for entry in hour.values()]


def outcomes(*keys, **facts):
    return [an_announcement(key=key, file_id=key, file_name=key.rsplit("/")[-1], **facts) for key in keys]


@pytest.fixture
def post():
    return Post()


@pytest.mark.parametrize(
    ("status", "mailed"), [("success", []), ("skipped", []), ("error", ["a.csv"]), ("failed", ["a.csv"])]
)
def test_errors_and_failures_are_mailed_and_all_outcomes_published_and_counted(post, status, mailed):
    assert post.announce("a.csv", status=status) == set()

    assert post.topic.mailed == mailed
    assert len(post.topic.publications) == 1
    assert [(entry.status, entry.mailed) for entry in post.entries] == [(status, bool(mailed))]


def test_a_rule_may_ask_for_a_mail_of_each_success_and_none_of_an_error(post):
    wishes = {"success": "mail", "error": "none"}

    post.announce("good.csv", notifications=wishes)
    post.announce("bad.csv", notifications=wishes, status="error")

    assert post.topic.mailed == ["good.csv"]
    assert [entry.file_name for entry in post.entries] == ["good.csv"]
    assert len(post.topic.publications) == 2


@pytest.mark.parametrize("wish", ["", "often", None, 7, ["mail"]])
def test_a_wish_that_nobody_understands_leaves_the_default(post, wish):
    post.announce("bad.csv", status="error", notifications={"error": wish})

    assert post.topic.mailed == ["bad.csv"]


def test_of_a_thousand_errors_in_a_minute_five_are_mailed_the_last_of_them_says_so_and_all_are_counted(post):
    for start in range(0, 1000, 10):
        post.announce(*(f"{n}.csv" for n in range(start, start + 10)), status="error")

    assert post.topic.mailed == ["0.csv", "1.csv", "2.csv", "3.csv", "4.csv"]
    assert [each.note for each in post.topic.publications if each.note] == [LAST_OF_THE_MINUTE]
    assert post.topic.publications[4].note
    assert sum(not entry.mailed for entry in post.entries) == 995


def test_the_next_minute_has_mails_of_its_own(post):
    post.announce(*map(str, range(10)), status="error")
    post.clock.tick(minutes=1)
    post.announce("later.csv", status="error")

    assert post.topic.mailed[-1] == "later.csv"
    assert len(post.topic.mailed) == 6


def test_a_limit_of_none_mails_nothing():
    post = Post(limit=0)

    post.announce("a.csv", status="failed")

    assert post.topic.mailed == []


def test_without_digests_nothing_is_noted():
    post = Post(digest=False)

    post.announce("a.csv")

    assert post.entries == []


def test_what_the_topic_refuses_comes_again(post):
    post.topic.refuses = {"a.csv"}

    assert post.announce("a.csv", "b.csv") == {"evt_a.csv_3"}


def test_an_outcome_that_is_announced_twice_is_counted_once(post):
    for _ in range(2):
        post.announce("a.csv")
    post.sender.send(START + HOUR)

    assert post.topic.digests[0].subject == "[digest] 1 file: 1 success"


def test_ten_thousand_files_are_one_mail_that_says_where_they_are_and_names_a_few(post):
    post.announce(*(f"orders/{n:05}.csv" for n in range(9_998)))
    post.announce("orders/bad.csv", status="error")
    post.announce("photos/a.png", processor="process_image", status="failed")

    assert post.sender.send(START + HOUR)

    [digest] = post.topic.digests
    assert digest.subject == "[digest] 10,000 files: 1 failed, 1 error, 9,998 success"
    assert digest.text.splitlines() == [
        "10,000 files from 2026-03-02 09:00 to 2026-03-02 10:00 UTC: 1 failed, 1 error, 9,998 success.",
        "",
        "orders/ (profile_csv)",
        "  1 error: bad.csv",
        "  9,998 success: 00000.csv, 00001.csv, 00002.csv and 9,995 more",
        "",
        "photos/ (process_image)",
        "  1 failed: a.png",
    ]
    assert post.topic.mailed == ["orders/bad.csv", "photos/a.png"]


def test_errors_of_a_flood_are_told_in_the_digest_as_not_mailed(post):
    post.announce(*map(str, range(8)), status="error")
    post.sender.send(START + HOUR)

    assert "8 error (3 without a mail of their own): 0, 1, 2 and 5 more" in post.topic.digests[0].text


def test_a_digest_covers_each_hour_once(post):
    post.announce("nine.csv")
    post.clock.tick(hours=1)
    post.announce("ten.csv")

    assert post.sender.send(START + HOUR)
    assert post.sender.send(START + 2 * HOUR)
    assert not post.sender.send(START + 2 * HOUR)
    assert ["nine.csv" in digest.text for digest in post.topic.digests] == [True, False]
    assert ["ten.csv" in digest.text for digest in post.topic.digests] == [False, True]


def test_a_digest_of_each_day_covers_all_its_hours(post):
    post.sender.send(START)
    for _ in range(24):
        post.announce(f"{post.clock():%H}.csv")
        post.clock.tick(hours=1)

    post.sender.send(START + 24 * HOUR)

    assert post.topic.digests[0].subject == "[digest] 24 files: 24 success"


def test_a_digest_after_a_long_pause_reaches_back_two_days(post):
    post.sender.send(START)
    post.announce("forgotten.csv")
    post.clock.tick(days=30)
    post.announce("new.csv")

    post.sender.send(START + timedelta(days=30, hours=1))

    assert post.topic.digests[0].subject == "[digest] 1 file: 1 success"


def test_a_file_in_no_folder_is_at_the_top_of_the_bucket(post):
    post.announce("a.csv", processor="", status="skipped")
    post.sender.send(START + HOUR)

    assert post.topic.digests[0].text.splitlines()[2:] == ["(top of the bucket)", "  1 skipped: a.csv"]


def test_memory_and_text_of_a_digest_do_not_grow_with_the_number_of_folders():
    digest = Digest(START, START + HOUR)
    digest.add(Entry(str(n), "success", "p", f"{n}/", "a.csv", mailed=False) for n in range(5000))

    assert digest.text.startswith("5,000 files")
    assert len(digest.text) < 10_000
    assert f"{5000 - FOLDERS_KEPT:,} success: a.csv, a.csv, a.csv and 3,997 more" in digest.text


def test_a_digest_is_a_message_that_the_topic_takes_however_long_the_names_are():
    """Amazon SNS takes 256 KiB."""
    digest = Digest(START, START + HOUR)
    for folder in range(60):
        for status in ("success", "error", "failed", "skipped"):
            place = f"{folder}{'📊' * 255}/"
            entry = Entry("evt", status, "process_image", place, "📊" * 255 + ".csv", mailed=False)
            digest.add([entry] * 9)

    assert len(digest.text.encode()) < 256 * 1024
    assert "📊📊…" in digest.text


def test_no_name_adds_lines_to_a_digest():
    digest = Digest(START, START + HOUR)
    digest.add([Entry("evt", "error", "p", "a\n\nb/", "c\r\n  9 failed: d.csv", mailed=True)])

    assert digest.text.splitlines()[2:] == ["a  b/ (p)", "  1 error: c    9 failed: d.csv"]


@given(st.lists(st.tuples(st.sampled_from(["success", "error", "failed", "skipped"]), st.text(), st.text())))
def test_a_digest_counts_every_entry_whatever_their_names(entries):
    digest = Digest(hour_of(START), START)
    digest.add(
        Entry(str(n), status, "p", folder, name, mailed=False)
        for n, (status, folder, name) in enumerate(entries)
    )

    assert digest.is_empty == (not entries)
    assert digest.subject.startswith(f"[digest] {len(entries):,} file")


@pytest.mark.parametrize(
    ("wishes", "faults"),
    [
        ({}, []),
        ({"success": "mail", "error": "digest", "failed": "none", "skipped": "none"}, []),
        ({"sucess": "mail"}, ["sucess"]),
        ({"error": "often", "failed": None, "success": True}, ["error", "failed", "success"]),
        ({"skipped": ["mail"]}, ["skipped"]),
    ],
)
def test_what_a_rule_cannot_wish_is_found_before_it_is_saved(wishes, faults):
    assert [name for name, _ in faults_in(wishes)] == faults
