"""What every processor is made of, whatever it does with a file."""

import platform
import time
from datetime import timedelta
from functools import cache

from sluice import costs
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.observability import FunctionJournal
from sluice.pace.reserving import Reserver
from sluice.pace.slots import SlotKeeper
from sluice.processing import Price, Process, Processor
from sluice.settings.processors import ProcessorSettings
from sluice.settings.runtime import RuntimeSettings
from sluice.wiring.clients import client, now
from sluice.wiring.rules import rules


def processor(run: Process, settings: ProcessorSettings) -> Processor:
    """Return what processes batches, each file by *run*."""
    catalogue = DynamoDBCatalogue(client("dynamodb"), settings.catalogue_table, keep=settings.catalogue_days)
    states = DynamoDBLaneStates(client("dynamodb"), settings.lanes_table)
    slots = SlotKeeper(states, Reserver(states, now), catalogue, settings.lateness_seconds, now, time.sleep)
    return Processor(run, rules(settings.rules_table), catalogue, slots, FunctionJournal(), now, price())


@cache
def price() -> Price:
    """Return what estimates a file's cost in this function, with its memory and on its processor."""
    memory = RuntimeSettings.from_env().aws_lambda_function_memory_size / costs.MIB_PER_GB
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"

    def dollars(took: timedelta, files_in_batch: int, results: int) -> float:
        return costs.of_file(
            gb_seconds=took.total_seconds() * memory,
            files_in_batch=files_in_batch,
            results=results,
            architecture=architecture,
        )

    return dollars
