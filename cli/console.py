"""What the command line prints with: a console, steps with their time, JSON."""

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.segment import Segment

PIPED_WIDTH = 200  # characters; what another program reads is not to be broken at 80

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class SafeConsole(Console):
    """Leaves out what would steer the terminal: strangers name the files, and write into them."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the pieces of a line; rich's own colours and moves are not text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=STEERING.sub("", segment.text))

    def on_broken_pipe(self) -> NoReturn:
        """Leave it to the command line: whoever read the output has seen enough, and nothing is wrong."""
        raise BrokenPipeError


console = SafeConsole(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Show what is being done, and when it is done how long it took."""
    started = time.monotonic()
    with console.status(f"{doing} …"):
        yield
    console.print(f"{doing} … [dim]{time.monotonic() - started:.1f} s[/dim]")


def bar_of_bytes(*, show: bool) -> Progress:
    """Make a bar of the bytes that were sent or received; an invisible one where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not (show and console.is_terminal))


def print_json(value: Any) -> None:
    """Print a value for other programs to read; what would steer a terminal is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(STEERING.sub(lambda char: f"\\u{ord(char[0]):04x}", text))


def program() -> str:
    """Return what a person types to run this command: its name, or its path where the name is not enough."""
    here = Path(sys.argv[0])
    if shutil.which("sluice") or not here.exists():
        return "sluice"
    path = here.resolve().parent / here.name
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
