"""Where the tools of the local stack are: three environments, each with its own lock."""

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
    target: str

    def required(self) -> str:
        """Its path; raise LocalStackError with what to type if it is not installed."""
        if not self.path.exists():
            name = self.path.relative_to(REPOSITORY)
            raise LocalStackError(f"{name} is not installed: run `make {self.target}` first.")
        return str(self.path)


EMULATOR = Tool(EMULATOR_PYTHON, "setup")
SAM = Tool(SAM_BIN / "sam", "setup")
