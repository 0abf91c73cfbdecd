"""Where the tools of the local stack are, each in an environment of its own, and what they see."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
HOMES = REPOSITORY / ".sluice"
EMULATOR_PYTHON = REPOSITORY / ".venv-local" / "bin" / "python"
SAM_BIN = REPOSITORY / ".venv-sam" / "bin"

REGION = "us-east-1"
ACCOUNT = "000000000000"
# The emulator takes these for its root user. Set for every process, so that nobody's own profile is read.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class LocalStackError(RuntimeError):
    """The local stack cannot do what was asked; the message is one sentence for a person."""


@dataclass(frozen=True)
class Tool:
    """A program of one of the environments."""

    path: Path

    def required(self) -> str:
        """Its path; raise LocalStackError that says what installs it."""
        if not self.path.exists():
            name = self.path.relative_to(REPOSITORY)
            raise LocalStackError(f"{name} is not installed: `make demo` installs it.")
        return str(self.path)


EMULATOR = Tool(EMULATOR_PYTHON)
SAM = Tool(SAM_BIN / "sam")


def environment_of_sam() -> dict[str, str]:
    """Return this process's environment with the tools on the path and nobody's own AWS settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return (
        inherited
        | CREDENTIALS
        | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "PATH": os.pathsep.join((str(SAM_BIN), os.environ.get("PATH", os.defpath))),
            "SAM_CLI_TELEMETRY": "0",
        }
    )
