"""
Rehearse releases on the local stack: python -m tests.rehearsal.

Deploys version 1, then each of `tests.rehearsal.versions`, with the real `sam deploy`, while people's files
flow. Ends with 0 only if the good version took over, each broken one was stopped where it should be and taken
back, and every file has exactly one outcome, which is right.
"""

import argparse
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import STACK_NAME, Outputs, deploy
from local.environments import LocalStackError
from local.home import Endpoint, Home
from tests.rehearsal.code_deploy import ENOUGH, SPEED, Player, Verdict
from tests.rehearsal.traffic import Traffic
from tests.rehearsal.versions import VERSIONS, Version, made

# The stage that is gated as production is; alarms and dashboards of operation are beside the point.
PARAMETERS = {"Stage": "production", "MonitoringEnabled": "false", "ReleaseSlowMilliseconds": "15000"}
FUNCTION = "ProfileCsvFunction"

EMULATED = f"""\
Real: sam build, sam deploy, the template's hooks, gating alarms and shift, check_release, golden executions,
the rollback of the stack by CloudFormation as MiniStack has it.
Emulated: CodeDeploy, by tests/rehearsal/code_deploy.py, {SPEED} times as fast (but no
shift ends before the new version was invoked {ENOUGH} times), one function after another.
Patched into the local stack: routing by weight, versions of state machines, and the metrics of AWS/Lambda by
alias and version, which are recorded at each invocation; `Faults` is what the functions themselves emit.
Alarms are read from the deployed stack and evaluated by tests/rehearsal/alarms.py, a datapoint as soon as
it is there. To save time, slow is what exceeds {PARAMETERS["ReleaseSlowMilliseconds"]} ms (a parameter).
"""


class Rehearsal:
    """One stack, its traffic, and what went wrong so far."""

    def __init__(self, home: Home, endpoint: Endpoint, outputs: Outputs) -> None:
        self.home, self.endpoint = home, endpoint
        self.player = Player(endpoint, say)
        self.traffic = Traffic(endpoint, outputs)
        self.faults: list[str] = []

    def release(self, version: Version, built: Build) -> Build:
        """
        Deploy a version while files flow, and hold what becomes of it against what should.

        Returns what the next version is made of: this one if it is good.
        """
        say(f"\nversion {version.name}: {version.what}")
        began, before = time.monotonic(), self.live()
        what = made(version, built, self.home.path / "versions")
        with self.traffic.flowing(), ThreadPoolExecutor(max_workers=1) as deployments:
            deploying = deployments.submit(deploy, self.home, what, PARAMETERS)
            verdicts = self._played(deploying)
        self._judge(version, verdicts, deploying.exception(), before)
        files = self.traffic.settled()
        wrong = list(self.traffic.faults(files))
        self.faults += wrong
        right = "each with one right outcome, nothing left over"
        said = f"{len(wrong)} things wrong with them" if wrong else right
        say(f"  {len(files)} files so far, {said} ({time.monotonic() - began:.0f} s)")
        return built if version.stopped_by else what

    def live(self) -> dict[str, str]:
        """Return what the aliases name: of the function, and of the state machine."""
        names = client(self.endpoint, "cloudformation").describe_stack_resources(StackName=STACK_NAME)
        physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in names["StackResources"]}
        alias = client(self.endpoint, "lambda").get_alias(FunctionName=physical[FUNCTION], Name="live")
        return {"function": alias["FunctionVersion"], "weights": str(alias.get("RoutingConfig") or "")}

    def _played(self, deploying: "Future[Outputs]") -> list[Verdict]:
        verdicts = []
        while not deploying.done():
            verdicts += [self.player.play(deployment) for deployment in self.player.pending()]
            time.sleep(0.2)
        return verdicts

    def _judge(
        self, version: Version, verdicts: list[Verdict], error: BaseException | None, before: dict[str, str]
    ) -> None:
        if error and not isinstance(error, LocalStackError):
            raise error
        say(f"  CloudFormation: {'rolled back, ' + str(error).split(' (/')[0] if error else 'updated'}")
        after = self.live()
        if not version.stopped_by:
            taken = [each.version for each in verdicts if not each.stopped_by]
            if error or taken != [after["function"]]:
                self.faults.append(f"version {version.name} did not take over: {after}, {error}")
            return
        if after != before:
            self.faults.append(f"version {version.name} left {after}, where {before} was")
        if version.stopped_by != "check" and [each.stopped_by for each in verdicts] != [version.stopped_by]:
            self.faults.append(f"version {version.name} was not stopped by its {version.stopped_by}")
        if error is None:
            self.faults.append(f"version {version.name} was deployed")


def say(line: str) -> None:
    """Print at once: a person watches."""
    print(line, flush=True)


def main() -> None:
    """Rehearse, and say what went wrong."""
    parser = argparse.ArgumentParser(prog="rehearsal", description=__doc__)
    parser.add_argument("only", nargs="*", help="names of versions (default: all)")
    wanted = parser.parse_args().only
    began = time.monotonic()
    say(EMULATED)
    with stack.session("rehearsal") as (home, endpoint):
        build(Build(), home.deploy_log)
        outputs = deploy(home, Build(), PARAMETERS)
        say(f"version 1 is deployed, all at once ({time.monotonic() - began:.0f} s)")
        rehearsal = Rehearsal(home, endpoint, outputs)
        built = Build()
        for version in VERSIONS:
            if not wanted or version.name in wanted:
                built = rehearsal.release(version, built)
    for fault in rehearsal.faults:
        say(f"WRONG: {fault}")
    end = "not as it should be" if rehearsal.faults else "all as it should be"
    say(f"\n{end} ({time.monotonic() - began:.0f} s)")
    sys.exit(bool(rehearsal.faults))


if __name__ == "__main__":
    main()
