"""
A stand-in for AWS CodeDeploy, which the emulator lacks, as far as the release of a function needs it.

It keeps deployments, their hooks' verdicts and their end, and decides nothing. Unless somebody attends,
there are no deployments, and an alias moves at once. Who attends does what CodeDeploy would do: run the
hooks, shift traffic, watch the alarms, and end each deployment. Roles are not enforced here.

The requests `LocalRelease.*` are not AWS's: `Attend`, `Verdict` and `End`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

from local import json_services
from local.json_services import Application

TARGETS = (b"CodeDeploy_20141006.", b"LocalRelease.")


class DeploymentFailedError(RuntimeError):
    """The deployment was ended as failed; the message says why."""


@dataclass
class Deployment:
    """One move of an alias to another version."""

    group: str
    content: Mapping[str, Any]
    """What CodeDeploy calls the AppSpec: function, alias, both versions, and hooks."""
    id: str = field(default_factory=lambda: f"d-{uuid4().hex[:9].upper()}")
    status: str = "InProgress"
    reason: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)
    ended: Event = field(default_factory=Event)


class CodeDeploy:
    """What is known of deployments; see the module."""

    def __init__(self) -> None:
        self.attended = False
        self.groups: dict[str, Mapping[str, Any]] = {}
        """Properties of the deployment groups, by name, as the template has them."""
        self._deployments: dict[str, Deployment] = {}

    def deploy(self, group: str, content: Mapping[str, Any]) -> None:
        """Wait until who attends has ended the deployment; raise DeploymentFailedError if it failed."""
        deployment = Deployment(group, content)
        self._deployments[deployment.id] = deployment
        deployment.ended.wait()
        if deployment.status != "Succeeded":
            raise DeploymentFailedError(f"Deployment {deployment.id} failed: {deployment.reason}")

    def answer(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to a request; raise KeyError for what there is not."""
        return getattr(self, f"_{operation}")(request)

    def _Attend(self, _: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802  the operation's name
        self.attended = True
        return {}

    def _ListDeployments(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        wanted = request.get("includeOnlyStatuses")
        deployments = self._deployments.values()
        return {"deployments": [known.id for known in deployments if not wanted or known.status in wanted]}

    def _GetDeployment(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        deployment = self._deployments[request["deploymentId"]]
        revision = {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": json.dumps(deployment.content)},
        }
        info = {"deploymentId": deployment.id, "status": deployment.status, "revision": revision}
        return {"deploymentInfo": info | {"deploymentGroupName": deployment.group}}

    def _GetDeploymentGroup(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        group = self.groups[request["deploymentGroupName"]]
        alarms = group.get("AlarmConfiguration") or {}
        names = [{"name": alarm["Name"]} for alarm in alarms.get("Alarms") or ()]
        return {
            "deploymentGroupInfo": {
                "deploymentGroupName": request["deploymentGroupName"],
                "deploymentConfigName": group["DeploymentConfigName"],
                "alarmConfiguration": {"enabled": bool(alarms.get("Enabled")), "alarms": names},
            }
        }

    def _PutLifecycleEventHookExecutionStatus(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        hook = request["lifecycleEventHookExecutionId"]
        self._deployments[request["deploymentId"]].verdicts[hook] = request["status"]
        return {"lifecycleEventHookExecutionId": hook}

    def _Verdict(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        verdicts = self._deployments[request["deploymentId"]].verdicts
        return {"status": verdicts.get(request["lifecycleEventHookExecutionId"], "InProgress")}

    def _End(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N802
        deployment = self._deployments[request["deploymentId"]]
        deployment.status, deployment.reason = request["status"], request.get("reason", "")
        deployment.ended.set()
        return {}


CODE_DEPLOY = CodeDeploy()


def beside(app: Application) -> Application:
    """Return *app* with the stand-in answering what is meant for CodeDeploy."""
    return json_services.beside(app, TARGETS, _answer)


def _answer(operation: str, request: Mapping[str, Any]) -> tuple[int, Any]:
    try:
        return 200, CODE_DEPLOY.answer(operation, request)
    except (AttributeError, KeyError) as error:
        return 400, {"__type": "DoesNotExistException", "message": f"not in the stand-in: {error}"}
