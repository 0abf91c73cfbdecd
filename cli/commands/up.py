"""
Start the local stack on this machine and keep it running in the background.

Typed again, it deploys what has changed since; without a change it only says where the stack is.
"""

import argparse

from cli.console import console, program, step
from cli.errors import CommandError
from cli.local_stack import deploy_product
from cli.numbers import whole
from local import stack
from local.environments import REGION
from local.home import Endpoint, Home

NAME = "up"
HELP = "start the local stack, or deploy changed code to it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--port",
        type=whole("a port, which is a number", most=2**16 - 1),
        default=0,
        help="port to listen on (default: a free one)",
    )
    parser.add_argument(
        "--also", metavar="ADDRESS", help="listen there too, such as where containers find this machine"
    )


def run(arguments: argparse.Namespace) -> int:
    """Start the stack if it does not run, and deploy to it."""
    home = stack.up_home()
    running = home.endpoint()
    if running and arguments.port not in (0, running.port):
        raise CommandError(f"The local stack already runs on port {running.port}: `sluice down` ends it.")
    if running:
        console.print(f"The local stack is running at {running.url}.")
        deploy_product(home)
    else:
        running = _start(home, arguments.port, arguments.also)
    _print_what_next(running)
    return 0


def _start(home: Home, port: int, also: str | None) -> Endpoint:
    with step("Starting the local stack"):
        endpoint = stack.start(home, port, also=also)
    try:
        deploy_product(home)
    except BaseException:
        stack.stop(home)  # a stack with nothing deployed would only be in the way
        raise
    return endpoint


def _print_what_next(endpoint: Endpoint) -> None:
    sluice = program()
    console.print(
        f"""
Sluice runs at {endpoint.url}. Next:

  {sluice} put FILE     put a file in, or a folder (try samples/)
  {sluice} watch        see files flow
  {sluice} ls           list files and their outcomes
  {sluice} show FILE    see all that is known of a file
  {sluice} down         end it and leave nothing

Other AWS tools reach it with:
  export AWS_ENDPOINT_URL={endpoint.url} AWS_REGION={REGION}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test""",
        soft_wrap=True,
    )
