"""Read a dead letter for what it was about."""

import json
from collections.abc import Mapping
from typing import Any

from sluice.arrivals import CREATED, Unreadable, read_arrival, read_object, read_text
from sluice.files import File
from sluice.malware.scans import SCANNED, Scan, read_scan
from sluice.recovery.dead_letters import Kind, Letter, Mail, Reading, Run, likely_rule
from sluice.recovery.deletions import DELETED
from sluice.recovery.executions import STATUS_CHANGE
from sluice.webhooks.records import Delivery

RECEIVED_TOO_OFTEN = "received too often without being handled"
NOT_MAILED = "the mail could not be sent"
NOT_RUN = "the run could not be started"
REASON_CHARACTERS = 1000
SCHEDULED = "Scheduled Event"
SWEEP = "sweep"


def read_letter(letter: Letter, *, inbox: str) -> Reading:
    """
    Return what *letter* was about.

    A letter that EventBridge could not deliver says why in attributes, one of a lane in the attribute
    `reason`, a failed file in its body. Sources: EventBridge user guide, "Using dead-letter queues";
    AWS Lambda developer guide, "Discarded batches" of DynamoDB streams and "Destinations"; Amazon SNS
    developer guide, "Dead-letter queues" and "Message and JSON formats".
    """
    body = read_object(letter.body)
    if isinstance(body, Unreadable):
        return Reading(Kind.UNREADABLE, _reason(letter, body.reason))
    if "DDBStreamBatchInfo" in body:
        return Reading(Kind.STREAM, _condition(body))
    if body.get("Type") == "Notification":
        return _mail(letter, body)
    if "webhook_id" in body:
        return _delivery(letter)
    if "requestPayload" in body:
        return _run(letter.queue, json.dumps(body["requestPayload"]), _failure(body))
    return _event(letter, body, inbox)


def _event(letter: Letter, body: Mapping[str, Any], inbox: str) -> Reading:
    event = body.get("detail-type")
    if event in (CREATED, SCANNED):
        return _arrival(letter, inbox) if event == CREATED else _scan(letter, inbox)
    if event == DELETED:
        return Reading(Kind.DELETION, _reason(letter, RECEIVED_TOO_OFTEN), key=_named(body, "object", "key"))
    if event == STATUS_CHANGE:
        return Reading(Kind.EXECUTION, _reason(letter, RECEIVED_TOO_OFTEN), about=_named(body, "name"))
    if event == SCHEDULED:
        return _run(letter.queue, letter.body, _reason(letter, NOT_RUN))
    if {"gone"} <= body.keys() <= {"gone", "days"}:  # what the schedule of the sweep sends
        return _run(SWEEP, letter.body, _reason(letter, NOT_RUN))
    return _failed_file(letter, body)


def _arrival(letter: Letter, inbox: str) -> Reading:
    file = read_arrival(letter.body, inbox=inbox)
    if isinstance(file, Unreadable):
        return Reading(Kind.UNREADABLE, _reason(letter, file.reason))
    processor = likely_rule(file).processor or ""
    return Reading(Kind.ARRIVAL, _reason(letter, RECEIVED_TOO_OFTEN), file, file.key, processor=processor)


def _scan(letter: Letter, inbox: str) -> Reading:
    scan = read_scan(letter.body, inbox=inbox)
    if isinstance(scan, Scan):
        return Reading(Kind.SCAN, _reason(letter, RECEIVED_TOO_OFTEN), key=scan.key)
    return Reading(Kind.UNREADABLE, _reason(letter, scan.reason if scan else RECEIVED_TOO_OFTEN))


def _failed_file(letter: Letter, body: Mapping[str, Any]) -> Reading:
    try:
        file, attempt = File.from_json(body), int(body["attempt"])
        read_text(file.key)
        reason = f"{body['error']}: {_cause(str(body.get('cause', '')))}".removesuffix(": ")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return Reading(Kind.UNREADABLE, _reason(letter, f"the message has an unknown shape: {error!r}"))
    processor = str(body.get("processor", ""))
    return Reading(
        Kind.FAILED_FILE, reason[:REASON_CHARACTERS], file, file.key, processor=processor, attempt=attempt
    )


def _mail(letter: Letter, body: Mapping[str, Any]) -> Reading:
    try:
        given = dict(body.get("MessageAttributes") or {})
        attributes = {str(name): str(each["Value"]) for name, each in given.items()}
        mail = Mail(str(body.get("Subject", "")), str(body["Message"]), attributes)
    except (KeyError, TypeError, ValueError) as error:
        return Reading(Kind.UNREADABLE, _reason(letter, f"the message has an unknown shape: {error!r}"))
    return Reading(Kind.MAIL, _reason(letter, NOT_MAILED), about=mail.subject, mail=mail)


def _delivery(letter: Letter) -> Reading:
    try:
        delivery = Delivery.from_json(letter.body)
    except (KeyError, TypeError, ValueError) as error:
        return Reading(Kind.UNREADABLE, _reason(letter, f"this is not a delivery: {error!r}"))
    about = f"{delivery.event} for {delivery.webhook_id}"
    return Reading(Kind.DELIVERY, _reason(letter, RECEIVED_TOO_OFTEN), about=about)


def _run(name: str, given: str, reason: str) -> Reading:
    return Reading(Kind.RUN, reason, about=name, run=Run(name, given))


def _reason(letter: Letter, otherwise: str) -> str:
    found = letter.attributes.get("reason") or otherwise
    if code := letter.attributes.get("ERROR_CODE"):
        found = f"{code}: {letter.attributes.get('ERROR_MESSAGE', '')}".removesuffix(": ")
    return found[:REASON_CHARACTERS]


def _cause(text: str) -> str:
    """Return the message of an exception that a function raised: Lambda wraps it with its stack trace."""
    found = read_object(text)
    return text if isinstance(found, Unreadable) else str(found.get("errorMessage", text))


def _failure(body: Mapping[str, Any]) -> str:
    """Return why a function's run failed, as it said itself or as Lambda says."""
    answer = body.get("responsePayload")
    if isinstance(answer, dict) and "errorMessage" in answer:
        return f"{answer.get('errorType', '')}: {answer['errorMessage']}".removeprefix(": ")[
            :REASON_CHARACTERS
        ]
    return _condition(body)


def _condition(body: Mapping[str, Any]) -> str:
    context = body.get("requestContext")
    return str(context.get("condition", "")) if isinstance(context, dict) else ""


def _named(body: Mapping[str, Any], *names: str) -> str:
    """Return a text inside the event's detail; nothing where there is none."""
    found: Any = body.get("detail")
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
