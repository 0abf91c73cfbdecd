"""The smoke test of a deployment runs on the product, with no more than the role that deploys may do."""

import json

import pytest

import cli.commands.smoke
from cli.main import main
from cli.stack.address import Address
from cli.stack_client import StackClient
from local.clients import session
from local.deploy import STACK_NAME
from tests.template.bootstrap import account, documents
from tests.template.names import ACCOUNT, REGION
from tests.template.policies import Request, allows

pytestmark = pytest.mark.e2e

ACTIONS = {"HeadObject": "GetObject"}  # where IAM's name is not the operation's


@pytest.fixture
def calls(product, monkeypatch):
    """What the command asks of AWS: service, operation, parameters."""
    found = []
    watched = session()
    watched.events.register(
        "before-parameter-build.*.*",
        lambda params, model, **_: found.append((model.service_model.service_name, model.name, params)),
    )
    address = Address(STACK_NAME, watched, product.endpoint.url)
    monkeypatch.setattr(cli.commands.smoke, "connect", lambda: StackClient(address))
    return found


def smoke(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["smoke", *arguments])
    return ended.value.code


def test_a_file_for_each_processor_has_the_outcome_it_should_have(calls, product, capsys):
    """And the role that deploys may do all that it takes to find out."""
    assert smoke("--json") == 0

    report = json.loads(capsys.readouterr().out)
    assert [each["wrong"] for each in report] == [[], [], []]
    processors = {product.outcome(each["key"])["processor"] for each in report}
    assert processors == {"profile_csv", "process_image", "inspect_file"}
    role = documents(account(), "stagingDeployRole")
    assert [request for request in map(request_of, calls) if not allows(role, request)] == []


@pytest.mark.usefixtures("calls")
def test_a_stack_that_gives_no_outcome_fails(capsys):
    """It has no time to give one."""
    assert smoke("--timeout", "0") == 1
    assert "wrong  uploads/smoke/" in capsys.readouterr().out


def request_of(call):
    """Return what IAM would be asked in the account of the bootstrap, of the stack sluice-staging."""
    service, operation, params = call
    return Request(f"{service}:{ACTIONS.get(operation, operation)}", _resource(service, operation, params))


def _resource(service, operation, params):
    here = f"{REGION}:{ACCOUNT}"
    match service:
        case "cloudformation":
            return f"arn:aws:cloudformation:{here}:stack/sluice-staging/1"
        case "s3":
            return f"arn:aws:s3:::{_staging(params['Bucket'])}/{params['Key']}"
    [name] = params.get("RequestItems", [params.get("TableName")])
    index = f"/index/{params['IndexName']}" if operation == "Query" else ""
    return f"arn:aws:dynamodb:{here}:table/{_staging(name)}{index}"


def _staging(name):
    """The local stack is named sluice, and names begin with the stack's."""
    return name.replace("sluice-", "sluice-staging-", 1)
