"""Decide about a file that arrived: its rule, and the version of its contract."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sluice.errors import FileMissingError
from sluice.files import File
from sluice.rules.ports import Contracts, Rules
from sluice.rules.references import Reference
from sluice.rules.rule import PROCESSORS, Rule, rule_for


@dataclass(frozen=True, slots=True)
class Route:
    """What becomes of one file."""

    rule: Rule
    contract: Reference | None


@dataclass(frozen=True, slots=True)
class Unroutable:
    """The rule that decides cannot be followed, and why; the file belongs with the dead letters."""

    reason: str


@dataclass(frozen=True, slots=True)
class Router:
    """Applies the rules; see `route`."""

    rules: Rules
    contracts: Contracts
    declared_type: Callable[[File], str]
    """What the sender declared; asked only where a rule needs it, for S3's events do not tell."""
    lanes: Collection[str]

    def route(self, file: File) -> Route | Unroutable:
        """
        Return the route of *file* by the rules of now.

        A rule is checked when it is saved; what it names may be gone by the time a file meets it.
        """
        rule = rule_for(file, self.rules.current(), self._type_of)
        if rule.processor is None:
            return Route(rule, None)
        if rule.processor not in PROCESSORS:
            return _unknown(rule, "processor", rule.processor)
        if rule.lane not in self.lanes:
            return _unknown(rule, "lane", rule.lane)
        contract = self.contracts.latest(rule.contract) if rule.contract else None
        if rule.contract and not contract:
            return _unknown(rule, "contract", rule.contract)
        return Route(rule, contract)

    def _type_of(self, file: File) -> str:
        try:
            return self.declared_type(file)
        except FileMissingError:
            return ""  # the processor will find it gone, and record that


def _unknown(rule: Rule, what: str, name: str) -> Unroutable:
    return Unroutable(f"the rule {rule.id!r} names the {what} {name!r}, which is unknown")
