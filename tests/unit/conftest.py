"""What several tests need."""

import pytest
from moto import mock_aws

from tests.unit import cli_stack


@pytest.fixture
def address():
    """Where a stack is whose resources moto plays."""
    with mock_aws():
        address = cli_stack.address()
        cli_stack.create_resources(address)
        yield address
