"""Logger, metrics and tracer of a function, and the journal that its use case writes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from sluice.files import File
from sluice.outcomes import Outcome

# Service, namespace and level come from POWERTOOLS_* in the template's Globals.
logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

ON_TIME = timedelta(minutes=5)
"""From upload to outcome, for 99.5 % of files: the service level (docs/operations.md)."""


class FunctionJournal:
    """A log line and the metrics of docs/metrics.md per file, under the file's correlation id."""

    def began(self, file: File) -> None:
        """Put the file's ids on every line until the next file begins."""
        logger.append_keys(correlation_id=file.correlation_id, file_id=file.file_id, key=file.key)

    def ended(self, file: File, outcome: Outcome) -> None:
        """Log the outcome, count it, and say how long the file waited for it since its upload."""
        logger.info(
            "file processed",
            extra={"status": outcome.status, "size": file.size, "error_message": outcome.error_message},
        )
        metrics.add_metric(name="ProcessedFiles", unit=MetricUnit.Count, value=1)
        metrics.add_metric(name=f"{outcome.status.capitalize()}Files", unit=MetricUnit.Count, value=1)
        waited = max(datetime.now(UTC) - file.uploaded_at, timedelta())  # clocks differ
        milliseconds = waited / timedelta(milliseconds=1)
        metrics.add_metric(name="TimeToOutcome", unit=MetricUnit.Milliseconds, value=milliseconds)
        metrics.add_metric(name="LateFiles", unit=MetricUnit.Count, value=int(waited > ON_TIME))

    def noted(self, message: str, details: Mapping[str, Any]) -> None:
        """Log a line for operators."""
        logger.info(message, extra=dict(details))

    def measured(self, name: str, seconds: float, *, lane: str) -> None:
        """Put a time on the metric of that name, by lane."""
        with single_metric(name=name, unit=MetricUnit.Seconds, value=seconds) as metric:
            metric.add_dimension(name="lane", value=lane)

    def failed(self, message: str, details: Mapping[str, Any]) -> None:
        """Log the exception being handled, and count a fault of ours."""
        logger.exception(message, extra=dict(details))  # noqa: LOG004  called while one is handled
        metrics.add_metric(name="Faults", unit=MetricUnit.Count, value=1)

    def counted(self, name: str, number: int) -> None:
        """Add to a metric of the function's service."""
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)
