"""Runs a tool of the local stack: its output goes to a log, and what it said last to a person if it fails."""

import re
import subprocess
from pathlib import Path

from local.environments import LocalStackError

SHOWN = 12  # lines
NO_NETWORK = re.compile(
    r"dns error|Temporary failure in name resolution|Network is unreachable|Failed to fetch:", re.IGNORECASE
)


def logged(command: list[str], log: Path, *, cwd: Path, env: dict[str, str], failure: str) -> None:
    """Run the command to its end; raise LocalStackError with what it said last if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = output.tell()
        result = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        printed = log.read_bytes()[start:].decode(errors="replace")
        raise LocalStackError(f"{failure}: {_reason(printed)} ({log})")


def _reason(printed: str) -> str:
    if NO_NETWORK.search(printed):
        return "packages cannot be fetched, is this machine on a network?"
    _, found, reason = printed.rpartition("\nError: ")  # how the SAM command line ends
    lines = [line for line in (reason if found else printed).splitlines() if line.strip()]
    return "\n".join(lines[-SHOWN:])
