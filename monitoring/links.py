"""The links of the chain, as template.yaml has them: what there is to watch."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEFAULT_TIMEOUT = 30  # seconds; that of Globals
DEFAULT_MEMORY = 256  # MiB; that of Globals
PROCESSING = "ProcessBatchStateMachine"  # what it invokes gives files their outcomes
SHORT = 60  # seconds; a function with a longer timeout processes files, and has minutes for one


class _Loader(yaml.SafeLoader):
    """SafeLoader that reads `!Ref X` as {"Ref": "X"}, and every other intrinsic likewise."""


def _intrinsic(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _intrinsic)


@dataclass(frozen=True)
class Function:
    """A function of the template."""

    name: str
    service: str
    timeout: int
    """Seconds."""
    memory: int
    """MiB; where a parameter of the template decides, its default."""
    log_group: str
    events: frozenset[str]
    """The types of its events, as SAM calls them."""
    is_processor: bool
    """The state machine that processes batches invokes it."""

    @property
    def title(self) -> str:
        """Its name without the word that says what it is."""
        return self.name.removesuffix("Function")

    @property
    def is_short(self) -> bool:
        """Tell whether its work takes seconds, so that a duration by stage can be expected of it."""
        return self.timeout <= SHORT


@dataclass(frozen=True)
class Links:
    """Everything of the template that CloudWatch has metrics of, by logical id."""

    functions: tuple[Function, ...]
    work_queues: tuple[str, ...]
    """Queues that a function consumes."""
    kept_queues: tuple[str, ...]
    """Queues that nothing consumes: dead letters, and files kept for replay."""
    machines: tuple[str, ...]
    rules: tuple[str, ...]
    tables: tuple[str, ...]
    topics: tuple[str, ...]
    apis: tuple[str, ...]

    @property
    def processors(self) -> tuple[Function, ...]:
        """The functions that give files their outcomes."""
        return tuple(function for function in self.functions if function.is_processor)


def read(path: Path) -> Links:
    """Read the links from a SAM template."""
    template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    resources: dict[str, Any] = template["Resources"]

    def named(*types: str) -> tuple[str, ...]:
        return tuple(name for name, resource in resources.items() if resource["Type"] in types)

    invoked = set(_references(resources[PROCESSING]))
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    functions = tuple(
        _function(name, resources[name], invoked, defaults) for name in named("AWS::Serverless::Function")
    )
    events = [
        event["Properties"]
        for name in named("AWS::Serverless::Function")
        for event in resources[name]["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    consumed = set(_references(event["Queue"] for event in events))
    queues = named("AWS::SQS::Queue")
    return Links(
        functions=functions,
        work_queues=tuple(queue for queue in queues if queue in consumed),
        kept_queues=tuple(queue for queue in queues if queue not in consumed),
        machines=named("AWS::Serverless::StateMachine"),
        rules=named("AWS::Events::Rule"),
        tables=named("AWS::DynamoDB::Table"),
        topics=named("AWS::SNS::Topic"),
        apis=named("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"),
    )


def _function(name: str, resource: dict[str, Any], invoked: set[str], defaults: dict[str, Any]) -> Function:
    properties = resource["Properties"]
    memory = properties.get("MemorySize", DEFAULT_MEMORY)
    return Function(
        name=name,
        service=properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"],
        timeout=int(properties.get("Timeout", DEFAULT_TIMEOUT)),
        memory=int(memory) if isinstance(memory, int | str) else int(defaults[next(_references(memory))]),
        log_group=next(_references(properties["LoggingConfig"])),
        events=frozenset(event["Type"] for event in properties.get("Events", {}).values()),
        is_processor=name in invoked,
    )


def _references(value: Any) -> Iterator[str]:
    """Yield the logical id of everything that *value* refers to by Ref or GetAtt."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("Ref", "GetAtt") and isinstance(item, str):
                yield item.split(".")[0]
            else:
                yield from _references(item)
    elif not isinstance(value, str):
        for item in value if hasattr(value, "__iter__") else ():
            yield from _references(item)
