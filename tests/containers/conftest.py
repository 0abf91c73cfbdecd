"""An engine, a base image, the functions built for this machine, and a local stack that containers reach."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.diagnosis import Patient
from cli.invocable import invocable
from cli.stack.address import Address
from cli.stack_client import StackClient
from local import stack
from local.build import Build, architecture, build
from local.clients import session
from local.deploy import STACK_NAME, deploy
from local.environments import REPOSITORY, SAM, environment_of_sam
from tests.containers import base_image
from tests.containers import engine as engines
from tests.e2e.conftest import Product

CACHE = REPOSITORY / "build/containers"
LONGEST = 300  # seconds of one `sam local invoke`; the first of all adds the layer to the image

if not os.environ.get("CONTAINERS"):
    collect_ignore_glob = ["test_*.py"]  # `make test-containers` runs them


@dataclass(frozen=True)
class Answer:
    """What an invocation printed: the function's answer, and what was logged."""

    value: Any
    log: str

    @property
    def fault(self) -> str | None:
        """The class of the exception that the function ended with."""
        return self.value.get("errorType") if isinstance(self.value, dict) else None


@dataclass(frozen=True)
class Sam:
    """`sam local invoke`, of the functions of one template."""

    engine: engines.Engine
    template: Path
    credentials: Callable[[str], dict[str, str]]
    """Of a function, as the variables by which AWS's clients take them."""

    def invoke(self, function: str, event: dict[str, Any]) -> Answer:
        """Invoke a function by its logical id."""
        command = [SAM.required(), "local", "invoke", function, "--event", "-"]
        command += ["--template-file", str(self.template)]
        if self.engine.own:
            command.append("--skip-pull-image")
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=environment_of_sam() | self.finds_engine() | self.credentials(function),
            input=json.dumps(event),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        lines = done.stdout.strip().splitlines()
        return Answer(_read(lines[-1]) if lines else None, done.stderr)

    def finds_engine(self) -> dict[str, str]:
        """Return what SAM finds the engine by."""
        address = self.engine.environment.get("DOCKER_HOST")
        return {"DOCKER_HOST": address} if address else {}


def _read(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return line


@pytest.fixture(scope="session")
def engine() -> Iterator[engines.Engine]:
    CACHE.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # to tidy up then, too
    try:
        running = engines.running(CACHE)
        found = running.__enter__()
    except engines.NoEngineError as error:
        pytest.skip(f"Containers cannot run: {error}.")
    try:
        if found.own:
            base_image.provide(found, CACHE)
        yield found
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def built(engine: engines.Engine) -> Path:  # noqa: ARG001  without an engine nothing is built
    """The functions and the layer as Lambda gets them, for this machine's processor."""
    folder = CACHE / "build"
    command = [SAM.required(), "build", "--build-dir", str(folder)]
    command += ["--parameter-overrides", f"Architecture={architecture()}"]
    environment = environment_of_sam() | {"SLUICE_ARCH": architecture()}
    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def product(engine: engines.Engine) -> Iterator[Product]:
    """A local stack that also listens where containers find this machine."""
    with stack.session("containers", also=engine.machine) as (home, endpoint):
        build(Build(), home.deploy_log)
        yield Product(endpoint, deploy(home, Build()), home.call_log)


@pytest.fixture(scope="session")
def sam(engine: engines.Engine, built: Path, product: Product) -> Sam:
    """The functions with the variables that they have in the local stack."""
    patient = StackClient(Address(STACK_NAME, session(), product.endpoint.url)).patient()
    template = built / "invocable.json"
    seen_by_containers = f"http://{engine.machine}:{product.endpoint.port}"
    template.write_text(json.dumps(invocable(patient, built, seen_by_containers), indent=2))
    return Sam(engine, template, Roles(product, patient).of)


@dataclass(frozen=True)
class Roles:
    """The functions' own roles, so that what a function is not granted is refused in a container too."""

    product: Product
    patient: Patient

    def of(self, function: str) -> dict[str, str]:
        """Take a function's role."""
        name = self.patient.of("AWS::Lambda::Function")[function]
        role = self.product.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        return taken_role(self.product, role)


def taken_role(product: Product, arn: str) -> dict[str, str]:
    """Take a role; return the variables by which AWS's clients do what it may."""
    taken = product.client("sts").assume_role(RoleArn=arn, RoleSessionName="container")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
        "AWS_SESSION_TOKEN": taken["SessionToken"],
    }


@pytest.fixture(scope="session")
def image(engine: engines.Engine, built: Path) -> Callable[[str], str]:
    """Builds the image of a function and returns its tag."""

    def build_image(function: str) -> str:
        tag = f"sluice-{function.replace('_', '-')}:test"
        dockerfile = REPOSITORY / f"functions/{function}/Dockerfile"
        engine.docker("build", "--quiet", "--file", str(dockerfile), "--tag", tag, str(built))
        return tag

    return build_image


@pytest.fixture(scope="session")
def fitted(product: Product) -> Callable[[str], dict[str, Any]]:
    """Sample events with the names that this stack has, where they name resources."""
    patient = StackClient(Address(STACK_NAME, session(), product.endpoint.url)).patient()
    names = {"sluice-inbox": product.outputs["InboxBucketName"], '"version": "7"': '"version": "1"'}
    names["sluice-ProfileCsvFunction-EXAMPLE"] = patient.of("AWS::Lambda::Function")["ProfileCsvFunction"]
    for lane in ("csv", "image", "other"):
        url = patient.of("AWS::SQS::Queue")[f"{lane.capitalize()}Arrivals"]
        names[f':sluice-{lane}"'] = f':{url.rpartition("/")[2]}"'

    def fit(name: str) -> dict[str, Any]:
        text = (REPOSITORY / f"events/{name}.json").read_text(encoding="utf-8")
        for example, real in names.items():
            text = text.replace(example, real)
        return json.loads(text)

    return fit


@pytest.fixture
def quiet(product: Product) -> Iterator[None]:
    """Let no arrival be told, so that a file is whose a test says it is."""
    events = product.client("events")
    rules = [rule["Name"] for rule in events.list_rules()["Rules"] if "ArrivalRule" in rule["Name"]]
    assert rules
    for rule in rules:
        events.disable_rule(Name=rule)
    yield
    for rule in rules:
        events.enable_rule(Name=rule)
