"""What is said about an outcome, and to whom it is said."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

SUBJECT_LIMIT = 100  # characters that SNS takes


@dataclass(frozen=True, slots=True)
class Announcement:
    """One outcome, as the catalogue records it."""

    file_id: str
    state_version: int
    """Grows with every change of the file; tells a late announcement from a newer one."""
    status: str
    file_name: str
    key: str
    processor: str
    correlation_id: str
    error_message: str | None
    results: tuple[str, ...]

    @classmethod
    def from_image(cls, image: Mapping[str, Any]) -> Self:
        """Read the typed attributes of a stream record's NewImage."""
        return cls(
            file_id=image["file_id"]["S"],
            state_version=int(image["state_version"]["N"]),
            status=image["status"]["S"],
            file_name=image["file_name"]["S"],
            key=image["key"]["S"],
            processor=image["processor"]["S"],
            correlation_id=image["correlation_id"]["S"],
            error_message=image.get("error_message", {}).get("S"),
            results=tuple(item["S"] for item in image.get("results", {}).get("L", ())),
        )

    @property
    def subject(self) -> str:
        """One line of printable ASCII, as SNS demands of a subject."""
        plain = unicodedata.normalize("NFKD", f"[{self.status}] {self.file_name}")
        printable = "".join(char for char in plain if " " <= char <= "~")
        return printable[:SUBJECT_LIMIT]

    @property
    def text(self) -> str:
        """What a person reads in the mail."""
        lines = [f"{self.key}: {self.status}"]
        if self.error_message:
            lines += ["", self.error_message]
        if self.results:
            lines += ["", "Results in the outbox:", *(f"  {key}" for key in self.results)]
        lines += ["", f"File id: {self.file_id}", f"Correlation id: {self.correlation_id}"]
        return "\n".join(lines)
