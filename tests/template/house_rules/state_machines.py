"""What state machines invoke, and how they are watched."""

import re
from collections.abc import Iterator

from tests.template.cloudformation import target
from tests.template.stack import Stack
from tests.template.state_machines import definition_of, invoked_functions, machines

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")  # an expression may choose among several functions


def aliases_only(stack: Stack) -> Iterator[str]:
    """A state machine invokes a function by the ARN of its alias, so that a release reaches it gradually."""
    aliases = stack.of_type("AWS::Lambda::Alias")
    for name, machine in stack.of_type("AWS::StepFunctions::StateMachine").items():
        given = machine.get("DefinitionSubstitutions", {})
        for state, invoked in invoked_functions(definition_of(machines(stack.source)[name])):
            named = [given.get(substitution) for substitution in SUBSTITUTION.findall(invoked)]
            if not named or not all(isinstance(each, dict) and each.get("Ref") in aliases for each in named):
                yield f"{name}: {state} invokes {invoked}, which is no alias"


def observed_state_machines(stack: Stack) -> Iterator[str]:
    """Every state machine is traced, and logs to a group of the template without the data it handles."""
    for name, machine in stack.of_type("AWS::StepFunctions::StateMachine").items():
        if machine.get("TracingConfiguration", {}).get("Enabled") is not True:
            yield f"{name} is not traced"
        logging = machine.get("LoggingConfiguration", {})
        groups = {target(destination) for destination in logging.get("Destinations", [])}
        if logging.get("Level", "OFF") == "OFF" or not groups & stack.of_type("AWS::Logs::LogGroup").keys():
            yield f"{name} does not log"
        if logging.get("IncludeExecutionData") is True:
            yield f"{name} logs what it handles"
