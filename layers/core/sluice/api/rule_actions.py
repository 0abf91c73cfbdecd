"""Rules by direct invocation: `{"action": …, "data": {…}, "source": …}` in, one answer out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from sluice.api.problems import OURS
from sluice.api.rule_model import RuleModel, problems_of
from sluice.api.texts import Id, Line, Model, Whole
from sluice.ports.journal import Journal
from sluice.rules.editing import Editor
from sluice.rules.versions import Missing, Refused, Stale, Taken, Version

Number = Annotated[int, Field(ge=0, strict=True), Whole]
Answer = dict[str, Any]

SENTENCES = {
    Stale: ("conflict", "Somebody else changed the rule first: get it, and change that version."),
    Taken: ("conflict", "There is a rule of this id already: update it, or choose another id."),
    Missing: ("not_found", "There is no rule of this id."),
}


class Action(Model):
    """One invocation; for `create` and `update` the data are the rule's own, and its id."""

    action: Literal["create", "update", "delete", "get", "list", "history"]
    data: dict[str, Any] = Field({})
    source: Line = Field("", description="Who asks; kept in the history")


class Target(Model):
    """Which rule; the version that a change is based on, or that is asked for."""

    id: Id
    version: Number | None = None


class Named(Model):
    """The id of a new rule; without one it is made from the name."""

    id: Id | None = None


@dataclass(frozen=True, slots=True)
class RuleActions:
    """Routes actions to the editor of rules."""

    editor: Editor
    journal: Journal

    def answer(self, event: Mapping[str, Any], *, correlation_id: str) -> Answer:
        """Return the answer to one invocation; what fails on our side is logged, and told as such alone."""
        try:
            answer = self._route(Action.model_validate(event))
        except ValidationError as error:
            problems = [{"path": each.path, "message": each.message} for each in problems_of(error)]
            answer = {"status": "refused", "message": "The request is not valid.", "problems": problems}
        except Exception:  # noqa: BLE001  its text is ours to read, not the caller's
            self.journal.failed("rule action failed", {"correlation_id": correlation_id})
            answer = {"status": "failed", "message": OURS}
        return answer | {
            "timestamp": self.editor.now().isoformat(),
            "correlation_id": correlation_id,
        }

    def _route(self, action: Action) -> Answer:
        match action.action:
            case "create":
                return self._create(action)
            case "update":
                return self._update(action)
            case "delete":
                target = Target.model_validate(action.data)
                deleted = self.editor.delete(target.id, action.source, expected=target.version)
                return _changed(deleted, "deleted")
            case "get":
                return self._get(Target.model_validate(action.data))
            case "history":
                versions = self.editor.history(Target.model_validate(action.data).id)
                found = {"status": "found", "versions": [shown(version) for version in versions]}
                return found if versions else _changed(Missing(), "")
            case "list":
                return {"status": "found", "rules": [shown(version) for version in self.editor.all()]}

    def _create(self, action: Action) -> Answer:
        own, rest = _split(action.data, "id")
        rule = RuleModel.model_validate(rest)
        rule_id = Named.model_validate(own).id or id_from(rule.name)
        return _changed(self.editor.create(rule_id, rule.to_json(), action.source), "created")

    def _update(self, action: Action) -> Answer:
        own, rest = _split(action.data, "id", "version")
        target, rule = Target.model_validate(own), RuleModel.model_validate(rest)
        updated = self.editor.update(target.id, rule.to_json(), action.source, expected=target.version)
        return _changed(updated, "updated")

    def _get(self, target: Target) -> Answer:
        found = self.editor.get(target.id, target.version)
        return {"status": "found", "rule": shown(found)} if found else _changed(Missing(), "")


def id_from(name: str) -> str:
    """Return the id that a name makes: `Orders of ACME` is `orders-of-acme`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-") or "rule"


def shown(version: Version) -> dict[str, Any]:
    """Return a version as answers show it."""
    return {
        "id": version.id,
        "version": version.version,
        **version.document,
        "changed_at": version.changed_at.isoformat() if version.changed_at else None,
        "source": version.source,
        "deleted": version.deleted,
    }


def _changed(result: Version | Refused | Stale | Taken | Missing, status: str) -> Answer:
    if isinstance(result, Version):
        name = result.document["name"]
        return {"id": result.id, "name": name, "version": result.version, "status": status}
    if isinstance(result, Refused):
        problems = [{"path": each.path, "message": each.message} for each in result.problems]
        return {"status": "refused", "message": f"The rule cannot be {status}.", "problems": problems}
    status, message = SENTENCES[type(result)]
    return {"status": status, "message": message}


def _split(data: Mapping[str, Any], *names: str) -> tuple[dict[str, Any], dict[str, Any]]:
    own = {name: value for name, value in data.items() if name in names}
    return own, {name: value for name, value in data.items() if name not in names}
