"""Rules in files of one's own: read them, and try them before they are stored."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from cli.errors import CommandError
from sluice.rules.documents import from_document
from sluice.rules.rule import Rule

SHOWN_BESIDE = ("changed_at", "source", "deleted")  # a rule, and no part of it
UNSAVED = "(the rule of the file)"


def read_rule(path: Path) -> dict[str, Any]:
    """
    Read a rule of JSON or YAML; what it says is for the stack to check.

    What `sluice rules show` prints is one too, with the version that a change of it is based on.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise CommandError(f"{path} is neither JSON nor YAML: {error}.") from error
    if not isinstance(document, dict):
        raise CommandError(f"{path} holds no rule, which is an object with names and values.")
    return {name: value for name, value in document.items() if name not in SHOWN_BESIDE}


def read_whole_rule(path: Path) -> Rule:
    """Read a rule that is to be tried, with the defaults of what it leaves out; its shape is checked here."""
    from sluice.api import rule_model  # noqa: PLC0415  pydantic takes a moment to load

    document = read_rule(path)
    rule_id = str(document.pop("id", UNSAVED))
    document.pop("version", None)
    rule = rule_model.read_rule(document)
    if isinstance(rule, Mapping):
        return from_document(rule_id, 0, rule)
    places = [f"{each.path}: {each.message}" for each in rule]
    raise CommandError("\n  ".join([f"{path} holds no valid rule.", *places]))


def rules_of(answers: Sequence[dict[str, Any]], unsaved: Rule | None) -> list[Rule]:
    """Return the stored rules, with the unsaved one in the place of the one of its id, or as another."""
    stored = {each["id"]: from_document(each["id"], each["version"], each) for each in answers}
    return list((stored | ({unsaved.id: unsaved} if unsaved else {})).values())
