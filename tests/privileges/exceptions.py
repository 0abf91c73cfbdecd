"""
Grants that no recorded call and nothing derived exercises, and wide patterns: each with the reason it stays.

The one file of exceptions. What is listed here and not granted, or exercised after all, fails a test too.
"""

from collections.abc import Iterator

# Of resources that differ by name alone one stands for all: the same code reads the name from a setting.
FAMILIES = {
    "the queue of each lane": ("CsvArrivals", "ImageArrivals", "OtherArrivals"),
    "the dead letters of each lane": ("CsvDeadLetters", "ImageDeadLetters", "OtherDeadLetters"),
    "all that `replay` reads": (
        "CsvDeadLetters", "ImageDeadLetters", "OtherDeadLetters", "RuleDeadLetters",
        "EndedExecutionsDeadLetters", "DeletionsDeadLetters", "UnannouncedDeadLetters", "FailedFilesQueue",
        "WebhookDeadLetters", "MailDeadLetters", "DigestDeadLetters", "TuneDeadLetters",
    ),
    "results: where one is depends on its file's outcome": (
        "Outbox/processed/*", "Outbox/rejected/*", "Outbox/superseded/*",
    ),
}  # fmt: skip

_LISTS = "AWS answers 403 instead of 404 for what is missing without it; the local stack asks for no leave"
_TAGS = "AWS asks for it beside PutObject where the request has tags; the local stack does not"
_CODEDEPLOY = "the local stack has no CodeDeploy; unit tests hold the calls against a stub"
_REKOGNITION = "a fake stands in for Rekognition, and asks for no leave"
_AGAIN = "of a batch that is tried again or late; other processors do it in tests, by the same use case"
_TAGGED = {
    "ProcessImageRole": ("processed", "release-checks", "superseded"),
    "ProfileCsvRole": ("processed", "rejected", "release-checks", "superseded"),
}
_READERS = ("DispatchRole", "InspectFileRole", "ProcessImageRole", "ProfileCsvRole")

# Role, action, resource as `judging.resource_of` tells it: why no test exercises it.
UNEXERCISED: dict[tuple[str, str, str], str] = {
    **{(role, f"s3:{verb}", "Inbox"): _LISTS
       for role in _READERS for verb in ("ListBucket", "ListBucketVersions")},
    **{(role, "s3:ListBucket", "Outbox"): _LISTS
       for role in ("MarkDeletedRole", "ProcessImageRole", "ProfileCsvRole")},
    **{(role, "s3:PutObjectTagging", f"Outbox/{folder}/*"): _TAGS
       for role, folders in _TAGGED.items() for folder in folders},
    **{("CheckReleaseRole", f"codedeploy:{verb}", "ServerlessDeploymentApplication-*/*"): _CODEDEPLOY
       for verb in ("GetDeployment", "PutLifecycleEventHookExecutionStatus")},
    **{("CheckReleaseRole", "states:StopExecution", f"{machine}StateMachine:*"):
       "of a golden execution that never ends; unit tests hold the call against a stub"
       for machine in ("Backfill", "ProcessBatch")},
    **{("CallProcessorRole", f"dynamodb:{verb}", table): _AGAIN
       for verb, table in (("BatchGetItem", "Catalogue"), ("GetItem", "Lanes"), ("UpdateItem", "Lanes"))},
    **{("ProcessImageRole", f"rekognition:{verb}", "*"): _REKOGNITION
       for verb in ("DetectFaces", "DetectLabels", "DetectModerationLabels")},
}  # fmt: skip

# Grants that only the previous release exercises: roles have no versions. They go with the next release.
PREVIOUS_RELEASE: dict[tuple[str, str, str], str] = {}

# Of options, which are never deployed locally: actions that nothing derived needs, and why they stay.
OF_OPTIONS = {
    "s3:GetObjectTagging": "the gate for malware: the local stack has no GuardDuty; tried against moto",
    "s3:GetObjectVersionTagging": "likewise",
}

# Every pattern with a `*` but the plain one, which is for actions that IAM knows no resource for:
# why no narrower one is possible.
WILDCARDS: dict[str, str] = {
    "Inbox/*": "a file may have any key",
    "Outbox/datasets/*": "the newest profile of each dataset",
    "Outbox/processed/*": "results, below the key of their file",
    "Outbox/rejected/*": "likewise",
    "Outbox/superseded/*": "likewise",
    "Outbox/release-checks/*": "golden files and their results, below the id of their check",
    "Outbox/reports/*": "reports of sweeps, by their time",
    "Outbox/reports/sweeps/*": "likewise: the one of a golden sweep is removed",
    "Logs:*": "streams of one log group: Lambda names them",
    "Function-*:*": "versions of a function that depends on the alias that waits for this one: no reference",
    "function:sluice-*": "aliases of this stack's functions, likewise",
    "ServerlessDeploymentApplication-*/*": "SAM makes the application and the groups, and names them",
    "parameter/sluice/sluice/webhooks/*": "the secret of each webhook, by its id",
    "BackfillStateMachine/*": "children of the distributed map, by their ids",
    "BackfillStateMachine:*": "likewise: the documentation of Step Functions names this form",
    "ProcessBatchStateMachine:*": "golden executions, by the id of their check",
    "Catalogue/stream/*": "streams of one table: DynamoDB names them by their time",
    "inbox-*": "the bucket names the role, so the role cannot name the bucket",
    "inbox-*/*": "likewise",
    "sluice-production-replica/*": "a file may have any key, in its replica too",
}
WITHOUT_RESOURCE = {
    "cloudwatch": {"DescribeAlarms", "GetMetricStatistics"},
    "ec2": {
        "AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface",
        "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses",
    },
    "logs": {
        "CreateLogDelivery", "DeleteLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies",
        "GetLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery",
    },
    "rekognition": {"DetectFaces", "DetectLabels", "DetectModerationLabels"},
    "xray": {"GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments"},
}  # fmt: skip


def actions_without_resource() -> Iterator[str]:
    """Yield the actions that IAM cannot limit to a resource."""
    yield from (f"{service}:{verb}" for service, verbs in WITHOUT_RESOURCE.items() for verb in verbs)
