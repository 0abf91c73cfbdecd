"""Waits for the outcomes of uploads, and shows them while they flow."""

import time
from contextlib import AbstractContextManager, nullcontext

from rich.live import Live

from cli.console import console
from cli.files import Facts, Upload, has_outcome
from cli.stack_client import StackClient
from cli.views import progress_table

BETWEEN_LOOKS = 0.2  # seconds

Outcomes = dict[Upload, Facts | None]


def wait_for_outcomes(client: StackClient, uploads: list[Upload], timeout: float, *, show: bool) -> Outcomes:
    """Return what the catalogue knows of each upload, as soon as all have outcomes or the time is over."""
    started = time.monotonic()
    known: Outcomes = dict.fromkeys(uploads)
    with _live(show=show) as live:
        while True:
            known = {upload: _look(client, upload, facts) for upload, facts in known.items()}
            elapsed = time.monotonic() - started
            if live:
                live.update(progress_table(known, elapsed), refresh=True)
            if all(has_outcome(facts) for facts in known.values()) or elapsed > timeout:
                return known
            time.sleep(BETWEEN_LOOKS)


def _look(client: StackClient, upload: Upload, facts: Facts | None) -> Facts | None:
    return facts if has_outcome(facts) else client.find(upload)


def _live(*, show: bool) -> AbstractContextManager[Live | None]:
    if not show or not console.is_terminal:
        return nullcontext()
    return Live(console=console, transient=True, auto_refresh=False)
