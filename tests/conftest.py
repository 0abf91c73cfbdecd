"""The environment in which handlers are imported, and what Lambda passes to them."""

import os
import re
import signal
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

# Nobody's own settings reach a test: of AWS, of Powertools, of the command, of a terminal.
OWN = re.compile(r"(AWS|POWERTOOLS|SLUICE)_.*|LOG_LEVEL|FORCE_COLOR|NO_COLOR|COLUMNS")
for name in filter(OWN.fullmatch, list(os.environ)):
    del os.environ[name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_TRACE_DISABLED": "1",
}

# How long an example takes is up to the machine. In continuous integration examples are the same each time.
settings.register_profile(
    "any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _told_to_end():
    """The command takes SIGTERM for itself; after a test that runs it, pytest is to end by it again."""
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@dataclass
class FakeLambdaContext:
    """A context with time on its clock, unless a test says otherwise."""

    function_name: str = "sluice"
    function_version: str = "1"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:111122223333:function:sluice"
    aws_request_id: str = "da658bd3-2d6f-4e7b-8ec2-937234644fdc"
    milliseconds_left: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds_left


@pytest.fixture
def lambda_context():
    """What Lambda passes beside the event."""
    return FakeLambdaContext()
