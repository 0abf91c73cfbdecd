"""The nested template of a container image, which SAM has to transform, deploys."""

import json

import pytest

from local import stack
from local.clients import client
from local.environments import ACCOUNT, REGION, REPOSITORY
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/sluice:inspect-file"
NESTED = REPOSITORY / "templates/container_processor.yaml"


@pytest.fixture(scope="module")
def endpoint():
    with stack.session("nested") as (_, endpoint):
        yield endpoint


@pytest.fixture(scope="module")
def outputs(endpoint):
    """What the nested stack of a parent gives."""
    s3, formation = client(endpoint, "s3"), client(endpoint, "cloudformation")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="nested.yaml", Body=NESTED.read_bytes())
    given = {"ImageUri": IMAGE, "InboxArn": "arn:aws:s3:::inbox", "LogGroupName": "/sluice/processor"}
    url = f"{endpoint.url}/templates/nested.yaml"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": given}}
    names = ("AliasArn", "ErrorsAlarmName", "ThrottlesAlarmName")
    values = {name: {"Value": {"Fn::GetAtt": ["Nested", f"Outputs.{name}"]}} for name in names}
    formation.create_stack(
        StackName="parent",
        TemplateBody=json.dumps({"Resources": {"Nested": nested}, "Outputs": values}),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def made():
        [parent] = formation.describe_stacks(StackName="parent")["Stacks"]
        return parent["StackStatus"] == "CREATE_COMPLETE" and parent["Outputs"]

    return {output["OutputKey"]: output["OutputValue"] for output in eventually(made)}


def test_the_function_runs_the_image_behind_an_alias(endpoint, outputs):
    """Version 1, which later ones take over from."""
    functions = client(endpoint, "lambda")
    function, _, alias = outputs["AliasArn"].rpartition(":")

    assert functions.get_function(FunctionName=function)["Code"]["ImageUri"] == IMAGE
    assert functions.get_alias(FunctionName=function, Name=alias)["FunctionVersion"] == "1"
    assert alias == "live"


def test_its_alarms_watch_the_alias(endpoint, outputs):
    """Not the function as a whole, which nobody invokes."""
    names = [outputs["ErrorsAlarmName"], outputs["ThrottlesAlarmName"]]
    alarms = client(endpoint, "cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]

    for alarm in alarms:
        watched = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert watched["Resource"] == f"{watched['FunctionName']}:live"
    assert len(alarms) == 2
