"""The local stack as the commands use it: deploy to it, find it, connect to it."""

from cli import target
from cli.console import step
from cli.errors import StackNotRunningError
from cli.stack.address import Address
from cli.stack_client import StackClient
from local import stack
from local.build import Build, build
from local.clients import session
from local.deploy import STACK_NAME, deploy
from local.home import Home

PRODUCT = Build()


def deploy_product(home: Home) -> StackClient:
    """Build and deploy this repository's template as it is now to the home's emulator, and connect to it."""
    with step("Building functions and layer"):
        build(PRODUCT, home.deploy_log)
    with step("Deploying template.yaml"):
        deploy(home, PRODUCT)
    return connect(home)


def connect(home: Home | None = None) -> StackClient:
    """Connect to the stack of the home, by default to the one that was chosen; see `cli.target`."""
    chosen = target.chosen()
    if home is None and chosen.stack_name:
        return StackClient(Address(chosen.stack_name, chosen.session()))
    endpoint = (home or stack.up_home()).endpoint()
    if endpoint is None:
        raise StackNotRunningError
    return StackClient(Address(STACK_NAME, session(), endpoint.url))
