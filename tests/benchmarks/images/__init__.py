"""The image engine measured, in an environment of its own: requirements/bench-images.txt."""

import sys
from pathlib import Path

# That environment does not have the layer installed.
sys.path.insert(0, str(Path(__file__).parents[3] / "layers" / "core"))
