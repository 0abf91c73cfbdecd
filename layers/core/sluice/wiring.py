"""Composition root: the only module that names concrete adapters."""

import platform
import time
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from random import SystemRandom
from typing import Any

import boto3
from botocore.config import Config

from sluice import costs
from sluice.announcing.digesting import DigestSender
from sluice.announcing.mailing import Mailing
from sluice.announcing.notifying import Notifier, Remembering
from sluice.aws.arrivals import SQSArrivals, SQSDeadLetters, SQSFailedFiles
from sluice.aws.baselines import DynamoDBBaselines
from sluice.aws.digest_table import DynamoDBDigestBook
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.eventbridge import EventBridgeBus
from sluice.aws.inventory import DynamoDBInventory
from sluice.aws.lambda_functions import LambdaProcessor, Setting
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.letter_boxes import DynamoDBAudit, SQSLetterBoxes, SQSQueues
from sluice.aws.listing import S3Listing, S3Reports, S3Results
from sluice.aws.register import DynamoDBRegister
from sluice.aws.rekognition import RekognitionAnalysis
from sluice.aws.release import CodeDeployDeployments, LambdaVersions, OutboxBench
from sluice.aws.rules import DynamoDBContracts, DynamoDBRules
from sluice.aws.s3 import S3Inbox, S3Outbox
from sluice.aws.s3_watermarks import S3Watermarks
from sluice.aws.sns import SNSTopic
from sluice.aws.sqs import SQSLanes
from sluice.aws.stepfunctions import StepFunctionsExecutions
from sluice.aws.versions import DynamoDBVersions
from sluice.aws.watching import AWSWatch
from sluice.aws.webhook_queue import SQSDeliveries
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.aws.webhook_tables import DynamoDBDeliveryLog, DynamoDBRegistry
from sluice.batches import Batch
from sluice.dispatching import Dispatcher
from sluice.files import File
from sluice.images.isolation import ImageWorker
from sluice.images.limits import ImageLimits
from sluice.observability import FunctionJournal
from sluice.outcomes import Outcome
from sluice.pace.admitting import Admission
from sluice.pace.aimd import Bounds
from sluice.pace.launching import Launcher
from sluice.pace.reserving import Reserver
from sluice.pace.slots import SlotKeeper
from sluice.pace.tuning import Tuner
from sluice.processing import Price, Processor
from sluice.processors.calling import call_processor
from sluice.processors.downloads import Downloads
from sluice.processors.inspecting import inspect_file
from sluice.processors.profiling import profile_file
from sluice.processors.rendering import Studio, render_file
from sluice.recovery.forgetting import Forgetter
from sluice.recovery.freeing import EndedExecutions, Freer
from sluice.recovery.replaying import Replayer
from sluice.recovery.sweeping import Sweeper
from sluice.release.checking import ReleaseChecker
from sluice.rules.routing import Router
from sluice.rules.rule import INSPECT_FILE, default_rule
from sluice.settings import (
    CallProcessorSettings,
    CheckReleaseSettings,
    DeliverWebhookSettings,
    DispatchSettings,
    FreeFilesSettings,
    InspectFileSettings,
    MarkDeletedSettings,
    NotifySettings,
    ProcessImageSettings,
    ProfileCsvSettings,
    ReconcileSettings,
    ReplaySettings,
    RuntimeSettings,
    SendDigestSettings,
    TunePaceSettings,
)
from sluice.webhooks.delivering import Deliverer
from sluice.webhooks.fan_out import FanOut
from sluice.webhooks.https import PinnedHttps

RETRIES = Config(retries={"mode": "standard", "max_attempts": 5}, read_timeout=20, connect_timeout=5)


@cache
def client(service: str) -> Any:
    """Return the service's client; one per execution environment."""
    return boto3.client(service, config=RETRIES)  # type: ignore[call-overload]


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


@cache
def rules(table: str) -> DynamoDBRules:
    """Return the rules; one per execution environment, so that what was read is kept."""
    return DynamoDBRules(DynamoDBVersions(client("dynamodb"), table), FunctionJournal().failed)


@cache
def contracts(table: str) -> DynamoDBContracts:
    """Return the contracts, likewise."""
    return DynamoDBContracts(DynamoDBVersions(client("dynamodb"), table), FunctionJournal().failed)


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
    return Dispatcher(
        inbox=settings.inbox_bucket,
        router=router(settings),
        catalogue=catalogue,
        admission=admission,
        launcher=Launcher(settings.claim_seconds, catalogue, admission, executions, FunctionJournal(), now),
        lanes=SQSLanes(client("sqs"), settings.lanes),
        journal=FunctionJournal(),
        now=now,
    )


def ended_executions(settings: FreeFilesSettings) -> EndedExecutions:
    """Return what `free_files` frees with."""
    return EndedExecutions(
        register=DynamoDBRegister(client("dynamodb"), settings.catalogue_table),
        freer=_freer(settings),
        dead_letters=SQSDeadLetters(client("sqs"), settings.dead_letters),
        journal=FunctionJournal(),
    )


def _freer(settings: FreeFilesSettings | ReconcileSettings) -> Freer:
    dynamodb, sqs = client("dynamodb"), client("sqs")
    return Freer(
        register=DynamoDBRegister(dynamodb, settings.catalogue_table),
        catalogue=DynamoDBCatalogue(dynamodb, settings.catalogue_table),
        arrivals=SQSArrivals(sqs, settings.arrivals),
        failed_files=SQSFailedFiles(sqs, settings.failed_files),
        journal=FunctionJournal(),
        now=now,
        max_losses=settings.max_losses,
    )


def forgetter(settings: MarkDeletedSettings) -> Forgetter:
    """Return what `mark_deleted` marks with."""
    return Forgetter(
        inbox=settings.inbox_bucket,
        remove_results=settings.remove_results,
        inventory=DynamoDBInventory(client("dynamodb"), settings.catalogue_table),
        results=S3Results(client("s3"), settings.outbox_bucket),
        dead_letters=SQSDeadLetters(client("sqs"), settings.dead_letters),
        journal=FunctionJournal(),
    )


def sweeper(settings: ReconcileSettings) -> Sweeper:
    """Return what `reconcile` sweeps with."""
    dynamodb, s3 = client("dynamodb"), client("s3")
    return Sweeper(
        listing=S3Listing(s3, settings.inbox_bucket),
        inventory=DynamoDBInventory(dynamodb, settings.catalogue_table),
        register=DynamoDBRegister(dynamodb, settings.catalogue_table),
        arrivals=SQSArrivals(client("sqs"), settings.arrivals),
        freer=_freer(settings),
        reports=S3Reports(s3, settings.outbox_bucket),
        journal=FunctionJournal(),
        now=now,
    )


def replayer(settings: ReplaySettings) -> Replayer:
    """Return what `replay` replays with."""
    dynamodb, sqs = client("dynamodb"), client("sqs")
    return Replayer(
        inbox=settings.inbox_bucket,
        boxes=SQSLetterBoxes(sqs, settings.letter_boxes),
        register=DynamoDBRegister(dynamodb, settings.catalogue_table),
        arrivals=SQSArrivals(sqs, settings.arrivals),
        queues=SQSQueues(sqs, settings.queues),
        audit=DynamoDBAudit(dynamodb, settings.replays_table, keep=settings.catalogue_days),
        journal=FunctionJournal(),
        now=now,
    )


def csv_profiler(settings: ProfileCsvSettings) -> Processor:
    """Return what `profile_csv` processes with."""
    s3 = client("s3")
    outbox = S3Outbox(s3, settings.outbox_bucket)
    known = contracts(settings.contracts_table)
    baselines = DynamoDBBaselines(
        client("dynamodb"), settings.datasets_table, s3, settings.outbox_bucket, now
    )
    run = partial(profile_file, inbox=S3Inbox(s3), outbox=outbox, contracts=known, baselines=baselines)
    return _processor(run, settings)


def image_downloads(settings: ProcessImageSettings, batch: Batch) -> Downloads:
    """Return what fetches the files of a batch."""
    files = [task.file for task in batch.tasks]
    return Downloads(S3Inbox(client("s3")), files, _image_limits(settings).max_bytes)


def image_renderer(settings: ProcessImageSettings, downloads: Downloads) -> Processor:
    """Return what `process_image` processes with."""
    limits = _image_limits(settings)
    outbox = S3Outbox(client("s3"), settings.outbox_bucket)
    studio = Studio(
        renderer=image_worker(limits),
        watermarks=watermarks(settings.outbox_bucket),
        analysis=RekognitionAnalysis(client("rekognition")) if settings.image_analysis else None,
    )
    return _processor(partial(render_file, downloads=downloads, outbox=outbox, studio=studio), settings)


def _image_limits(settings: ProcessImageSettings) -> ImageLimits:
    return ImageLimits(
        max_bytes=settings.image_max_mebibytes * 1024**2,
        max_pixels=settings.image_max_megapixels * 1_000_000,
        max_frames=settings.image_max_frames,
        max_seconds=settings.image_max_seconds,
    )


@cache
def watermarks(outbox: str) -> S3Watermarks:
    """Return the watermarks, which stay from one batch to the next."""
    return S3Watermarks(client("s3"), outbox)


@cache
def image_worker(limits: ImageLimits) -> ImageWorker:
    """Return the rendering process; one per execution environment."""
    return ImageWorker(limits)


def file_inspector(settings: InspectFileSettings) -> Processor:
    """Return what `inspect_file` processes with."""
    return _processor(partial(inspect_file, inbox=S3Inbox(client("s3"))), settings)


def inspect_one(file: File) -> Outcome:
    """Inspect a file outside of a batch, as the container image does."""
    return inspect_file(file, default_rule(INSPECT_FILE), None, inbox=S3Inbox(client("s3")))


def processor_caller(settings: CallProcessorSettings) -> Processor:
    """Return what `call_processor` processes with."""
    # One answer may take as long as a function may run, and a request that was sent is not sent twice.
    patient = RETRIES.merge(Config(read_timeout=900))
    processor = LambdaProcessor(boto3.client("lambda", config=patient), _setting(settings.processor_setting))
    return _processor(partial(call_processor, processor=processor), settings)


@cache
def _setting(name: str) -> Setting:
    return Setting(client("ssm"), name)


def _processor(
    run: Any,
    settings: ProfileCsvSettings | ProcessImageSettings | InspectFileSettings | CallProcessorSettings,
) -> Processor:
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


def tuner(settings: TunePaceSettings) -> Tuner:
    """Return what `tune_pace` tunes with."""
    bounds = Bounds(settings.lowest_rate, settings.highest_rate)
    return Tuner(
        bounds=dict.fromkeys(settings.lanes, bounds),
        states=DynamoDBLaneStates(client("dynamodb"), settings.lanes_table),
        watch=AWSWatch(client("sqs"), client("cloudwatch"), settings.lanes),
        journal=FunctionJournal(),
        now=now,
    )


def notifier(settings: NotifySettings) -> Notifier:
    """Return what `notify` announces with."""
    return Notifier(
        channels=_channels(settings),
        catalogue=DynamoDBCatalogue(client("dynamodb"), settings.catalogue_table),
        journal=FunctionJournal(),
    )


@cache
def _channels(settings: NotifySettings) -> tuple[Remembering, ...]:
    """Return where outcomes are told; one of each per execution environment, which remembers what it told."""
    mailing = Mailing(
        topic=SNSTopic(client("sns"), settings.outcomes_topic_arn),
        book=DynamoDBDigestBook(client("dynamodb"), settings.digest_table),
        limit=settings.mails_per_minute,
        digest=settings.digest_schedule != "off",
        now=now,
    )
    bus = EventBridgeBus(client("events"), settings.event_bus)
    webhooks = FanOut(webhook_registry(settings.webhooks_table), _deliveries(settings), now)
    return Remembering(mailing), Remembering(bus), Remembering(webhooks)


def digest_sender(settings: SendDigestSettings) -> DigestSender:
    """Return what `send_digest` sends with."""
    return DigestSender(
        topic=SNSTopic(client("sns"), settings.outcomes_topic_arn),
        book=DynamoDBDigestBook(client("dynamodb"), settings.digest_table),
        journal=FunctionJournal(),
    )


@cache
def webhook_registry(table: str) -> DynamoDBRegistry:
    """Return the webhooks; one per execution environment, which remembers them for a while."""
    return DynamoDBRegistry(client("dynamodb"), table)


@cache
def webhook_secrets(prefix: str) -> ParameterSecrets:
    """Return the webhooks' secrets; one per execution environment, which remembers them."""
    return ParameterSecrets(client("ssm"), prefix)


@cache
def https(*, allow_loopback: bool) -> PinnedHttps:
    """Return the way to the webhooks' targets; one per execution environment, which reads the trusted CAs."""
    return PinnedHttps(allow_loopback=allow_loopback)


def _deliveries(settings: NotifySettings | DeliverWebhookSettings) -> SQSDeliveries:
    return SQSDeliveries(client("sqs"), settings.deliveries_queue, settings.webhook_dead_letters)


def deliverer(settings: DeliverWebhookSettings) -> Deliverer:
    """Return what `deliver_webhook` delivers with."""
    return Deliverer(
        registry=webhook_registry(settings.webhooks_table),
        secrets=webhook_secrets(settings.secrets_prefix),
        log=DynamoDBDeliveryLog(client("dynamodb"), settings.deliveries_table, now=now),
        queue=_deliveries(settings),
        transport=https(allow_loopback=settings.allow_loopback_targets),
        journal=FunctionJournal(),
        now=now,
        jitter=SystemRandom().random,
    )


def release_checker(settings: CheckReleaseSettings) -> ReleaseChecker:
    """Return what `check_release` checks versions with."""
    # A version under check may take its whole timeout, and is not to be invoked twice for it.
    patient = Config(retries={"max_attempts": 0}, read_timeout=120, connect_timeout=5)
    return ReleaseChecker(
        stack_name=settings.stack_name,
        versions=LambdaVersions(boto3.client("lambda", config=patient)),
        bench=OutboxBench(client("s3"), settings.outbox_bucket, client("dynamodb"), settings.catalogue_table),
        deployments=CodeDeployDeployments(client("codedeploy")),
        journal=FunctionJournal(),
        sleep=time.sleep,
    )
