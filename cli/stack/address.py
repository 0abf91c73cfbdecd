"""Where a stack is, and what to say when AWS does not answer or refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ParamValidationError

from cli.errors import CommandError
from sluice.errors import SluiceError

PATIENCE = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5)
# A function may run for 15 minutes, and is not to run twice because nobody waited.
WHOLE_RUN = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=910)


@dataclass(frozen=True)
class Address:
    """Where a stack is: how to reach AWS, and the stack's name there."""

    stack_name: str
    session: boto3.Session
    endpoint_url: str | None = None

    def client(self, service: str, config: Config | None = None) -> Any:
        """Make a client of one service."""
        return self.session.client(service, endpoint_url=self.endpoint_url, config=config or PATIENCE)

    def dynamodb(self) -> Any:
        """Make the tables' resource, whose items have Python's own types."""
        return self.session.resource("dynamodb", endpoint_url=self.endpoint_url, config=PATIENCE)


def outputs_of(address: Address) -> dict[str, str]:
    """Read the stack's outputs; none if there is no such stack."""
    with as_sentences(address):
        try:
            stack = address.client("cloudformation").describe_stacks(StackName=address.stack_name)["Stacks"][
                0
            ]
        except ClientError as error:
            if "does not exist" not in str(error):  # a code of its own this error has not
                raise
            return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


@contextmanager
def as_sentences(address: Address) -> Iterator[None]:
    """Turn what AWS refuses, or its silence, into a sentence for the person who asked."""
    try:
        yield
    except EndpointConnectionError as error:
        raise CommandError(f"Nothing answers at {address.endpoint_url or 'AWS'}.") from error
    except ClientError as error:
        raise CommandError(f"AWS refused: {error.response['Error']['Message']}") from error
    except Boto3Error as error:  # which hides what a transfer was refused with
        raise CommandError(f"AWS refused: {error}") from error
    except ParamValidationError as error:
        raise CommandError(f"AWS cannot be asked that. {error.kwargs['report']}.") from error
    except BotoCoreError as error:
        raise CommandError(f"AWS cannot be reached: {error}") from error


@contextmanager
def refusals_as_sentences(address: Address) -> Iterator[None]:
    """Turn what the adapters of Sluice raise into sentences too."""
    with as_sentences(address):
        try:
            yield
        except SluiceError as error:
            raise CommandError(f"AWS refused: {error}") from error


def utc_now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)
