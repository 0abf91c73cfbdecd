"""What kills, hangs or fills the rendering process is one image's refusal, and the next one is rendered."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sluice.errors import ImageWorkerError
from sluice.images.engine.rendering import render
from sluice.images.image import Format, Rendered
from sluice.images.isolation import ImageWorker
from sluice.images.limits import ImageLimits
from sluice.images.plan import Box, Crop, Fit, MetadataPolicy, Place, RenderPlan, Rendition, Watermark
from sluice.images.rendering_process import RenderingProcess
from tests.unit import odd_images

JPEG = odd_images.photo().jpegsave_buffer()
SLOW = RenderPlan(original=None, renditions=(Rendition("a", format=Format.AVIF, quality=90),))
# Several seconds on any machine, so that it is certainly under way when its process is killed.
ENDLESS = RenderPlan(
    original=None, renditions=tuple(Rendition(f"a{n}", format=Format.AVIF, quality=90 + n) for n in range(9))
)
LARGE = odd_images.photo(4000, 3000).jpegsave_buffer()


@pytest.fixture(scope="module")
def worker():
    """One process for many images, as a warm function has it."""
    with ImageWorker() as started:
        yield started


@pytest.fixture
def image_file(tmp_path):
    """A photo on disk."""
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG)
    return path


@pytest.fixture
def kill(monkeypatch):
    """Kill the next processes in the middle of their image, as a fault of a native library would."""
    send, signals = RenderingProcess.send, []

    def send_and_kill(process, message, deadline):
        begun = processor_seconds(process.pid)
        send(process, message, deadline)
        if signals:
            while processor_seconds(process.pid) < begun + 0.1:
                time.sleep(0.01)
            os.kill(process.pid, signals.pop())

    monkeypatch.setattr(RenderingProcess, "send", send_and_kill)
    return lambda number, times: signals.extend([number] * times)


def processor_seconds(pid):
    """Read how long a process has computed, which tells that it is busy however busy the machine is."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


EVERY_OPTION = RenderPlan(
    original=Rendition("processed", quality=50),
    renditions=(Rendition("a", 90, 60, Fit.COVER, Crop.CENTRE, Format.PNG, None, 0.5), Rendition("b", 50)),
    background="#102030",
    metadata=MetadataPolicy.KEEP,
    watermark=Watermark(image=odd_images.see_through(40, 40).pngsave_buffer(), place=Place.LEFT),
    allow_svg=True,
    blur=(Box(0.1, 0.1, 0.2, 0.2),),
)


@pytest.mark.parametrize("plan", [RenderPlan(), RenderPlan(original=None), EVERY_OPTION])
def test_the_process_gives_what_the_engine_gives(worker, image_file, plan):
    """By bytes and by path, with every option, byte for byte."""
    expected = render(JPEG, plan)

    assert expected == worker.render(JPEG, plan)
    assert expected == worker.render(image_file, plan)


def test_refusals_pass_through(worker):
    """With code and sentence."""
    assert render(b"hello") == worker.render(b"hello")


def test_one_process_renders_many_images(worker):
    """Starting it costs a tenth of a second."""
    pid = worker.pid

    for _ in range(3):
        worker.render(JPEG)

    assert pid == worker.pid


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_an_image_that_crashes_a_fresh_process_is_refused_and_the_next_is_rendered(kill, number):
    """The neighbours of a hostile file get their renditions."""
    with ImageWorker() as worker:
        kill(number, 2)

        assert "decoder-crashed" == worker.render(LARGE, ENDLESS).code
        assert 4 == len(worker.render(JPEG).outputs)


def test_an_image_gets_a_second_process_if_the_first_dies(kill):
    """A neighbour before it, or the kernel, may have been to blame."""
    with ImageWorker() as worker:
        worker.render(JPEG)
        first = worker.pid
        kill(signal.SIGSEGV, 1)

        assert 1 == len(worker.render(LARGE, SLOW).outputs)
        assert first != worker.pid


def test_an_image_that_takes_too_long_is_refused_in_time():
    """The process is ended, whatever it does."""
    with ImageWorker(ImageLimits(max_seconds=1.5)) as worker:
        worker.render(b"")
        busy = worker.pid

        refused = worker.render(LARGE, ENDLESS)

        assert ("too-slow", "The image takes longer than 1.5 seconds to process.") == (
            refused.code,
            refused.sentence,
        )
        assert not Path(f"/proc/{busy}").exists()
        assert "empty-file" == worker.render(b"").code


def test_an_image_that_takes_too_much_memory_is_refused():
    """The kernel denies the address space; libvips says so or dies of it."""
    huge = odd_images.png_bomb(9000, 9000, rows=9000)
    with ImageWorker(ImageLimits(max_address_space=300 * 1024**2)) as worker, ImageWorker() as roomy:
        refused = worker.render(huge)

        assert refused.code in {"too-much-memory", "decoder-crashed"}
        assert isinstance(roomy.render(huge), Rendered)


def test_a_fault_of_ours_is_an_exception(worker, tmp_path):
    """No image is refused because a file was not downloaded."""
    with pytest.raises(ImageWorkerError, match="FileNotFoundError"):
        worker.render(tmp_path / "missing.jpg")


def test_a_process_that_cannot_start_is_an_exception():
    """Here for want of address space to load libvips in."""
    with ImageWorker(ImageLimits(max_address_space=30 * 1024**2)) as worker:
        for _ in range(2):  # a warm function tries again with the same object
            with pytest.raises(ImageWorkerError, match="ended with"):
                worker.render(JPEG)


def test_the_process_inherits_no_credentials(monkeypatch):
    """What reads hostile bytes knows nothing worth stealing."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hidden")

    with ImageWorker() as worker:
        worker.render(b"")

        assert b"hidden" not in Path(f"/proc/{worker.pid}/environ").read_bytes()


def test_closing_leaves_no_process_behind():
    """Nor a zombie."""
    with ImageWorker() as worker:
        worker.render(b"")
        pid = worker.pid

    assert not Path(f"/proc/{pid}").exists()


def test_an_interpreter_that_ends_takes_its_process_along():
    """A function's environment that is shut down closes nothing itself."""
    code = (
        "from sluice.images.isolation import ImageWorker; worker = ImageWorker();"
        "worker.render(b''); print(worker.pid)"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )

    assert "" == ended.stderr
    assert not Path(f"/proc/{ended.stdout.strip()}").exists()
