"""
Take the sample files from upload to outcome on this machine, and leave nothing.

Starts a local stack of its own on a free port, deploys this repository's template to it with the real
`sam deploy`, puts the files of samples/ in, and shows what became of each. The exit code is 0 only if
every outcome is the expected one.
"""

import argparse
from contextlib import ExitStack

from cli.console import console, program, step
from cli.errors import CommandError
from cli.local_stack import deploy_product
from cli.samples import deviations, expectations, sample_sources
from cli.uploads import upload_all
from cli.views import outcomes_table
from cli.waiting import Outcomes, wait_for_outcomes
from local import stack

NAME = "demo"
HELP = "take sample files from upload to outcome, then leave nothing"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--timeout", type=float, default=120, help="seconds to wait (default: %(default)g)")


def run(arguments: argparse.Namespace) -> int:
    """Run the samples through a stack of their own."""
    with ExitStack() as until_the_end:
        with step("Starting a local stack"):
            home, _ = until_the_end.enter_context(stack.session("demo"))
        client = deploy_product(home)
        with step("Putting the sample files in"):
            uploads = upload_all(client, sample_sources(), show=False)
        outcomes = wait_for_outcomes(client, uploads, arguments.timeout, show=True)
        console.print(outcomes_table(outcomes, client.outputs["OutboxBucketName"]))
        if not _all_expected(outcomes):
            raise CommandError(f"Not every outcome is the expected one: the functions' log is {home.log}.")
    console.print(f"\nAll {len(outcomes)} outcomes are the expected ones, and the stack is gone again.")
    _print_what_next()
    return 0


def _all_expected(outcomes: Outcomes) -> bool:
    """Compare the outcomes with the expected ones, and say where they differ."""
    expected = expectations()
    wrong = {upload.name: deviations(expected[upload.name], facts) for upload, facts in outcomes.items()}
    for name, words in wrong.items():
        for deviation in words:
            console.print(f"{name}: {deviation}", style="red", markup=False)
    return not any(wrong.values())


def _print_what_next() -> None:
    sluice = program()
    console.print(f"""
Next:
  {sluice} up           start a stack that stays
  {sluice} put FILE     put a file of yours in
  {sluice} ls           see its outcome
  {sluice} --help       see the rest""")
