"""Everything that can fail is watched, by metrics that exist, and every alarm says what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitoring import __main__ as writing
from monitoring import objectives
from monitoring.alarm_making import OURS
from monitoring.links import read
from monitoring.words import Words
from tests.template import linting, watching
from tests.template.cloudformation import ENVIRONMENTS, ROOT, Template, read_yaml
from tests.template.seeding import FUNCTION, MACHINE, QUEUE, RULE, TABLE, add_copy, first, in_production
from tests.template.stack import Stack

RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
LONGEST_URL = (
    "https://github.com/an-organization-with-a-long-name/its-file-intake/blob/main/docs/operations.md"
)
MAX_DESCRIPTION = 1024  # characters
MAX_RESOURCES = 500  # of one template
MAX_METRICS = 10  # of one alarm
MAX_COMPOSED, MAX_RULE = 100, 10_240  # alarms, characters
LEVELS = {"P1", "P2", "P3", "P4"}
# A mail about an alarm is not worth a queue: the alarm's state and history say the same.
WITHOUT_REDRIVE = {"ES7000"}

# What AWS emits, with the dimensions by which it can be found: the services' metrics pages.
EMITTED = {
    "AWS/Lambda": ({"Errors", "Invocations", "Duration", "Throttles", "IteratorAge"}, ["FunctionName"]),
    "AWS/SQS": (
        {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent"},
        ["QueueName"],
    ),
    "AWS/States": (
        {f"Executions{how}" for how in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")}
        | {"ExecutionThrottled"},
        ["StateMachineArn"],
    ),
    "AWS/Events": ({"FailedInvocations", "InvocationsFailedToBeSentToDlq"}, ["RuleName"]),
    "AWS/DynamoDB": (
        {
            "ReadThrottleEvents",
            "WriteThrottleEvents",
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
        },
        ["TableName"],
    ),
    "AWS/SNS": ({"NumberOfNotificationsFailed"}, ["TopicName"]),
    "AWS/ApiGateway": ({"Count", "4xx", "5xx", "Latency"}, ["ApiId"]),
}


@pytest.fixture(scope="module")
def nested() -> Template:
    """The nested template."""
    return read_yaml(ROOT / "templates/monitoring.yaml")


@pytest.fixture(scope="module")
def metrics(nested: Template) -> set[watching.Metric]:
    """Everything that alarms and dashboards read."""
    bodies = watching.dashboards(nested).values()
    read_by_alarms = {
        each for alarm in watching.alarms(nested).values() for each in watching.metrics_of(alarm)
    }
    return read_by_alarms | {each for body in bodies for each in watching.metrics_drawn(body)}


def test_monitoring_is_what_the_template_calls_for() -> None:
    """Written by `make monitoring` after the last change of the template."""
    stale = [path.name for path, text in writing.texts().items() if path.read_text(encoding="utf-8") != text]

    assert [] == stale, "run `make monitoring`"


def test_everything_that_can_fail_has_an_alarm(stack: Stack, nested: Template) -> None:
    """Each function, queue, table, state machine, rule, topic and API."""
    if "Monitoring" in stack.of_type("AWS::CloudFormation::Stack"):
        assert [] == list(watching.unwatched(stack, nested))


@pytest.mark.parametrize("kind", [FUNCTION, QUEUE, TABLE, MACHINE, RULE])
def test_an_addition_without_an_alarm_is_found(kind: str, source: Template, nested: Template) -> None:
    """Whatever it is called."""
    add_copy(source, "Addition", first(source, kind))

    assert ["Addition has no alarm: run `make monitoring`"] == list(
        watching.unwatched(in_production(source), nested)
    )


def test_an_addition_gets_its_alarms_from_the_template_alone(tmp_path: Path, source: Template) -> None:
    """Nobody has to write one."""
    add_copy(source, "NewFunction", first(source, FUNCTION))
    add_copy(source, "NewDeadLetters", source["Resources"]["RuleDeadLetters"])
    path = tmp_path / "template.yaml"
    path.write_text(json.dumps(source).replace('"Fn::GetAtt"', '"GetAtt"'), encoding="utf-8")

    written = writing.monitoring(read(path))["Resources"]
    assert {
        "NewErrors",
        "NewErrorRate",
        "NewDuration",
        "NewThrottles",
        "NewDeadLettersNotEmpty",
    } <= written.keys()


def test_every_metric_of_aws_exists_with_these_dimensions(metrics: set[watching.Metric]) -> None:
    """An alarm on a metric that nobody emits is quiet for ever."""
    for each in metrics:
        if each.namespace != OURS:
            names, dimensions = EMITTED[each.namespace]
            assert each.name in names, each
            assert [name for name, _ in each.dimensions] == dimensions, each


def test_every_metric_of_ours_is_emitted_under_this_service(
    metrics: set[watching.Metric], written: Template
) -> None:
    """By name in the code, by service in the template, and described."""
    ours = {each for each in metrics if each.namespace == OURS}
    services = {
        resource["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for resource in written["Resources"].values()
        if resource["Type"] == FUNCTION
    }

    assert {each.name for each in ours} <= emitted_by_code()
    assert all(each.dimensions[0][0] == "service" and each.dimensions[0][1] in services for each in ours)


def test_what_another_stack_of_the_account_counts_moves_nothing_here(
    stack: Stack, metrics: set[watching.Metric]
) -> None:
    """Else staging's faults would wake production's operator, and stop its release."""
    namespace = {"Fn::Sub": "Sluice/${AWS::StackName}"}
    functions = stack.of_type("AWS::Lambda::Function").values()
    gates = stack.of_type("AWS::CloudWatch::Alarm").values()
    given = stack.of_type("AWS::CloudFormation::Stack")["Monitoring"]["Parameters"]

    assert [namespace] * len(functions) == [
        function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] for function in functions
    ]
    assert {str(namespace)} == {
        str(alarm["Namespace"]) for alarm in gates if "AWS/" not in str(alarm["Namespace"])
    }
    assert given["Application"] == {"Ref": "AWS::StackName"}
    assert {OURS} == {each.namespace for each in metrics if not each.namespace.startswith("AWS/")}


def emitted_by_code() -> set[str]:
    """Return the names of all metrics that the layer and the functions add."""
    sources = [*ROOT.glob("layers/core/sluice/**/*.py"), *ROOT.glob("functions/*/*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    names = set(re.findall(r'(?:add_metric|counted|measured)\(\s*(?:name=)?"(\w+)",', code))
    if 'f"Webhook{result.capitalize()}"' in code:
        names |= {"WebhookDelivered", "WebhookRetrying", "WebhookSpent", "WebhookGone"}
    if '"Sweep" + name.title().replace("_", "")' in code:  # of what sweeps and their state machine count
        names |= {"SweepTakenIn", "SweepFailedParts"}
    if 'f"{outcome.status.capitalize()}Files"' in code:
        names |= {"SuccessFiles", "ErrorFiles", "SkippedFiles"}
    return names


def test_every_metric_of_ours_is_described() -> None:
    """In docs/metrics.md, where whoever builds another alarm looks."""
    described = set(re.findall(r"`([A-Z]\w+)`", (ROOT / "docs/metrics.md").read_text(encoding="utf-8")))

    assert emitted_by_code() <= described


def test_every_alarm_says_what_to_do_where_it_is_told(nested: Template) -> None:
    """Its level, what it means, what to do, and a section of the runbook that is there."""
    for name, alarm in (watching.alarms(nested) | watching.composites(nested)).items():
        text = alarm["AlarmDescription"]["Fn::Sub"].replace("${RunbookUrl}", LONGEST_URL)
        level, anchor = text[:2], text.rsplit("#", 1)[-1]
        assert level in LEVELS, name
        assert " Do: " in text, name
        assert len(text) <= MAX_DESCRIPTION, name
        assert anchor in watching.headings(RUNBOOK), f"docs/operations.md has no section {anchor}"
        assert alarm["AlarmName"]["Fn::Sub"] == f"${{Application}}-{level}-{name}"


def test_alarms_tell_by_their_level(nested: Template) -> None:
    """P1 and P2 at once, P3 in time, and a window of a burn rate nobody."""
    topics = {"P1": {"Ref": "Urgent"}, "P2": {"Ref": "Urgent"}, "P3": {"Ref": "Notices"}, "P4": None}
    for name, alarm in (watching.alarms(nested) | watching.composites(nested)).items():
        level = alarm["AlarmDescription"]["Fn::Sub"][:2]
        wanted = [topics[level]] if topics[level] else None
        assert (wanted, wanted) == (alarm.get("AlarmActions"), alarm.get("OKActions")), name


def test_quiet_traffic_alarms_nobody(nested: Template) -> None:
    """No data is no breach; that nothing is finished while files wait has an alarm of its own."""
    assert {"notBreaching"} == {alarm["TreatMissingData"] for alarm in watching.alarms(nested).values()}
    assert "Stalled" in watching.alarms(nested)


def test_alarms_are_such_as_cloudwatch_takes(nested: Template) -> None:
    """Periods, windows, numbers of metrics and statistics are within its limits."""
    for name, alarm in watching.alarms(nested).items():
        found = list(watching.metrics_of(alarm))
        (period,) = {each.period for each in found}  # all of one alarm have the same
        longest = 86_400 if period < 3_600 else 604_800
        assert period * alarm["EvaluationPeriods"] <= longest, name
        assert period == 30 or period % 60 == 0, name
        assert 1 <= len(alarm.get("Metrics", found)) <= MAX_METRICS, name
        assert 1 == sum(part.get("ReturnData", True) for part in alarm.get("Metrics", [{}])), name
        assert ("ExtendedStatistic" in alarm) == (
            found[0].statistic.startswith("p") and "MetricName" in alarm
        )
    for name, alarm in watching.composites(nested).items():
        rule = alarm["AlarmRule"]["Fn::Sub"]
        assert len(rule) <= MAX_RULE, name
        assert rule.count("ALARM(") <= MAX_COMPOSED, name


def test_formulas_use_what_is_there(nested: Template) -> None:
    """Every id that a formula names is a metric of the same alarm."""
    for formula, ids in watching.formulas(watching.alarms(nested).values()):
        named = set(re.findall(r"\b[a-z]\w*\b", formula))
        assert named <= ids, formula


def test_composites_join_alarms_that_are_there(nested: Template) -> None:
    """By the names that those have."""
    names = {alarm["AlarmName"]["Fn::Sub"] for alarm in watching.alarms(nested).values()}
    for alarm in watching.composites(nested).values():
        joined = set(re.findall(r'ALARM\("([^"]+)"\)', alarm["AlarmRule"]["Fn::Sub"]))
        assert len(joined) == 2
        assert joined <= names


@pytest.mark.parametrize(
    ("alarm", "period", "threshold"),
    [
        ("TimelinessFastBurn60m", 3_600, 7.2),
        ("TimelinessFastBurn5m", 300, 7.2),
        ("TimelinessSlowBurn360m", 21_600, 3.0),
        ("TimelinessSlowBurn30m", 1_800, 3.0),
        ("CorrectnessFastBurn60m", 3_600, 1.44),
        ("CorrectnessSlowBurn360m", 21_600, 0.6),
    ],
)
def test_burn_rates_are_those_of_the_workbook(
    alarm: str, period: int, threshold: float, nested: Template
) -> None:
    """14.4 times and 6 times the budget: 0.5 % and 0.1 % of files."""
    found = watching.alarms(nested)[alarm]

    assert threshold == found["Threshold"]
    assert {period} == {each.period for each in watching.metrics_of(found)}


def test_the_runbook_states_the_objectives() -> None:
    """In the words of the alarms."""
    assert all(objective.says in RUNBOOK for objective in objectives.OBJECTIVES)


def test_thresholds_differ_by_stage_in_one_mapping(nested: Template) -> None:
    """Errors and durations are taken more seriously in production; every stage has every threshold."""
    thresholds = nested["Mappings"]["Thresholds"]

    assert thresholds.keys() == ENVIRONMENTS.keys()
    assert len({frozenset(stage) for stage in thresholds.values()}) == 1
    assert (5, 10_000) == (thresholds["staging"]["Errors"], thresholds["staging"]["Duration"])
    assert (3, 8_000) == (thresholds["production"]["Errors"], thresholds["production"]["Duration"])


def test_a_rule_is_urgent_where_it_brings_uploads(nested: Template) -> None:
    """A sweep that did not start is no reason to be woken at once, and nothing is said of uploads then."""
    levels = {
        name: alarm["AlarmDescription"]["Fn::Sub"].split(".")[0]
        for name, alarm in watching.alarms(nested).items()
        if alarm.get("Namespace") == "AWS/Events"
    }

    assert {"CsvArrivalRuleFailedInvocations", "SweepRuleFailedInvocations"} <= levels.keys()
    for name, level in levels.items():
        assert level == ("P1" if "ArrivalRule" in name else "P2"), name


def test_every_section_of_an_alarm_is_in_use() -> None:
    """Words that no alarm says any more go, and so does their section."""
    from monitoring import words  # noqa: PLC0415

    said = {value for value in vars(words).values() if isinstance(value, Words)}
    assert all(each.anchor in watching.headings(RUNBOOK) for each in said)


def test_the_template_hands_over_every_parameter(stack: Stack, nested: Template) -> None:
    """Neither more nor less: CloudFormation refuses both."""
    for monitoring in stack.of_type("AWS::CloudFormation::Stack").values():
        assert monitoring["Parameters"].keys() == nested["Parameters"].keys()


def test_the_nested_template_has_no_findings(nested: Template) -> None:
    """Of the linter, and fits into CloudFormation."""
    found = [finding for finding in linting.findings(nested) if finding.rule not in WITHOUT_REDRIVE]

    assert [] == found
    assert len(nested["Resources"]) <= MAX_RESOURCES


def test_alarms_may_publish_to_their_topics(nested: Template) -> None:
    """Those of this account, and nobody else's."""
    for topic in ("Urgent", "Notices"):
        (statement,) = nested["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_saved_queries_read_every_functions_log(nested: Template) -> None:
    """And none that is not there."""
    groups = {group for name, group in handed_over().items() if name.endswith("Logs")}
    for name, resource in nested["Resources"].items():
        if resource["Type"] == "AWS::Logs::QueryDefinition":
            assert {each["Ref"] for each in resource["Properties"]["LogGroupNames"]} == groups, name


def handed_over() -> dict[str, Any]:
    """Return the parameters that stand for resources, by name."""
    return {name: name for name in writing.parameters(read(ROOT / "template.yaml"))}
