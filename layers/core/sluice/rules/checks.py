"""What a rule may name: processors with the options they know, lanes and contracts that are there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sluice.images import option_reading
from sluice.option_reading import Fault, within
from sluice.rules.notices import faults_in
from sluice.rules.rule import CUSTOM, INSPECT_FILE, PROCESS_IMAGE, PROCESSORS, PROFILE_CSV
from sluice.rules.versions import Problem


def _no_options(options: Mapping[str, Any]) -> Sequence[Fault]:
    return [(name, "would change nothing: this processor has no options") for name in sorted(options)]


CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Sequence[Fault]]] = {
    PROCESS_IMAGE: option_reading.validate,
    PROFILE_CSV: _no_options,
    INSPECT_FILE: _no_options,
    CUSTOM: lambda _: [],  # its options are the team's own
}
"""Of each processor, what says what is wrong with its options."""


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """Finds what in a rule names nothing; call it with the document."""

    lanes: Collection[str]
    knows_contract: Callable[[str], bool]

    def __call__(self, document: Mapping[str, Any]) -> Sequence[Problem]:
        """Return what is wrong with a rule's document of the right shape."""
        wishes = [
            Problem(f"notifications.{name}", what) for name, what in faults_in(document["notifications"])
        ]
        return [*self._names(document), *_match(document["match"]), *_options(document), *wishes]

    def _names(self, document: Mapping[str, Any]) -> Sequence[Problem]:
        problems = []
        processor, lane, contract = (document[name] for name in ("processor", "lane", "contract"))
        if processor is not None and processor not in PROCESSORS:
            problems.append(Problem("processor", f"unknown; there are {', '.join(PROCESSORS)}"))
        if lane not in self.lanes:
            problems.append(Problem("lane", f"unknown; there are {', '.join(sorted(self.lanes))}"))
        if contract is not None and processor != PROFILE_CSV:
            problems.append(Problem("contract", f"only {PROFILE_CSV} holds a file against a contract"))
        elif contract is not None and not self.knows_contract(contract):
            problems.append(Problem("contract", "there is no such contract"))
        if processor is None and not document["reason"]:
            problems.append(Problem("reason", "a rule without a processor skips files, and has to say why"))
        return problems


def _match(match: Mapping[str, Any]) -> Sequence[Problem]:
    least, most = match["min_size"], match["max_size"]
    if least is not None and most is not None and least > most:
        return [Problem("match.max_size", "less than min_size, so that no file matches")]
    return []


def _options(document: Mapping[str, Any]) -> Sequence[Problem]:
    check = CHECKS.get(document["processor"] or "", _no_options)
    return [Problem(within("options", path), message) for path, message in check(document["options"])]
