"""Settings of what finds lost, stuck and deleted files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sluice.settings.base import Settings, days, variable


@dataclass(frozen=True, slots=True)
class FreeFilesSettings(Settings):
    """Environment of functions/free_files."""

    catalogue_table: str = variable()
    arrivals: Mapping[str, str] = variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    failed_files: str = variable()
    dead_letters: str = variable()
    max_losses: int = variable(int)


@dataclass(frozen=True, slots=True)
class MarkDeletedSettings(Settings):
    """Environment of functions/mark_deleted."""

    inbox_bucket: str = variable()
    outbox_bucket: str = variable()
    catalogue_table: str = variable()
    dead_letters: str = variable()
    remove_results: str = variable()


@dataclass(frozen=True, slots=True)
class ReconcileSettings(Settings):
    """Environment of functions/reconcile."""

    inbox_bucket: str = variable()
    outbox_bucket: str = variable()
    catalogue_table: str = variable()
    arrivals: Mapping[str, str] = variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    failed_files: str = variable()
    max_losses: int = variable(int)


@dataclass(frozen=True, slots=True)
class ReplaySettings(Settings):
    """Environment of functions/replay."""

    inbox_bucket: str = variable()
    catalogue_table: str = variable()
    catalogue_days: timedelta = variable(days)
    replays_table: str = variable()
    arrivals: Mapping[str, str] = variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    letter_boxes: Mapping[str, str] = variable(json.loads)
    """Name to URL of each queue of dead letters or failed files."""
    queues: Mapping[str, str] = variable(json.loads)
    """Name to URL of the other queues that take messages back."""
    outcomes_topic_arn: str = variable()
    runs: Mapping[str, str] = variable(json.loads)
    """Name to ARN of each function and state machine that runs on a schedule."""
