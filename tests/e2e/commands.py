"""The `sluice` command as a person runs it, against a stack of the tests."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
import cli.local_stack
import cli.commands.reconcile
from cli.main import main
from local.home import Endpoint

class Home:
    def endpoint(self):
        return Endpoint(int(sys.argv[1]), int(sys.argv[2]))

cli.local_stack.stack.up_home = Home
cli.commands.reconcile.HOMES = Path(sys.argv[3])
main(sys.argv[4:])
"""


@dataclass(frozen=True)
class Sluice:
    """The command, with its own place to keep sweeps in."""

    endpoint: Any
    folder: Path

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin a command in a process of its own."""
        stack = (str(self.endpoint.pid), str(self.endpoint.port), str(self.folder))
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *stack, *arguments],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and all that it printed."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output + errors

    def json(self, *arguments: str) -> Any:
        """Run a command that prints JSON and succeeds, and read it."""
        code, output = self.run(*arguments, "--json")
        assert code == 0, output
        return json.loads(output)
