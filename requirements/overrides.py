"""Print the parameter overrides of a stage: on the command line, `sam deploy` takes all of them or none."""

import sys
import tomllib
from pathlib import Path

STAGE = sys.argv[1]
configured = tomllib.loads((Path(__file__).parents[1] / "samconfig.toml").read_text(encoding="utf-8"))
print(*configured[STAGE]["deploy"]["parameters"]["parameter_overrides"])
