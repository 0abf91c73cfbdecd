"""Use case: find out what a file is."""

import hashlib
from typing import BinaryIO

from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports.buckets import Inbox
from sluice.processors.content import agrees, found_type
from sluice.rules.references import Reference
from sluice.rules.rule import Rule
from sluice.signatures import HEAD_BYTES

CHUNK = 1024 * 1024  # bytes read at once


def inspect_file(
    file: File,
    rule: Rule,  # noqa: ARG001  every process takes it
    contract: Reference | None,  # noqa: ARG001  likewise
    *,
    inbox: Inbox,
) -> Outcome:
    """
    Return size, SHA-256, and declared against found type of *file*.

    Streams the file. A type that contradicts the declared one is a warning, not an error.
    """
    declared = inbox.declared_type(file)
    with inbox.open(file) as stream:
        size, digest, head = _read_through(stream)
    found = found_type(head)
    facts = {
        "size": size,
        "sha256": digest,
        "content_type_declared": declared,
        "content_type_found": found,
        "warnings": []
        if agrees(declared, found)
        else [f"declared as {declared}, but the content is {found}"],
    }
    return Outcome(Status.SUCCESS, facts=facts)


def _read_through(stream: BinaryIO) -> tuple[int, str, bytes]:
    sha256 = hashlib.sha256()
    size, head = 0, b""
    while chunk := stream.read(CHUNK):
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        sha256.update(chunk)
        size += len(chunk)
    return size, sha256.hexdigest(), head
