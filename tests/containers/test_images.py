"""The images of the Dockerfiles, from what was built for Lambda, behind the runtime interface emulator."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from local.build import architecture
from local.environments import CREDENTIALS, REPOSITORY
from sluice.files import File
from sluice.processors.conformance import checks
from tests.containers.base_image import NAME
from tests.containers.test_functions import claimed, logical

PLATFORM = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}[architecture()]
NOBODY = "65534"
LARGEST = 40 * 2**20  # bytes that an image may add to its base; both share the layer's 10 MiB
READY = 30  # seconds


@dataclass(frozen=True)
class Container:
    """A running image, whose function is invoked over HTTP."""

    engine: Any
    name: str
    url: str

    def invoke(self, event: dict[str, Any]) -> Any:
        """Invoke the function, as Lambda would; a fault is an answer with `errorType`."""
        request = urllib.request.Request(self.url, data=json.dumps(event).encode())
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())

    def run(self, *command: str) -> str:
        """Run a command in it."""
        return self.engine.docker("exec", self.name, *command)


@contextmanager
def started(engine, tag: str, environment: dict[str, str]) -> Iterator[Container]:
    """Run the image, as unprivileged as Lambda does: a read-only root and /tmp alone to write to."""
    variables = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
    confined = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--memory", "512m"]
    name = f"sluice-test-{os.getpid()}"
    engine.docker(
        "run", "--detach", "--name", name, "--publish", "127.0.0.1::8080", *confined, *variables, tag
    )
    try:
        address = engine.docker("port", name, "8080/tcp").splitlines()[0]
        wait_for(f"http://{address}")
        yield Container(engine, name, f"http://{address}/2015-03-31/functions/function/invocations")
    finally:
        engine.docker("rm", "--force", name)


def wait_for(url: str) -> None:
    """Wait until something answers there, whatever it says."""
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Nothing answers at {url}.")


def environment_of(sam, function: str) -> dict[str, str]:
    """Return the variables that a function has in the stack, and credentials of its role."""
    template = json.loads(sam.template.read_text(encoding="utf-8"))
    variables = template["Resources"][logical(function)]["Properties"]["Environment"]["Variables"]
    return CREDENTIALS | variables | sam.credentials(logical(function))


@pytest.mark.parametrize("function", ["inspect_file", "process_image"])
def test_an_image_is_small_and_for_nobody(function, engine, image, capsys) -> None:
    """It adds what was built to its base, and names a user without rights."""
    [built_in] = json.loads(engine.docker("image", "inspect", image(function)))
    [base] = json.loads(engine.docker("image", "inspect", NAME))
    added = built_in["Size"] - base["Size"]
    with capsys.disabled():
        print(f"\n{function}: {added / 2**20:.1f} MiB, its base {base['Size'] / 2**20:.1f} MiB")

    assert built_in["Config"]["User"] == NOBODY
    assert 0 < added < LARGEST
    assert built_in["Architecture"] == PLATFORM.rpartition("/")[2]


@pytest.mark.usefixtures("quiet")
def test_the_image_of_inspect_file_answers_what_the_function_records(engine, image, sam, product) -> None:
    """The same file, once by the contract of custom processors and once from the state machine."""
    file = claimed(product, "inspect_file", REPOSITORY / "samples/vase.png")
    done = sam.invoke("InspectFileFunction", {"processor": "inspect_file", "files": [file | {"attempt": 1}]})
    assert done.value == {"processor": "inspect_file", "files": []}, done.log
    recorded = product.outcome(file["key"])

    with started(engine, image("inspect_file"), environment_of(sam, "inspect_file")) as container:
        assert container.run("id", "-u") == NOBODY
        answer = container.invoke({"contract_version": 1, "s3_details": file, "correlation_id": "c"})
        problems = [check for check in checks(container.invoke, File.from_json(file)) if check.problem]

    assert (answer["status"], recorded["status"]) == ("success", "success")
    assert answer["facts"].items() <= recorded.items()
    assert answer["facts"]["content_type_found"] == "image/png"
    assert problems == []


@pytest.mark.usefixtures("quiet")
def test_the_image_of_process_image_renders_a_file(engine, image, sam, product) -> None:
    """In its process of its own, without a right to anything but /tmp."""
    file = claimed(product, "process_image", REPOSITORY / "samples/pendulum.gif")

    with started(engine, image("process_image"), environment_of(sam, "process_image")) as container:
        answer = container.invoke({"processor": "process_image", "files": [file | {"attempt": 1}]})

    assert answer == {"processor": "process_image", "files": []}
    assert product.outcome(file["key"])["status"] == "success"
