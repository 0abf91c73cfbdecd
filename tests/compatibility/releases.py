"""The modules of the layer that is on the path, whether of this release or of the one before."""

import importlib
from contextlib import suppress
from typing import Any


def module(*names: str) -> Any:
    """Return the first module of the layer that is there."""
    for name in names:
        with suppress(ModuleNotFoundError):
            return importlib.import_module(f"sluice.{name}")
    raise ModuleNotFoundError(f"sluice has none of {names}")


files, batches, outcomes = module("files"), module("batches"), module("outcomes")
arrivals, rules = module("arrivals"), module("rules.rule", "rules")
references = module("rules.references", "references")
pacing = module("pace.pacing", "pacing")
sweeps, dead_letters = module("recovery.sweeps", "sweeps"), module("recovery.dead_letters", "dead_letters")
deletions, executions = module("recovery.deletions", "deletions"), module("recovery.executions", "executions")
announcements = module("announcing.announcements", "announcements")
outcome_events = module("announcing.outcome_events", "outcome_events")
digests = module("announcing.digests", "digests")
baselines, changes = (
    module("tables.baselines", "baselines"),
    module("tables.profile_changes", "profile_changes"),
)
records = module("webhooks.records")
