"""
Check an installation: bucket wiring, what is disabled, subscriptions, alarms, dead letters, quotas.

The exit code is 1 if anything is wrong; what is only worth knowing does not count.
"""

import argparse
from dataclasses import asdict

from rich.text import Text

from cli.console import console, print_json
from cli.diagnosis import Finding, diagnose
from cli.local_stack import connect

NAME = "doctor"
HELP = "check an installation"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print each check with what it found, as it finds it."""
    found: dict[str, list[Finding]] = {}
    for about, findings in diagnose(connect().patient()):
        found[about] = findings
        if not arguments.json:
            _print(about, findings)
    if arguments.json:
        print_json({about: [asdict(finding) for finding in findings] for about, findings in found.items()})
    return int(any(finding.wrong for findings in found.values() for finding in findings))


def _print(about: str, findings: list[Finding]) -> None:
    if not findings:
        console.print(Text.assemble(("ok       ", "green"), about))
    for finding in findings:
        mark = ("wrong    ", "bold red") if finding.wrong else ("note     ", "yellow")
        console.print(Text.assemble(mark, f"{about}: {finding.what}"), soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"         {finding.remedy}", style="dim"), soft_wrap=True)
