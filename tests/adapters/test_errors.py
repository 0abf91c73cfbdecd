"""What AWS answers becomes a fault of ours where we know the code."""

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from sluice.aws.errors import translated
from sluice.errors import MisconfiguredError, ServiceBusyError


@pytest.fixture
def refuse(catalogue, dynamodb, file):
    """Claim a file while the service answers with an error code."""

    def claim(code):
        with Stubber(dynamodb) as stub:
            stub.add_client_error("update_item", code)
            catalogue.claim(file(), processor="p", lane="csv", until=file().uploaded_at)

    return claim


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
    ],
)
def test_a_throttled_request_is_a_busy_service(refuse, code):
    with pytest.raises(ServiceBusyError, match=f"cannot claim a file: {code}") as raised:
        refuse(code)
    assert isinstance(raised.value.__cause__, ClientError)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_denied_request_is_a_misconfiguration(refuse, code):
    with pytest.raises(MisconfiguredError, match=code):
        refuse(code)


def test_an_unknown_code_passes_through_as_it_is(refuse):
    with pytest.raises(ClientError, match="ValidationException"):
        refuse("ValidationException")


@pytest.mark.parametrize("code", ["SlowDown", "ServiceUnavailable", "RequestTimeout"])
def test_a_slow_bucket_is_a_busy_service(code):
    s3 = boto3.client("s3")
    stub = Stubber(s3)
    stub.add_client_error("get_object", code)

    with stub, pytest.raises(ServiceBusyError, match=code), translated("read"):
        s3.get_object(Bucket="b", Key="k")


@pytest.mark.parametrize("error", [EndpointConnectionError, ReadTimeoutError])
def test_a_broken_connection_is_a_busy_service(error):
    with pytest.raises(ServiceBusyError, match="cannot read"), translated("read"):
        raise error(endpoint_url="https://s3.example")
