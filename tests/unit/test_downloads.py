"""While one image is converted, the next is fetched; never more than that, and nothing stays behind."""

import threading
from contextlib import contextmanager

import pytest

from sluice.errors import FileMissingError, ServiceBusyError
from sluice.processors.downloads import Downloads
from tests import fakes


class WatchedInbox(fakes.FakeInbox):
    """Counts openings, and tells a test when one of a key begins."""

    def __init__(self):
        super().__init__()
        self.opened = []
        self.faults = {}
        self.began = {}

    @contextmanager
    def open(self, file):
        self.opened.append(file.key)
        self.began.setdefault(file.key, threading.Event()).set()
        if file.key in self.faults:
            raise self.faults[file.key]
        with super().open(file) as stream:
            yield stream

    def waits_for(self, key):
        """Wait until the opening of *key* begins."""
        return self.began.setdefault(key, threading.Event()).wait(5)


@pytest.fixture
def inbox():
    found = WatchedInbox()
    found.contents = {key: key.encode() * 2 for key in "abc"}
    return found


FILES = tuple(fakes.a_file(key, size=2) for key in "abc")


def downloads(inbox, files=FILES, max_bytes=100):
    return Downloads(inbox, files, max_bytes)


def test_each_file_is_on_disk_for_its_block(inbox):
    with downloads(inbox) as found:
        for file in FILES:
            with found.fetched(file) as path:
                assert path.read_bytes() == file.key.encode() * 2
            assert not path.exists()

    assert inbox.opened == ["a", "b", "c"]


def test_the_next_is_fetched_while_one_is_worked_on_and_the_one_after_is_not(inbox):
    """Two files on disk are the most, however long the batch is."""
    with downloads(inbox) as found:
        assert inbox.opened == []
        with found.fetched(FILES[0]):
            assert inbox.waits_for("b")
        assert "c" not in inbox.opened


def test_a_file_that_is_passed_over_costs_a_download_and_no_more(inbox):
    """Its claim was lost; the one after it is fetched on its own."""
    with downloads(inbox) as found:
        with found.fetched(FILES[0]):
            pass
        with found.fetched(FILES[2]) as path:
            assert path.read_bytes() == b"cc"


@pytest.mark.parametrize("fault", [FileMissingError("b"), ServiceBusyError("b")], ids=repr)
def test_what_goes_wrong_ahead_is_raised_at_the_files_own_turn(inbox, fault):
    """Its neighbours have their outcomes."""
    inbox.faults["b"] = fault
    with downloads(inbox) as found:
        with found.fetched(FILES[0]) as path:
            assert inbox.waits_for("b")
            assert path.read_bytes() == b"aa"
        with pytest.raises(type(fault)), found.fetched(FILES[1]):
            pass
        with found.fetched(FILES[2]) as path:
            assert path.read_bytes() == b"cc"


def test_a_file_that_its_event_calls_too_large_is_not_fetched(inbox):
    with downloads(inbox, max_bytes=1) as found, found.fetched(FILES[0]) as path:
        assert path is None
        assert inbox.opened == []


def test_a_file_that_is_larger_than_its_event_says_is_not_kept(inbox):
    inbox.contents["a"] = bytes(200)
    with downloads(inbox) as found, found.fetched(FILES[0]) as path:
        assert path is None


def test_nothing_is_left_of_a_batch_that_ends_early(inbox):
    """Not what was fetched ahead, nor the folder."""
    with downloads(inbox) as found, found.fetched(FILES[0]) as path:
        assert inbox.waits_for("b")

    assert not path.parent.exists()
