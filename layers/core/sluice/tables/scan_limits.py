"""How much of a stranger's file is read before it is refused."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """
    Limits in bytes of decoded text, but for the counts; all are stated in docs/csv-profile.md.

    The defaults keep a process below 64 MB whatever the file; each column beyond them may take another 100
    kB.
    """

    max_columns: int = 512
    max_cell_bytes: int = MEBIBYTE
    max_row_bytes: int = 4 * MEBIBYTE
    max_expanded_bytes: int = 50 << 30  # of a compressed file
    max_expansion_ratio: float = 200.0  # expanded to compressed bytes; DEFLATE itself ends near 1,030
