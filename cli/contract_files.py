"""Contracts and local files: check one against the other, propose one from the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cli.errors import CommandError, ScannerNotCompiledError
from sluice.contracts.bad_rows import bad_rows_csv, read_rows, with_cells
from sluice.contracts.checking import ContractCheck
from sluice.contracts.reading import ContractRefusedError, read_contract
from sluice.contracts.suggesting import loosened, suggest
from sluice.contracts.verdicts import Verdict
from sluice.tables.csv_profiling import profile_stream
from sluice.tables.profiles import TableProfile
from sluice.tables.scanner.library import ScannerUnavailableError

LARGEST_CONTRACT = 300_000  # bytes; an item of DynamoDB holds 400 KB
ROUNDS = 3  # of holding a proposal against its own file


def read_document(path: Path) -> dict[str, Any]:
    """Read a contract's document; raise CommandError that names each fault with its path."""
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
        read_contract(document)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is not JSON: {error}.") from error
    except ContractRefusedError as error:
        faults = "\n".join(f"  {place}: {message}" for place, message in error.faults)
        raise CommandError(f"{path} is no contract:\n{faults}") from error
    if len(text.encode()) > LARGEST_CONTRACT:
        raise CommandError(f"{path} is larger than {LARGEST_CONTRACT:,} bytes.")
    return dict(document)


def check_file(file: Path, document: dict[str, Any], bad_rows: Path | None = None) -> Verdict:
    """Hold a file against a contract; *bad_rows* is where the rows that break it are written."""
    check, profile, verdict = _checked(file, document)
    if bad_rows and not verdict.accepted:
        labels = [column.label for column in profile.columns]
        with file.open("rb") as stream:
            rows = read_rows(stream, verdict.rows, check.options)
        verdict = with_cells(verdict, rows, labels)
        bad_rows.write_bytes(bad_rows_csv(verdict.breaches, rows, labels))
    return verdict


def suggest_contract(file: Path) -> dict[str, Any]:
    """Propose a contract that the file itself holds to."""
    with _opened(file) as stream:
        profile = profile_stream(stream, name=file.name)
    try:
        document = suggest(profile)
    except ValueError as error:
        raise CommandError(f"No contract comes of {file}: {error}") from error
    for _ in range(ROUNDS):
        _, profile, verdict = _checked(file, document)
        if verdict.accepted:
            break
        document = loosened(document, verdict, profile)
    return document


def _checked(file: Path, document: dict[str, Any]) -> tuple[ContractCheck, TableProfile, Verdict]:
    check = ContractCheck(read_contract(document), arrived=datetime.now(UTC))
    with _opened(file) as stream:
        profile = profile_stream(stream, name=file.name, check=check)
    return check, profile, check.verdict(profile)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """Open a table to be scanned."""
    try:
        with file.open("rb") as stream:
            yield stream
    except ScannerUnavailableError as error:
        raise ScannerNotCompiledError from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
