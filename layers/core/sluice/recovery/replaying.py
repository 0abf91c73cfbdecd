"""Use case: list what lies in the queues of dead letters and failed files, and put it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sluice.errors import UnexpectedEventError
from sluice.ports import Journal
from sluice.recovery.dead_letters import Kind, Letter, Reading, lane_hint, read_letter
from sluice.recovery.ports import Arrivals, Audit, LetterBoxes, Queues, Register

WOULD_REPLAY = "would be replayed"
REPLAYED = "replayed"
LARGEST_LIMIT = 1000  # letters in one answer, which may take 6 MB
QUEUE_OF = {Kind.DELETION: "deletions", Kind.EXECUTION: "ended-executions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which letters are meant: those that meet every condition that is set."""

    queues: tuple[str, ...]
    """Names; none stands for all."""
    since: datetime | None = None
    until: datetime | None = None
    prefix: str = ""
    processor: str = ""
    reason: str = ""
    """Found anywhere in the reason, whatever the case."""
    limit: int = 100
    """Letters looked at in each queue."""
    dry_run: bool = True
    by: str = ""
    """Who asks, for the audit."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a request; raise UnexpectedEventError unless it names `queues` and only what is known."""
        try:
            moments = {name: _moment(data[name]) for name in ("since", "until") if data.get(name)}
            selection = cls(**dict(data) | {"queues": tuple(data["queues"])} | moments)
            limited = 0 < int(selection.limit) <= LARGEST_LIMIT
        except (KeyError, TypeError, ValueError) as error:
            raise UnexpectedEventError(f"this is not a request for a replay: {error!r}") from error
        if not limited:
            raise UnexpectedEventError(f"limit must be from 1 to {LARGEST_LIMIT}")
        return selection

    def covers(self, letter: Letter, reading: Reading) -> bool:
        """Tell whether *letter* is meant."""
        return (
            (self.since is None or letter.sent_at >= self.since)
            and (self.until is None or letter.sent_at <= self.until)
            and reading.key.startswith(self.prefix)
            and self.processor in ("", reading.processor)
            and self.reason.lower() in reading.reason.lower()
        )


@dataclass(frozen=True, slots=True)
class Replayer:
    """Replays letters; see `replay`."""

    inbox: str
    boxes: LetterBoxes
    register: Register
    arrivals: Arrivals
    queues: Queues
    audit: Audit
    journal: Journal
    now: Callable[[], datetime]

    def replay(self, selection: Selection) -> dict[str, Any]:
        """
        Return a report of the letters that *selection* means, and replay them unless it is a dry run.

        Each goes the way of a new arrival, so at the pace of its lane. A letter is deleted only once its
        replacement is accepted and the audit has it: a crash in between replays it twice, which the
        catalogue makes harmless. What cannot be replayed stays, and the report says why.
        """
        lines: list[dict[str, Any]] = []
        more = []
        for queue in selection.queues or self.boxes.names:
            letters = self.boxes.hold(queue, selection.limit)
            if len(letters) >= selection.limit:
                more.append(queue)
            try:
                lines += [line for letter in letters if (line := self._handle(letter, selection))]
            finally:
                self.boxes.release(letters)
        replayed = sum(line["action"] == REPLAYED for line in lines)
        self.journal.counted("ReplayedLetters", replayed)
        return {"dry_run": selection.dry_run, "replayed": replayed, "letters": lines, "more": more}

    def _handle(self, letter: Letter, selection: Selection) -> dict[str, Any] | None:
        reading = read_letter(letter, inbox=self.inbox)
        if not selection.covers(letter, reading):
            return None
        if reading.kind == Kind.UNREADABLE:
            return _line(letter, reading, "stays: nothing can be made of it")
        if selection.dry_run:
            return _line(letter, reading, WOULD_REPLAY)
        try:
            action = self._replay(letter, reading, selection.by)
        except Exception as error:  # noqa: BLE001  the letter stays, and the others are replayed
            self.journal.failed("letter not replayed", {"message_id": letter.message_id})
            action = f"stays: {type(error).__name__}"
        return _line(letter, reading, action)

    def _replay(self, letter: Letter, reading: Reading, by: str) -> str:
        if reading.kind == Kind.STREAM:
            self.register.announce_again(before=self.now())
        elif reading.file is None:
            self.queues.send(QUEUE_OF[reading.kind], letter.body)
        elif not self._put_back(reading):
            return "stays: its failure is not recorded yet"
        self.audit.record(_line(letter, reading, REPLAYED), at=self.now(), by=by)
        self.boxes.delete(letter)
        details = {"message_id": letter.message_id, "queue": letter.queue, "by": by}
        self.journal.noted("letter replayed", details)
        return REPLAYED

    def _put_back(self, reading: Reading) -> bool:
        """Announce the file again; False while the state machine has yet to record its failure."""
        file = reading.file
        assert file is not None  # noqa: S101  the caller has looked
        state = self.register.known([file.file_id]).get(file.file_id)
        reopened = reading.kind == Kind.FAILED_FILE and self.register.reopen(file.file_id, reading.attempt)
        pending = state and state.is_unfinished and state.attempt == reading.attempt
        if reading.kind == Kind.FAILED_FILE and pending and not reopened:
            return False
        lane = (state.lane if state else "") or lane_hint(file)
        self.arrivals.put_back([(file, lane)], reason="replay")
        return True


def _moment(text: str) -> datetime:
    """Read a moment; one without a zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(letter: Letter, reading: Reading, action: str) -> dict[str, Any]:
    file = reading.file
    return {
        "queue": letter.queue,
        "message_id": letter.message_id,
        "sent_at": letter.sent_at.isoformat(),
        "kind": str(reading.kind),
        "key": reading.key,
        "version_id": file.version_id if file else None,
        "file_id": file.file_id if file else None,
        "processor": reading.processor,
        "reason": reading.reason,
        "action": action,
    }
