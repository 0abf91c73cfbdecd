"""What `tune_pace` is made of."""

from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.watching import AWSWatch
from sluice.observability import FunctionJournal
from sluice.pace.aimd import Bounds
from sluice.pace.tuning import Tuner
from sluice.settings.pace import TunePaceSettings
from sluice.wiring.clients import client, now


def tuner(settings: TunePaceSettings) -> Tuner:
    """Return what `tune_pace` tunes with."""
    bounds = Bounds(settings.lowest_rate, settings.highest_rate)
    return Tuner(
        bounds=dict.fromkeys(settings.lanes, bounds),
        states=DynamoDBLaneStates(client("dynamodb"), settings.lanes_table),
        watch=AWSWatch(client("sqs"), client("cloudwatch"), settings.lanes, now, settings.metrics_namespace),
        journal=FunctionJournal(),
        now=now,
    )
