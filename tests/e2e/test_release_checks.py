"""The release check, on the running product: real versions, golden files, and nothing left of them."""

import json

import pytest

from tests.local.waiting import eventually

CHECKED = ("Dispatch", "ProfileCsv", "ProcessImage", "InspectFile", "FreeFiles", "Notify", "DeliverWebhook")


def names_of_functions(product):
    resources = product.client("cloudformation").describe_stack_resources(StackName="sluice")[
        "StackResources"
    ]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}


def check(product, function, version):
    answer = product.client("lambda").invoke(
        FunctionName=names_of_functions(product)["CheckReleaseFunction"],
        Qualifier="live",
        Payload=json.dumps({"function": function, "version": version}),
    )
    return json.loads(answer["Payload"].read())


@pytest.mark.parametrize("name", CHECKED)
def test_the_deployed_version_passes_its_check(product, name):
    function = names_of_functions(product)[f"{name}Function"]
    assert check(product, function, "1") == {"faults": []}


def test_nothing_is_left_of_a_check_and_nobody_is_told(product):
    told, heard = product.subscriber(), []
    function = names_of_functions(product)["ProfileCsvFunction"]
    assert check(product, function, "1") == {"faults": []}
    outbox = product.outputs["OutboxBucketName"]
    assert "Contents" not in product.client("s3").list_objects_v2(Bucket=outbox, Prefix="release-checks/")
    table = product.client("dynamodb").scan(TableName=product.outputs["CatalogueTableName"])
    assert not [item for item in table["Items"] if "release_check" in item]
    product.upload("released/torn after a check.csv", b'a\n"1\n')
    eventually(
        lambda: heard.extend(product.messages(told)) or any("torn after" in each["Body"] for each in heard)
    )
    assert not [each for each in heard if "release-checks" in each["Body"]]


@pytest.mark.parametrize(("machine", "output"), [("process_batch", "ProcessBatch"), ("backfill", "Backfill")])
def test_the_version_that_is_started_passes_its_golden_executions(product, machine, output):
    alias = product.outputs[f"{output}StateMachineArn"].removesuffix(":live") + ":live"
    named = product.client("stepfunctions").describe_state_machine_alias(stateMachineAliasArn=alias)
    [route] = named["routingConfiguration"]
    request = {"machine": machine, "version": route["stateMachineVersionArn"]}
    answer = product.client("lambda").invoke(
        FunctionName=names_of_functions(product)["CheckReleaseFunction"],
        Qualifier="live",
        Payload=json.dumps(request),
    )
    assert json.loads(answer["Payload"].read()) == {"faults": []}
    assert product.is_drained("FailedFilesQueueUrl")


def test_a_batch_is_an_execution_of_the_version_that_was_checked(product):
    key = "released/orders.csv"
    product.upload(key, b"a\n1\n")
    [execution] = product.executions_with(product.outcome(key)["file_id"])
    assert execution["stateMachineAliasArn"].endswith("-process-batch:live")
    assert execution["stateMachineVersionArn"].rpartition(":")[0] == execution["stateMachineArn"]


def test_a_version_that_is_not_there_fails(product):
    function = names_of_functions(product)["ProfileCsvFunction"]
    answer = check(product, function, "999")
    assert "errorType" in answer or answer["faults"]
