"""Faults to put into a copy of the template, to see that the checks find them."""

import copy
from typing import Any

from tests.template.cloudformation import Template, parameters_of, target
from tests.template.stack import Stack

FUNCTION = "AWS::Serverless::Function"
MACHINE = "AWS::Serverless::StateMachine"
RULE = "AWS::Events::Rule"
QUEUE = "AWS::SQS::Queue"
BUCKET = "AWS::S3::Bucket"
TABLE = "AWS::DynamoDB::Table"
ROLE = "AWS::IAM::Role"


def of_type(source: Template, kind: str) -> list[str]:
    """Return the logical ids of all resources of one type."""
    return [name for name, resource in source["Resources"].items() if resource["Type"] == kind]


def first(source: Template, kind: str) -> Template:
    """Return the first resource of one type."""
    return source["Resources"][of_type(source, kind)[0]]


def properties(source: Template, kind: str) -> Template:
    """Return the properties of the first resource of one type."""
    return first(source, kind)["Properties"]


def function_role(source: Template) -> Template:
    """Return the properties of the first function's role."""
    return source["Resources"][target(properties(source, FUNCTION)["Role"])]["Properties"]


def function_logs(source: Template) -> Template:
    """Return the properties of the first function's log group."""
    return source["Resources"][target(properties(source, FUNCTION)["LoggingConfig"])]["Properties"]


def queue_with_dead_letters(source: Template) -> Template:
    """Return the properties of the first queue that redrives, which is one that receives events."""
    queues = (source["Resources"][name]["Properties"] for name in of_type(source, QUEUE))
    return next(queue for queue in queues if "RedrivePolicy" in queue)


def dead_letters(source: Template) -> Template:
    """Return the properties of the queue to which that one redrives."""
    redrive = queue_with_dead_letters(source)["RedrivePolicy"]
    return source["Resources"][target(redrive["deadLetterTargetArn"])]["Properties"]


def queue_event(source: Template) -> Template:
    """Return the properties of the first event source that is a queue."""
    functions = (source["Resources"][name]["Properties"] for name in of_type(source, FUNCTION))
    events = (event for function in functions for event in function.get("Events", {}).values())
    return next(event["Properties"] for event in events if event["Type"] == "SQS")


def statement(role: Template) -> Template:
    """Return the first statement of a role's first policy."""
    return role["Policies"][0]["PolicyDocument"]["Statement"][0]


def add_copy(source: Template, name: str, resource: Template, **changes: Any) -> None:
    """Add a resource like *resource*, with other properties where *changes* says so."""
    source["Resources"][name] = copy.deepcopy(resource)
    source["Resources"][name]["Properties"] |= changes


def in_production(source: Template) -> Stack:
    """Transform a template with the parameters of production."""
    return Stack.of(source, parameters_of("production"))
