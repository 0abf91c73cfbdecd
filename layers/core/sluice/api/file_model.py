"""Files as answers show them."""

from datetime import datetime
from typing import Any

from pydantic import Field

from sluice.api.texts import Model
from sluice.catalogue_queries import Facts


class FileSummary(Model):
    """One file and its state."""

    id: str
    name: str
    key: str
    version_id: str | None
    size: int | None = Field(description="Bytes")
    status: str = Field(description="claimed, processing, success, error, failed or skipped")
    processor: str
    lane: str
    uploaded_at: str
    processed_at: str | None = Field(description="null until there is an outcome")
    error_message: str | None = Field(description="What is wrong, in a sentence")


class FileList(Model):
    """Some files, newest first."""

    files: list[FileSummary]
    next: str | None = Field(description="Goes into `next` for the following page; null where there is none")


class Links(Model):
    """Where to go from here."""

    self: str
    results: str
    reprocess: str
    rule: str | None = Field(description="The version of the rule that decided; null for one not recorded")
    contract: str | None = Field(description="The version of the contract it was held against, if any")


class Transition(Model):
    """One thing that happened to a file."""

    state: str = Field(
        description="uploaded, claimed, slot (may not begin before), processing, an outcome, announced, "
        "reprocessed or deleted"
    )
    at: datetime
    by: str = Field(description="Who asked for it; empty where nobody did")


class FileDetail(FileSummary):
    """All that is known of one file."""

    attempt: int
    state_version: int = Field(description="Grows with each change, as announcements have it")
    correlation_id: str
    facts: dict[str, Any] = Field(description="What was found out about the file")
    results: list[str] = Field(description="Keys in the outbox")
    history: list[Transition] = Field(description="The newest attempt, in the order of time")
    versions: list[FileSummary] = Field(description="Other versions of the same key, newest first")
    links: Links


class Result(Model):
    """One result, and where to get it."""

    key: str
    url: str


class ResultList(Model):
    """The results of one file."""

    results: list[Result]
    expires_in: int = Field(description="Seconds in which a download may be begun")


class Reprocessing(Model):
    """A file that is processed once more."""

    id: str
    lane: str


def summary_of(facts: Facts) -> FileSummary:
    """Return what lists show of a file."""
    return FileSummary(
        id=facts["file_id"],
        name=facts["file_name"],
        key=facts["key"],
        version_id=facts.get("version_id") or None,
        size=facts.get("size"),
        status=facts["status"],
        processor=facts.get("processor", ""),
        lane=facts.get("lane", ""),
        uploaded_at=facts["upload_timestamp"],
        processed_at=facts.get("processed_timestamp"),
        error_message=facts.get("error_message"),
    )


def links_of(file_id: str, facts: Facts) -> Links:
    """Return where to go from a file."""

    def version(kind: str, name: str) -> str | None:
        reference = facts.get(name)
        return f"/{kind}/{reference['id']}?version={reference['version']}" if reference else None

    return Links(
        self=f"/files/{file_id}",
        results=f"/files/{file_id}/results",
        reprocess=f"/files/{file_id}/reprocess",
        rule=version("rules", "rule"),
        contract=version("contracts", "contract"),
    )
