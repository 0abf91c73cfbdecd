"""Conservation with real processes: whichever are killed in the middle, each uploaded file ends, once."""

import os
import random
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e import in_flight
from tests.e2e.conftest import UNFINISHED
from tests.local.waiting import eventually
from tests.proofs import tally

pytestmark = pytest.mark.e2e

FILES, KILLS = (40, 40) if tally.LONG else (12, 6)  # files of each of four kinds
# Longer than dispatch may live, as it must be, and shorter than the template's three minutes, to wait less.
HIDDEN = "35"
TABLE = b"id,amount\n" + b"".join(b"%d,%d.5\n" % (number, number) for number in range(30_000))


@pytest.fixture
def impatient(product):
    """Let what a killed dispatcher had received be received again soon."""
    sqs = product.client("sqs")
    queues = [product.outputs[f"{lane}ArrivalsQueueUrl"] for lane in ("Csv", "Other")]
    before = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"]) for url in queues]
    for url in queues:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": HIDDEN})
    yield
    for url, attributes in zip(queues, before, strict=True):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes["Attributes"])


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("impatient")
def test_whichever_processes_are_killed_each_uploaded_file_ends_once(product):
    """Uploaded = success + error + failed + skipped + queued, and at the end nothing is queued."""
    prefix = f"killed/{time.time():.0f}/"
    killed = 0
    for number in range(FILES):
        for key, body in ((f"{number}.csv", TABLE), (f"{number}.txt", TABLE), (f"empty {number}.csv", b"")):
            product.upload(prefix + key, body)
        product.upload(f"{prefix}{number}/", b"")  # the console's folder, which a rule skips
        killed += _kill_a_function(product)
    deadline = time.monotonic() + 60
    while killed < KILLS and time.monotonic() < deadline:
        time.sleep(0.25)
        killed += _kill_a_function(product)

    def ended():
        known = outcomes(product, prefix)
        return known if len(known) == 4 * FILES and is_empty(product) else None

    known = eventually(ended, within=300 if tally.LONG else 240)
    counts = Counter(status for statuses in known.values() for status in statuses)
    violations = sum(len(statuses) != 1 for statuses in known.values())
    tally.count(
        "conservation: processes killed, local stack", cases=1, files=len(known), faults=killed,
        checks=len(known), violations=violations,
    )  # fmt: skip
    assert killed >= KILLS
    assert violations == 0
    assert sum(counts.values()) == 4 * FILES
    assert (counts["skipped"], counts["success"] + counts["error"] + counts["failed"]) == (FILES, 3 * FILES)
    assert FILES - counts["failed"] <= counts["error"] <= FILES
    assert counts["failed"] == failed_files(product, prefix)


def outcomes(product, prefix):
    """Return every outcome that was ever written for each key below a prefix that has one."""
    before, found = {}, defaultdict(list)
    for state in in_flight.history(product):
        status = state["status"]
        if status not in UNFINISHED and before.get(state["file_id"], "claimed") in UNFINISHED:
            found[state["key"]].append(status)
        before[state["file_id"]] = status
    return {key: statuses for key, statuses in found.items() if key.startswith(prefix)}


def is_empty(product):
    return all(product.is_drained(f"{lane}ArrivalsQueueUrl") for lane in ("Csv", "Other"))


def failed_files(product, prefix):
    """Count the files below a prefix on the queue of failed files."""
    found = set()
    while messages := product.messages(product.outputs["FailedFilesQueueUrl"]):
        found |= {message["Body"] for message in messages if prefix in message["Body"]}
    return len(found)


def _kill_a_function(product):
    """Kill a process that runs functions of this stack, whichever; return how many were killed."""
    stats = Path("/proc").glob("[0-9]*/stat")
    children = [int(stat.parent.name) for stat in stats if _parent(stat) == product.endpoint.pid]
    if not children:
        return 0
    with suppress(ProcessLookupError):
        os.kill(random.choice(children), signal.SIGKILL)
    return 1


def _parent(stat):
    with suppress(OSError):
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    return None
