"""One Python contender in a process of its own: contender NAME INPUT."""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.images.settings import SETTINGS, SIDES


def main() -> None:
    """Run once for every line of standard input, and print seconds, bytes and peak memory as JSON."""
    name, source = sys.argv[1], Path(sys.argv[2])
    run, processes = _CONTENDERS[name](source)
    for _ in sys.stdin:
        started, busy = time.perf_counter(), _cpu_seconds(processes)
        written = run()
        seconds, cpu_seconds = time.perf_counter() - started, _cpu_seconds(processes) - busy
        peak = [_peak_memory(process) for process in processes]
        answer = {"seconds": seconds, "cpu_seconds": cpu_seconds, "bytes": written}
        answer |= {"peak_mb": peak[0], "with_parent_mb": sum(peak)}
        print(json.dumps(answer), flush=True)


Contender = tuple[Callable[[], list[int]], list[str]]


def _sluice(source: Path) -> Contender:
    """As the product runs it: a rendering process, whose memory is compared, and its parent."""
    from sluice.images.isolation import ImageWorker

    worker = ImageWorker()
    return lambda: [len(output.content) for output in worker.render(source).outputs], [
        str(worker.pid),
        "self",
    ]


def _sluice_in_process(source: Path) -> Contender:
    from sluice.images.engine.rendering import render

    return lambda: [len(output.content) for output in render(source).outputs], ["self"]


def _pillow(source: Path) -> Contender:
    return lambda: _pillow_outputs(source, draft=False), ["self"]


def _pillow_draft(source: Path) -> Contender:
    return lambda: _pillow_outputs(source, draft=True), ["self"]


def _pillow_outputs(source: Path, *, draft: bool) -> list[int]:
    """Pillow at its best: renditions from the draft of a second decode, or from the one there is."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(source))
    written = [_saved(image, **_own(source.suffix))]
    if draft:
        image = Image.open(source)
        image.draft("RGB", (SIDES[0], SIDES[0]))
        image = ImageOps.exif_transpose(image)
    for side in SIDES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        written.append(_saved(image, **_webp(SETTINGS["webp_effort"])))
    return written


def _own(suffix: str) -> dict[str, object]:
    return {
        ".jpg": {"format": "JPEG", "quality": SETTINGS["jpeg_quality"]},
        ".png": {"format": "PNG", "compress_level": SETTINGS["png_compression"]},
        ".webp": _webp(SETTINGS["webp_original_effort"]),
        # libvips's effort counts from the other end of the encoder's speed.
        ".avif": {
            "format": "AVIF",
            "quality": SETTINGS["avif_quality"],
            "speed": 9 - SETTINGS["avif_effort"],
            "max_threads": 1,
        },
    }[suffix]


def _webp(effort: object) -> dict[str, object]:
    return {"format": "WEBP", "quality": SETTINGS["webp_quality"], "method": effort}


def _saved(image: object, **options: object) -> int:
    target = io.BytesIO()
    image.save(target, icc_profile=image.info.get("icc_profile"), **options)
    return target.tell()


def _cpu_seconds(processes: list[str]) -> float:
    """Return what the processes ever used of the processor: clock_getcpuclockid(3)."""
    identifiers = [os.getpid() if process == "self" else int(process) for process in processes]
    return sum(time.clock_gettime((~identifier << 3) | 2) for identifier in identifiers)


def _peak_memory(process: str) -> float:
    """Return the most resident memory a process ever had, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


_CONTENDERS = {
    "sluice": _sluice,
    "sluice_in_process": _sluice_in_process,
    "pillow": _pillow,
    "pillow_draft": _pillow_draft,
}

if __name__ == "__main__":
    main()
