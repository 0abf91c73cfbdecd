"""What files cost, from what they use."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sluice import prices
from sluice.batches import Batch, Task
from sluice.costs import SMALL_FILE, Usage, bill, in_batches_of, of_file, orchestration, queue_alone
from sluice.outcomes import Outcome, Status
from tests import fakes
from tests.benchmarks.pipeline.money import waiting, whole_core

TOLD = Path(__file__).parents[2] / "docs" / "costs.md"


def test_a_million_executions_of_five_transitions_cost_what_the_price_list_says() -> None:
    """Five million transitions at $25 a million are $125."""
    assert bill(Usage(transitions=5).times(1_000_000))["Step Functions"] == pytest.approx(125)


def test_a_batch_of_ten_shares_its_transitions() -> None:
    """A tenth of five transitions is $12.50 a million files."""
    shared = Usage(transitions=5).times(1 / 10).times(1_000_000)
    assert bill(shared)["Step Functions"] == pytest.approx(12.5)


def test_every_kind_of_usage_is_billed() -> None:
    """No field of an account is forgotten: each alone makes a bill larger than nothing."""
    for name in Usage.__dataclass_fields__:
        assert sum(bill(Usage(**{name: 1})).values()) > 0, name


def test_docs_and_command_tell_the_same_bill() -> None:
    """Each line of the table in docs/costs.md is what `sluice costs` prints of a million files."""
    rows = [[cell.strip(" *") for cell in line.split("|")[1:3]] for line in TOLD.read_text().splitlines()]
    told = {row[0].split(":")[0].split(",")[0]: row[1] for row in rows if len(row) == 2}
    lines = dict(bill(in_batches_of(10).times(1_000_000)))
    total, orchestrated = sum(lines.values()), orchestration(lines)
    lines["notify"] += lines.pop("SNS")
    lines["logs"] = lines.pop("logs and traces")
    lines |= {"together": total, "of it orchestration (events": orchestrated}

    printed = {name: f"{dollars:.2f}" for name, dollars in lines.items()}
    assert {name: told.get(name) for name in lines} == printed


def test_docs_and_command_tell_the_same_of_the_other_ways() -> None:
    """An execution for each file, and a queue alone."""
    alone, without = (
        sum(bill(usage.times(1_000_000)).values()) for usage in (in_batches_of(1), queue_alone(SMALL_FILE))
    )
    assert f"an execution each cost {alone:.2f};" in TOLD.read_text()
    assert f"or replay, {without:.2f}." in TOLD.read_text()


def test_orchestration_is_a_part_of_the_bill() -> None:
    """What processors, tables and buckets cost is not orchestration."""
    lines = bill(Usage(transitions=1, puts=1, writes=1, processor_gb_seconds=1))
    assert orchestration(lines) == pytest.approx(prices.STATE_TRANSITION)


def test_less_memory_makes_no_cheaper_second_of_computing() -> None:
    """One core for a second is 1769 MiB for a second, whatever the function is given below that."""
    assert whole_core(1) == pytest.approx(1769 / 1024)


def test_waiting_costs_the_memory_that_is_held() -> None:
    """Two seconds with half a gigabyte are one GB-second, whoever is waited for."""
    assert waiting(2, 512) == pytest.approx(1)


def test_a_queue_alone_saves_executions_dispatch_and_claims_and_nothing_else() -> None:
    """What is left of such a bill is what arrives, is processed, recorded and told."""
    usage = Usage(transitions=1, dispatch_gb_seconds=1, dispatch_requests=1, writes=10, puts=2, events=2)
    assert queue_alone(usage) == Usage(writes=6, puts=2, events=2)


def test_x86_costs_a_quarter_more_than_arm() -> None:
    """The architecture decides the price of a GB-second, and of nothing else."""
    usage = Usage(processor_gb_seconds=1)
    arm, x86 = bill(usage), bill(usage, architecture="x86_64")
    assert x86["processors"] / arm["processors"] == pytest.approx(1.25, abs=0.001)


def test_a_file_alone_pays_its_execution_alone() -> None:
    """Ten times the transitions, but no more writes, than a file in a batch of ten."""
    alone, shared = in_batches_of(1), in_batches_of(10)
    assert alone.transitions == pytest.approx(10 * shared.transitions)
    assert alone.writes == shared.writes


def test_a_file_that_computes_longer_costs_more() -> None:
    """The estimate follows the file's own GB-seconds, at the architecture's price."""
    quick, slow = (
        of_file(gb_seconds=seconds, files_in_batch=10, results=1, architecture="arm64")
        for seconds in (1, 101)
    )
    assert slow - quick == pytest.approx(100 * prices.LAMBDA_GB_SECOND["arm64"])


def test_a_file_with_more_results_costs_more() -> None:
    """Each result is an upload."""
    one, five = (
        of_file(gb_seconds=1, files_in_batch=10, results=results, architecture="arm64") for results in (1, 5)
    )
    assert five - one == pytest.approx(4 * prices.S3_PUT)


def test_a_file_s_item_carries_what_it_cost() -> None:
    """The estimate is of the file's own time, the files it shared a batch with, and its results."""
    clock, asked = fakes.FakeClock(), []

    def run(*_: object) -> Outcome:
        clock.tick(seconds=2)
        return Outcome(Status.SUCCESS, results=("a", "b"), facts={"row_count": 1})

    def price(took: timedelta, files: int, results: int) -> float:
        asked.append((took.total_seconds(), files, results))
        return 0.25

    catalogue = fakes.FakeCatalogue(clock)
    files = [fakes.a_file("a.csv"), fakes.a_file("b.csv")]
    until = clock() + timedelta(minutes=15)
    for file in files:
        catalogue.claim(file, processor="profile_csv", lane="csv", until=until)
    processor = replace(fakes.a_processor(run, clock, catalogue, fakes.FakeJournal()), price=price)
    batch = Batch("profile_csv", tuple(Task(file, 1) for file in files), lane="csv")
    processor.process(batch, time_left=lambda: timedelta(minutes=5), reserve=timedelta(seconds=1))
    assert asked == [(2, 2, 2), (2, 2, 2)]
    assert [outcome.facts for _, outcome in catalogue.recorded] == [{"row_count": 1, "cost_usd": 0.25}] * 2
