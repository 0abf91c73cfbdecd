"""A team's function behind AWS Lambda, and the container's own entry point over S3."""

import io
import json

import boto3
import pytest
from botocore.stub import Stubber

from sluice.aws.lambda_functions import LambdaProcessor, Setting
from sluice.containers import inspect_file
from sluice.errors import (
    DownstreamOverloadedError,
    MisconfiguredError,
    ProcessorFailedError,
    ServiceBusyError,
    UnexpectedAnswerError,
)
from sluice.processors.conformance import checks
from sluice.wiring import inspect_file as wiring

ARN = "arn:aws:lambda:us-east-1:111122223333:function:contracts:live"


@pytest.fixture
def stubbed():
    """A processor whose next answer from Lambda is prepared."""
    client = boto3.client("lambda")
    with Stubber(client) as stubber:
        yield LambdaProcessor(client, lambda: ARN), stubber


def answer(payload, **more):
    return {"StatusCode": 200, "Payload": io.BytesIO(payload)} | more


def test_a_request_is_the_payload_and_the_answer_is_read(stubbed):
    processor, stubber = stubbed
    request = {"s3_details": {"key": "März 📊"}}
    expected = {"FunctionName": ARN, "Payload": json.dumps(request, ensure_ascii=False).encode()}
    stubber.add_response("invoke", answer(b'{"status": "success"}'), expected)

    assert processor.call(request) == {"status": "success"}


def test_a_function_that_raises_is_a_processor_that_failed_with_what_it_said(stubbed):
    processor, stubber = stubbed
    stubber.add_response("invoke", answer(b'{"errorType": "KeyError"}', FunctionError="Unhandled"))

    with pytest.raises(ProcessorFailedError, match="KeyError"):
        processor.call({})


def test_a_function_that_says_that_what_it_works_for_is_overloaded_slows_its_lane_down(stubbed):
    processor, stubber = stubbed
    fault = b'{"errorType": "DownstreamOverloadedError", "errorMessage": "the ledger answers 503"}'
    stubber.add_response("invoke", answer(fault, FunctionError="Unhandled"))

    with pytest.raises(DownstreamOverloadedError, match="the ledger answers 503"):
        processor.call({})


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b'"DownstreamOverloadedError"', b"\xff"])
def test_a_failure_that_lambda_describes_in_no_way_that_we_know_is_a_processor_that_failed(stubbed, payload):
    processor, stubber = stubbed
    stubber.add_response("invoke", answer(payload, FunctionError="Unhandled"))

    with pytest.raises(ProcessorFailedError):
        processor.call({})


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_breaks_the_contract(stubbed, payload):
    processor, stubber = stubbed
    stubber.add_response("invoke", answer(payload))

    with pytest.raises(UnexpectedAnswerError):
        processor.call({})


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("TooManyRequestsException", DownstreamOverloadedError),
        ("ThrottlingException", ServiceBusyError),
        ("ResourceNotFoundException", MisconfiguredError),
        ("AccessDeniedException", MisconfiguredError),
    ],
)
def test_what_lambda_refuses_has_a_name_that_state_machines_match(stubbed, code, fault):
    processor, stubber = stubbed
    stubber.add_client_error("invoke", code)

    with pytest.raises(fault):
        processor.call({})


def test_without_a_function_the_fault_says_which_parameters_to_set():
    with pytest.raises(MisconfiguredError, match="CustomProcessorArn"):
        LambdaProcessor(boto3.client("lambda"), lambda: "none").call({})


@pytest.fixture
def inspected(versioned, file, monkeypatch):
    """A file in the inbox, and the container's entry point on the same S3."""
    monkeypatch.setattr(wiring, "client", lambda _: versioned)
    version = versioned.put_object(
        Bucket="inbox", Key="März + é.pdf", Body=b"%PDF-1.7", ContentType="text/plain"
    )
    return file(key="März + é.pdf", version_id=version["VersionId"])


def test_the_container_of_inspect_file_keeps_the_contract(inspected, lambda_context):
    """The example passes the kit that teams are given."""

    def invoke(request):
        return json.loads(json.dumps(inspect_file.lambda_handler(dict(request), lambda_context)))

    assert [check.problem for check in checks(invoke, inspected)] == [None] * 5


def test_the_container_answers_what_it_found(inspected, lambda_context):
    event = {"s3_details": inspected.to_json()}

    found = inspect_file.lambda_handler(event, lambda_context)

    assert found["status"] == "success"
    assert found["facts"]["content_type_found"] == "application/pdf"
    assert found["facts"]["warnings"] == ["declared as text/plain, but the content is application/pdf"]


def test_a_setting_is_read_again_after_a_minute():
    ssm, seconds = boto3.client("ssm"), [0.0]
    setting = Setting(ssm, "/sluice/x/custom-processor", clock=lambda: seconds[0])

    def put(value):
        ssm.put_parameter(Name="/sluice/x/custom-processor", Value=value, Type="String", Overwrite=True)

    put("none")
    assert setting() == "none"
    put(ARN)
    seconds[0] = 60
    assert setting() == "none"
    seconds[0] = 61
    assert setting() == ARN
