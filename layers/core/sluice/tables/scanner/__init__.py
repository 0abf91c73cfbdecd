"""The native CSV scanner: the one package that knows its C library."""

from sluice.tables.scanner.cells import Cell
from sluice.tables.scanner.counting import count_byte, count_cells
from sluice.tables.scanner.holding import Holding, Listener, Repetitions, Suspects, pick_rows
from sluice.tables.scanner.library import ScannerUnavailableError, library_path
from sluice.tables.scanner.options import ScanOptions
from sluice.tables.scanner.scanning import PartsDoNotMeetError, Scanner

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
