"""The template as CloudFormation sees it in one environment: transformed by SAM, its parameters known."""

import copy
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

from tests.template.cloudformation import Template

PSEUDO_PARAMETERS = {
    "AWS::Region": "eu-central-1",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::AccountId": "123456789012",
}
_NO_VALUE = {"Ref": "AWS::NoValue"}
_LOCAL_SOURCES = {"CodeUri", "ContentUri", "DefinitionUri"}


class _NoManagedPolicies(ManagedPolicyLoader):
    """Roles are written out, so the translator never asks IAM for the ARN of a managed policy."""

    def __init__(self) -> None:
        super().__init__(iam_client=None)

    def load(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Stack:
    """One template under one set of parameter values."""

    source: Template
    """As written."""
    transformed: Template
    """As SAM transforms it; intrinsic functions stand."""
    resolved: Template
    """The same with parameters, mappings and conditions evaluated, and false resources left out."""

    @classmethod
    def of(cls, source: Template, parameters: Mapping[str, str]) -> "Stack":
        """Transform *source*, once what is on the local disk has become places in a bucket, as SAM does."""
        given = copy.deepcopy(source)
        for name, value in parameters.items():
            spec = given["Parameters"][name]
            spec["Default"] = int(value) if spec["Type"] == "Number" else value
        for resource in given["Resources"].values():
            for key in _LOCAL_SOURCES & resource.get("Properties", {}).keys():
                resource["Properties"][key] = "s3://artifacts/placeholder"
            if "TemplateURL" in resource.get("Properties", {}):
                resource["Properties"]["TemplateURL"] = "https://s3.amazonaws.com/artifacts/placeholder"
        values = {
            name: spec.get("Default", "") for name, spec in given["Parameters"].items()
        } | PSEUDO_PARAMETERS
        with mock.patch.dict(os.environ, AWS_DEFAULT_REGION=PSEUDO_PARAMETERS["AWS::Region"]):
            transformed = transform(given, dict(values), _NoManagedPolicies())
        return cls(source, transformed, Resolver(transformed, values).template())

    def of_type(self, *types: str) -> dict[str, Any]:
        """Return the resolved properties of every resource of *types*, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resolved["Resources"].items()
            if resource["Type"] in types
        }

    def attributes(self, name: str) -> Template:
        """Return the resource *name* with its policies and properties."""
        return self.resolved["Resources"][name]


class Resolver:
    """Evaluates what does not depend on resources: parameters, mappings, conditions."""

    def __init__(self, template: Template, values: Mapping[str, Any]) -> None:
        self._template = template
        self._values = values

    def template(self) -> Template:
        resources = {
            name: self.value(resource)
            for name, resource in self._template["Resources"].items()
            if self.condition(resource.get("Condition"))
        }
        return {**self._template, "Resources": resources}

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.value(item) for item in value if self.value(item) != _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if isinstance(name := value.get("Ref"), str) and name in self._values:
            return self._values[name]
        if "Fn::FindInMap" in value:
            mapping, first, second = (self.value(part) for part in value["Fn::FindInMap"])
            return self._template["Mappings"][mapping][first][second]
        if "Fn::If" in value:
            name, then, otherwise = value["Fn::If"]
            return self.value(then if self.condition(name) else otherwise)
        return dict(self._items(value))

    def _items(self, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, item in value.items():
            resolved = self.value(item)
            if resolved != _NO_VALUE:
                yield key, resolved

    def operand(self, operand: Any) -> str:
        """Return a side of Fn::Equals: a value, or an item of a list parameter, known by its text."""
        if isinstance(operand, dict) and "Fn::Select" in operand:
            index, items = operand["Fn::Select"]
            return str(self.value(items)).split(",")[int(index)]
        if isinstance(operand, dict) and "Fn::Join" in operand:
            between, items = operand["Fn::Join"]
            return between.join(str(self.value(items)).split(","))
        return str(self.value(operand))

    def condition(self, expression: Any) -> bool:
        """Evaluate a condition by name or by expression; None holds."""
        if expression is None:
            return True
        if isinstance(expression, str):
            return self.condition(self._template["Conditions"][expression])
        ((operator, operands),) = expression.items()
        if operator == "Condition":
            return self.condition(operands)
        return _OPERATORS[operator](self, operands)


_OPERATORS: dict[str, Callable[[Resolver, Any], bool]] = {
    "Fn::Equals": lambda resolver, operands: len({resolver.operand(each) for each in operands}) == 1,
    "Fn::Not": lambda resolver, operands: not resolver.condition(operands[0]),
    "Fn::And": lambda resolver, operands: all(map(resolver.condition, operands)),
    "Fn::Or": lambda resolver, operands: any(map(resolver.condition, operands)),
}
