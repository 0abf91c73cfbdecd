"""
Metrics that a function writes into its log arrive in CloudWatch.

Stock: log lines in the embedded metric format stay log lines.
AWS: each becomes one data point per metric and set of dimensions.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.patches.replacing import UnexpectedEmulatorError, wrap

logger = logging.getLogger("lambda")


def apply() -> None:
    """Read the metrics out of each invocation's log."""
    if not hasattr(cloudwatch, "_put_metric_data"):
        raise UnexpectedEmulatorError("cloudwatch has no _put_metric_data")
    wrap(lambda_svc, "_emit_lambda_logs", _and_put_metrics)


def _and_put_metrics(emit: Any) -> Any:
    def emit_and_put_metrics(func: Any, request_id: str, log: str, *args: Any, **kwargs: Any) -> None:
        emit(func, request_id, log, *args, **kwargs)
        for document in _metric_documents(log or ""):
            try:
                _put(document)
            except (KeyError, TypeError, ValueError):
                logger.exception("not in the embedded metric format: %s", document)

    return emit_and_put_metrics


def _metric_documents(log: str) -> Iterator[dict[str, Any]]:
    for line in log.splitlines():
        if '"_aws"' in line and '"CloudWatchMetrics"' in line:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _put(document: dict[str, Any]) -> None:
    for directive in document["_aws"]["CloudWatchMetrics"]:
        data = [
            _datum(document, metric, dimensions)
            for dimensions in directive.get("Dimensions") or [[]]
            for metric in directive["Metrics"]
        ]
        request = {"Namespace": directive["Namespace"], "MetricData": data}
        cloudwatch._put_metric_data({}, request, is_cbor=False, is_json=True)


def _datum(document: dict[str, Any], metric: dict[str, Any], dimensions: list[str]) -> dict[str, Any]:
    value = document[metric["Name"]]
    return {
        "MetricName": metric["Name"],
        "Unit": metric.get("Unit", "None"),
        "Timestamp": document["_aws"]["Timestamp"] / 1000,
        "Dimensions": [{"Name": name, "Value": str(document[name])} for name in dimensions],
        "Values" if isinstance(value, list) else "Value": value,
    }
