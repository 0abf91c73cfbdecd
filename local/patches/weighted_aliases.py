"""
An alias with weights sends its share of invocations to each version.

Stock: every invocation of an alias runs the version that it names, whatever its routing says.
AWS: "a simple probabilistic model": each invocation is drawn by itself, whoever invokes. The function sees
the alias as the ARN that was invoked.
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

import random
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import lambda_svc

from local.patches.replacing import wrap

_invoked: ContextVar[str | None] = ContextVar("invoked_alias_arn", default=None)


def apply() -> None:
    """Draw the version where event sources and state machines look it up, and where the API does."""
    wrap(lambda_svc, "_effective_func_record_for_qualifier", _drawn)
    wrap(lambda_svc, "_invoke", _invoke_drawn)
    wrap(lambda_svc, "_execute_function", _as_alias)


def draw(alias: Mapping[str, Any]) -> str:
    """Return a version of the alias, each as often as its weight says."""
    chance = random.random()  # noqa: S311 - routing keeps no secret
    for version, weight in weights_of(alias).items():
        if chance < weight:
            return version
        chance -= weight
    return str(alias["FunctionVersion"])


def weights_of(alias: Mapping[str, Any]) -> dict[str, float]:
    """Return the additional versions of an alias with their shares."""
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {version: float(weight) for version, weight in weights.items()}


def _drawn(look_up: Any) -> Any:
    def look_up_drawn(function: Any, qualifier: str | None) -> tuple[Any, Any]:
        alias = ((function or {}).get("aliases") or {}).get(qualifier)
        if not alias:
            return look_up(function, qualifier)
        record, config = look_up(function, draw(alias))
        if record is None:
            return None, None
        config = dict(config) | {"FunctionArn": alias["AliasArn"]}
        return dict(record) | {"config": config}, config

    return look_up_drawn


def _invoke_drawn(invoke: Any) -> Any:
    async def invoke_drawn(
        name: str, event: Any, headers: Any, qualifier: str | None = None, query: Any = None
    ) -> Any:
        wanted = qualifier or (query or {}).get("Qualifier")
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        alias = (lambda_svc._functions.get(name) or {}).get("aliases", {}).get(wanted)
        if not alias:
            return await invoke(name, event, headers, qualifier, query)
        token = _invoked.set(alias["AliasArn"])
        try:
            return await invoke(name, event, headers, draw(alias), query)
        finally:
            _invoked.reset(token)

    return invoke_drawn


def _as_alias(execute: Any) -> Any:
    """Give the function the ARN of the alias, which the API's look-up has lost with the qualifier."""

    def execute_as_alias(function: Any, event: Any) -> Any:
        if not (arn := _invoked.get()):
            return execute(function, event)
        _invoked.set(None)  # what the function invokes in turn is not this alias
        config = dict(function.get("config") or function) | {"FunctionArn": arn}
        return execute(dict(function) | {"config": config}, event)

    return execute_as_alias
