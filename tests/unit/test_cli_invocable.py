"""The template for `sam local invoke` has what was built, as it is in the stack."""

import json

import pytest

import cli.commands.invocable
from cli.diagnosis import Patient
from cli.errors import CommandError
from cli.invocable import architecture, invocable
from cli.main import main

FUNCTIONS = {"DispatchFunction": "sluice-Dispatch-1", "ProcessorFunction": "sluice-Processor-1"}
STACK_VARIABLES = {"INBOX_BUCKET": "sluice-inbox-1"}


class FakeLambda:
    def get_function_configuration(self, FunctionName):  # noqa: N803  Lambda's name
        if FunctionName == "sluice-Processor-1":
            return {"PackageType": "Image"}
        return {
            "PackageType": "Zip",
            "Handler": "handler.lambda_handler",
            "Runtime": "python3.13",
            "MemorySize": 512,
            "Timeout": 900,
            "Environment": {"Variables": STACK_VARIABLES},
        }


@pytest.fixture
def patient():
    return Patient({}, {"AWS::Lambda::Function": FUNCTIONS}, lambda _: FakeLambda())


@pytest.fixture
def built(tmp_path):
    for name in ("CoreLayer", "DispatchFunction"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_function_has_the_limits_and_the_variables_of_the_stack(patient, built):
    function = invocable(patient, built, None)["Resources"]["DispatchFunction"]["Properties"]

    assert (function["MemorySize"], function["Timeout"]) == (512, 900)
    assert function["Environment"]["Variables"] == STACK_VARIABLES
    assert function["Architectures"] == [architecture()]


def test_a_function_of_a_local_stack_is_told_where_that_is(patient, built):
    """SAM passes on only what a template declares."""
    template = invocable(patient, built, "http://172.17.0.1:4566")
    variables = template["Resources"]["DispatchFunction"]["Properties"]["Environment"]["Variables"]

    assert variables == STACK_VARIABLES | {"AWS_ENDPOINT_URL": "http://172.17.0.1:4566"}


def test_code_and_layer_are_beside_the_template(patient, built):
    """SAM looks for them from the template's folder."""
    resources = invocable(patient, built, None)["Resources"]

    assert resources["DispatchFunction"]["Properties"]["CodeUri"] == "DispatchFunction"
    assert resources["CoreLayer"]["Properties"]["ContentUri"] == "CoreLayer"


def test_a_function_that_is_an_image_is_left_out(patient, built):
    """Nothing of it is in what was built."""
    assert "ProcessorFunction" not in invocable(patient, built, None)["Resources"]


def test_what_was_not_built_is_refused_by_name(patient, built):
    (built / "DispatchFunction").rmdir()

    with pytest.raises(CommandError, match=r"DispatchFunction is not in .*make build"):
        invocable(patient, built, None)


@pytest.mark.parametrize(
    ("listens", "told"), [("http://127.0.0.1:4566", "http://172.17.0.1:4566"), (None, None)]
)
def test_the_command_writes_the_template_beside_the_code(listens, told, patient, built, monkeypatch):
    """A local stack is told by the address at which containers find this machine; one on AWS needs none."""

    class Client:
        endpoint_url = listens

        def patient(self):
            return patient

    monkeypatch.setattr(cli.commands.invocable, "connect", Client)
    with pytest.raises(SystemExit) as ended:
        main(["invocable", "--built", str(built)])

    assert ended.value.code == 0
    template = json.loads((built / "invocable.json").read_text(encoding="utf-8"))
    variables = template["Resources"]["DispatchFunction"]["Properties"]["Environment"]["Variables"]
    assert variables.get("AWS_ENDPOINT_URL") == told
