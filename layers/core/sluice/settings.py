"""One settings class per function: the environment variables it needs, and nothing else."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Self

from sluice.errors import MisconfiguredError
from sluice.pace.pacing import Pace


def _variable(read: Callable[[str], Any] = str, *, hashed: bool = True) -> Any:
    """Declare a field: how the variable of its name in capitals is read; mappings cannot be *hashed*."""
    return field(metadata={"read": read}, hash=None if hashed else False)


def _absent(read: Callable[[str], Any], default: Any) -> Any:
    """Declare a field that the template never sets: a test or a developer does, on one machine."""
    return field(metadata={"read": read, "absent": default})


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=int(text))


def _on_or_off(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError(f"{text!r} is neither on nor off")
    return text == "on"


def _paces(text: str) -> Mapping[str, Pace]:
    try:
        return {lane: Pace(**pace) for lane, pace in json.loads(text).items()}
    except TypeError as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads each field from the environment variable of the same name in capitals."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Build the settings; raise MisconfiguredError that names every missing or unreadable variable."""
        env = os.environ if env is None else env
        values, wrong = {}, []
        for each in fields(cls):
            name = each.name.upper()
            try:
                values[each.name] = each.metadata["read"](env[name])
            except KeyError:
                if "absent" in each.metadata:
                    values[each.name] = each.metadata["absent"]
                else:
                    wrong.append(f"{name} is missing")
            except ValueError as error:
                wrong.append(f"{name} is not readable: {error}")
        if wrong:
            raise MisconfiguredError(f"{cls.__name__}: {'; '.join(wrong)}")
        return cls(**values)


@dataclass(frozen=True, slots=True)
class RuntimeSettings(Settings):
    """What Lambda itself sets in every function."""

    aws_lambda_function_memory_size: int = _variable(int)
    """MiB."""


@dataclass(frozen=True, slots=True)
class DispatchSettings(Settings):
    """Environment of functions/dispatch."""

    inbox_bucket: str = _variable()
    catalogue_table: str = _variable()
    state_machine_arn: str = _variable()
    lanes: Mapping[str, Mapping[str, str]] = _variable(json.loads)
    """Lane to its queue URLs: `arrivals` and `dead_letters`."""
    claim_seconds: timedelta = _variable(_seconds)
    rules_table: str = _variable()
    contracts_table: str = _variable()
    lanes_table: str = _variable()
    paces: Mapping[str, Pace] = _variable(_paces)
    """Each lane's pace until a person sets another."""

    def lane_of(self, queue_arn: str) -> str:
        """Return the lane whose arrivals queue has this ARN: ARN and URL end with the queue's name."""
        name = queue_arn.rsplit(":", 1)[-1]
        for lane, urls in self.lanes.items():
            if urls["arrivals"].rsplit("/", 1)[-1] == name:
                return lane
        raise MisconfiguredError(f"LANES has no arrivals queue named {name}")


@dataclass(frozen=True, slots=True)
class FreeFilesSettings(Settings):
    """Environment of functions/free_files."""

    catalogue_table: str = _variable()
    arrivals: Mapping[str, str] = _variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    failed_files: str = _variable()
    dead_letters: str = _variable()
    max_losses: int = _variable(int)


@dataclass(frozen=True, slots=True)
class MarkDeletedSettings(Settings):
    """Environment of functions/mark_deleted."""

    inbox_bucket: str = _variable()
    outbox_bucket: str = _variable()
    catalogue_table: str = _variable()
    dead_letters: str = _variable()
    remove_results: str = _variable()


@dataclass(frozen=True, slots=True)
class ReconcileSettings(Settings):
    """Environment of functions/reconcile."""

    inbox_bucket: str = _variable()
    outbox_bucket: str = _variable()
    catalogue_table: str = _variable()
    arrivals: Mapping[str, str] = _variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    failed_files: str = _variable()
    max_losses: int = _variable(int)


@dataclass(frozen=True, slots=True)
class ReplaySettings(Settings):
    """Environment of functions/replay."""

    inbox_bucket: str = _variable()
    catalogue_table: str = _variable()
    catalogue_days: timedelta = _variable(lambda text: timedelta(days=int(text)))
    replays_table: str = _variable()
    arrivals: Mapping[str, str] = _variable(json.loads)
    """Lane to the URL of its arrivals queue."""
    letter_boxes: Mapping[str, str] = _variable(json.loads)
    """Name to URL of each queue of dead letters or failed files."""
    queues: Mapping[str, str] = _variable(json.loads)
    """Name to URL of the other queues that take messages back."""


@dataclass(frozen=True, slots=True)
class ProfileCsvSettings(Settings):
    """Environment of functions/profile_csv."""

    catalogue_table: str = _variable()
    rules_table: str = _variable()
    contracts_table: str = _variable()
    catalogue_days: timedelta = _variable(lambda text: timedelta(days=int(text)))
    lanes_table: str = _variable()
    lateness_seconds: timedelta = _variable(_seconds)
    outbox_bucket: str = _variable()
    datasets_table: str = _variable()


@dataclass(frozen=True, slots=True)
class ProcessImageSettings(Settings):
    """Environment of functions/process_image."""

    catalogue_table: str = _variable()
    rules_table: str = _variable()
    catalogue_days: timedelta = _variable(lambda text: timedelta(days=int(text)))
    lanes_table: str = _variable()
    lateness_seconds: timedelta = _variable(_seconds)
    outbox_bucket: str = _variable()
    image_analysis: bool = _variable("on".__eq__)
    image_max_mebibytes: int = _variable(int)
    image_max_megapixels: int = _variable(int)
    image_max_frames: int = _variable(int)
    image_max_seconds: int = _variable(int)


@dataclass(frozen=True, slots=True)
class InspectFileSettings(Settings):
    """Environment of functions/inspect_file."""

    catalogue_table: str = _variable()
    rules_table: str = _variable()
    catalogue_days: timedelta = _variable(lambda text: timedelta(days=int(text)))
    lanes_table: str = _variable()
    lateness_seconds: timedelta = _variable(_seconds)


@dataclass(frozen=True, slots=True)
class CallProcessorSettings(Settings):
    """Environment of functions/call_processor."""

    catalogue_table: str = _variable()
    rules_table: str = _variable()
    catalogue_days: timedelta = _variable(lambda text: timedelta(days=int(text)))
    lanes_table: str = _variable()
    lateness_seconds: timedelta = _variable(_seconds)
    processor_setting: str = _variable()
    """Name of the parameter that holds the ARN of the team's function, or `none`."""


@dataclass(frozen=True, slots=True)
class NotifySettings(Settings):
    """Environment of functions/notify."""

    catalogue_table: str = _variable()
    outcomes_topic_arn: str = _variable()
    event_bus: str = _variable()
    digest_table: str = _variable()
    digest_schedule: str = _variable()
    """`off` where no digests are sent."""
    mails_per_minute: int = _variable(int)
    webhooks_table: str = _variable()
    deliveries_queue: str = _variable()
    webhook_dead_letters: str = _variable()


@dataclass(frozen=True, slots=True)
class DeliverWebhookSettings(Settings):
    """Environment of functions/deliver_webhook."""

    webhooks_table: str = _variable()
    deliveries_table: str = _variable()
    deliveries_queue: str = _variable()
    webhook_dead_letters: str = _variable()
    secrets_prefix: str = _variable()
    allow_loopback_targets: bool = _absent(_on_or_off, default=False)
    """Whether webhooks may be on this machine; the server-side request forgery that it opens is the point."""


@dataclass(frozen=True, slots=True)
class SendDigestSettings(Settings):
    """Environment of functions/send_digest."""

    outcomes_topic_arn: str = _variable()
    digest_table: str = _variable()


@dataclass(frozen=True, slots=True)
class TunePaceSettings(Settings):
    """Environment of functions/tune_pace."""

    lanes_table: str = _variable()
    lanes: Mapping[str, Mapping[str, str]] = _variable(json.loads)
    """Lane to its `arrivals` queue's URL and to the name of its `processor`."""
    lowest_rate: float = _variable(float)
    highest_rate: float = _variable(float)


@dataclass(frozen=True, slots=True)
class RulesApiSettings(Settings):
    """Environment of functions/rules_api."""

    rules_table: str = _variable()
    contracts_table: str = _variable()
    lane_names: tuple[str, ...] = _variable(lambda text: tuple(text.split(",")))
    webhooks_table: str = _variable()
    deliveries_table: str = _variable()
    deliveries_queue: str = _variable()
    webhook_dead_letters: str = _variable()
    secrets_prefix: str = _variable()


@dataclass(frozen=True, slots=True)
class FilesApiSettings(Settings):
    """Environment of functions/files_api."""

    catalogue_table: str = _variable()
    inbox_bucket: str = _variable()
    outbox_bucket: str = _variable()
    lanes_table: str = _variable()
    paces: Mapping[str, Pace] = _variable(_paces, hashed=False)
    """Each lane's pace until a person sets another."""
    arrivals: Mapping[str, str] = _variable(json.loads, hashed=False)
    """Lane to the URL of its arrivals queue."""


@dataclass(frozen=True, slots=True)
class CheckReleaseSettings(Settings):
    """Environment of functions/check_release."""

    catalogue_table: str = _variable()
    outbox_bucket: str = _variable()
    stack_name: str = _variable()
