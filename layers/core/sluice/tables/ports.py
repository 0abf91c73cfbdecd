"""What tables need from outside."""

from typing import Protocol

from sluice.tables.baselines import Baseline


class Baselines(Protocol):
    """The profile of each dataset that the next one is compared with."""

    def get(self, dataset_id: str) -> tuple[Baseline | None, str]:
        """Return the baseline, and a token of how it is now."""
        ...

    def put(self, dataset_id: str, baseline: Baseline, token: str) -> bool:
        """Keep the baseline; False if it is no longer as the token says."""
        ...
