"""The process that renders images: requests come by standard input, answers go by standard output."""

import importlib
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path

from sluice import image_wire
from sluice.image_limits import ImageLimits
from sluice.image_plan import RenderPlan
from sluice.image_wire import Message
from sluice.images import TOO_MUCH_MEMORY, Refused, Rendered

Render = Callable[[bytes | Path, RenderPlan, ImageLimits], Rendered | Refused]


def main() -> None:
    """Serve requests within the address space named on the command line, until standard input ends."""
    address_space = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    render = importlib.import_module(
        "sluice.imaging"
    ).render  # under the limits above, and the last that can fail
    _send(answers, ({}, []))
    with suppress(EOFError):
        while True:
            _send(answers, _answer(image_wire.read_message(requests.read), render))


def _send(answers: BufferedWriter, message: Message) -> None:
    answers.writelines(image_wire.frame(*message))
    answers.flush()


def _answer(message: Message, render: Render) -> Message:
    source, plan, limits = image_wire.read_request(message)
    try:
        return image_wire.answer(render(Path(source) if isinstance(source, str) else source, plan, limits))
    except MemoryError:
        return image_wire.answer(TOO_MUCH_MEMORY)
    except Exception as error:  # noqa: BLE001 (a fault of ours; the parent raises it)
        return {"raised": f"{type(error).__name__}: {error}"}, []


if __name__ == "__main__":
    main()
