"""Puts files in and watches what becomes of them, for a bounded time."""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sluice.catalogue_items import item_size
from tests.benchmarks.pipeline.site import ENDS, Item, Site

SENDERS = 4
BETWEEN_LOOKS = 10.0  # seconds at most; a look takes the emulator's time
PATIENCE = 120.0  # seconds without any new outcome, after which what is missing counts as lost
LONGEST = 3600.0  # seconds that a burst may take at all
WRITE_UNIT = 1024  # bytes


class StuckError(RuntimeError):
    """Files that have no outcome, and come to none."""


@dataclass(frozen=True)
class Burst:
    """What became of many files at once."""

    keys: list[str]
    items: list[Item]
    unannounced: int
    """Outcomes of which nobody had been told when no more were."""
    upload_seconds: float
    seconds: float
    processed: Counter[str]
    """Times that a processor read each file, by its key, as the record of calls has it."""
    baseline_units: float
    """Write units of what the next file of a dataset is compared with, on average."""

    @property
    def lost(self) -> int:
        """The number of files that were put in and have no outcome."""
        return len(set(self.keys) - {item["key"] for item in self.items if item["status"] in ENDS})

    def figures(self) -> dict[str, Any]:
        """Return the figures that the issue of loss and speed turns on."""
        return {
            "files": len(self.keys),
            "lost": self.lost,
            "unannounced": self.unannounced,
            "times_processed_per_file": sum(self.processed.values()) / len(self.keys),
            "processed_more_than_once": sum(times > 1 for times in self.processed.values()),
            "outcomes": dict(Counter(item["status"] for item in self.items)),
            "upload_seconds": self.upload_seconds,
            "drain_seconds": self.seconds,
            "files_per_second": len(self.keys) / self.seconds,
        }


def warm_up(site: Site) -> None:
    """Take one file through, so that nobody measures cold starts."""
    site.put("warm/up.csv")
    _wait(site, 1, before=0)
    _until_announced(site)


def burst(site: Site, count: int) -> Burst:
    """Upload *count* files as fast as they are taken; wait for their outcomes and announcements."""
    keys = [f"burst/{number % 100:02}/{number}.csv" for number in range(count)]
    before, started = site.ended(), time.time()
    with ThreadPoolExecutor(SENDERS) as senders:
        uploads = [senders.submit(site.put, key) for key in keys]
        done = _wait(site, count, before)
        uploaded = max(upload.result()[1] for upload in uploads)
    seconds = time.time() - started
    unannounced = _until_announced(site) if done == count else site.unannounced()
    _until_quiet(site)
    items = list(site.items("burst/"))
    return Burst(
        keys=keys,
        items=items,
        unannounced=unannounced,
        upload_seconds=uploaded - started,
        seconds=seconds,
        processed=site.reads("burst/"),
        baseline_units=_baseline_units(site),
    )


def steady(site: Site, seconds: float, rate: float) -> dict[str, float]:
    """Upload at a rate below capacity; return percentiles of seconds from upload to outcome."""
    before, started, count = site.ended(), time.monotonic(), int(seconds * rate)
    with ThreadPoolExecutor(SENDERS) as senders:
        coming = []
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            coming.append(senders.submit(site.put, f"steady/{number}.csv"))
        put_at = dict(upload.result() for upload in coming)
    if (done := _wait(site, count, before)) < count:
        raise StuckError(f"{count - done} of {count} files at a steady rate have no outcome: {site.states()}")
    waits = sorted(_ended_at(item) - put_at[item["key"]] for item in site.items("steady/"))
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {
        "steady_rate": rate,
        "steady_files": count,
        "p50_s": cuts[49],
        "p95_s": cuts[94],
        "p99_s": cuts[98],
        "most_s": waits[-1],
    }


def _wait(site: Site, count: int, before: int) -> int:
    """Say how many files have their outcome, until all have or none comes any more; return the number."""
    started = time.monotonic()
    done = 0
    for done in _counts(site, count, before):
        end = "" if sys.stdout.isatty() else "\n"
        print(f"\r{done:>7} of {count} files have their outcome, {time.monotonic() - started:.0f} s", end=end)
        sys.stdout.flush()
    print(flush=True)
    if done < count:
        print(f"no outcome for {PATIENCE:.0f} s: {count - done} files are missing; {dict(site.states())}")
    return done


def _counts(site: Site, count: int, before: int) -> Iterator[int]:
    done, started = 0, time.monotonic()
    progressed = started
    while done < count and time.monotonic() - progressed < PATIENCE:
        if time.monotonic() - started > LONGEST:
            raise StuckError(f"{done} of {count} files have their outcome after {LONGEST:.0f} s")
        time.sleep(min(BETWEEN_LOOKS, 0.2 + count / 1000))
        if (now_done := site.ended() - before) > done:
            done, progressed = now_done, time.monotonic()
        yield done


def _until_announced(site: Site) -> int:
    return _until_none(site.unannounced, "outcomes to announce")


def _until_quiet(site: Site) -> int:
    """Wait for executions to end: a function's log is there when its invocation is over."""
    return _until_none(site.running, "executions to end")


def _until_none(count: Callable[[], int], what: str) -> int:
    """Wait until there are none, as long as they become fewer; return how many are left."""
    left, progressed = count(), time.monotonic()
    while left and time.monotonic() - progressed < PATIENCE:
        print(f"{left:>7} {what}", flush=True)
        time.sleep(min(BETWEEN_LOOKS, 0.2 + left / 100))
        if (now_left := count()) < left:
            left, progressed = now_left, time.monotonic()
    return left


def _baseline_units(site: Site) -> float:
    units = [-(-_baseline_size(item) // WRITE_UNIT) for item in site.baselines()]
    return statistics.mean(units) if units else 1


def _baseline_size(item: Item) -> int:
    packed = bytes(item.get("baseline", b""))
    return len(packed) + item_size({name: value for name, value in item.items() if name != "baseline"})


def _ended_at(item: Item) -> float:
    return datetime.fromisoformat(item["processed_timestamp"]).timestamp()
