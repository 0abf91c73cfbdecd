"""Release checks on AWS: what is asked of Lambda and CodeDeploy, and how their answers are read."""

import io
import json

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from sluice.aws.release import CodeDeployDeployments, LambdaVersions
from sluice.errors import ServiceBusyError, VersionFailedError

APPSPEC = json.dumps(
    {
        "version": 0.0,
        "Resources": [
            {
                "live": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Name": "sluice-ProfileCsvFunction-1A2B",
                        "Alias": "live",
                        "CurrentVersion": "6",
                        "TargetVersion": "7",
                    },
                }
            }
        ],
    }
)


def stubbed(service):
    client = boto3.client(service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    return client, Stubber(client)


def payload(value):
    body = json.dumps(value).encode()
    return StreamingBody(io.BytesIO(body), len(body))


def test_a_version_is_invoked_by_its_number_and_its_answer_returned():
    client, stubber = stubbed("lambda")
    stubber.add_response(
        "invoke", {"Payload": payload({"files": []})}, {"FunctionName": "f:7", "Payload": b'{"a": 1}'}
    )
    with stubber:
        assert LambdaVersions(client).invoke("f:7", {"a": 1}) == {"files": []}


def test_an_error_of_the_version_is_told_from_one_of_lambda():
    client, stubber = stubbed("lambda")
    error = {"errorType": "KeyError", "errorMessage": "'x'"}
    stubber.add_response("invoke", {"FunctionError": "Unhandled", "Payload": payload(error)})
    stubber.add_client_error("invoke", "TooManyRequestsException")
    with stubber:
        with pytest.raises(VersionFailedError, match="KeyError: 'x'"):
            LambdaVersions(client).invoke("f:7", {})
        with pytest.raises(ServiceBusyError):
            LambdaVersions(client).invoke("f:7", {})


@pytest.mark.parametrize("kind", ["appSpecContent", "string"])
def test_the_version_under_check_is_read_from_the_deployment_s_revision(kind):
    client, stubber = stubbed("codedeploy")
    info = {"deploymentInfo": {"revision": {kind: {"content": APPSPEC}}}}
    stubber.add_response("get_deployment", info, {"deploymentId": "d-1"})
    with stubber:
        found = CodeDeployDeployments(client).version_of("d-1")
    assert found == ("sluice-ProfileCsvFunction-1A2B", "7")


@pytest.mark.parametrize(("passed", "status"), [(True, "Succeeded"), (False, "Failed")])
def test_the_verdict_is_reported_in_the_words_of_codedeploy(passed, status):
    client, stubber = stubbed("codedeploy")
    stubber.add_response(
        "put_lifecycle_event_hook_execution_status",
        {},
        {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook", "status": status},
    )
    with stubber:
        CodeDeployDeployments(client).report("d-1", "hook", passed=passed)
        stubber.assert_no_pending_responses()
