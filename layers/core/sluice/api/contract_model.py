"""Contracts as requests and answers have them."""

from typing import Any

from pydantic import JsonValue

from sluice.api.texts import Id, Model
from sluice.api.versioned import Change

Document = dict[str, JsonValue]


class NewContract(Model):
    """A contract that is not there yet."""

    id: Id
    document: Document


class ContractSummary(Change):
    """One version of a contract, without its document."""

    id: Id


class StoredContract(ContractSummary):
    """One version of a contract."""

    document: dict[str, Any]


class ContractList(Model):
    """All contracts."""

    contracts: list[ContractSummary]


class ContractHistory(Model):
    """The versions of one contract, newest first."""

    versions: list[Change]
