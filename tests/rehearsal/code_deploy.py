"""
Does what CodeDeploy does for a function's alias: hooks, a share of the traffic, alarms, all of it or back.

Which hooks, alarms and shift, it reads from the deployed stack. The window is shorter than on AWS, see SPEED,
but no shorter than it takes the new version to be invoked a few times.
"""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.clients import client
from local.home import Endpoint
from tests.rehearsal.alarms import Alarm, values_of

SPEED = 15  # times: five minutes of a canary are 20 seconds
HOOK_PATIENCE = 60  # seconds; CodeDeploy waits for an hour
LOOK = 0.5  # seconds between two looks at the alarms
ENOUGH = 12  # invocations of the new version; a window that is shorter than on AWS may see none
LONGEST = 120  # seconds that a window is prolonged for them

# Of the deployment configurations: share of the first shift, and minutes until the next or last one.
SHIFTS = {
    "CodeDeployDefault.LambdaCanary10Percent5Minutes": (0.1, 5),
    "CodeDeployDefault.LambdaCanary10Percent10Minutes": (0.1, 10),
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """How a deployment ended."""

    function: str
    version: str
    """The version that was to get the traffic."""
    before: str
    """The version that had it."""
    stopped_by: str
    """`hook`, `alarm`, or empty where nothing did."""
    reason: str
    shifted: bool
    """Whether the version had any traffic."""


class Stopped(Exception):  # noqa: N818  it is no error
    """The release is to be taken back."""

    def __init__(self, by: str, reason: str) -> None:
        super().__init__(reason)
        self.by = by


class Player:
    """Plays CodeDeploy for one stack."""

    def __init__(self, endpoint: Endpoint, say: Say) -> None:
        self._codedeploy = client(endpoint, "codedeploy")
        self._functions = client(endpoint, "lambda")
        self._cloudwatch = client(endpoint, "cloudwatch")
        self._endpoint = endpoint
        self._say = say
        self._local("Attend")

    def pending(self) -> Iterator[str]:
        """Yield the deployments that wait for their end."""
        yield from self._codedeploy.list_deployments(includeOnlyStatuses=["InProgress"])["deployments"]

    def play(self, deployment: str) -> Verdict:
        """Take a deployment to its end, and tell CloudFormation."""
        info = self._codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        content = json.loads(info["revision"]["appSpecContent"]["content"])
        [target] = [each["Properties"] for each in content["Resources"][0].values()]
        hooks = {name: function for each in content["Hooks"] for name, function in each.items()}
        group = self._codedeploy.get_deployment_group(
            applicationName="any", deploymentGroupName=info["deploymentGroupName"]
        )["deploymentGroupInfo"]
        shifted, stopped = False, Stopped("", "")
        try:
            self._check(deployment, hooks.get("BeforeAllowTraffic"), "before traffic")
            shifted = True
            self._shift(target, group)
            self._check(deployment, hooks.get("AfterAllowTraffic"), "after traffic")
        except Exception as reason:
            stopped = reason if isinstance(reason, Stopped) else Stopped("", str(reason))
            if stopped is not reason:
                self._local("End", deploymentId=deployment, status="Failed", reason=repr(reason))
                raise
            self._route(target, target["CurrentVersion"])
            self._say(f"  taken back: all traffic to version {target['CurrentVersion']}")
        status = "Failed" if stopped.by else "Succeeded"
        self._local("End", deploymentId=deployment, status=status, reason=str(stopped))
        return Verdict(
            target["Name"],
            target["TargetVersion"],
            target["CurrentVersion"],
            stopped.by,
            str(stopped),
            shifted,
        )

    def _check(self, deployment: str, hook: str | None, when: str) -> None:
        if hook is None:
            return
        execution = f"{deployment}-{when.replace(' ', '-')}"
        event = {"DeploymentId": deployment, "LifecycleEventHookExecutionId": execution}
        self._functions.invoke(FunctionName=hook, InvocationType="Event", Payload=json.dumps(event).encode())
        verdict = self._verdict(deployment, execution)
        self._say(f"  check_release {when}: {verdict}")
        if verdict != "Succeeded":
            raise Stopped("hook", f"the check {when} said {verdict}")

    def _verdict(self, deployment: str, execution: str) -> str:
        deadline = time.monotonic() + HOOK_PATIENCE
        while time.monotonic() < deadline:
            answer = self._local("Verdict", deploymentId=deployment, lifecycleEventHookExecutionId=execution)
            if answer["status"] != "InProgress":
                return answer["status"]
            time.sleep(LOOK)
        return "nothing in time"

    def _shift(self, target: dict[str, str], group: dict[str, Any]) -> None:
        share, minutes = SHIFTS[group["deploymentConfigName"]]
        new = target["TargetVersion"]
        alarms = self._alarms(group)
        self._fails_if_any(alarms)
        self._route(target, target["CurrentVersion"], {new: share})
        window = minutes * 60 / SPEED
        self._say(f"  {share:.0%} of the traffic to version {new} for {window:.0f} s; alarms watched:")
        for alarm in alarms:
            self._say(f"    {alarm}")
        began = time.monotonic()
        while (past := time.monotonic() - began) < window or (
            past < LONGEST and self._invocations(target) < ENOUGH
        ):
            time.sleep(LOOK)
            self._fails_if_any(alarms)
        self._say(f"  version {new} was invoked {self._invocations(target):.0f} times")
        self._route(target, new)
        self._say(f"  no alarm: all traffic to version {new}")

    def _invocations(self, target: dict[str, str]) -> float:
        """Count the traffic that the new version had, as CloudWatch has it."""
        resource = f"{target['Name']}:{target['Alias']}"
        executed = {
            "FunctionName": target["Name"],
            "Resource": resource,
            "ExecutedVersion": target["TargetVersion"],
        }
        answer = self._cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": name, "Value": value} for name, value in executed.items()],
            StartTime=datetime.now(UTC) - timedelta(minutes=10),
            EndTime=datetime.now(UTC) + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    def _alarms(self, group: dict[str, Any]) -> list[Alarm]:
        names = [each["name"] for each in group["alarmConfiguration"]["alarms"]]
        described = self._cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
        if not names or len(described) != len(names):
            raise RuntimeError(f"not all of the gating alarms {names} are deployed")
        return [Alarm.from_description(each) for each in described]

    def _fails_if_any(self, alarms: list[Alarm]) -> None:
        now = time.time()
        for alarm in alarms:
            values = values_of(alarm, self._cloudwatch, now)
            if alarm.state(values, now) == "ALARM":
                shown = ", ".join(f"{value:g}" for value in values.values())
                self._say(f"  ALARM {alarm.name}: {alarm.statistic} {alarm.metric} is {shown}")
                raise Stopped("alarm", f"{alarm.name} is in alarm")

    def _route(self, target: dict[str, str], version: str, weights: dict[str, float] | None = None) -> None:
        self._functions.update_alias(
            FunctionName=target["Name"],
            Name=target["Alias"],
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights or {}},
        )

    def _local(self, operation: str, **request: str) -> dict[str, Any]:
        """Ask the stand-in what AWS has no request for."""
        headers = {"X-Amz-Target": f"LocalRelease.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        connection = http.client.HTTPConnection("127.0.0.1", self._endpoint.port, timeout=10)
        try:
            connection.request("POST", "/", json.dumps(request), headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
