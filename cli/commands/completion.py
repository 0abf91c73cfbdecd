"""
Print the completion script of a shell.

  bash:  eval "$(sluice completion bash)"
  zsh:   sluice completion zsh > "${fpath[1]}/_sluice"
  tcsh:  sluice completion tcsh | source /dev/stdin
"""

import argparse

import shtab

NAME = "completion"
HELP = "print the completion script of a shell"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)


def run(arguments: argparse.Namespace) -> int:
    """Print the script, made of the parser of all commands."""
    print(shtab.complete(arguments.parser, shell=arguments.shell))
    return 0
