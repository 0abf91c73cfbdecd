"""
Measure what fetching the next image while one is converted gains: python -m tests.benchmarks.images.overlap.

A batch of ten JPEGs of 2 megapixels (about 1 MB each) is fetched from an inbox that answers after so many
milliseconds and gives so many MB a second, as S3 does to a function of one core, with the overlap and
without, in turns.
"""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sluice.files import File
from sluice.images.isolation import ImageWorker
from sluice.processors.downloads import Downloads
from tests.benchmarks.images.inputs import photo_jpeg

FIRST_BYTE = 0.05  # seconds
BYTES_A_SECOND = 50e6
FILES, TURNS = 10, 5


class SlowInbox:
    """One image under every key."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @contextmanager
    def open(self, _: File) -> Iterator[io.BytesIO]:
        """Give the image as late as S3 would."""
        time.sleep(FIRST_BYTE + len(self._content) / BYTES_A_SECOND)
        yield io.BytesIO(self._content)


def main() -> None:
    """Print the medians."""
    content = photo_jpeg(1920, 1080)
    files = [_file(number, len(content)) for number in range(FILES)]
    seconds: dict[str, list[float]] = {"one after the other": [], "overlapping": []}
    with ImageWorker() as worker:
        for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else TURNS):
            for name, known in zip(seconds, ([], files), strict=True):
                started = time.perf_counter()
                with Downloads(SlowInbox(content), known, 50 * 1024**2) as downloads:
                    _convert(files, downloads, worker)
                seconds[name].append(time.perf_counter() - started)
    for name, found in seconds.items():
        print(f"{name}: {median(found) / FILES * 1000:.0f} ms an image")


def _convert(files: list[File], downloads: Downloads, worker: ImageWorker) -> None:
    for file in files:
        with downloads.fetched(file) as path:
            worker.render(Path(path))


def _file(number: int, size: int) -> File:
    return File("inbox", f"{number}.jpg", "v", "e", size, "00", datetime.now(UTC), "c")


if __name__ == "__main__":
    main()
