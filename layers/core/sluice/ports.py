"""What the use cases need from outside, in the words of Sluice."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from sluice.announcing.announcements import Announcement
from sluice.announcing.digests import Digest, Entry
from sluice.batches import Batch, Task
from sluice.catalogue_queries import Facts, FilePage, FileQuery, Position
from sluice.files import File
from sluice.images.analysis import Analysed, AnalysisOptions
from sluice.images.image import Refused, Rendered
from sluice.images.options import WatermarkImage
from sluice.images.plan import RenderPlan
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.pace.aimd import Signals
from sluice.pace.pacing import LaneState
from sluice.rules.references import Reference
from sluice.rules.rule import Rule
from sluice.rules.versions import Stale, Version
from sluice.tables.baselines import Baseline
from sluice.uploads import Form, Multipart


@dataclass(frozen=True, slots=True)
class Claimed:
    """The file is ours to process, under this attempt number."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else's unexpired claim."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The file has its outcome already."""


@dataclass(frozen=True, slots=True)
class SlotSpent:
    """The file was begun before, in this slot or a later one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalogue says of one file."""

    status: Status
    attempt: int
    claimed_until: datetime
    message_id: str
    """The message by which it was claimed."""
    spent_slot: int
    """The slot in which it was last begun, microseconds; 0 before that."""

    @property
    def finished(self) -> bool:
        """Tell whether the file has its outcome."""
        return self.status not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an arrivals queue."""

    message_id: str
    receipt_handle: str
    body: str
    receives: int = 1
    """How often it was received, this time included."""


class Catalogue(Protocol):
    """The only place that knows a file's state. Every change of state is one conditional write."""

    def claim(
        self,
        file: File,
        *,
        processor: str,
        lane: str,
        until: datetime,
        message_id: str = "",
        slot: int | None = None,
        rule: Rule | None = None,
    ) -> Claimed | Held | Settled:
        """
        Take *file* for processing, also over from a claim that has expired.

        A claim made for the same message that nobody has begun is taken over too: who made it is gone. Of
        *rule*, its reference and what it says of notifications are kept with the file.
        """
        ...

    def standing(self, files: Sequence[File]) -> Mapping[str, Standing]:
        """Return what stands about the files by their ids; nothing of those that were never claimed."""
        ...

    def unfinished(self, lane: str, *, at: datetime) -> frozenset[str]:
        """Return the ids of the lane's unexpired claims, from an index that lags behind by moments."""
        ...

    def release(self, task: Task) -> None:
        """Give a claim back that was not used, if it is still the newest."""
        ...

    def begin(self, task: Task, *, until: datetime, slot: int | None = None) -> bool | SlotSpent:
        """
        Mark the file as being processed; False if the claim is not the newest or an outcome is there.

        With a slot, the file is begun at most once in it: this write spends the slot.
        """
        ...

    def renew(self, task: Task, *, until: datetime) -> bool:
        """Keep the claim of a file that waits; False if it is not the newest or an outcome is there."""
        ...

    def record(self, task: Task, outcome: Outcome, *, at: datetime) -> bool:
        """Write the outcome, once; False if the claim is not the newest or an outcome is there."""
        ...

    def announced(self, announcement: Announcement) -> None:
        """Remove the mark that says that the outcome has yet to be announced."""
        ...


class Rules(Protocol):
    """The rules, each with all its versions."""

    def current(self) -> Sequence[Rule]:
        """Return the rules in force, at most 30 s old; the last known ones while they cannot be read."""
        ...

    def at(self, reference: Reference) -> Rule:
        """Return one version of a rule, also of one that was deleted since."""
        ...


class Contracts(Protocol):
    """The contracts, each with all its versions."""

    def latest(self, contract_id: str) -> Reference | None:
        """Return the newest version of a contract; None if there is no such contract."""
        ...

    def at(self, reference: Reference) -> Mapping[str, Any]:
        """Return the document of one version."""
        ...


class Versions(Protocol):
    """Documents with all their versions."""

    def current(self) -> Sequence[Version]:
        """Return the newest version of each document that is not deleted."""
        ...

    def newest(self, document_id: str) -> Version | None:
        """Return the newest version; None if there is no such document, or no longer."""
        ...

    def at(self, reference: Reference) -> Version | None:
        """Return one version, also of a deleted document."""
        ...

    def history(self, document_id: str) -> Sequence[Version]:
        """Return the newest versions, newest first; a deletion is one."""
        ...

    def save(
        self,
        document_id: str,
        document: Mapping[str, Any],
        *,
        expected: int,
        source: str,
        at: datetime,
        deleted: bool = False,
    ) -> Version | Stale:
        """Write the next version, if *expected* is the current one; 0 expects that there is none."""
        ...


class CatalogueView(Protocol):
    """The catalogue as people read it."""

    def file(self, file_id: str) -> Facts | None:
        """Return all that is known of one file, as it is now."""
        ...

    def find(self, query: FileQuery, *, limit: int, after: Position | None = None) -> FilePage:
        """Return the newest files of *query* that are older than *after*."""
        ...


class Presigner(Protocol):
    """Requests that others send to the inbox and the outbox in our name, for some minutes."""

    def form(self, key: str, *, content_type: str, least: int, most: int) -> Form:
        """Return a POST that puts from *least* to *most* bytes of this type at *key*, and nothing else."""
        ...

    def begin(self, key: str, *, content_type: str) -> Multipart:
        """Begin a multipart upload."""
        ...

    def part(self, upload: Multipart, number: int) -> str:
        """Return the address that takes one part by PUT, and answers with its ETag."""
        ...

    def complete(self, upload: Multipart, etags: Sequence[str]) -> str | None:
        """Put the parts together; None where the upload or one of its parts is not there."""
        ...

    def abort(self, upload: Multipart) -> bool:
        """Give up an upload; False where it is not there."""
        ...

    def download(self, key: str) -> str:
        """Return the address of one result."""
        ...


class Lanes(Protocol):
    """The arrivals queues and their dead letters."""

    def forward(self, message: Message, *, lane: str, seconds: int = 0) -> None:
        """Put the message on the arrivals queue of a lane, to be received after some seconds."""
        ...

    def bury(self, message: Message, *, lane: str, reason: str) -> None:
        """Put the message with the lane's dead letters, with its reason."""
        ...

    def hide(self, message: Message, *, lane: str, seconds: int) -> None:
        """Keep the message from being received again for some seconds."""
        ...


class LaneStates(Protocol):
    """
    The pace of each lane, and how far its slots are given away.

    Each change is one conditional update; a refused one answers what stands there now.
    """

    def read(self, lane: str) -> LaneState:
        """Return the lane's state."""
        ...

    def advance(self, seen: LaneState, by: int, *, at_least: int, at_most: int) -> tuple[bool, LaneState]:
        """Add *by* to `next_at` if that lies in between, under the configuration seen and not paused."""
        ...

    def restart(self, seen: LaneState, to: int, *, before: int) -> tuple[bool, LaneState]:
        """Set `next_at` if it lies before a moment, under the configuration seen and not paused."""
        ...

    def change(self, seen: LaneState, to: LaneState) -> bool:
        """Write a new configuration, if nothing was reserved nor changed since *seen*."""
        ...

    def overloaded(self, lane: str) -> None:
        """Count that what is behind the lane's processors is overloaded."""
        ...


class Watch(Protocol):
    """What is seen of the lanes and of their processors from outside."""

    def signals(self, lane: str) -> Signals:
        """Return what was seen of a lane lately; its overloads are counted elsewhere."""
        ...


class Executions(Protocol):
    """The state machine that processes batches."""

    def start(self, batch: Batch) -> None:
        """Start one execution; a batch that was started before is not started again."""
        ...


class Inbox(Protocol):
    """The files that arrived."""

    def open(self, file: File) -> AbstractContextManager[BinaryIO]:
        """Stream the content of *file*; raise FileMissingError if that version is gone."""
        ...

    def declared_type(self, file: File) -> str:
        """Return the content type that the sender declared; raise FileMissingError likewise."""
        ...


class Downloads(Protocol):
    """The files that arrived, on disk while they are needed."""

    max_bytes: int

    def fetched(self, file: File) -> AbstractContextManager[Path | None]:
        """Hold *file* on disk for the block, None if it has too many bytes; raise FileMissingError."""
        ...


class Outbox(Protocol):
    """Where results go."""

    def publish(
        self, key: str, body: bytes, *, content_type: str, file: File, status: Status = Status.SUCCESS
    ) -> str:
        """Write a result of *file*, which says how the file ended; never over that of a newer version."""
        ...


class Watermarks(Protocol):
    """The images that rules lay over others."""

    def fetch(self, image: WatermarkImage, file: File) -> bytes:
        """Return the newest version, from the bucket of *file* or the outbox; else MisconfiguredError."""
        ...


class Analysis(Protocol):
    """What sees what is in an image."""

    def analyse(self, jpeg: bytes, options: AnalysisOptions) -> Analysed | Refused:
        """Look for what *options* say; an image that is not suitable is refused."""
        ...


class Baselines(Protocol):
    """The profile of each dataset that the next one is compared with."""

    def get(self, dataset_id: str) -> tuple[Baseline | None, str]:
        """Return the baseline, and a token of how it is now."""
        ...

    def put(self, dataset_id: str, baseline: Baseline, token: str) -> bool:
        """Keep the baseline; False if it is no longer as the token says."""
        ...


class RemoteProcessor(Protocol):
    """A function that a team brought."""

    def call(self, request: Mapping[str, Any]) -> Any:
        """Return its answer; raise ProcessorFailedError, or DownstreamOverloadedError where it says so."""
        ...


class Renderer(Protocol):
    """What makes images from images."""

    def render(self, source: bytes | Path, plan: RenderPlan) -> Rendered | Refused:
        """Render one image; whatever is wrong with it is a refusal."""
        ...


class Channel(Protocol):
    """Where people and systems hear of outcomes."""

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Tell whoever listens; return the ids of the announcements that must come again."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """An announcement on its way to the topic."""

    announcement: Announcement
    mail: bool
    """Whether subscribers by mail are to get it."""
    note: str = ""
    """A sentence about mails, at the end of the text."""


class Topic(Protocol):
    """Where people hear of outcomes, and whoever else subscribes."""

    def publish(self, publications: Sequence[Publication]) -> set[str]:
        """Tell subscribers; return the ids of the announcements that were not taken."""
        ...

    def send(self, digest: Digest) -> None:
        """Mail a digest."""
        ...


class DigestBook(Protocol):
    """What the next digest is to count, by the hour."""

    def count_mails(self, count: int, *, at: datetime) -> int:
        """Count *count* more mails for the minute of *at*, and return how many it had before."""
        ...

    def note(self, entries: Sequence[Entry], *, at: datetime) -> None:
        """Note outcomes for the digest of the hour of *at*; each once, however often it is noted."""
        ...

    def entries(self, hour: datetime) -> Iterator[Sequence[Entry]]:
        """Yield what was noted for the hour that begins then, in parts."""
        ...

    def sent_until(self) -> datetime | None:
        """Return the end of the last digest that was sent; None before the first."""
        ...

    def sent(self, until: datetime) -> None:
        """Remember that digests were sent up to then."""
        ...


class Journal(Protocol):
    """What operators read: a log line and a metric per file."""

    def began(self, file: File) -> None:
        """Begin the lines about *file*, under its correlation id."""
        ...

    def ended(self, file: File, outcome: Outcome) -> None:
        """Note the recorded outcome."""
        ...

    def noted(self, message: str, details: Mapping[str, Any]) -> None:
        """Note what an operator should be able to find."""
        ...

    def measured(self, name: str, seconds: float, *, lane: str) -> None:
        """Put a time on the lane's metric."""
        ...

    def failed(self, message: str, details: Mapping[str, Any]) -> None:
        """Note a fault of ours, with the exception being handled."""
        ...

    def counted(self, name: str, number: int) -> None:
        """Add to the metric *name*."""
        ...
