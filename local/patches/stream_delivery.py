"""
A table's stream gives a failed batch up, by halves, and says so.

Stock: a failing batch is repeated until its records expire; MaximumRetryAttempts, BisectBatchOnFunctionError
and ReportBatchItemFailures have no effect; every queue waits while a stream's function runs.
AWS: a batch is retried, halved, or continued at the first record that the function reports, and described to
the failure destination when its attempts are spent. Halving does not count as an attempt.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
Left as it is: one shard a table; MaximumBatchingWindowInSeconds and ParallelizationFactor have no effect.
"""

import time
from typing import Any

from ministack.services import dynamodb, lambda_svc

from local.patches.replacing import UnexpectedEmulatorError, wrap

NEEDED = (
    "_apply_filter_criteria",
    "_dispatch_esm_batch",
    "_dynamodb_stream_positions",
    "_dynamodb_stream_table_from_arn_spec",
    "_esm_inflight",
    "_execute_function",
    "_get_func_record_for_qualifier",
    "_init_stream_position",
    "_iter_all_esms",
    "_send_ddb_stream_failure_record",
)
BETWEEN_ATTEMPTS = 0.5  # seconds


def apply() -> None:
    """Replace the delivery of stream records, and leave reading the stream to the emulator."""
    if missing := [name for name in NEEDED if not hasattr(lambda_svc, name)]:
        raise UnexpectedEmulatorError(f"lambda_svc has no {', '.join(missing)}")
    wrap(lambda_svc, "_poll_dynamodb_streams", lambda _: _poll)


def _poll() -> bool:
    polled = [_poll_mapping(*mapping) for mapping in lambda_svc._iter_all_esms()]
    return any(polled)


def _poll_mapping(account: str, region: str, mapping: dict[str, Any]) -> bool:
    in_account = lambda_svc._request_account_id.set(account)
    in_region = lambda_svc._request_region.set(region)
    try:
        return _start_next_batch(mapping)
    finally:
        lambda_svc._request_account_id.reset(in_account)
        lambda_svc._request_region.reset(in_region)


def _start_next_batch(mapping: dict[str, Any]) -> bool:
    table = _table(mapping)
    if not table or not mapping.get("Enabled", True) or lambda_svc._esm_inflight.get(mapping["UUID"]):
        return False
    lambda_svc._init_stream_position(
        mapping["UUID"], mapping["EventSourceArn"], mapping.get("StartingPosition", "LATEST")
    )
    positions = lambda_svc._dynamodb_stream_positions
    start = max(positions[mapping["UUID"]], dynamodb.stream_start_position(table))
    records = dynamodb.stream_records_since(table, start, mapping.get("BatchSize", 100))
    if not records:
        return False
    positions[mapping["UUID"]] = start + len(records)
    if wanted := lambda_svc._apply_filter_criteria(records, mapping):
        lambda_svc._dispatch_esm_batch(mapping["UUID"], _deliver, mapping, wanted)
    return True


def _table(mapping: dict[str, Any]) -> str | None:
    """Return the name of the mapping's table; None if it reads something else, or a table that is gone."""
    stream = mapping.get("EventSourceArn", "")
    name, _, label = stream.partition("/stream/")
    table = dynamodb._tables.get(name.rsplit("/", 1)[-1]) if ":dynamodb:" in stream and label else None
    return name.rsplit("/", 1)[-1] if table and table.get("LatestStreamArn") == stream else None


def _deliver(mapping: dict[str, Any], records: list[Any], attempt: int = 1) -> None:
    """Hand over the records in order until the function has taken each, or its attempts are spent."""
    while records and _table(mapping):
        function, _ = lambda_svc._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        if function is None:
            return
        result = lambda_svc._execute_function(function, {"Records": records})
        records = records[_taken(mapping, result, records) :]
        if not records:
            return
        if mapping.get("BisectBatchOnFunctionError") and len(records) > 1:
            middle = len(records) // 2
            _deliver(mapping, records[:middle], attempt)
            records = records[middle:]
            continue
        if condition := _spent(mapping, records, attempt):
            stream = mapping["EventSourceArn"]
            lambda_svc._send_ddb_stream_failure_record(mapping, function, records, stream, result, condition)
            return
        attempt += 1
        time.sleep(BETWEEN_ATTEMPTS)


def _taken(mapping: dict[str, Any], result: dict[str, Any], records: list[Any]) -> int:
    """How many records, from the first, the function has dealt with."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", ()):
        return len(records)
    failures = (result.get("body") or {}).get("batchItemFailures") or ()
    failed = {failure["itemIdentifier"] for failure in failures}
    numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in records]
    return min((index for index, number in enumerate(numbers) if number in failed), default=len(records))


def _spent(mapping: dict[str, Any], records: list[Any], attempt: int) -> str | None:
    """Return the condition under which AWS gives the records up; None while it does not."""
    retries = int(mapping.get("MaximumRetryAttempts", -1))
    if 0 <= retries < attempt:
        return "RetryAttemptsExhausted"
    age = int(mapping.get("MaximumRecordAgeInSeconds", -1))
    oldest = min(float(record["dynamodb"]["ApproximateCreationDateTime"]) for record in records)
    return "MaxRecordAgeExceeded" if 0 < age < time.time() - oldest else None
