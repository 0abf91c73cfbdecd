"""Does what its input says: the faults that a real processor may have."""

import importlib
import json
import os
import sys
import time
from typing import Any

import boto3
from botocore.exceptions import ClientError
from trial.errors import CorruptFileError, TransientError

attempts: dict[str, int] = {}


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return, raise, crash or hang, as `do` says."""
    print(f"doing {event['do']} for {context.invoked_function_arn}")
    return ACTIONS[event["do"]](event)


def _read(event: dict[str, Any]) -> dict[str, Any]:
    body = boto3.client("s3").get_object(Bucket=os.environ["INBOX"], Key=event["key"])["Body"].read()
    return {"size": len(body)}


def _transient(event: dict[str, Any]) -> dict[str, Any]:
    attempts[event["name"]] = attempts.get(event["name"], 0) + 1
    if attempts[event["name"]] < 3:
        raise TransientError("try again")
    return {"attempts": attempts[event["name"]], "pid": os.getpid()}


def _corrupt(_event: dict[str, Any]) -> dict[str, Any]:
    raise CorruptFileError("broken at byte 7")


def _crash(_event: dict[str, Any]) -> dict[str, Any]:
    os._exit(3)


def _hang(_event: dict[str, Any]) -> dict[str, Any]:
    time.sleep(600)
    return {}


def _sleep(event: dict[str, Any]) -> dict[str, Any]:
    time.sleep(event["seconds"])
    return {"pid": os.getpid()}


def _compute(event: dict[str, Any]) -> dict[str, Any]:
    end = time.process_time() + event["seconds"]
    while time.process_time() < end:
        pass
    return {}


def _nested(event: dict[str, Any]) -> dict[str, Any]:
    client = boto3.client("lambda")
    inner = {"do": "sleep", "seconds": event["seconds"]}
    return {
        "status": client.invoke(FunctionName=event["function"], Payload=str(inner).replace("'", '"'))[
            "StatusCode"
        ]
    }


def _denied(_event: dict[str, Any]) -> dict[str, Any]:
    try:
        boto3.client("s3").put_object(Bucket=os.environ["INBOX"], Key="mine", Body=b"")
    except ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    return {"code": "allowed"}


def _environment(_event: dict[str, Any]) -> dict[str, Any]:
    return {"variables": dict(os.environ), "version": list(sys.version_info[:2])}


def _metric(_event: dict[str, Any]) -> dict[str, Any]:
    metric = {"Namespace": "Trial", "Dimensions": [["service"]], "Metrics": [{"Name": "ProcessedFiles"}]}
    aws = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metric]}
    print(json.dumps({"_aws": aws, "service": "trial", "ProcessedFiles": 3}))
    return {}


def _native(_event: dict[str, Any]) -> dict[str, Any]:
    return {"file": importlib.import_module("markupsafe._speedups").__file__}


ACTIONS = {
    name[1:]: action
    for name, action in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and callable(action)
}
