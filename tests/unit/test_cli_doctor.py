"""`sluice doctor`: what is wrong with an installation, found in answers that AWS gives."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.diagnosis import Finding, Patient, diagnose

WELL: dict[str, Any] = {
    "get_bucket_notification_configuration": {"EventBridgeConfiguration": {}},
    "get_bucket_versioning": {"Status": "Enabled"},
    "describe_rule": {"State": "ENABLED"},
    "get_event_source_mapping": {"State": "Enabled"},
    "list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "arn:1", "Endpoint": "a@b"}]},
    "describe_alarms": {"MetricAlarms": []},
    "get_queue_attributes": {"Attributes": {"ApproximateNumberOfMessages": "0"}},
    "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
}
RESOURCES = {
    "AWS::Events::Rule": {"CsvArrivalRule": "sluice-CsvArrivalRule-1"},
    "AWS::Lambda::EventSourceMapping": {"DispatchFunctionCsvArrivals": "uuid-1"},
    "AWS::SNS::Topic": {"OutcomesTopic": "arn:topic"},
    "AWS::CloudWatch::Alarm": {"ErrorsAlarm": "sluice-ErrorsAlarm"},
    "AWS::SQS::Queue": {"CsvArrivals": "https://q/a", "CsvDeadLetters": "https://q/d"},
}


class Answers:
    """A client of any service that gives the answers it was given."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Any:
        def answer(**_: Any) -> Any:
            given = self.answers[operation]
            if isinstance(given, Exception):
                raise given
            return given

        return answer


def findings(**answers: Any) -> dict[str, list[Finding]]:
    """Diagnose a well stack with some answers changed; return the checks that found something."""
    patient = Patient({"InboxBucketName": "inbox"}, RESOURCES, lambda _: Answers(WELL | answers))
    return {about: found for about, found in diagnose(patient) if found}


def test_a_well_installation_has_no_findings() -> None:
    """Every check is silent where everything is as the template has it."""
    assert findings() == {}


@pytest.mark.parametrize(
    ("answers", "about", "said"),
    [
        ({"get_bucket_notification_configuration": {}}, "inbox", "sends no events"),
        ({"describe_rule": {"State": "DISABLED"}}, "rules", "CsvArrivalRule is disabled"),
        ({"get_event_source_mapping": {"State": "Disabled"}}, "event sources", "is disabled"),
        (
            {
                "list_subscriptions_by_topic": {
                    "Subscriptions": [
                        {"SubscriptionArn": "PendingConfirmation", "Endpoint": "night@example.org"}
                    ]
                }
            },
            "subscriptions",
            "night@example.org has not confirmed",
        ),
        (
            {"describe_alarms": {"MetricAlarms": [{"AlarmName": "A", "AlarmDescription": "Look here."}]}},
            "alarms",
            "A is firing",
        ),
        (
            {"get_queue_attributes": {"Attributes": {"ApproximateNumberOfMessages": "3"}}},
            "dead letters",
            "CsvDeadLetters holds 3 messages",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(answers: dict[str, Any], about: str, said: str) -> None:
    """Each fault is found by its own check alone, and comes with what to do."""
    found = findings(**answers)
    assert list(found) == [about]
    assert said in found[about][0].what
    assert found[about][0].wrong
    assert found[about][0].remedy


@pytest.mark.parametrize(
    ("answers", "about"),
    [
        ({"get_bucket_versioning": {}}, "inbox"),
        ({"list_subscriptions_by_topic": {"Subscriptions": []}}, "subscriptions"),
        ({"get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 10}}}, "quotas"),
    ],
)
def test_what_is_only_worth_knowing_is_not_wrong(answers: dict[str, Any], about: str) -> None:
    """A small account or a topic without subscribers is somebody's choice."""
    assert [finding.wrong for finding in findings(**answers)[about]] == [False]


def test_a_schedule_that_a_parameter_switches_off_is_not_wrong() -> None:
    """An installation with every default is a healthy one."""
    rules = {"AWS::Events::Rule": {"TunePaceFunctionSchedule": "sluice-TunePaceFunctionSchedule-1"}}
    answers = Answers(WELL | {"describe_rule": {"State": "DISABLED"}})
    patient = Patient({"InboxBucketName": "inbox"}, RESOURCES | rules, lambda _: answers)

    [finding] = dict(diagnose(patient))["rules"]
    assert not finding.wrong
    assert "unless TunePace is on" in finding.remedy


def test_messages_in_an_arrivals_queue_are_no_dead_letters() -> None:
    """A backlog is not a fault."""
    found = findings(get_queue_attributes={"Attributes": {"ApproximateNumberOfMessages": "3"}})
    assert all("CsvArrivals" not in finding.what for finding in found["dead letters"])


def test_a_check_that_is_not_allowed_is_a_finding_and_the_others_go_on() -> None:
    """Missing permissions of the person who looks do not end the examination."""
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeRule")
    found = findings(describe_rule=refused, get_bucket_notification_configuration={})
    assert set(found) == {"inbox", "rules"}


SILENT = {"list_subscriptions_by_topic": {"Subscriptions": []}}
FIRING = {"describe_alarms": {"MetricAlarms": [{"AlarmName": "A"}]}}


@pytest.mark.parametrize(
    ("topic", "parameter"), [("OutcomesTopic", "NotificationEmail"), ("Urgent", "AlarmEmail")]
)
def test_the_parameter_that_mails_a_topic_is_named(topic: str, parameter: str) -> None:
    """Outcomes and alarms are mailed to different people."""
    resources = {"AWS::SNS::Topic": {topic: "arn:topic"}}
    patient = Patient({"InboxBucketName": "inbox"}, resources, lambda _: Answers(WELL | SILENT))
    assert parameter in dict(diagnose(patient))["subscriptions"][0].remedy


def test_alarms_of_the_local_stack_are_passed_over() -> None:
    """The emulator takes an alarm for firing that AWS would not."""
    outputs = {"InboxBucketName": "inbox"}
    patient = Patient(outputs, RESOURCES, lambda _: Answers(WELL | FIRING), emulated=True)
    assert [finding.wrong for finding in dict(diagnose(patient))["alarms"]] == [False]
