"""
Run the engine over the test images of Pillow's source package, and count what became of them.

`make test-pillow-corpus` fails if an image crashes or hangs the rendering process, or takes it beyond
MOST_MEMORY. The package comes from the package index into build/bench and is not kept in the repository.
A fault of ours is an exception; a crash of the decoder is counted as a refusal, and as a restart.
"""

import json
import subprocess
import sys
import tarfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from sluice.images.image import Refused
from sluice.images.isolation import ImageWorker
from sluice.images.limits import ImageLimits
from sluice.images.plan import RenderPlan

BUILD = Path("build/bench")
PILLOW = "pillow==13.0.0"
PLAN = RenderPlan(allow_svg=True)
LIMITS = ImageLimits(max_seconds=20.0)
MOST_MEMORY = 512.0  # MiB resident; none of them has 20 megapixels
NEVER = ("decoder-crashed", "too-slow", "too-much-memory")


def main() -> None:
    """Render every file, and write build/bench/pillow-corpus.json."""
    sentences: dict[str, list[str]] = defaultdict(list)
    slowest, restarts, peak = ("", 0.0), 0, 0
    files = sorted(path for path in _corpus().rglob("*") if path.is_file())
    with ImageWorker(LIMITS) as worker:
        for path in files:
            pid, started = worker.pid, time.perf_counter()
            result = worker.render(path, PLAN)
            seconds = time.perf_counter() - started
            slowest = max(slowest, (path.name, seconds), key=lambda one: one[1])
            restarts += worker.pid != pid
            peak = max(peak, _peak_memory(worker.pid))
            outcome = result.code if isinstance(result, Refused) else "rendered"
            sentences[outcome].append(f"{path.name}: {_said(result)}")
    report = {
        "files": len(files),
        "outcomes": Counter({outcome: len(found) for outcome, found in sentences.items()}).most_common(),
        "slowest": slowest,
        "restarts": restarts,
        "peak_resident_mb": peak / 1024,
        "sentences": {outcome: found for outcome, found in sentences.items() if found},
    }
    (BUILD / "pillow-corpus.json").write_text(json.dumps(report, indent=1))
    print(json.dumps({key: value for key, value in report.items() if key != "sentences"}, indent=1))
    broken = [sentence for outcome in NEVER for sentence in sentences[outcome]]
    if broken or restarts or peak / 1024 > MOST_MEMORY:
        sys.exit("\n".join(["The corpus found something:", *broken]))


def _said(result: object) -> str:
    return (
        result.sentence if isinstance(result, Refused) else "; ".join(result.facts.warnings) or "no warnings"
    )


def _corpus() -> Path:
    """Return the folder of test images, fetched if it is not there yet."""
    folder = BUILD / PILLOW.replace("==", "-")
    if not folder.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "pillow"]
        subprocess.run([*command, "--dest", str(BUILD), PILLOW], check=True)
        with tarfile.open(next(BUILD.glob("pillow-*.tar.gz"))) as package:
            package.extractall(BUILD, filter="data")
    return folder / "Tests" / "images"


def _peak_memory(pid: int) -> int:
    """Return the most resident memory a process ever had, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main()
