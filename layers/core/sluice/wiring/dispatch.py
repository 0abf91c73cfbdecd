"""What `dispatch` is made of."""

import time

from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.s3 import S3Inbox
from sluice.aws.scanned_objects import S3ScannedObjects
from sluice.aws.sqs import SQSLanes
from sluice.aws.stepfunctions import StepFunctionsExecutions
from sluice.dispatching import Dispatcher
from sluice.intake import Intake
from sluice.malware.gate import Gate
from sluice.observability import FunctionJournal
from sluice.pace.admitting import Admission
from sluice.pace.launching import Launcher
from sluice.pace.reserving import Reserver
from sluice.rules.routing import Router
from sluice.settings.pace import DispatchSettings
from sluice.wiring.clients import client, now
from sluice.wiring.rules import contracts, rules


def router(settings: DispatchSettings) -> Router:
    """Return what decides about files that arrive."""
    declared_type = S3Inbox(client("s3")).declared_type
    return Router(
        rules(settings.rules_table), contracts(settings.contracts_table), declared_type, tuple(settings.lanes)
    )


def dispatcher(settings: DispatchSettings) -> Dispatcher:
    """Return what `dispatch` dispatches with."""
    catalogue = DynamoDBCatalogue(client("dynamodb"), settings.catalogue_table)
    states = DynamoDBLaneStates(client("dynamodb"), settings.lanes_table, defaults=settings.paces)
    admission = Admission(states, Reserver(states, now), catalogue, now, time.sleep)
    executions = StepFunctionsExecutions(client("stepfunctions"), settings.state_machine_arn)
    launcher = Launcher(settings.claim_seconds, catalogue, admission, executions, FunctionJournal(), now)
    lanes = SQSLanes(client("sqs"), settings.lanes)
    intake = Intake(
        inbox=settings.inbox_bucket,
        router=router(settings),
        catalogue=catalogue,
        launcher=launcher,
        lanes=lanes,
        journal=FunctionJournal(),
        now=now,
        gate=_gate(settings),
    )
    return Dispatcher(intake, catalogue, admission, launcher, lanes, FunctionJournal(), now)


def _gate(settings: DispatchSettings) -> Gate | None:
    """Return what lets only scanned files on, where files are scanned."""
    if not settings.malware_gate:
        return None
    return Gate(settings.inbox_bucket, S3ScannedObjects(client("s3")))
