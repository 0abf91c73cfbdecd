"""The image engine measured, in an environment of its own (requirements/bench-images.txt) that finds the layer by its path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "layers" / "core"))
