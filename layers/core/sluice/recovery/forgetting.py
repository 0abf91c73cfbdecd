"""Use case: mark the files whose object was deleted, and remove their results where that is wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sluice.arrivals import Unreadable
from sluice.files import File, is_newer
from sluice.ports.journal import Journal
from sluice.ports.queues import Message
from sluice.recovery.deletions import Deletion, read_deletion
from sluice.recovery.ports import DeadLetters
from sluice.recovery.receiving import bury, each_taken
from sluice.recovery.sweep_ports import Inventory, Recorded, Results

NEVER, PERMANENTLY_DELETED, DELETED = "never", "permanently-deleted", "deleted"


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Marks deletions; see `forget`."""

    inbox: str
    remove_results: str
    """Of which files the results are removed: NEVER, PERMANENTLY_DELETED, or DELETED in either way."""
    inventory: Inventory
    results: Results
    dead_letters: DeadLetters
    journal: Journal

    def forget(self, messages: Iterable[Message]) -> list[str]:
        """Mark what each message tells of; return the ids of the messages that must be received again."""
        return each_taken(messages, self._forget, self.journal, failure="deletion not marked")

    def _forget(self, message: Message) -> None:
        deletion = read_deletion(message.body, inbox=self.inbox)
        if isinstance(deletion, Unreadable):
            bury(message, deletion, self.dead_letters, self.journal)
            return
        recorded = self.inventory.of_key(deletion.key)
        for gone in _deleted(deletion, recorded):
            self._mark(gone, deletion)
        for hidden in _hidden_by(deletion, recorded):
            self.inventory.restore(hidden.file.file_id)

    def _mark(self, recorded: Recorded, deletion: Deletion) -> None:
        file = recorded.file
        marker = deletion.version_id or "" if deletion.is_marker else ""
        self.inventory.mark_deleted(file.file_id, at=deletion.at, how=deletion.how, marker=marker)
        self.journal.began(file)
        self.journal.noted("file deleted", {"how": deletion.how})
        wanted = (DELETED,) if deletion.is_marker else (DELETED, PERMANENTLY_DELETED)
        if self.remove_results in wanted:
            for key in recorded.results:
                self.results.remove(key, file=file)


def _deleted(deletion: Deletion, recorded: list[Recorded]) -> Iterator[Recorded]:
    """
    Yield the files that are gone.

    A delete marker hides the newest earlier version that still exists. Where several markers hide one
    version, the last of which we are told is remembered: the version is back only when no marker hides it. A
    permanent deletion removes the version that it names; one that names none, as in an unversioned bucket,
    removes what the key held until then.
    """
    earlier = [each for each in recorded if not is_newer(each.file.sequencer, deletion.sequencer)]
    if deletion.is_marker:
        there = [each for each in earlier if not each.is_deleted or each.delete_marker]
        newest = _newest([each.file for each in there])
        yield from (each for each in there if each.file == newest)
    elif deletion.version_id:
        yield from (each for each in recorded if each.file.version_id == deletion.version_id)
    else:
        yield from (each for each in earlier if not each.file.version_id and not each.is_deleted)


def _hidden_by(deletion: Deletion, recorded: list[Recorded]) -> list[Recorded]:
    """Return the files that are back: what was deleted may have been the marker that hid them."""
    if deletion.is_marker or not deletion.version_id:
        return []
    return [each for each in recorded if each.delete_marker == deletion.version_id]


def _newest(files: list[File]) -> File | None:
    """Return the file that no other is newer than."""
    newest = None
    for file in files:
        if newest is None or is_newer(file.sequencer, newest.sequencer):
            newest = file
    return newest
