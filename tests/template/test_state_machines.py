"""State machine files hold what Step Functions takes; no linter of templates looks into them."""

import copy
import re
from collections.abc import Callable

import jsonata
import pytest

from sluice import errors
from tests.template import linting, state_machines
from tests.template.agreements import errors_and_classes
from tests.template.cloudformation import ROOT, Template

FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("statemachines/*"))


@pytest.fixture
def machine(written: Template, request: pytest.FixtureRequest) -> Template:
    """The properties of the state machine of one file."""
    named = {machine["DefinitionUri"]: machine for machine in state_machines.machines(written).values()}
    return copy.deepcopy(named[request.param])


@pytest.fixture
def definition(machine: Template) -> Template:
    """That state machine's definition, to seed faults into."""
    return state_machines.definition_of(machine)


def each_file(test: Callable) -> Callable:
    """Run *test* for every file in statemachines/; a file that no resource names fails."""
    return pytest.mark.parametrize("machine", FILES, indirect=True)(test)


def lint(definition: Template) -> list[linting.Finding]:
    """Lint a definition with its substitutions filled."""
    return linting.findings(state_machines.inline_template(definition))


def states_that(definition: Template, key: str) -> list[Template]:
    """Return the states that have *key*."""
    return [state for _, state in state_machines.states(definition) if key in state]


def test_there_are_state_machines() -> None:
    """The tests below would hold for none."""
    assert FILES


@each_file
def test_the_linter_has_no_findings_in_definitions(definition: Template) -> None:
    """Errors and warnings both count."""
    assert [] == lint(definition)


@each_file
def test_substitutions_used_are_those_given(machine: Template, definition: Template) -> None:
    """Step Functions refuses an unknown ${name} on deployment only, and ignores one that is never used."""
    assert [] == list(state_machines.unmatched_substitutions(machine, definition))


@each_file
def test_expressions_parse(definition: Template) -> None:
    """Each is JSONata; a slip would show in an execution only."""
    for expression in state_machines.expressions(definition):
        jsonata.Jsonata(expression)


@each_file
def test_errors_that_are_matched_are_exceptions_of_ours(definition: Template) -> None:
    """A retry by a name that nothing raises never happens."""
    assert [] == list(errors_and_classes(state_machines.matched_errors(definition), errors))


@each_file
def test_the_linter_finds_a_state_that_leads_nowhere(definition: Template) -> None:
    """A transition to a state that does not exist."""
    definition["StartAt"] = "NoSuchState"

    assert lint(definition)


@each_file
def test_the_linter_finds_a_misspelt_field(definition: Template) -> None:
    """A field of a task that Step Functions does not know."""
    states_that(definition, "Resource")[0]["TimeoutSecond"] = 5

    assert lint(definition)


@each_file
def test_a_substitution_of_another_name_is_found_twice(machine: Template, definition: Template) -> None:
    """Once as used and not given, once as given and not used."""
    name = next(iter(machine["DefinitionSubstitutions"]))
    machine["DefinitionSubstitutions"] = {
        ("Renamed" if key == name else key): value
        for key, value in machine["DefinitionSubstitutions"].items()
    }

    assert [f"{name} is used and not given", "Renamed is given and not used"] == list(
        state_machines.unmatched_substitutions(machine, definition)
    )


def test_a_misspelt_error_is_found() -> None:
    """Names of AWS's own errors have a dot and pass."""
    names = ["ServiceBusyError", "ServiceBusyEror", "Lambda.TooManyRequestsException", "States.ALL"]

    assert ["ServiceBusyEror is matched and never raised"] == list(errors_and_classes(names, errors))


def test_a_slip_in_an_expression_is_found() -> None:
    """The parser that the tests rely on is strict."""
    with pytest.raises(Exception, match=re.compile("expected|unexpected|syntax", re.IGNORECASE)):
        jsonata.Jsonata("$states.input.(files")
