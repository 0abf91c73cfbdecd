"""The alarms of every link; thresholds differ by stage in one mapping."""

from typing import Any

from monitoring import words
from monitoring.alarm_making import (
    FIVE_MINUTES,
    OURS,
    Resource,
    Resources,
    by_stage,
    expression,
    metric,
    on_math,
    on_metric,
    ref,
)
from monitoring.links import Function, Links

# By stage: errors in 5 minutes; milliseconds of short functions; messages that may wait.
THRESHOLDS = {
    "dev": {"Errors": 5, "Duration": 10_000, "Backlog": 1_000},
    "staging": {"Errors": 5, "Duration": 10_000, "Backlog": 1_000},
    "production": {"Errors": 3, "Duration": 8_000, "Backlog": 10_000},
}
MINUTE = 60  # seconds
WEEK = 7 * 86_400  # seconds
SHARE_OF_TIMEOUT = 0.8  # of a function that processes files
TABLE_OPERATIONS = ("GetItem", "PutItem", "Query", "UpdateItem")


def of_all(links: Links) -> Resources:
    """Return the alarms of all links by logical id."""
    found: Resources = {}
    for function in links.functions:
        found |= of_function(function)
    for queue in links.work_queues:
        found |= of_work_queue(queue)
    for queue in links.kept_queues:
        found |= of_kept_queue(queue)
    for machine in links.machines:
        found |= of_machine(machine)
    for rule in links.rules:
        found |= of_rule(rule)
    for table in links.tables:
        found[f"{table}Throttled"] = throttled_table(table)
    for topic in links.topics:
        dimensions = {"TopicName": ref(topic)}
        found[f"{topic}Undelivered"] = on_metric(
            topic, words.TOPIC_FAILED, ("AWS/SNS", "NumberOfNotificationsFailed", dimensions), at_least=1
        )
    for api in links.apis:
        found |= of_api(api)
    found["Stalled"] = stalled(links)
    return found | of_lanes(links) | of_sweeps() | of_webhooks()


def of_function(function: Function) -> Resources:
    """Return the alarms of one function."""
    title, dimensions = function.title, {"FunctionName": ref(function.name)}
    duration: Any = by_stage("Duration") if function.is_short else function.timeout * 1000 * SHARE_OF_TIMEOUT
    rate = [
        metric("errors", ("AWS/Lambda", "Errors", dimensions), FIVE_MINUTES),
        metric("invocations", ("AWS/Lambda", "Invocations", dimensions), FIVE_MINUTES),
        expression("rate", "IF(invocations > 0, 100 * errors / invocations, 0)", "percent of invocations"),
    ]
    found = {
        f"{title}Errors": on_metric(
            title, words.ERRORS, ("AWS/Lambda", "Errors", dimensions), above=by_stage("Errors")
        ),
        f"{title}ErrorRate": on_math(title, words.ERROR_RATE, rate, above=5, periods=3),
        f"{title}Duration": on_metric(
            title,
            words.DURATION,
            ("AWS/Lambda", "Duration", dimensions),
            above=duration,
            statistic="p99",
            periods=3,
        ),
        f"{title}Throttles": on_metric(
            title, words.THROTTLES, ("AWS/Lambda", "Throttles", dimensions), at_least=1
        ),
    }
    if not function.is_processor:
        faults = (OURS, "Faults", {"service": function.service})
        found[f"{title}Faults"] = on_metric(title, words.FAULTS, faults, above=by_stage("Errors"))
    if "DynamoDB" in function.events:
        age = ("AWS/Lambda", "IteratorAge", dimensions)
        found[f"{title}Behind"] = on_metric(title, words.BEHIND, age, above=300_000, statistic="Maximum")
    return found


def of_work_queue(queue: str) -> Resources:
    """Return the alarms of a queue that a function consumes."""
    depth = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": ref(queue)})
    age = ("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": ref(queue)})
    return {
        f"{queue}Backlog": on_metric(
            queue, words.BACKLOG, depth, above=by_stage("Backlog"), statistic="Maximum", periods=3
        ),
        f"{queue}Old": on_metric(queue, words.OLD_MESSAGES, age, above=WEEK, statistic="Maximum"),
    }


def of_kept_queue(queue: str) -> Resources:
    """Return the alarm of a queue that nothing consumes: one message is one too many."""
    says = {"RuleDeadLetters": words.LOST_ARRIVALS, "FailedFilesQueue": words.FAILED_FILES}
    depth = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": ref(queue)})
    alarm = on_metric(
        queue, says.get(queue, words.DEAD_LETTERS), depth, at_least=1, statistic="Maximum", period=MINUTE
    )
    return {f"{queue}NotEmpty": alarm}


def of_machine(machine: str) -> Resources:
    """Return the alarms of one state machine."""
    title, dimensions = machine.removesuffix("StateMachine"), {"StateMachineArn": ref(machine)}
    kinds = {
        "ExecutionsFailed": words.EXECUTIONS_FAILED,
        "ExecutionsTimedOut": words.EXECUTIONS_TIMED_OUT,
        "ExecutionsAborted": words.EXECUTIONS_ABORTED,
        "ExecutionThrottled": words.EXECUTIONS_THROTTLED,
    }
    return {
        f"{title}{name}": on_metric(title, said, ("AWS/States", name, dimensions), at_least=1)
        for name, said in kinds.items()
    }


def of_rule(rule: str) -> Resources:
    """Return the alarms of one event rule."""
    brings_uploads = rule.endswith("ArrivalRule")
    kinds = {
        "FailedInvocations": words.RULE_FAILED if brings_uploads else words.OTHER_RULE_FAILED,
        "InvocationsFailedToBeSentToDlq": words.RULE_LOST if brings_uploads else words.OTHER_RULE_LOST,
    }
    return {
        f"{rule}{name}": on_metric(
            rule, said, ("AWS/Events", name, {"RuleName": ref(rule)}), at_least=1, period=MINUTE
        )
        for name, said in kinds.items()
    }


def throttled_table(table: str) -> Resource:
    """Return the alarm of one table; missing points are filled, since alarms on DynamoDB pass over them."""
    metrics = [
        metric(f"m{number}", ("AWS/DynamoDB", name, {"TableName": ref(table)}), FIVE_MINUTES)
        for number, name in enumerate(("ReadThrottleEvents", "WriteThrottleEvents"))
    ]
    total = expression("throttled", "FILL(m0, 0) + FILL(m1, 0)", "refused reads and writes")
    return on_math(table, words.TABLE_THROTTLED, [*metrics, total], above=0)


def of_api(api: str) -> Resources:
    """Return the alarms of one HTTP API."""
    dimensions = {"ApiId": ref(api)}
    rate = [
        metric("errors", ("AWS/ApiGateway", "5xx", dimensions), FIVE_MINUTES),
        metric("requests", ("AWS/ApiGateway", "Count", dimensions), FIVE_MINUTES),
        expression("rate", "IF(requests > 0, 100 * errors / requests, 0)", "percent of requests"),
    ]
    latency = ("AWS/ApiGateway", "Latency", dimensions)
    return {
        f"{api}Errors": on_math(api, words.API_ERRORS, rate, above=1, periods=3),
        f"{api}Slow": on_metric(api, words.API_SLOW, latency, above=3_000, statistic="p99", periods=3),
    }


def of_lanes(links: Links) -> Resources:
    """Return the alarm on each lane's oldest file: SQS leaves messages that come often out of its age."""
    found = {}
    for queue in _arrivals(links):
        lane = queue.removesuffix("Arrivals")
        source = (OURS, "OldestFileAge", {"service": "dispatch", "lane": lane.lower()})
        alarm = on_metric(f"Lane {lane.lower()}", words.OLD_FILES, source, above=WEEK, statistic="Maximum")
        found[f"{lane}OldestFile"] = alarm
    return found


def of_sweeps() -> Resources:
    """Return the alarms on what a sweep found."""
    kinds = {"SweepTakenIn": words.SWEEP_TOOK_IN, "SweepFailedParts": words.SWEEP_GAVE_UP}
    return {
        name: on_metric("Sweep", said, (OURS, name, {"service": "reconcile"}), at_least=1)
        for name, said in kinds.items()
    }


def of_webhooks() -> Resources:
    """Return the alarm on webhooks that are not tried again; what was not delivered lies in a queue."""
    gone = (OURS, "WebhookGone", {"service": "deliver_webhook"})
    return {"WebhookGone": on_metric("Webhooks", words.WEBHOOK_GONE, gone, at_least=1)}


def _arrivals(links: Links) -> list[str]:
    return [queue for queue in links.work_queues if queue.endswith("Arrivals")]


def stalled(links: Links) -> Resource:
    """Return the alarm that files wait and none is finished, whatever the cause."""
    name = "ApproximateNumberOfMessagesVisible"
    waiting = [
        metric(f"w{n}", ("AWS/SQS", name, {"QueueName": ref(queue)}), FIVE_MINUTES, "Maximum")
        for n, queue in enumerate(_arrivals(links))
    ]
    done = [
        metric(f"d{n}", (OURS, "ProcessedFiles", {"service": function.service}), FIVE_MINUTES)
        for n, function in enumerate(links.processors)
    ]
    sums = ["+".join(f"FILL({each['Id']}, 0)" for each in group) for group in (waiting, done)]
    flag = expression("stalled", f"IF({sums[0]} > 0 AND {sums[1]} == 0, 1, 0)", "files wait, none is done")
    return on_math("All lanes", words.STALLED, [*waiting, *done, flag], above=0, periods=6)
