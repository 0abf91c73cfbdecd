"""What files cost on AWS: an account of what they use, by service, and the estimate for one file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from sluice import prices

FILES_MEASURED_TOGETHER = 10  # files in a batch of the burst that SMALL_FILE was measured in
MIB_PER_GB = 1024  # Lambda bills memory in units of 1024 MiB
CLAIM_WRITES = 1 + 1 + 1 + 1  # units: the item, and what changes in three indexes


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of each service some files use; counts may be fractions, as of one file in a batch of ten."""

    transitions: float = 0
    dispatch_gb_seconds: float = 0
    dispatch_requests: float = 0
    queue_requests: float = 0
    events: float = 0
    processor_gb_seconds: float = 0
    processor_requests: float = 0
    notify_gb_seconds: float = 0
    notify_requests: float = 0
    writes: float = 0
    """Units of 1 KiB, those of indexes included."""
    reads: float = 0
    puts: float = 0
    gets: float = 0
    publishes: float = 0
    log_bytes: float = 0
    traces: float = 0

    def times(self, factor: float) -> Self:
        """Return the usage of *factor* times as many files."""
        return type(self)(**{each.name: getattr(self, each.name) * factor for each in fields(self)})


# A table of 325 bytes in a burst of 10,000, counted on the local stack by `make bench-pipeline`, 2026-11-21;
# docs/costs.md says how, and has the same bill.
SMALL_FILE = Usage(
    transitions=0.4028,
    dispatch_gb_seconds=0.03227,
    dispatch_requests=0.1007,
    queue_requests=1.2004,
    events=2,  # it arrives, and its outcome is told
    processor_gb_seconds=0.20459,
    processor_requests=0.0718,
    notify_gb_seconds=0.01251,
    notify_requests=0.0363,
    writes=20.1075,
    reads=2.9708,
    puts=2,  # summary and report
    gets=2.01,  # the file, and a look at what its summary replaces
    publishes=0.1151,
    log_bytes=1262,
    traces=0.01044,
)

# One event to one webhook whose target answers within 200 ms: sent in batches, received and deleted alone, in
# the log of deliveries once with its body and once with what came of it. Reckoned, not measured.
DELIVERY = Usage(
    queue_requests=2.3,
    notify_gb_seconds=0.1,
    notify_requests=1,
    writes=3,
    reads=1,
    log_bytes=900,
    traces=0.05,
)

ORCHESTRATION = ("Step Functions", "SQS", "EventBridge", "dispatch")


def bill(usage: Usage, *, architecture: str = "arm64") -> Mapping[str, float]:
    """Return US dollars by what is paid for, in the order of a file's life."""
    gb_second = prices.LAMBDA_GB_SECOND[architecture]
    return {
        "EventBridge": usage.events * prices.EVENT,
        "SQS": usage.queue_requests * prices.SQS_REQUEST,
        "dispatch": usage.dispatch_gb_seconds * gb_second + usage.dispatch_requests * prices.LAMBDA_REQUEST,
        "Step Functions": usage.transitions * prices.STATE_TRANSITION,
        "processors": usage.processor_gb_seconds * gb_second
        + usage.processor_requests * prices.LAMBDA_REQUEST,
        "DynamoDB": usage.writes * prices.DYNAMODB_WRITE + usage.reads * prices.DYNAMODB_READ,
        "S3": usage.puts * prices.S3_PUT + usage.gets * prices.S3_GET,
        "notify": usage.notify_gb_seconds * gb_second + usage.notify_requests * prices.LAMBDA_REQUEST,
        "SNS": usage.publishes * prices.SNS_PUBLISH,
        "logs and traces": usage.log_bytes * prices.LOG_BYTE + usage.traces * prices.TRACE,
    }


def in_batches_of(files: float) -> Usage:
    """Return the usage of a small file that shares its execution with so many others, itself included."""
    return in_executions(SMALL_FILE, FILES_MEASURED_TOGETHER / files)


def in_executions(usage: Usage, times: float) -> Usage:
    """Return the usage if the same files took *times* as many executions."""
    return replace(
        usage,
        transitions=usage.transitions * times,
        dispatch_gb_seconds=usage.dispatch_gb_seconds * times,
        dispatch_requests=usage.dispatch_requests * times,
        processor_requests=usage.processor_requests * times,
    )


def queue_alone(usage: Usage) -> Usage:
    """
    Return the usage of the same files if their queue invoked the processor itself.

    Without dispatch and executions there is no claim, no pace, and nothing that keeps a file which crashes
    its process from its neighbours. Catalogue, results and announcements stay.
    """
    return replace(
        usage,
        transitions=0,
        dispatch_gb_seconds=0,
        dispatch_requests=0,
        writes=max(0, usage.writes - CLAIM_WRITES),
    )


def of_file(*, gb_seconds: float, files_in_batch: int, results: int, architecture: str) -> float:
    """
    Estimate what one file cost in US dollars: its own computing and results, and its share of the way.

    Nobody is billed by file: this says which files are dear, within some tens of percent.
    """
    usage = replace(in_batches_of(files_in_batch), processor_gb_seconds=gb_seconds, puts=results)
    return sum(bill(usage, architecture=architecture).values())


def orchestration(lines: Mapping[str, float]) -> float:
    """Return the part of a bill that gets files to a processor at a pace, and is not its work."""
    return sum(lines[name] for name in ORCHESTRATION)
