"""
Propose contracts, check files against them, and keep them in the stack.

`suggest` and `check` work on local files without any stack. docs/contracts.md says what a contract may say.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from cli.console import console, print_json
from cli.contract_views import contracts_table, print_breaches
from cli.errors import CommandError
from cli.local_stack import connect
from cli.verbs import add_verb
from sluice.rules.versions import Missing, Refused, Stale, Taken, Version

NAME = "contract"
HELP = "propose contracts, check files against them, keep them"
SOURCE = "sluice contract put"
ID = r"[a-z0-9][a-z0-9-]{0,62}"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", dest="verb", required=True)
    verb = add_verb(verbs, "suggest", "propose a contract from a local file")
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument(
        "-o", "--output", metavar="CONTRACT", type=Path, help="write it here instead of printing"
    )
    verb = add_verb(verbs, "check", "check a local file against a contract; exit code 1 if it is rejected")
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("contract", metavar="CONTRACT", type=Path, help="a JSON document")
    verb.add_argument("--bad-rows", metavar="CSV", type=Path, help="write the rows that break it here")
    verb = add_verb(verbs, "put", "store a contract, as the next version of its id")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("contract", metavar="CONTRACT", type=Path, help="a JSON document")
    add_verb(verbs, "ls", "list the contracts")
    verb = add_verb(verbs, "show", "show a contract")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("--version", metavar="N", type=int, help="default: the newest")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    return int(_VERBS[arguments.verb](arguments))


def _suggest(given: argparse.Namespace) -> int:
    from cli.contract_files import suggest_contract  # noqa: PLC0415  the scanner need not be built for the rest

    document = suggest_contract(given.file)
    if given.output:
        given.output.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        console.print(f"Written to {given.output}: {len(document['schema']['fields'])} fields.", markup=False)
    else:
        print_json(document)
    return 0


def _check(given: argparse.Namespace) -> int:
    from cli.contract_files import check_file, read_document  # noqa: PLC0415  likewise
    from sluice.tables.records import to_json  # noqa: PLC0415  likewise

    verdict = check_file(given.file, read_document(given.contract), given.bad_rows)
    if given.json:
        print_json(to_json(verdict))
    elif verdict.accepted:
        console.print(f"{given.file}: accepted.", markup=False)
    else:
        print_breaches(given.file, verdict)
    return 0 if verdict.accepted else 1


def _put(given: argparse.Namespace) -> int:
    from cli.contract_files import read_document  # noqa: PLC0415  likewise

    if not re.fullmatch(ID, given.id):
        raise CommandError(f"{given.id} is no id: use lower-case letters, digits and hyphens.")
    document = read_document(given.contract)
    with connect().contracts() as editor:
        saved = editor.update(given.id, document, SOURCE)
        if isinstance(saved, Missing):
            saved = editor.create(given.id, document, SOURCE)
    if isinstance(saved, Refused):
        raise CommandError("; ".join(f"{each.path}: {each.message}" for each in saved.problems))
    if isinstance(saved, Stale | Taken):
        raise CommandError("Somebody else changed the contract just now: try again.")
    return _show_version(given, saved, f"{saved.id} is stored as version {saved.version}.")


def _show_version(given: argparse.Namespace, version: Version, sentence: str) -> int:
    if given.json:
        print_json({"id": version.id, "version": version.version})
    else:
        console.print(sentence, markup=False)
    return 0


def _ls(given: argparse.Namespace) -> int:
    with connect().contracts() as editor:
        found = editor.all()
    if given.json:
        print_json([_plain(version) for version in found])
    elif found:
        console.print(contracts_table(found))
    else:
        console.print("There are no contracts.")
    return 0


def _show(given: argparse.Namespace) -> int:
    with connect().contracts() as editor:
        found = editor.get(given.id, given.version)
    if found is None:
        raise CommandError(f"There is no such contract: {given.id}.")
    print_json(_plain(found) if given.json else found.document)
    return 0


def _plain(version: Version) -> dict[str, Any]:
    return {"id": version.id, "version": version.version, **version.document}


_VERBS = {"suggest": _suggest, "check": _check, "put": _put, "ls": _ls, "show": _show}
