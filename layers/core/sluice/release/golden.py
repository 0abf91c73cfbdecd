"""Golden files and events: small inputs whose outcome is known, good ones and bad ones for each function."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sluice.outcomes import Status
from sluice.rules.references import Reference

# 2 by 1 pixels, one red and one blue
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """A file, and what the catalogue must say of it afterwards."""

    name: str
    body: bytes
    status: Status
    facts: Mapping[str, Any]
    """Attributes of the catalogue item, by dotted path."""


FILES: Mapping[str, tuple[GoldenFile, ...]] = {
    "profile_csv": (
        GoldenFile(
            "orders.csv",
            b"id,amount,paid\n1,2.50,yes\n2,,no\n3,1.00,yes\n",
            Status.SUCCESS,
            {"row_count": 3, "schema.id": "int", "quality_issues.missing_values.amount.count": 1},
        ),
        GoldenFile("unclosed.csv", b'id,name\n1,"never closed\n', Status.ERROR, {}),
    ),
    "process_image": (
        GoldenFile("dot.png", PNG, Status.SUCCESS, {"width": 2, "height": 1, "format": "png"}),
        GoldenFile("text.png", b"This is no image.", Status.ERROR, {}),
    ),
    "inspect_file": (
        GoldenFile(
            "note.txt",
            b"golden\n",
            Status.SUCCESS,
            {"sha256": "5ac03da17d7d5241b49a9a94f86b08a431d7052c8585ca997b373f0bc7da0dcc"},
        ),
    ),
}

EXECUTED: Mapping[str, tuple[GoldenFile, ...]] = {
    **FILES,
    "no_such_processor": (GoldenFile("nobody-s.txt", b"golden\n", Status.FAILED, {}),),
}
"""What golden executions of `process_batch` are given, by processor: also what it must give up."""

RULES: Mapping[str, Reference] = {
    "profile_csv": Reference("tables", 0),
    "process_image": Reference("images", 0),
    "inspect_file": Reference("everything-else", 0),
}
"""The default rules: what a person made of them must not decide about a release."""

NOTHING_RECEIVED: Mapping[str, Any] = {"Records": []}
NOTHING_FAILED: Mapping[str, Any] = {"batchItemFailures": []}

WITHOUT_FILES = ("dispatch", "notify", "deliver_webhook", "free_files")
EVENTS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = dict.fromkeys(
    WITHOUT_FILES, (NOTHING_RECEIVED, NOTHING_FAILED)
)
"""For functions that have no files: an event without effect, and its answer. It proves that they start."""
