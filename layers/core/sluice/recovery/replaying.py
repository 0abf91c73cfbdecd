"""Use case: list what lies in the queues of dead letters and failed files, and put it back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sluice.errors import UnexpectedEventError
from sluice.ports.journal import Journal
from sluice.recovery.dead_letters import Kind, Letter, Reading
from sluice.recovery.letter_ports import Audit, LetterBoxes
from sluice.recovery.letter_reading import read_letter
from sluice.recovery.replacing import UNREADABLE, Replacer
from sluice.recovery.replay_report import EXCERPT, Report, line_of
from sluice.recovery.selecting import Selection

WOULD_REPLAY, REPLAYED = "would be replayed", "replayed"
WOULD_REMOVE, REMOVED = "would be removed", "removed: the audit has its text"
STAYS = "stays: {}"
MOST_LOOKED_AT = 10_000  # letters of a queue; SQS shows 120,000 at most to whoever holds the others
RECEIVED = 100  # letters looked at before it is asked whether there are enough
KEPT = 300_000  # characters of a letter that fit into an item of the audit, which takes 400 KB


@dataclass(frozen=True, slots=True)
class Replayer:
    """Replays letters; see `replay`."""

    inbox: str
    boxes: LetterBoxes
    replacer: Replacer
    audit: Audit
    journal: Journal
    now: Callable[[], datetime]

    def replay(self, selection: Selection, enough: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """
        Return a report of the letters that *selection* means, and replay them unless it is a dry run.

        A letter is deleted only once its replacement is accepted and the audit has it: a crash in between
        replays it twice, which harms nothing. What cannot be replayed stays, and the report says why. Queues
        that were not gone through, for the limit or for want of time, are `more`. Raises
        UnexpectedEventError for a queue that is none.
        """
        if unknown := set(selection.queues) - set(self.boxes.names):
            raise UnexpectedEventError(f"there is no queue {', '.join(sorted(unknown))}")
        report = Report()
        first = self.boxes.hold_each(selection.queues or self.boxes.names, RECEIVED)
        for queue, letters in first.items():
            if not self._go_through(queue, letters, selection, report, enough):
                report.more.append(queue)
        replayed = sum(line["action"] == REPLAYED for line in report.lines)
        self.journal.counted("ReplayedLetters", replayed)
        return {
            "dry_run": selection.dry_run,
            "replayed": replayed,
            "letters": report.lines,
            "more": report.more,
        }

    def _go_through(
        self,
        queue: str,
        first: Sequence[Letter],
        selection: Selection,
        report: Report,
        enough: Callable[[], bool],
    ) -> bool:
        """Handle what is meant in a queue; tell whether all of it was looked at."""
        held: list[Letter] = []
        handled = 0
        try:
            for letter in self._look(queue, first, held):
                if enough() or report.is_full or handled == selection.limit:
                    return False
                reading = read_letter(letter, inbox=self.inbox)
                if selection.covers(letter, reading):
                    report.add(self._handle(letter, reading, selection))
                    handled += 1
            return len(held) < MOST_LOOKED_AT
        finally:
            self.boxes.release(held)

    def _look(self, queue: str, first: Sequence[Letter], held: list[Letter]) -> Iterator[Letter]:
        """Yield the letters of a queue, each held until all were looked at, or it would be shown again."""
        letters = first
        while letters:
            held += [replace(letter, body="") for letter in letters]
            yield from letters
            is_empty = len(letters) < RECEIVED
            letters = () if is_empty or len(held) >= MOST_LOOKED_AT else self.boxes.hold(queue, RECEIVED)

    def _handle(self, letter: Letter, reading: Reading, selection: Selection) -> dict[str, Any]:
        line = line_of(letter, reading)
        try:
            return line | {"action": self._act(letter, reading, selection, line)}
        except Exception as error:  # noqa: BLE001  the letter stays, and the others are replayed
            self.journal.failed("letter not replayed", {"message_id": letter.message_id})
            return line | {"action": STAYS.format(f"{type(error).__name__}: {error}"[:EXCERPT])}

    def _act(self, letter: Letter, reading: Reading, selection: Selection, line: Mapping[str, Any]) -> str:
        if selection.discard:
            return self._discard(letter, reading, selection, line)
        if selection.dry_run:
            return STAYS.format(UNREADABLE) if reading.kind == Kind.UNREADABLE else WOULD_REPLAY
        if why_not := self.replacer.put_back(letter, reading):
            return STAYS.format(why_not)
        self._settle(letter, dict(line) | {"action": REPLAYED}, by=selection.by)
        return REPLAYED

    def _discard(
        self, letter: Letter, reading: Reading, selection: Selection, line: Mapping[str, Any]
    ) -> str:
        if reading.kind != Kind.UNREADABLE:
            return STAYS.format("it can be replayed")
        if len(letter.body.encode()) > KEPT:
            return STAYS.format("it is too long for the audit")
        if selection.dry_run:
            return WOULD_REMOVE
        self._settle(letter, dict(line) | {"action": REMOVED, "body": letter.body}, by=selection.by)
        return REMOVED

    def _settle(self, letter: Letter, record: Mapping[str, Any], *, by: str) -> None:
        """Write to the audit, and delete the letter only then."""
        self.audit.record(record, at=self.now(), by=by)
        self.boxes.delete(letter)
        details = {"message_id": letter.message_id, "queue": letter.queue, "by": by}
        self.journal.noted(f"letter {record['action']}", details)
