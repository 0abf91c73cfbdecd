"""Translate AWS error codes into faults of ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from sluice.errors import FileMissingError, MisconfiguredError, ServiceBusyError, SluiceError

_OURS: dict[str, type[SluiceError]] = {
    "NoSuchKey": FileMissingError,
    "NoSuchVersion": FileMissingError,
    "404": FileMissingError,  # a HEAD request has no body to carry a code
    "405": FileMissingError,  # HEAD of a version that is a delete marker
    "MethodNotAllowed": FileMissingError,  # GET of a version that is a delete marker
    "PreconditionFailed": FileMissingError,  # of an unversioned object that was replaced
    "412": FileMissingError,
    "SlowDown": ServiceBusyError,
    "InternalError": ServiceBusyError,
    "InternalServerError": ServiceBusyError,
    "ServiceUnavailable": ServiceBusyError,
    "RequestTimeout": ServiceBusyError,
    "Throttling": ServiceBusyError,
    "ThrottlingException": ServiceBusyError,
    "TooManyRequestsException": ServiceBusyError,
    "ThrottledException": ServiceBusyError,
    "RequestThrottled": ServiceBusyError,
    "RequestLimitExceeded": ServiceBusyError,
    "ProvisionedThroughputExceededException": ServiceBusyError,
    "TransactionConflictException": ServiceBusyError,
    "ExecutionLimitExceeded": ServiceBusyError,
    "AccessDenied": MisconfiguredError,
    "AccessDeniedException": MisconfiguredError,
    "AuthorizationError": MisconfiguredError,
    "ParameterNotFound": MisconfiguredError,
    "ResourceNotFoundException": MisconfiguredError,
    "NoSuchBucket": MisconfiguredError,
    "StateMachineDoesNotExist": MisconfiguredError,
    "AWS.SimpleQueueService.NonExistentQueue": MisconfiguredError,
}


def code_of(error: ClientError) -> str:
    """Return the error code that AWS answered with."""
    return str(error.response["Error"]["Code"])


def refusal_of(error: ClientError) -> Mapping[str, Any]:
    """Return what DynamoDB tells of the item whose condition did not hold; raise any other error."""
    if code_of(error) != "ConditionalCheckFailedException":
        raise error
    answer: Any = error.response
    item: Mapping[str, Any] = answer.get("Item", {})
    return item


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Raise our fault for an AWS code we know; let every other error through as it is."""
    try:
        yield
    except ClientError as error:
        ours = _OURS.get(code_of(error))
        if ours is None:
            raise
        raise ours(f"cannot {action}: {code_of(error)}") from error
    except (NoConnectionError, HTTPClientError) as error:
        raise ServiceBusyError(f"cannot {action}: {error}") from error
