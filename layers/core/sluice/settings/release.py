"""Settings of the check of a release."""

from dataclasses import dataclass

from sluice.settings.base import Settings, variable


@dataclass(frozen=True, slots=True)
class CheckReleaseSettings(Settings):
    """Environment of functions/check_release."""

    catalogue_table: str = variable()
    outbox_bucket: str = variable()
    stack_name: str = variable()
