"""
What was called in this session is what the roles allow, no less and no more.

Runs after all other end-to-end tests, and judges by what they made the functions call (`local.call_log`), by
what AWS itself does with the roles (`tests.privileges.by_aws`), and by the exceptions with their reasons
(`tests.privileges.exceptions`). Roles are those of the transformed template.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.privileges.deployed import TABLE, Deployed, record_of
from tests.privileges.exceptions import PREVIOUS_RELEASE, UNEXERCISED
from tests.privileges.grants import denied, grants, idle
from tests.privileges.judging import Told, relieved_by_families
from tests.privileges.recorded import Record

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def record(product, deployed: Deployed, others: Record, request: pytest.FixtureRequest) -> Record:
    """Every call of the session; skipped where only some tests ran, which exercise only some grants."""
    chosen = request.config.option
    ran = {Path(item.path).name for item in request.session.items}
    missing = {path.name for path in Path(__file__).parent.glob("test_*.py")} - ran
    if missing or chosen.keyword or chosen.markexpr or getattr(chosen, "lf", False):
        pytest.skip(f"only a part of the end-to-end tests runs, without {sorted(missing) or 'some'}")
    return record_of(product.client("cloudformation"), product.call_log, deployed, others)


def test_no_call_was_refused(record: Record) -> None:
    """The local stack enforces the roles of functions."""
    assert record.allowed
    assert record.refused == Counter()


def test_every_call_is_allowed_by_the_evaluator_too(record: Record, deployed: Deployed) -> None:
    """So that what it says of roles that the local stack does not enforce can be believed."""
    assert denied(record.allowed.keys(), deployed.names) == set()


def test_every_grant_is_exercised(record: Record, deployed: Deployed) -> None:
    """A grant that nothing needs is one too many, or lacks a test; each exception has its reason."""
    uses = record.allowed.keys() | deployed.by_aws
    found = relieved_by_families(idle(uses, deployed.names), deployed.names)
    excepted = UNEXERCISED | PREVIOUS_RELEASE
    _write_table(record, deployed, found)

    assert sorted(found - excepted.keys()) == []
    assert sorted(excepted.keys() - found) == [], "an exception for what is exercised, or not granted"


def _write_table(record: Record, deployed: Deployed, spare: set[Told]) -> None:
    """Keep the figures of this run."""
    refused = record.refused.keys() | denied(record.allowed.keys() | deployed.by_aws, deployed.names)
    given = [grant for grant, _ in grants(deployed.names)]
    roles = {grant.role for grant in given}
    calls = Counter[str]()
    for use, count in record.allowed.items():
        calls[use.role] += count
    rows = {
        role: {
            "grants": sum(grant.role == role for grant in given),
            "calls": calls[role],
            "by AWS": sum(use.role == role for use in deployed.by_aws),
            "denied": sum(use.role == role for use in refused),
            "excepted": sum(name == role for name, _, _ in spare),
        }
        for role in sorted(roles)
    }
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(rows, indent=1))
