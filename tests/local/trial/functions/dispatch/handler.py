"""Starts one execution a message; leaves in the queue what is not JSON of S3's."""

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

states = boto3.client("stepfunctions")
catalogue = boto3.resource("dynamodb").Table(os.environ["CATALOGUE_TABLE"])
sqs = boto3.client("sqs")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Claim each file and start its execution; report the messages of files named `again`."""
    failures = [record["messageId"] for record in event["Records"] if not _dispatched(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failures]}


def _dispatched(record: dict[str, Any]) -> bool:
    event = json.loads(record["body"])
    stored = event["detail"]["object"]
    key = stored["key"]
    print(json.dumps({"dispatching": key}))
    if "again" in key and record["attributes"]["ApproximateReceiveCount"] == "1":
        _make_visible(record)
        return False
    file_id = record["messageId"]
    catalogue.put_item(
        Item={
            "file_id": file_id,
            "key": key,
            "file_name": key.rsplit("/", 1)[-1],
            "version_id": stored["version-id"],
            "size": stored["size"],
            "status": "claimed",
            "upload_timestamp": event["time"],
        },
        ConditionExpression="attribute_not_exists(file_id)",
    )
    start = {
        "slot": "2026-01-01T00:00:00Z",
        "processor": "process",
        "files": [file_id],
        "key": key,
        "do": "read",
    }
    states.start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=file_id, input=json.dumps(start)
    )
    return True


def _make_visible(record: dict[str, Any]) -> None:
    account, name = record["eventSourceARN"].split(":")[4:]
    try:
        url = f"{os.environ['AWS_ENDPOINT_URL']}/{account}/{name}"
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
        )
    except ClientError as error:
        print(error)
        raise
