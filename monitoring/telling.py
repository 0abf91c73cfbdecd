"""Whom alarms tell: a topic for what cannot wait, one for what can, mail, and Slack."""

from typing import Any

PARAMETERS: dict[str, Any] = {
    "Application": {"Type": "String", "Description": "Name of the stack that is watched"},
    "Stage": {"Type": "String"},
    "RunbookUrl": {"Type": "String"},
    "AlarmEmail": {"Type": "String"},
    "SlackWorkspaceId": {"Type": "String"},
    "SlackChannelId": {"Type": "String"},
    "PermissionsBoundaryArn": {"Type": "String"},
    "KmsKeyArn": {"Type": "String"},
    "LogDestinationArn": {"Type": "String"},
}


def _given(parameter: str) -> dict[str, Any]:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def _if(condition: str, parameter: str) -> dict[str, Any]:
    return {"Fn::If": [condition, {"Ref": parameter}, {"Ref": "AWS::NoValue"}]}


CONDITIONS: dict[str, Any] = {
    "HasAlarmEmail": _given("AlarmEmail"),
    "HasSlack": {"Fn::And": [_given("SlackWorkspaceId"), _given("SlackChannelId")]},
    "HasPermissionsBoundary": _given("PermissionsBoundaryArn"),
    "HasKmsKey": _given("KmsKeyArn"),
    "HasLogDestination": _given("LogDestinationArn"),
}
TOPICS = {"Urgent": "P1 and P2", "Notices": "P3"}


def resources() -> dict[str, Any]:
    """Return the topics, who may publish to them, and their subscribers."""
    found: dict[str, Any] = {}
    for name, levels in TOPICS.items():
        found[name] = {"Type": "AWS::SNS::Topic", "Properties": _topic(levels)}
        found[f"{name}Policy"] = {"Type": "AWS::SNS::TopicPolicy", "Properties": _policy(name)}
        found[f"{name}Mail"] = {
            "Type": "AWS::SNS::Subscription",
            "Condition": "HasAlarmEmail",
            "Properties": {"TopicArn": {"Ref": name}, "Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}},
        }
    return found | {
        "SlackRole": {"Type": "AWS::IAM::Role", "Condition": "HasSlack", "Properties": _role()},
        "Slack": {
            "Type": "AWS::Chatbot::SlackChannelConfiguration",
            "Condition": "HasSlack",
            "Properties": {
                "ConfigurationName": {"Fn::Sub": "${Application}-alarms"},
                "SlackWorkspaceId": {"Ref": "SlackWorkspaceId"},
                "SlackChannelId": {"Ref": "SlackChannelId"},
                "IamRoleArn": {"Fn::GetAtt": ["SlackRole", "Arn"]},
                "GuardrailPolicies": ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
                "SnsTopicArns": [{"Ref": name} for name in TOPICS],
            },
        },
    }


def _topic(levels: str) -> dict[str, Any]:
    # Alarms cannot publish to a topic under the key that AWS manages, so it is the customer's key or none.
    return {
        "DisplayName": {"Fn::Sub": f"${{Application}} alarms ({levels})"},
        "KmsMasterKeyId": _if("HasKmsKey", "KmsKeyArn"),
    }


def _policy(topic: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": topic},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    return {"Topics": [{"Ref": topic}], "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def _role() -> dict[str, Any]:
    """Return the role with which a channel shows an alarm's graph; it may do nothing else."""
    trust = {"Effect": "Allow", "Principal": {"Service": "chatbot.amazonaws.com"}, "Action": "sts:AssumeRole"}
    look = {
        "Effect": "Allow",
        "Action": ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
        "Resource": "*",
    }
    return {
        "PermissionsBoundary": _if("HasPermissionsBoundary", "PermissionsBoundaryArn"),
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [
            {"PolicyName": "graphs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [look]}}
        ],
    }
