"""What goes wrong at the command line, each in one clear sentence."""


class CommandError(Exception):
    """The command cannot do what was asked; the message is for a person."""


class StackNotRunningError(CommandError):
    """There is no stack to talk to."""

    def __init__(self) -> None:
        super().__init__("The local stack is not running: start it with `sluice up`.")


class ScannerNotCompiledError(CommandError):
    """The CSV scanner of this machine is not there, or is another version's."""

    def __init__(self) -> None:
        super().__init__("The CSV scanner is not compiled for this version: run `make native`.")
