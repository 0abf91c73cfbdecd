"""Settings of what decides when files begin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sluice.errors import MisconfiguredError
from sluice.pace.pacing import Pace
from sluice.settings.base import Settings, on_or_off, seconds, variable


def paces_by_lane(text: str) -> Mapping[str, Pace]:
    """Read the paces of lanes from JSON."""
    try:
        return {lane: Pace(**pace) for lane, pace in json.loads(text).items()}
    except TypeError as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class DispatchSettings(Settings):
    """Environment of functions/dispatch."""

    inbox_bucket: str = variable()
    catalogue_table: str = variable()
    state_machine_arn: str = variable()
    lanes: Mapping[str, Mapping[str, str]] = variable(json.loads)
    """Lane to its queue URLs: `arrivals` and `dead_letters`."""
    claim_seconds: timedelta = variable(seconds)
    rules_table: str = variable()
    contracts_table: str = variable()
    lanes_table: str = variable()
    paces: Mapping[str, Pace] = variable(paces_by_lane)
    """Each lane's pace until a person sets another."""
    malware_gate: bool = variable(on_or_off)
    """Whether files wait for the verdict of a scan."""

    def lane_of(self, queue_arn: str) -> str:
        """Return the lane whose arrivals queue has this ARN: ARN and URL end with the queue's name."""
        name = queue_arn.rsplit(":", 1)[-1]
        for lane, urls in self.lanes.items():
            if urls["arrivals"].rsplit("/", 1)[-1] == name:
                return lane
        raise MisconfiguredError(f"LANES has no arrivals queue named {name}")


@dataclass(frozen=True, slots=True)
class TunePaceSettings(Settings):
    """Environment of functions/tune_pace."""

    lanes_table: str = variable()
    lanes: Mapping[str, Mapping[str, str]] = variable(json.loads)
    """Lane to its `arrivals` queue's URL and to the name of its `processor`."""
    lowest_rate: float = variable(float)
    highest_rate: float = variable(float)
    metrics_namespace: str = variable()
    """Where the functions of this stack, and of no other, count."""
