"""
A team's image, brought by its URI, processes what a rule sends it.

The stack deploys templates/container_processor.yaml with it. The emulator has no engine, and forwards the
function's invocations to the image as the test runs it, with the role that the nested template gives it.
"""

import json

import pytest

from local import stack
from local.build import Build, build
from local.deploy import deploy
from local.environments import ACCOUNT, CREDENTIALS, REGION
from tests.containers.conftest import taken_role
from tests.containers.test_images import started
from tests.e2e.conftest import Product
from tests.e2e.test_custom_processor import RULE

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/sluice:inspect-file-{'0' * 40}"
FORWARDED_TO = "MINISTACK_LAMBDA_PROXY_URL"  # how the emulator is told of a function that runs elsewhere


@pytest.fixture(scope="module")
def product(engine):
    """A stack with an image as its custom processor."""
    with stack.session("image", also=engine.machine) as (home, endpoint):
        build(Build(), home.deploy_log)
        outputs = deploy(home, Build(), {"CustomProcessorImageUri": IMAGE})
        yield Product(endpoint, outputs, home.call_log)


@pytest.fixture(scope="module")
def function(product):
    """The function of the nested template, as it was deployed."""
    listed = product.client("lambda").list_functions()["Functions"]
    [found] = [each for each in listed if each["PackageType"] == "Image"]
    return found


def test_the_nested_template_deploys_a_function_of_the_image(function, product):
    functions, name = product.client("lambda"), function["FunctionName"]

    assert functions.get_function(FunctionName=name)["Code"]["ImageUri"] == IMAGE
    assert functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == "1"
    setting = product.client("ssm").get_parameter(Name="/sluice/sluice/custom-processor")["Parameter"]
    assert setting["Value"] == f"{function['FunctionArn']}:live"


def test_a_file_that_a_rule_sends_to_the_image_has_the_outcome_that_it_answers(
    engine, image, function, product
):
    environment = CREDENTIALS | taken_role(product, function["Role"])
    environment["AWS_ENDPOINT_URL"] = f"http://{engine.machine}:{product.endpoint.port}"
    with started(engine, image("inspect_file"), environment) as container:
        forward(product, function["FunctionName"], container.url)
        rule = create_rule(product)

        product.upload("team/März + é.pdf", b"%PDF-1.7", ContentType="application/pdf")

        item = product.outcome("team/März + é.pdf")
    assert (item["status"], item["processor"], item["rule"]["id"]) == ("success", "custom", rule)
    assert item["custom"]["content_type_found"] == "application/pdf"


def forward(product, name, url):
    """Have the alias name a version whose invocations go to the container."""
    functions = product.client("lambda")
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {FORWARDED_TO: url}})
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


def create_rule(product):
    """Send what lies below team/ to the custom processor; return the rule's id."""
    name = product.outputs["RulesApiFunctionName"]
    request = {"action": "create", "data": RULE, "source": "test"}
    made = product.client("lambda").invoke(FunctionName=name, Payload=json.dumps(request))
    return json.loads(made["Payload"].read())["id"]
