"""The native CSV scanner: the one package that knows its C library."""

from sluice.scanner.cells import Cell
from sluice.scanner.counting import count_byte, count_cells
from sluice.scanner.holding import Holding, Listener, Repetitions, Suspects, pick_rows
from sluice.scanner.library import ScannerUnavailableError, library_path
from sluice.scanner.options import ScanOptions
from sluice.scanner.scanning import PartsDoNotMeetError, Scanner

__all__ = [
    "Cell",
    "Holding",
    "Listener",
    "PartsDoNotMeetError",
    "Repetitions",
    "ScanOptions",
    "Scanner",
    "ScannerUnavailableError",
    "Suspects",
    "count_byte",
    "count_cells",
    "library_path",
    "pick_rows",
]
