"""The process that renders images: requests come by standard input, answers go by standard output."""

import importlib
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path

from sluice.images import wire
from sluice.images.image import TOO_MUCH_MEMORY, Refused, Rendered
from sluice.images.limits import ImageLimits
from sluice.images.plan import RenderPlan
from sluice.images.wire import Message

Render = Callable[[bytes | Path, RenderPlan, ImageLimits], Rendered | Refused]


def main() -> None:
    """Serve requests within the address space named on the command line, until standard input ends."""
    address_space = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    # Under the limits above, and the last that can fail.
    engine = importlib.import_module("sluice.images.engine.rendering")
    _send(answers, ({}, []))
    with suppress(EOFError):
        while True:
            _send(answers, _answer(wire.read_message(requests.read), engine.render))


def _send(answers: BufferedWriter, message: Message) -> None:
    answers.writelines(wire.frame(*message))
    answers.flush()


def _answer(message: Message, render: Render) -> Message:
    source, plan, limits = wire.read_request(message)
    try:
        return wire.answer(render(Path(source) if isinstance(source, str) else source, plan, limits))
    except MemoryError:
        return wire.answer(TOO_MUCH_MEMORY)
    except Exception as error:  # noqa: BLE001 (a fault of ours; the parent raises it)
        return {"raised": f"{type(error).__name__}: {error}"}, []


if __name__ == "__main__":
    main()
