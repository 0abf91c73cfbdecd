"""A container gives a function the time and the memory that its template says, and not more."""

import json
from pathlib import Path

import pytest

from local.build import architecture
from tests.containers.conftest import Sam

LIMITS = Path(__file__).with_name("limits")


@pytest.fixture
def beyond(engine, tmp_path):
    """Functions of this test's own, built for nothing: they are two lines of Python."""
    template = json.loads((LIMITS / "template.json").read_text(encoding="utf-8"))
    for function in template["Resources"].values():
        function["Properties"] |= {"CodeUri": str(LIMITS), "Architectures": [architecture()]}
    (tmp_path / "template.json").write_text(json.dumps(template), encoding="utf-8")
    return Sam(engine, tmp_path / "template.json", lambda _: {})


def test_a_function_that_takes_too_long_is_ended_and_reported(beyond):
    """It sleeps for a minute and has three seconds."""
    answer = beyond.invoke("SleepFunction", {})

    assert "timed out after 3 seconds" in answer.log, answer
    assert answer.value is None


def test_a_function_that_takes_too_much_memory_is_ended_and_reported(beyond):
    """It grows without end and has 128 MiB; half a minute would be enough for gigabytes."""
    answer = beyond.invoke("GrowFunction", {})

    assert answer.fault == "Runtime.ExitError", answer
    assert "signal: killed" in answer.value["errorMessage"]


def test_the_functions_have_what_the_template_says(sam):
    """Not the emulator's defaults: what SAM passes on is what the stack has."""
    given = {
        name: (function["Properties"]["MemorySize"], function["Properties"]["Timeout"])
        for name, function in json.loads(sam.template.read_text(encoding="utf-8"))["Resources"].items()
        if function["Type"] == "AWS::Serverless::Function"
    }

    assert given["DispatchFunction"] == (256, 30)
    assert given["InspectFileFunction"] == (512, 900)
