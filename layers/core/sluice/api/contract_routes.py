"""Contracts over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.callers import caller_of
from sluice.api.contract_model import (
    ContractHistory,
    ContractList,
    ContractSummary,
    Document,
    NewContract,
    StoredContract,
)
from sluice.api.problems import answers
from sluice.api.versioned import (
    AnyVersion,
    Changed,
    DocumentId,
    IfMatch,
    changed,
    changes,
    done,
    expected,
    there,
    with_etag,
)
from sluice.rules.editing import Editor
from sluice.rules.versions import Version

TAG = ["Contracts"]
router = APIGatewayHttpRouter()


def contracts() -> Editor:
    """Return the editor of contracts; each function of the API has its own."""
    raise NotImplementedError


Contracts = Annotated[Editor, Depends(contracts)]


@router.get("/contracts", tags=TAG, responses=answers(200, ContractList, "All contracts, ordered by id"))
def list_contracts(editor: Contracts) -> ContractList:
    """List the contracts."""
    return ContractList(contracts=[_summary(version) for version in editor.all()])


@router.post(
    "/contracts", tags=TAG, status_code=201, responses=answers(201, Changed, "The contract is stored", 409)
)
def create_contract(contract: Annotated[NewContract, Body()], editor: Contracts) -> Response[Changed]:
    """Create a contract."""
    source = caller_of(router.current_event)
    created = done(editor.create(contract.id, contract.document, source))
    return with_etag(changed(created, "created", router.current_event), created, HTTPStatus.CREATED)


@router.get("/contracts/<contract_id>", tags=TAG, responses=answers(200, StoredContract, "The contract", 404))
def get_contract(
    contract_id: DocumentId, editor: Contracts, version: AnyVersion = None
) -> Response[StoredContract]:
    """Get one contract."""
    found = there(editor.get(contract_id, version))
    shown = StoredContract(**_summary(found).model_dump(), document=dict(found.document))
    return with_etag(shown, found)


@router.put(
    "/contracts/<contract_id>",
    tags=TAG,
    responses=answers(200, Changed, "The contract is changed", 404, 412, 428),
)
def update_contract(
    contract_id: DocumentId,
    document: Annotated[Document, Body()],
    editor: Contracts,
    if_match: IfMatch = None,
) -> Response[Changed]:
    """Change a contract, all of it; files that are on their way are held against the version they had."""
    base = expected(if_match)
    updated = done(editor.update(contract_id, document, caller_of(router.current_event), expected=base))
    return with_etag(changed(updated, "updated", router.current_event), updated)


@router.delete(
    "/contracts/<contract_id>",
    tags=TAG,
    responses=answers(200, Changed, "The contract is deleted", 404, 412, 428),
)
def delete_contract(contract_id: DocumentId, editor: Contracts, if_match: IfMatch = None) -> Changed:
    """Delete a contract that no rule names."""
    event, base = router.current_event, expected(if_match)
    deleted = done(editor.delete(contract_id, caller_of(event), expected=base))
    return changed(deleted, "deleted", event)


@router.get(
    "/contracts/<contract_id>/history", tags=TAG, responses=answers(200, ContractHistory, "Newest first", 404)
)
def get_contract_history(contract_id: DocumentId, editor: Contracts) -> ContractHistory:
    """List the versions of a contract."""
    versions = editor.history(contract_id)
    there(versions[0] if versions else None)
    return ContractHistory(versions=changes(versions))


def _summary(version: Version) -> ContractSummary:
    [change] = changes([version])
    return ContractSummary(id=version.id, **change.model_dump())
