"""The template, once as written and once for each environment."""

import copy

import pytest

from tests.template.cloudformation import ENVIRONMENTS, ROOT, Template, parameters_of, read_yaml
from tests.template.stack import Stack


@pytest.fixture(scope="session")
def written() -> Template:
    """template.yaml as written; tests that change it take `source`."""
    return read_yaml(ROOT / "template.yaml")


@pytest.fixture
def source(written: Template) -> Template:
    """A copy of the template to seed faults into."""
    return copy.deepcopy(written)


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def stack(request: pytest.FixtureRequest, written: Template) -> Stack:
    """The template with the parameters of each environment."""
    return Stack.of(written, parameters_of(request.param))
