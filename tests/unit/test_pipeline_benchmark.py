"""The benchmark of the pipeline ends whatever becomes of its files, and says what did."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.benchmarks.pipeline import load
from tests.benchmarks.pipeline.load import StuckError
from tests.benchmarks.pipeline.site import Item


class FakeSite:
    """A stack that gives every file its outcome at once, but for those that it loses."""

    def __init__(self, lost: frozenset[str] = frozenset(), *, told: bool = True) -> None:
        self.lost = lost
        self.told = told
        self.put_in: list[str] = []

    def put(self, key: str) -> tuple[str, float]:
        self.put_in.append(key)
        return key, time.time()

    def ended(self) -> int:
        return len([key for key in self.put_in if key not in self.lost])

    def unannounced(self) -> int:
        return 0 if self.told else 1

    def running(self) -> int:
        return 0

    def items(self, prefix: str) -> Iterator[Item]:
        for key in self.put_in:
            if key.startswith(prefix):
                status = "processing" if key in self.lost else "success"
                yield {
                    "key": key,
                    "file_id": key,
                    "status": status,
                    "processed_timestamp": "2026-03-02T09:00:00+00:00",
                }

    def baselines(self) -> Iterator[Item]:
        yield {"dataset_id": "d"}

    def states(self) -> dict[str, int]:
        return {"processing": len(self.lost)}

    def reads(self, prefix: str) -> Counter[str]:
        return Counter(key for key in self.put_in if key.startswith(prefix) and key not in self.lost)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long here."""
    monkeypatch.setattr(load, "BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(load, "PATIENCE", 0.1)


def test_a_burst_in_which_all_goes_well_loses_nothing() -> None:
    """Each file has one outcome and was processed once."""
    figures = load.burst(FakeSite(), 20).figures()
    assert (figures["files"], figures["lost"], figures["times_processed_per_file"]) == (20, 0, 1)


def test_a_file_without_outcome_is_lost_and_the_burst_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """When no outcome comes any more, what is missing is counted and said."""
    figures = load.burst(FakeSite(frozenset({"burst/03/3.csv"})), 20).figures()
    assert (figures["lost"], figures["times_processed_per_file"]) == (1, 0.95)
    assert "1 files are missing" in capsys.readouterr().out


def test_outcomes_that_nobody_is_told_of_are_counted_and_the_burst_ends() -> None:
    """What is waited for does not become less, so the waiting ends."""
    assert load.burst(FakeSite(told=False), 2).figures()["unannounced"] == 1


def test_a_steady_rate_at_which_files_are_lost_has_no_percentiles() -> None:
    """Percentiles of those that came through would flatter it."""
    with pytest.raises(StuckError, match="1 of 3 files"):
        load.steady(FakeSite(frozenset({"steady/1.csv"})), 0.03, 100)


def test_a_burst_that_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes that come one by one do not keep it alive for ever."""
    monkeypatch.setattr(load, "LONGEST", 0.0)
    with pytest.raises(StuckError, match="0 of 2 files"):
        load.burst(FakeSite(), 2)
