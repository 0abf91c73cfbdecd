"""Looks an installation over: what is switched off, not wired, not heard by anybody, or too small."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Resources = Mapping[str, Mapping[str, str]]  # of a stack: type to logical id to physical id

# What a topic tells, and the parameter that mails it; the others tell alarms.
HEARD = {"OutcomesTopic": ("errors, failures and digests", "NotificationEmail")}
SMALL_CONCURRENCY = 100  # executions at once; new accounts have 10, the default is 1000


@dataclass(frozen=True)
class Finding:
    """What is wrong, or worth knowing, and what to do about it."""

    wrong: bool
    what: str
    remedy: str


def wrong(what: str, remedy: str) -> Finding:
    """Make a finding that has to be mended."""
    return Finding(wrong=True, what=what, remedy=remedy)


def note(what: str, remedy: str) -> Finding:
    """Make a finding that is worth knowing."""
    return Finding(wrong=False, what=what, remedy=remedy)


@dataclass(frozen=True)
class Patient:
    """A stack as its checks see it."""

    outputs: Mapping[str, str]
    resources: Resources
    client: Callable[[str], Any]
    emulated: bool = False

    def of(self, kind: str) -> Mapping[str, str]:
        """Return the resources of a type: logical id to physical id."""
        return self.resources.get(kind, {})


SWITCHED = {"TunePaceFunctionSchedule": "TunePace"}  # rules that a parameter, off by default, switches
Check = Callable[[Patient], Iterator[Finding]]


def diagnose(patient: Patient) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what each check is about, and what it found; nothing found is good."""
    for about, check in CHECKS.items():
        try:
            found = list(check(patient))
        except (ClientError, BotoCoreError) as error:
            found = [wrong(f"It could not be checked: {error}", "See what your credentials may read.")]
        yield about, found


def _inbox(patient: Patient) -> Iterator[Finding]:
    s3, bucket = patient.client("s3"), patient.outputs["InboxBucketName"]
    wiring = s3.get_bucket_notification_configuration(Bucket=bucket)
    if "EventBridgeConfiguration" not in wiring:
        remedy = "Run `sluice bucket attach`; files that arrived meanwhile: `sluice reconcile`."
        yield wrong(f"{bucket} sends no events to EventBridge.", remedy)
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        yield note(f"{bucket} keeps no versions.", "A file that is overwritten early is lost.")


def _rules(patient: Patient) -> Iterator[Finding]:
    events = patient.client("events")
    for name, physical in patient.of("AWS::Events::Rule").items():
        bus, _, rule = physical.rpartition("|")
        found = events.describe_rule(Name=rule, **({"EventBusName": bus} if bus else {}))
        if found["State"] == "DISABLED" and name in SWITCHED:
            yield note(f"The rule {name} is disabled.", f"It is meant to be, unless {SWITCHED[name]} is on.")
        elif found["State"] == "DISABLED":
            yield wrong(f"The rule {name} is disabled.", f"aws events enable-rule --name {rule}")


def _sources(patient: Patient) -> Iterator[Finding]:
    functions = patient.client("lambda")
    for name, uuid in patient.of("AWS::Lambda::EventSourceMapping").items():
        state = functions.get_event_source_mapping(UUID=uuid)["State"]
        if state in ("Disabled", "Disabling"):
            remedy = f"aws lambda update-event-source-mapping --uuid {uuid} --enabled"
            yield wrong(f"The event source {name} is disabled.", remedy)


def _topics(patient: Patient) -> Iterator[Finding]:
    sns = patient.client("sns")
    for name, arn in patient.of("AWS::SNS::Topic").items():
        subscriptions = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        pending = [each for each in subscriptions if each["SubscriptionArn"] == "PendingConfirmation"]
        for each in pending:
            remedy = "Follow the link in the mail that AWS sent there."
            yield wrong(f"{each['Endpoint']} has not confirmed {name}.", remedy)
        if len(pending) == len(subscriptions):
            what, parameter = HEARD.get(name, ("alarms", "AlarmEmail"))
            yield note(f"Nobody hears {name}: {what} go unseen.", f"Set {parameter}, or subscribe to it.")


def _alarms(patient: Patient) -> Iterator[Finding]:
    names = list(patient.of("AWS::CloudWatch::Alarm").values())
    if patient.emulated:
        yield note("They were passed over.", "The local stack evaluates alarms otherwise than AWS does.")
        return
    if not names:
        return
    answer = patient.client("cloudwatch").describe_alarms(AlarmNames=names[:100], StateValue="ALARM")
    for alarm in answer["MetricAlarms"]:
        remedy = alarm.get("AlarmDescription", "").split("\n")[0]
        yield wrong(f"The alarm {alarm['AlarmName']} is firing.", remedy)


def _dead_letters(patient: Patient) -> Iterator[Finding]:
    sqs = patient.client("sqs")
    for name, url in patient.of("AWS::SQS::Queue").items():
        if not name.endswith("DeadLetters") and name != "FailedFiles":
            continue
        depth = "ApproximateNumberOfMessages"
        count = int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[depth])["Attributes"][depth])
        if count:
            yield wrong(f"{name} holds {count} messages.", "`sluice replay` lists them with their reasons.")


def _quotas(patient: Patient) -> Iterator[Finding]:
    limits = patient.client("lambda").get_account_settings()["AccountLimit"]
    at_once = limits["ConcurrentExecutions"]
    if at_once < SMALL_CONCURRENCY:
        what = f"The account runs {at_once} functions at once."
        yield note(what, "Ask for more in Service Quotas, or keep max_in_flight of the lanes below it.")


CHECKS: Mapping[str, Check] = {
    "inbox": _inbox,
    "rules": _rules,
    "event sources": _sources,
    "subscriptions": _topics,
    "alarms": _alarms,
    "dead letters": _dead_letters,
    "quotas": _quotas,
}
