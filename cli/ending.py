"""End one file by hand, whether it waits in its queue or its execution is stuck."""

import argparse
from datetime import UTC, datetime, timedelta

from cli.console import console, print_json
from cli.errors import CommandError
from cli.files import file_of
from cli.stack_client import StackClient
from sluice.batches import Task
from sluice.files import File
from sluice.outcomes import UNFINISHED, Outcome, Status
from sluice.ports.catalogue import Catalogue, Claimed

UNDECIDED = "other"  # the lane of a file that no rule has decided about yet


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the commands that end a file."""
    parser.add_argument("file", metavar="FILE", help="a file's id, or its whole key")
    parser.add_argument("--reason", default="", help="what is recorded beside it")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(client: StackClient, arguments: argparse.Namespace, status: Status, message: str) -> int:
    """End the file, with the reason behind the message if there is one, and say so."""
    message = f"{message}: {arguments.reason}" if arguments.reason else f"{message}."
    key = end(client, arguments.file, status, message)
    if arguments.json:
        print_json({"key": key, "status": status})
    else:
        console.print(f"{key} is {status}.")
    return 0


def end(client: StackClient, wanted: str, status: Status, message: str) -> str:
    """
    Record an outcome for the file of this id or key, and return its key.

    What its execution still does records nothing, for the file has its outcome. A file that failed is kept on
    the failed-files queue first, for replay.
    """
    file = _found(client, wanted)
    facts = client.file(file.file_id)
    if facts and facts["status"] not in UNFINISHED:
        raise CommandError(f"{file.key} has its outcome already: {facts['status']}.")
    with client.ending() as (catalogue, failed_files):
        attempt = int(facts["attempt"]) if facts else _claimed(catalogue, file)
        task = Task(file, attempt)
        if status is Status.FAILED:
            processor = str((facts or {}).get("processor", ""))
            failed_files.keep(task, processor=processor, error="Stopped", cause=message)
        if not catalogue.record(task, Outcome(status, error_message=message), at=datetime.now(UTC)):
            raise CommandError(f"{file.key} moved on just now: look at it with `sluice show`.")
    return file.key


def _found(client: StackClient, wanted: str) -> File:
    facts = client.file(wanted)
    file = file_of(facts) if facts else client.object(wanted)
    if file is None:
        raise CommandError(
            f"Neither the catalogue nor the inbox has {wanted}: give a file's id or its whole key."
        )
    return file


def _claimed(catalogue: Catalogue, file: File) -> int:
    """Claim a file that waits in its queue, so that dispatch passes over it; return the attempt's number."""
    until = datetime.now(UTC) + timedelta(minutes=1)
    claim = catalogue.claim(file, processor="", lane=UNDECIDED, until=until)
    if not isinstance(claim, Claimed):
        raise CommandError(f"{file.key} was taken up just now: try again.")
    return claim.attempt
