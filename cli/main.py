"""The entry point of the `sluice` command: reads the arguments, runs one command, says what went wrong."""

import argparse
import os
import signal
import sys
from typing import NoReturn

from cli.errors import CommandError
from local.environments import LocalStackError

INTERRUPTED = 130  # what shells report for Ctrl-C


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code: 0 done, 1 not as wanted, 2 wrong arguments, 130 interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        arguments = build_parser().parse_args(argv)
        arguments.choose(arguments)
        sys.exit(arguments.run(arguments))
    except (CommandError, LocalStackError) as error:
        sys.exit(f"sluice: {_readable(str(error))}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    # AWS and terminal libraries take a moment to load, in which Ctrl-C is to be as quiet as later.
    from cli import target  # noqa: PLC0415
    from cli.commands import COMMANDS  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="sluice",
        description="Put files in, and see what became of them.",
        epilog="Start with `sluice up`, or see `sluice demo`. `sluice COMMAND --help` explains a command.",
    )
    target.configure(parser)
    parser.set_defaults(choose=target.choose, parser=parser)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = subparsers.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _readable(sentence: str) -> str:
    """Leave out what would steer the terminal; it may be in the name of a file."""
    return "".join(char for char in sentence if char.isprintable() or char == "\n")


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    """Let a terminated command tidy up as an interrupted one does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
