"""
SAM's transform knows the values of the template's parameters.

Stock: it is given none, so that what it decides by itself (whether a stage has gated deployments) follows the
defaults, whatever was deployed.
AWS: the transform resolves parameters and look-ups in maps with the values of the deployment.
"""

from contextvars import ContextVar
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers
from samtranslator.translator import transform

from local.patches.replacing import wrap

_values: ContextVar[dict[str, Any]] = ContextVar("parameters_of_the_transform")


def apply() -> None:
    """Hand the values from where the template is sent to where it is transformed."""
    wrap(handlers, "_apply_transforms", _remember)
    wrap(changesets, "_apply_transforms", _remember)
    wrap(transform, "transform", _with_values)


def _remember(apply_transforms: Any) -> Any:
    def apply_and_remember(template: Any, provided: Any = None, previous: Any = None) -> Any:
        token = _values.set(engine._transform_parameters(template, provided, previous))
        try:
            return apply_transforms(template, provided, previous)
        finally:
            _values.reset(token)

    return apply_and_remember


def _with_values(transformed: Any) -> Any:
    def transformed_with_values(template: Any, parameters: Any, loader: Any) -> Any:
        return transformed(template, parameters | _values.get({}), loader)

    return transformed_with_values
