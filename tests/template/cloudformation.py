"""Read CloudFormation and SAM templates, and the parameter values of each environment."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
# `sam deploy` without --config-env takes the environment that SAM calls default.
ENVIRONMENTS = {"dev": "default", "staging": "staging", "production": "production"}

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """SafeLoader that reads the short forms of intrinsic functions as their long forms."""


def _intrinsic(loader: _Loader, name: str, node: yaml.Node) -> Template:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def read_yaml(path: Path) -> Template:
    """Return the document at *path*, with every intrinsic function in its long form."""
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader


@cache
def samconfig() -> dict[str, Any]:
    """Return samconfig.toml."""
    return tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))


def deployment_of(environment: str) -> dict[str, Any]:
    """Return with which parameters `sam deploy` deploys to *environment*."""
    configured = samconfig()[ENVIRONMENTS[environment]]
    return configured["global"]["parameters"] | configured["deploy"]["parameters"]


def parameters_of(environment: str) -> dict[str, str]:
    """Return what samconfig.toml overrides in *environment*, by template parameter."""
    return dict(override.split("=", 1) for override in deployment_of(environment)["parameter_overrides"])


def targets(value: Any) -> Iterator[str]:
    """Yield the logical id of every resource and parameter that *value* refers to, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from targets(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item[0] if isinstance(item, list) else item.split(".")[0]
            elif key == "Fn::Sub":
                yield from _targets_of_sub(item)
            else:
                yield from targets(item)


def _targets_of_sub(item: Any) -> Iterator[str]:
    text, given = item if isinstance(item, list) else (item, {})
    yield from targets(given)
    names = (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
    yield from (name for name in names if name not in given)


def target(value: Any) -> str | None:
    """Return the one logical id that *value* refers to, or None."""
    return next(targets(value), None)
