"""Publishes each change; refuses whole batches with a file `poison`, and reports one named `later`."""

import os
from typing import Any

import boto3

sns = boto3.client("sns")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish in order; stop at the first that is reported."""
    images = [
        (record["dynamodb"]["SequenceNumber"], record["dynamodb"]["NewImage"]) for record in event["Records"]
    ]
    if any(image["file_id"]["S"].startswith("poison") for _, image in images):
        raise ValueError("poison")
    for number, image in images:
        if image["file_id"]["S"].startswith("later"):
            return {"batchItemFailures": [{"itemIdentifier": number}]}
        sns.publish_batch(
            TopicArn=os.environ["TOPIC_ARN"],
            PublishBatchRequestEntries=[
                {
                    "Id": "1",
                    "Message": image["file_id"]["S"],
                    "MessageAttributes": {
                        "status": {"DataType": "String", "StringValue": image["status"]["S"]}
                    },
                }
            ],
        )
    return {"batchItemFailures": []}
