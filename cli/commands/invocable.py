"""
Write a template by which `sam local invoke` runs the built functions in containers, against a stack.

Each has the variables, the memory and the time that it has there. A container finds the local stack at
ADDRESS, where that has to listen: see `sluice up --also ADDRESS`.
"""

import argparse
import json
from pathlib import Path
from urllib.parse import urlsplit

from cli.console import console
from cli.invocable import invocable
from cli.local_stack import connect
from local.environments import REPOSITORY

NAME = "invocable"
HELP = "write a template for `sam local invoke`"

BRIDGE = "172.17.0.1"  # where Docker's containers find the machine, unless Docker was told otherwise
BUILT = REPOSITORY / ".aws-sam/build"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--address", default=BRIDGE, help="of this machine, for containers (default: %(default)s)"
    )
    parser.add_argument(
        "--built", type=Path, default=BUILT, help="what `sam build` made (default: .aws-sam/build)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the template beside the functions' code, where samconfig.toml says it is."""
    client = connect()
    endpoint = client.endpoint_url and f"http://{arguments.address}:{urlsplit(client.endpoint_url).port}"
    file = arguments.built / "invocable.json"
    template = invocable(client.patient(), arguments.built, endpoint)
    file.write_text(json.dumps(template, indent=2), encoding="utf-8")
    console.print(f"sam local invoke runs {len(template['Resources']) - 1} functions: {file}", soft_wrap=True)
    return 0
