"""Settings of the functions that process files."""

from dataclasses import dataclass
from datetime import timedelta

from sluice.settings.base import Settings, days, on_or_off, seconds, variable


@dataclass(frozen=True, slots=True)
class ProcessorSettings(Settings):
    """What every one of them needs."""

    catalogue_table: str = variable()
    rules_table: str = variable()
    catalogue_days: timedelta = variable(days)
    lanes_table: str = variable()
    lateness_seconds: timedelta = variable(seconds)


@dataclass(frozen=True, slots=True)
class ProfileCsvSettings(ProcessorSettings):
    """Environment of functions/profile_csv."""

    contracts_table: str = variable()
    outbox_bucket: str = variable()
    datasets_table: str = variable()


@dataclass(frozen=True, slots=True)
class ProcessImageSettings(ProcessorSettings):
    """Environment of functions/process_image."""

    outbox_bucket: str = variable()
    image_analysis: bool = variable(on_or_off)
    image_max_mebibytes: int = variable(int)
    image_max_megapixels: int = variable(int)
    image_max_frames: int = variable(int)
    image_max_seconds: int = variable(int)


@dataclass(frozen=True, slots=True)
class InspectFileSettings(ProcessorSettings):
    """Environment of functions/inspect_file."""


@dataclass(frozen=True, slots=True)
class CallProcessorSettings(ProcessorSettings):
    """Environment of functions/call_processor."""

    processor_setting: str = variable()
    """Name of the parameter that holds the ARN of the team's function, or `none`."""
