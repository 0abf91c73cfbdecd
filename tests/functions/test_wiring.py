"""Each function as it is put together for Lambda, with the environment that the template gives it."""

import importlib
import inspect
import json
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from sluice.batches import Batch
from sluice.settings.base import Settings
from sluice.wiring import process_image
from tests import recovery_fakes, release_fakes
from tests.api_fakes import request
from tests.functions.conftest import ENVIRONMENT

FUNCTIONS = sorted(path.parent.name for path in Path(__file__).parents[2].glob("functions/*/handler.py"))
GIVEN = {"batch": Batch("process_image", ()), "downloads": None}  # what a handler adds to its settings


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """What the template and Lambda set."""
    lambdas = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769", "AWS_DEFAULT_REGION": "eu-central-1"}
    for name, value in (
        ENVIRONMENT | recovery_fakes.ENVIRONMENT | release_fakes.ENVIRONMENT | lambdas
    ).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ends(monkeypatch):
    """What ends with the test: the rendering process, and folders of downloads."""
    with ExitStack() as stack:
        worker = process_image.image_worker
        monkeypatch.setattr(process_image, "image_worker", lambda limits: stack.enter_context(worker(limits)))
        yield stack


def factories_of(function):
    """Yield what makes parts of a function from its settings, and those settings."""
    module = importlib.import_module(f"sluice.wiring.{function}")
    for name, factory in vars(module).items():
        if not name.startswith("_") and getattr(factory, "__module__", "") == module.__name__:
            parameters = inspect.signature(factory).parameters
            if "settings" in parameters:
                kind = parameters["settings"].annotation
                yield (
                    factory,
                    {"settings": kind} | {each: GIVEN[each] for each in parameters if each in GIVEN},
                )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_put_together_from_its_settings(function, ends):
    """For real: every adapter is made, over clients that nobody asks anything."""
    factories = list(factories_of(function))

    for factory, given in factories:
        made = factory(**given | {"settings": given["settings"].from_env()})
        if isinstance(made, AbstractContextManager):
            ends.enter_context(made)
        assert made is not None

    assert factories


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_reads_the_settings_that_its_wiring_takes(function):
    wanted = "".join(word.title() for word in function.split("_")) + "Settings"

    kinds = {given["settings"] for _, given in factories_of(function)}

    assert [wanted] == [kind.__name__ for kind in kinds]
    assert all(issubclass(kind, Settings) for kind in kinds)


@pytest.mark.parametrize(
    ("function", "path"), [("files_api", "/openapi.json"), ("rules_api", "/schemas/rule")]
)
def test_an_environment_makes_its_api_once_and_the_api_answers(lambda_context, function, path):
    factories = {factory.__name__: (factory, given["settings"]) for factory, given in factories_of(function)}
    make, kind = factories[function]

    api = make(kind.from_env())
    answer = api.resolve(request("GET", path), lambda_context)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["title" if path.startswith("/schemas") else "info"]
    assert make(kind.from_env()) is api
