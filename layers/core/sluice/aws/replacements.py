"""What takes dead letters back on AWS, and the audit of replays on Amazon DynamoDB."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sluice.aws.errors import translated
from sluice.aws.items import attribute
from sluice.recovery.dead_letters import Mail, Run

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


class SQSQueues:
    """Knows queues by name and URL."""

    def __init__(self, client: "SQSClient", queues: Mapping[str, str]) -> None:
        self._client = client
        self._queues = queues

    def send(self, queue: str, body: str) -> None:
        """Put a message on the queue."""
        with translated("send a message again"):
            self._client.send_message(QueueUrl=self._queues[queue], MessageBody=body)


class SNSMails:
    """Publishes to one topic what it once did not mail."""

    def __init__(self, client: "SNSClient", topic: str) -> None:
        self._client = client
        self._topic = topic

    def publish(self, mail: Mail) -> None:
        """Publish with the attributes that it had, by which subscribers choose and tell duplicates."""
        with translated("mail again"):
            self._client.publish(
                TopicArn=self._topic,
                Message=mail.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in mail.attributes.items()
                    if value
                },
                **({"Subject": mail.subject} if mail.subject else {}),
            )


class ScheduledRuns:
    """Knows functions and state machines by name and ARN."""

    def __init__(self, functions: "LambdaClient", states: "SFNClient", arns: Mapping[str, str]) -> None:
        self._functions = functions
        self._states = states
        self._arns = arns

    def start(self, run: Run) -> None:
        """Invoke the function without waiting, or start the state machine, as their schedule does."""
        arn = self._arns[run.name]
        with translated(f"run {run.name} again"):
            if ":stateMachine:" in arn:
                self._states.start_execution(stateMachineArn=arn, input=run.input)
            else:
                self._functions.invoke(FunctionName=arn, InvocationType="Event", Payload=run.input)


class DynamoDBAudit:
    """One item per replay, by day and moment; forgotten when the catalogue forgets."""

    def __init__(self, client: "DynamoDBClient", table: str, *, keep: timedelta) -> None:
        self._client = client
        self._table = table
        self._keep = keep

    def record(self, line: Mapping[str, Any], *, at: datetime, by: str) -> None:
        """Write the item."""
        item = {name: value for name, value in line.items() if value} | {
            "day": at.strftime("%Y-%m-%d"),
            "moment": f"{at.isoformat()}#{line['message_id']}",
            "by": by or "unknown",
            "expires_at": int((at + self._keep).timestamp()),
        }
        with translated("write to the audit"):
            self._client.put_item(
                TableName=self._table, Item={name: attribute(value) for name, value in item.items()}
            )
