"""
Take the sample files from upload to outcome on this machine, and leave nothing but their results.

Starts a local stack of its own on a free port, deploys this repository's template to it with the real
`sam deploy`, puts the files of samples/ in, shows what became of each, and keeps their results in
build/demo to look at. The exit code is 0 only if every outcome is the expected one.
"""

import argparse
import shutil
from contextlib import ExitStack
from pathlib import Path

from cli.console import console, program, step
from cli.downloads import download
from cli.errors import CommandError
from cli.local_stack import deploy_product
from cli.numbers import seconds
from cli.samples import deviations, expectations, sample_sources
from cli.stack_client import StackClient
from cli.uploads import upload_all
from cli.views import outcomes_table
from cli.waiting import Outcomes, wait_for_outcomes
from local import stack
from local.environments import REPOSITORY

NAME = "demo"
HELP = "take sample files from upload to outcome, and keep only their results"
RESULTS = REPOSITORY / "build" / "demo"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--timeout", type=seconds, default=120, help="seconds to wait (default: %(default)g)")


def run(arguments: argparse.Namespace) -> int:
    """Run the samples through a stack of their own."""
    with ExitStack() as until_the_end:
        with step("Starting a local stack"):
            home, _ = until_the_end.enter_context(stack.session("demo"))
        client = deploy_product(home)
        with step("Putting the sample files in"):
            uploads = upload_all(client, sample_sources(), show=False)
        outcomes = wait_for_outcomes(client, uploads, arguments.timeout, show=True)
        console.print(outcomes_table(outcomes))
        if not _all_expected(outcomes):
            raise CommandError(f"Not every outcome is the expected one: the functions' log is {home.log}.")
        pages = _keep_results(client, outcomes)
    console.print(
        f"\nAll {len(outcomes)} outcomes are the expected ones{_on_purpose()}. The stack is gone again."
    )
    _print_what_next(pages)
    return 0


def _all_expected(outcomes: Outcomes) -> bool:
    """Compare the outcomes with the expected ones, and say where they differ."""
    expected = expectations()
    wrong = {upload.name: deviations(expected[upload.name], facts) for upload, facts in outcomes.items()}
    for name, words in wrong.items():
        for deviation in words:
            console.print(f"{name}: {deviation}", style="red", markup=False)
    return not any(wrong.values())


def _on_purpose() -> str:
    """Say which samples are to end as an error."""
    broken = [name for name, facts in expectations().items() if facts["status"] == "error"]
    return f" ({', '.join(broken)} is broken on purpose)" if broken else ""


def _keep_results(client: StackClient, outcomes: Outcomes) -> list[Path]:
    """Download each file's results to a folder of its own, and return the pages among them."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    kept = [
        path
        for upload, facts in outcomes.items()
        for path in download(client, facts or {}, RESULTS / upload.name, show=False)
    ]
    return [path for path in kept if path.suffix == ".html"]


def _print_what_next(pages: list[Path]) -> None:
    sluice = program()
    console.print("\nLook at what came out, in a browser:")
    for page in pages:
        console.print(f"  {page.relative_to(REPOSITORY)}", markup=False, soft_wrap=True)
    console.print(f"""
Next:
  {sluice} up           start a stack that stays
  {sluice} put FILE     put a file of yours in
  {sluice} ls           see its outcome
  {sluice} --help       see the rest""")
