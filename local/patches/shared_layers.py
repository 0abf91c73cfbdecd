"""
A layer is unpacked once, and all functions read the same files.

Stock: every worker process unpacks a copy of its own, 1,600 files of ours at each cold start, and a stack
that ends has dozens of copies to remove.
AWS: a function finds its layers below /opt, where it only reads.
https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

import hashlib
import tempfile
import threading
import types
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime

from local.patches.replacing import wrap

LAYER = "layer_"  # how the folder of a worker's layer begins

_one_at_a_time = threading.Lock()


class Archive(zipfile.ZipFile):
    """Unpacks what is no layer where it is told to, and puts a link there to what is one."""

    def extractall(self, path: Any = None, *args: Any, **more: Any) -> None:
        """Unpack everything; a layer once."""
        folder = Path(path)
        if not folder.name.startswith(LAYER):
            super().extractall(folder, *args, **more)
            return
        shared = self._shared()
        with _one_at_a_time:
            if not shared.exists():
                draft = shared.with_suffix(".draft")
                super().extractall(draft, *args, **more)
                draft.rename(shared)
        folder.rmdir()
        folder.symlink_to(shared)

    def _shared(self) -> Path:
        content = Path(str(self.filename)).read_bytes()
        return Path(tempfile.gettempdir()) / f"layer-{hashlib.sha256(content).hexdigest()[:16]}"


def apply() -> None:
    """Let the workers unpack by `Archive`."""
    wrap(lambda_runtime, "zipfile", _with_archive)


def _with_archive(module: types.ModuleType) -> types.SimpleNamespace:
    return types.SimpleNamespace(**vars(module) | {"ZipFile": Archive})
