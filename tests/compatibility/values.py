"""The facts that both releases write down."""

from datetime import UTC, datetime
from typing import Any

from tests.compatibility.releases import baselines, changes, files, records, references, rules

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEVER = datetime(2126, 3, 2, tzinfo=UTC)  # claims must not expire by the clock of a test
SLOT = 1_772_442_000_250_000
FILE = files.File(
    bucket="inbox",
    key="data/März + é.csv",
    version_id="v1",
    etag="e1",
    size=7,
    sequencer="0055AED6DCD90281E5",
    uploaded_at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    correlation_id="c-1",
)
RULE = rules.Rule(id="orders", version=3, processor="profile_csv", lane="csv", contract="amounts")
CONTRACT = references.Reference("amounts", 2)
OUTCOMES = {
    "success": {
        "facts": {"rows": 3, "verdict": "accepted", "breach_count": 0, "profile": {"é": [1, 2.5, None]}}
    },
    "error": {
        "facts": {"verdict": "rejected", "breaches": [{"row": 2}]},
        "error_message": "Row 2 is too short.",
    },
    "failed": {"error_message": "Ours."},
    "skipped": {"error_message": "Notes are not for us."},
}


def of(status: str) -> Any:
    """Return the file that ends so."""
    return files.File.from_json(FILE.to_json() | {"version_id": f"v-{status}"})


def webhook() -> Any:
    """Return a webhook as it is registered."""
    return records.Webhook("wh_1", "https://example.com/hook", ("file.rejected",), True, "", AT, 1)  # noqa: FBT003


def delivery() -> Any:
    """Return a message on its way to it."""
    return records.Delivery("wh_1", "evt_1", "file.rejected", '{"type": "file.rejected"}', AT, 2)


def baseline() -> Any:
    """Return what the next file of a dataset is compared with."""
    figures = changes.Figures(3, (changes.ColumnFigures("é", "int", 0.5, 0.0, 2),))
    return baselines.Baseline(
        "f1", "orders_1.csv", AT.isoformat(), "0055", figures, baselines.Comparison("orders_*.csv")
    )
