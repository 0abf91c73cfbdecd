"""What a plan is in bytes, as layers/core/native/checks.c reads it."""

import struct
from collections.abc import Iterable

from sluice.contracts.automata import Automaton

JUDGE = 1
REQUIRED = 2
TRIMMED = 4
CLOSED = 8
NUMBER = 16
INTEGER = 32
LOW = 64
HIGH = 128
LOW_SHORT = 256
HIGH_SHORT = 512
LENGTH = 1024
TEXT_LOW = 2048
TEXT_HIGH = 4096
BY_VALUE = 8192
ANY_LENGTH = 0xFFFF_FFFF


class Plan:
    """What the scanner is to pass of a column: shapes, texts and bounds, as *flags* say."""

    def __init__(self, flags: int, missing_values: Iterable[str]) -> None:
        self.flags = flags
        self.missing_values = sorted(missing_values)
        self.lengths = (0, ANY_LENGTH)
        self.texts: list[str] = []
        self.automata: list[Automaton] = []
        self.text_bounds = ["", ""]
        self.bounds = [0.0, 0.0]

    def encoded(self) -> bytes:
        """Return the plan as bytes."""
        parts = [_varint(self.flags), *map(_varint, self.lengths)]
        for texts in (self.missing_values, self.texts):
            parts += [_varint(len(texts)), *map(_text, texts)]
        parts += [_varint(len(self.automata)), *map(_automaton, self.automata)]
        parts += [*map(_text, self.text_bounds), struct.pack("<2d", *self.bounds)]
        return b"".join(parts)


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte: LEB128
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-8", "surrogatepass")
    return _varint(len(encoded)) + encoded


def _automaton(machine: Automaton) -> bytes:
    sizes = _varint(len(machine.accepting)) + _varint(machine.width)
    table = struct.pack(f"<{len(machine.table)}H", *machine.table)
    return sizes + machine.ascii_classes() + machine.accepting + table
