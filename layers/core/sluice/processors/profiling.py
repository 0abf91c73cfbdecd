"""Use case: profile one CSV file, and hold it against its contract if it has one."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sluice.catalogue_items import fitting
from sluice.errors import MisconfiguredError
from sluice.files import File
from sluice.outcomes import Outcome, Status
from sluice.ports.buckets import Inbox, Outbox
from sluice.processors.table_results import published, stem
from sluice.rules.ports import Contracts
from sluice.rules.references import Reference
from sluice.rules.rule import Rule
from sluice.tables.comparing import compare
from sluice.tables.csv_profiling import profile_stream
from sluice.tables.ports import Baselines
from sluice.tables.profiles import TableProfile

if TYPE_CHECKING:
    from sluice.contracts.checking import ContractCheck
    from sluice.contracts.verdicts import Verdict


def profile_file(
    file: File,
    rule: Rule,  # noqa: ARG001  every process takes it
    contract: Reference | None,
    *,
    inbox: Inbox,
    outbox: Outbox,
    contracts: Contracts,
    baselines: Baselines,
) -> Outcome:
    """
    Profile *file* in one pass, and publish the summary, and a report of it for people.

    The profile is compared with the previous one of its dataset, unless the file is an error.

    A table that cannot be read to its end is an error whose message says what and where; what was found
    before stays in the facts and in the summary. A table that breaks its contract is an error too: its
    summary and the rows that break it go below `rejected/`, and nothing below `processed/`.
    """
    check = _check(file, contract, contracts) if contract else None
    with inbox.open(file) as stream:
        profile = profile_stream(stream, name=file.name, check=check)
    if contract and check:
        verdict = check.verdict(profile)
        if verdict.accepted:
            outcome = _compared(file, profile, outbox, baselines, contract=verdict.section(contract))
            outcome = _with_verdict(outcome, verdict, contract)
        else:
            verdict, bad_rows = _bad_rows(file, check, verdict, profile, inbox)
            outcome = _rejected(file, profile, verdict, contract, bad_rows=bad_rows, outbox=outbox)
    elif profile.fault:
        outcome = published(file, profile, outbox, message=profile.fault.message)
    else:
        outcome = _compared(file, profile, outbox, baselines)
    return replace(outcome, facts=fitting(outcome.facts, outcome.results[0]))


def _check(file: File, contract: Reference, contracts: Contracts) -> "ContractCheck":
    # 20 ms of imports that only files with a contract should cost.
    from sluice.contracts.checking import ContractCheck  # noqa: PLC0415
    from sluice.contracts.reading import ContractRefusedError, read_contract  # noqa: PLC0415

    try:
        return ContractCheck(read_contract(contracts.at(contract)), arrived=file.uploaded_at)
    except ContractRefusedError as error:
        raise MisconfiguredError(f"contract {contract.id}, version {contract.version}: {error}") from error


def _bad_rows(
    file: File, check: "ContractCheck", verdict: "Verdict", profile: TableProfile, inbox: Inbox
) -> tuple["Verdict", bytes]:
    """Read the file once more, as far as its last bad row that is kept, for the rows' cells."""
    from sluice.contracts.bad_rows import bad_rows_csv, read_rows, with_cells  # noqa: PLC0415

    labels = [column.label for column in profile.columns]
    with inbox.open(file) as stream:
        rows = read_rows(stream, verdict.rows, check.options)
    verdict = with_cells(verdict, rows, labels)
    return verdict, bad_rows_csv(verdict.breaches, rows, labels)


def _compared(
    file: File, profile: TableProfile, outbox: Outbox, baselines: Baselines, **sections: Any
) -> Outcome:
    comparison = compare(file, profile, baselines)
    outcome = published(file, profile, outbox, changes=comparison.section(), **sections)
    return replace(outcome, facts={**outcome.facts, **comparison.facts()})


def _rejected(
    file: File,
    profile: TableProfile,
    verdict: "Verdict",
    contract: Reference,
    *,
    bad_rows: bytes,
    outbox: Outbox,
) -> Outcome:
    key = outbox.publish(
        f"rejected/{file.folder}{stem(file)}_bad_rows.csv",
        bad_rows,
        content_type="text/csv; charset=utf-8",
        file=file,
        status=Status.ERROR,
    )
    message = profile.fault.message if profile.fault else verdict.sentence()
    section = verdict.section(contract)
    outcome = published(file, profile, outbox, "rejected", message=message, contract=section)
    return _with_verdict(outcome, verdict, contract, key)


def _with_verdict(outcome: Outcome, verdict: "Verdict", contract: Reference, *results: str) -> Outcome:
    """Add what the contract made of the table."""
    facts = {**outcome.facts, **verdict.facts(contract)}
    return replace(outcome, results=(*outcome.results, *results), facts=facts)
