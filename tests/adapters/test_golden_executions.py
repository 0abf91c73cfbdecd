"""Golden executions on AWS: what is asked of Step Functions, and what CloudFormation is answered."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest
from botocore.stub import Stubber

from sluice.aws.golden_executions import CustomResourceAnswers, StepFunctionsMachines
from sluice.errors import ServiceBusyError
from sluice.release.requests import StackChange

MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:sluice-process-batch"
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:sluice-process-batch:release-check-1"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def states():
    client = boto3.client("stepfunctions", "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stubber:
        yield StepFunctionsMachines(client), stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(("version", "live"), [("6", True), ("7", False)])
def test_a_version_is_live_if_the_alias_names_it(states, version, live):
    machines, stubber = states
    alias = {"routingConfiguration": [{"stateMachineVersionArn": f"{MACHINE}:6", "weight": 100}]}
    stubber.add_response("describe_state_machine_alias", alias, {"stateMachineAliasArn": f"{MACHINE}:live"})
    assert machines.is_live(f"{MACHINE}:{version}") is live


def test_before_the_first_deployment_has_an_alias_no_version_is_live(states):
    machines, stubber = states
    stubber.add_client_error("describe_state_machine_alias", "ResourceNotFound")
    assert machines.is_live(f"{MACHINE}:1") is False


def test_a_throttled_question_is_no_answer(states):
    machines, stubber = states
    stubber.add_client_error("describe_state_machine_alias", "ThrottlingException")
    with pytest.raises(ServiceBusyError):
        machines.is_live(f"{MACHINE}:1")


def test_the_version_itself_is_started_and_not_the_alias(states):
    machines, stubber = states
    stubber.add_response(
        "start_execution",
        {"executionArn": EXECUTION, "startDate": NOW},
        {"stateMachineArn": f"{MACHINE}:7", "name": "release-check-1", "input": '{"files": []}'},
    )
    assert machines.start(f"{MACHINE}:7", "release-check-1", {"files": []}) == EXECUTION


def test_an_execution_has_ended_when_it_no_longer_runs(states):
    machines, stubber = states
    base = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "startDate": NOW}
    for more in (
        {"status": "RUNNING"},
        {"status": "SUCCEEDED", "output": '{"counts": {}}'},
        {"status": "FAILED", "error": "States.Runtime", "cause": "no such path"},
    ):
        stubber.add_response("describe_execution", base | more, {"executionArn": EXECUTION})
    assert machines.ended(EXECUTION) is None
    assert machines.ended(EXECUTION).output == {"counts": {}}
    failed = machines.ended(EXECUTION)
    assert (failed.status, failed.error) == ("FAILED", "States.Runtime no such path")


def test_an_execution_that_is_waited_for_no_longer_is_stopped(states):
    machines, stubber = states
    wanted = {"executionArn": EXECUTION, "cause": "The release check waits no longer."}
    stubber.add_response("stop_execution", {"stopDate": NOW}, wanted)
    machines.stop(EXECUTION)


@pytest.fixture
def address():
    """A server that keeps what is put there, as the bucket of CloudFormation does."""
    puts = []

    class Keeper(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            puts.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keeper)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/answer", puts
    server.shutdown()
    thread.join()
    server.server_close()


def a_change(url, **more):
    ids = {"StackId": "stack", "RequestId": "request", "LogicalResourceId": "ProcessBatchCheck"}
    return StackChange("process_batch", f"{MACHINE}:7", False, {"ResponseURL": url} | ids | more)  # noqa: FBT003


def test_a_version_that_passed_is_answered_with_its_name_which_the_alias_takes(address):
    url, puts = address
    CustomResourceAnswers().tell(a_change(url), [])
    [(content_type, answer)] = puts
    assert not content_type  # the address is signed without one
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "golden-executions-process_batch",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "ProcessBatchCheck",
        "Data": {"Version": f"{MACHINE}:7"},
    }


def test_faults_fail_the_update_and_the_resource_stays_the_one_it_was(address):
    url, puts = address
    CustomResourceAnswers().tell(a_change(url, PhysicalResourceId="of old"), ["It did nothing.", "x" * 5000])
    [(_, answer)] = puts
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("It did nothing. xxx")
    assert answer["PhysicalResourceId"] == "of old"
    assert len(json.dumps(answer)) < 4096
