"""
A version of a state machine runs the definition that it was published with.

Stock: an execution of a version or an alias runs the newest definition, whatever the version's was, and names
neither; a role is asked for the ARN with its qualifier.
AWS: an execution runs the version that it was started with, drawn by weight where that is an alias, and
names both. For permissions, "Step Functions uses the state machine's ARN instead of using the version ARN
or alias ARN".
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
Left as it is: executions are not listed by alias.
"""

import json
import random
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions
from ministack.services import eventbridge, stepfunctions

from local.patches.replacing import wrap

QUALIFIED = 8  # parts of an ARN with a version or an alias

_started: ContextVar[dict[str, str | None] | None] = ContextVar("version_and_alias", default=None)


class _Versioned(type(stepfunctions._state_machines)):  # type: ignore[misc]
    """State machines; the one that runs has the definition of the version that was started."""

    __slots__ = ()

    def get(self, arn: str, default: Any = None) -> Any:
        """Return the state machine, as its running version has it."""
        machine = super().get(arn, default)
        started = _started.get()
        version = stepfunctions._state_machine_versions.get((started or {}).get("stateMachineVersionArn"))
        if not version or version["stateMachineArn"] != arn:
            return machine
        return machine | {name: version[name] for name in ("definition", "roleArn")}


def apply() -> None:
    """Let executions know their version, and run what it was published with."""
    wrap(stepfunctions, "_start_execution", _of_version)
    wrap(stepfunctions, "_emit_execution_status_event", _marked)
    wrap(stepfunctions, "_describe_execution", _described)
    wrap(eventbridge, "_put_events", _telling_version)
    wrap(iam_actions, "extract_resource_arn", _unqualified)
    stepfunctions._state_machines.__class__ = _Versioned


def _of_version(start: Any) -> Any:
    def start_of_version(request: dict[str, Any]) -> Any:
        arn = request.get("stateMachineArn", "")
        alias = stepfunctions._state_machine_aliases.get(arn)
        version = _draw(alias) if alias else arn if arn in stepfunctions._state_machine_versions else None
        token = _started.set(
            {"stateMachineVersionArn": version, "stateMachineAliasArn": arn if alias else None}
        )
        try:
            return start(request | {"stateMachineArn": version or arn})
        finally:
            _started.reset(token)

    return start_of_version


def _draw(alias: dict[str, Any]) -> str:
    routes = alias["routingConfiguration"]
    weights = [route["weight"] for route in routes]
    return random.choices(routes, weights)[0]["stateMachineVersionArn"]  # noqa: S311 - routing keeps no secret


def _marked(emit: Any) -> Any:
    """Mark an execution with its version when it says that it runs, which is before anything else."""

    def mark_and_emit(execution: dict[str, Any]) -> None:
        if "stateMachineVersionArn" not in execution:
            execution |= _started.get() or {}
        emit(execution)

    return mark_and_emit


def _described(describe: Any) -> Any:
    def describe_with_version(request: dict[str, Any]) -> Any:
        status, headers, body = describe(request)
        execution = stepfunctions._executions.get(request.get("executionArn"))
        if not execution:
            return status, headers, body
        return status, headers, json.dumps(json.loads(body) | _version_of(execution)).encode()

    return describe_with_version


def _telling_version(put: Any) -> Any:
    def put_telling_version(request: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        for entry in request.get("Entries", ()):
            if entry.get("Source") == "aws.states":
                detail = json.loads(entry["Detail"])
                if execution := stepfunctions._executions.get(detail.get("executionArn")):
                    entry["Detail"] = json.dumps(detail | _version_of(execution))
        return put(request, *args, **kwargs)

    return put_telling_version


def _version_of(execution: dict[str, Any]) -> dict[str, str]:
    names = ("stateMachineVersionArn", "stateMachineAliasArn")
    return {name: execution[name] for name in names if execution.get(name)}


def _unqualified(extract: Any) -> Any:
    def extract_unqualified(service: str, *args: Any, **kwargs: Any) -> Any:
        arn = extract(service, *args, **kwargs)
        if service != "states":
            return arn
        body = kwargs.get("body") or next((argument for argument in args if isinstance(argument, bytes)), b"")
        if arn == "*" and b"stateMachineAliasArn" in body:
            arn = json.loads(body)["stateMachineAliasArn"]
        parts = arn.split(":")
        return ":".join(parts[: QUALIFIED - 1]) if parts[5:6] == ["stateMachine"] else arn

    return extract_unqualified
