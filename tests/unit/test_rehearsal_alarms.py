"""The rehearsal's alarms fire as CloudWatch's do: by periods, dimensions and what missing data counts as."""

import pytest

from tests.rehearsal.alarms import Alarm

NOW = 1_000_000_050.0
MINUTE = int(NOW // 60) * 60  # when the newest period began

DESCRIBED = {
    "AlarmName": "profile-csv-errors",
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Dimensions": [
        {"Name": "FunctionName", "Value": "f"},
        {"Name": "Resource", "Value": "f:live"},
        {"Name": "ExecutedVersion", "Value": "3"},
    ],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


def an_alarm(**changed):
    return Alarm.from_description(DESCRIBED | changed)


def test_one_breaching_period_of_three_is_an_alarm_also_when_it_is_the_oldest():
    assert an_alarm().state({MINUTE - 120: 1.0, MINUTE: 0.0}, NOW) == "ALARM"


def test_a_period_before_those_it_looks_at_counts_no_longer():
    assert an_alarm().state({MINUTE - 180: 9.0}, NOW) == "OK"


def test_what_equals_the_threshold_is_not_greater_than_it():
    assert an_alarm(Threshold=3).state({MINUTE: 3.0}, NOW) == "OK"
    assert an_alarm(Threshold=3).state({MINUTE: 3.1}, NOW) == "ALARM"


def test_without_datapoints_to_alarm_every_period_must_breach():
    alarm = Alarm.from_description(
        {name: value for name, value in DESCRIBED.items() if name != "DatapointsToAlarm"}
    )
    assert alarm.state({MINUTE: 1.0, MINUTE - 60: 1.0}, NOW) == "OK"
    assert alarm.state({MINUTE: 1.0, MINUTE - 60: 1.0, MINUTE - 120: 1.0}, NOW) == "ALARM"


@pytest.mark.parametrize(
    ("missing", "state"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("missing", "INSUFFICIENT_DATA")],
)
def test_quiet_traffic_is_what_the_alarm_says_of_missing_data(missing, state):
    assert an_alarm(TreatMissingData=missing).state({}, NOW) == state


def test_missing_data_beside_good_data_is_ok():
    assert an_alarm(TreatMissingData="missing").state({MINUTE - 60: 0.0}, NOW) == "OK"


def test_a_percentile_is_preferred_to_a_statistic_that_the_answer_has_too():
    alarm = an_alarm(ExtendedStatistic="p99", MetricName="Duration")
    assert alarm.statistic == "p99"
    assert str(alarm).startswith("p99 of AWS/Lambda Duration (")
    assert "ExecutedVersion=3" in str(alarm)


def test_an_alarm_on_a_formula_is_refused():
    described = {name: value for name, value in DESCRIBED.items() if name != "MetricName"}
    with pytest.raises(KeyError):
        Alarm.from_description(described)


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [("GreaterThanOrEqualToThreshold", 5.0), ("LessThanThreshold", 4.0), ("LessThanOrEqualToThreshold", 5.0)],
)
def test_other_comparisons_hold_too(comparison, breaching):
    alarm = an_alarm(ComparisonOperator=comparison, Threshold=5, EvaluationPeriods=1)
    assert alarm.state({MINUTE: breaching}, NOW) == "ALARM"
