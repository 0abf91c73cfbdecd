"""What is left behind comes back, on the deployed template with its own roles."""

from contextlib import contextmanager

import pytest

from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e


@contextmanager
def stopped(product, function):
    """Let the function take no invocation for a while, so that executions wait for it."""
    client = product.client("lambda")
    names = [each["FunctionName"] for each in client.list_functions()["Functions"]]
    [name] = [name for name in names if function in name]
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=name)


def test_the_files_of_an_execution_that_is_aborted_are_processed_by_another(product):
    key = "aborted é +.bin"
    with stopped(product, "InspectFile"):
        product.upload(key, b"\x00\x01")
        [claimed] = eventually(lambda: product.items_of(key), within=60)
        [execution] = eventually(lambda: product.executions_with(claimed["file_id"]))
        product.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        eventually(lambda: len(product.executions_with(claimed["file_id"])) > 1, within=90)

    item = product.outcome(key)
    assert (item["status"], item["attempt"], item.get("losses")) == ("success", 2, 0)
    assert eventually(lambda: product.is_drained("EndedExecutionsQueueUrl"))
