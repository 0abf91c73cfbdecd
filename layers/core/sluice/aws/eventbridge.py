"""The stack's event bus on Amazon EventBridge."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sluice.announcing.announcements import Announcement
from sluice.announcing.outcome_events import OutcomeEvent, all_events
from sluice.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

    _Waiting = tuple[str, PutEventsRequestEntryTypeDef]  # id of the announcement, and the entry

SOURCE = "sluice"
CALL_ENTRIES = 10  # events in one call
CALL_BYTES = 262_144  # of all entries of one call together; newer accounts may send more, older ones not
ENTRY_BYTES = CALL_BYTES - 1024  # of one detail; source, type and time count too
TRIES = 3  # of the entries that a call did not take


class EventBridgeBus:
    """Puts events on one bus."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def announce(self, announcements: Sequence[Announcement]) -> set[str]:
        """Put each outcome's events; return the ids of the announcements with an event that was not taken."""
        waiting = [(told.id, self._entry(event)) for told, event in all_events(announcements)]
        for _ in range(TRIES):
            waiting = [refused for call in _calls(waiting) for refused in self._put(call)]
        return {told for told, _ in waiting}

    def _put(self, call: "list[_Waiting]") -> "list[_Waiting]":
        """Put the entries of one call, and return those that were refused: a call fails by entry."""
        with translated("put events on the bus"):
            answer = self._client.put_events(Entries=[entry for _, entry in call])
        results = answer["Entries"] if answer["FailedEntryCount"] else []
        return [each for each, result in zip(call, results, strict=False) if "ErrorCode" in result]

    def _entry(self, event: OutcomeEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": event.body(ENTRY_BYTES),
        }


def _calls(entries: "list[_Waiting]") -> "Iterator[list[_Waiting]]":
    """Yield the entries in calls that EventBridge takes."""
    call: list[_Waiting] = []
    size = 0
    for told, entry in entries:
        more = entry_bytes(entry)
        if call and (len(call) == CALL_ENTRIES or size + more > CALL_BYTES):
            yield call
            call, size = [], 0
        call.append((told, entry))
        size += more
    if call:
        yield call


def entry_bytes(entry: "PutEventsRequestEntryTypeDef") -> int:
    """
    Return what an entry counts.

    Source: Amazon EventBridge user guide, "Calculating PutEvents event entry size".
    """
    return sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))
