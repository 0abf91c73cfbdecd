"""Runs a tool of the local stack: its output goes to a log, and the end of it to a person when it fails."""

import subprocess
from pathlib import Path

from local.environments import LocalStackError

SHOWN = 12  # lines


def logged(command: list[str], log: Path, *, cwd: Path, env: dict[str, str], failure: str) -> None:
    """Run the command to its end; raise LocalStackError with the end of its output if it fails."""
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
        raise LocalStackError(f"{failure} (all of it is in {log}):\n{_end(log, start)}")


def _end(log: Path, start: int) -> str:
    with log.open("rb") as output:
        output.seek(start)
        lines = output.read().decode(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in [line for line in lines if line.strip()][-SHOWN:])
