"""Release checks on AWS Lambda, Amazon S3, DynamoDB and CodeDeploy."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.aws.items import attribute
from sluice.errors import ServiceBusyError, VersionFailedError
from sluice.files import File
from sluice.outcomes import Status

KEPT = timedelta(days=1)  # of a record that a check could not remove
THROTTLED = ("TooManyRequestsException", "ResourceConflictException")


class LambdaVersions:
    """Invokes versions and waits for their answer."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def invoke(self, version: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer; a version is named as `function:number`."""
        try:
            with translated(f"invoke {version}"):
                answer = self._client.invoke(FunctionName=version, Payload=json.dumps(event).encode())
        except ClientError as error:
            if code_of(error) in THROTTLED:
                raise ServiceBusyError(f"{version} is throttled") from error
            raise
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise VersionFailedError(f"{payload.get('errorType')}: {payload.get('errorMessage')}")
        return payload if isinstance(payload, Mapping) else {"answer": payload}


class OutboxBench:
    """Golden files in the outbox, which announces nothing; their records in the catalogue, with a mark."""

    def __init__(self, s3: Any, bucket: str, dynamodb: Any, table: str) -> None:
        self._s3, self._bucket = s3, bucket
        self._dynamodb, self._table = dynamodb, table

    def lay(self, folder: str, name: str, body: bytes) -> File:
        """Put the object down, and a record that is claimed until tomorrow."""
        now = datetime.now(UTC)
        with translated("lay a golden file"):
            etag = self._s3.put_object(Bucket=self._bucket, Key=folder + name, Body=body)["ETag"].strip('"')
        file = File(self._bucket, folder + name, None, etag, len(body), "", now, folder)
        until = int((now + KEPT).timestamp())
        facts = {
            "file_id": file.file_id, "file_name": file.name, "key": file.key, "bucket": file.bucket,
            "upload_timestamp": now.isoformat(), "status": Status.CLAIMED, "attempt": 1, "state_version": 1,
            "claimed_until": until, "expires_at": until, "release_check": True,
        }  # fmt: skip
        with translated("record a golden file"):
            item = {key: attribute(value) for key, value in facts.items()}
            self._dynamodb.put_item(TableName=self._table, Item=item)
        return file

    def record_of(self, file: File) -> Mapping[str, Any]:
        """Return the record as it is now."""
        with translated("read a golden file's record"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key={"file_id": attribute(file.file_id)}, ConsistentRead=True
            )
        plain = TypeDeserializer().deserialize
        return {name: plain(value) for name, value in answer.get("Item", {}).items()}

    def clear(self, folder: str, files: tuple[File, ...]) -> None:
        """Delete the records, and everything below the folder."""
        for file in files:
            with translated("forget a golden file"):
                self._dynamodb.delete_item(TableName=self._table, Key={"file_id": attribute(file.file_id)})
        with translated("clear golden files"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
            for page in pages:
                for found in page.get("Contents", []):
                    self._s3.delete_object(Bucket=self._bucket, Key=found["Key"])

    def remove(self, result: str) -> None:
        """Delete one object."""
        with translated("remove what a golden execution made"):
            self._s3.delete_object(Bucket=self._bucket, Key=result)


class CodeDeployDeployments:
    """Deployments of AWS CodeDeploy."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def version_of(self, deployment_id: str) -> tuple[str, str]:
        """
        Read the function and its target version out of the deployment's revision.

        CloudFormation makes it: a document with one resource, whose properties are Name, Alias,
        CurrentVersion and TargetVersion. Source: AWS CodeDeploy user guide, "AppSpec 'resources' section".
        """
        with translated("read a deployment"):
            revision = self._client.get_deployment(deploymentId=deployment_id)["deploymentInfo"]["revision"]
        content = (revision.get("appSpecContent") or revision["string"])["content"]
        [resource] = json.loads(content)["Resources"]
        [properties] = [each["Properties"] for each in resource.values()]
        return properties["Name"], properties["TargetVersion"]

    def report(self, deployment_id: str, hook_id: str, *, passed: bool) -> None:
        """Tell CodeDeploy; it waits for an hour and then takes silence for failure."""
        with translated("report on a deployment"):
            self._client.put_lifecycle_event_hook_execution_status(
                deploymentId=deployment_id,
                lifecycleEventHookExecutionId=hook_id,
                status="Succeeded" if passed else "Failed",
            )
