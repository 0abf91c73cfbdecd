"""An alias with an update policy moves as who plays CodeDeploy decides, by the alarms that were deployed."""

import json
import threading
import time
from contextlib import contextmanager

import pytest

from local import stack
from local.clients import client
from tests.rehearsal import code_deploy
from tests.rehearsal.code_deploy import Player

pytestmark = pytest.mark.e2e

CODE = "def lambda_handler(event, context):\n    {}\n    return {!r}\n"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def a_resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def a_template(name, body=""):
    """Return a function whose version *name* answers its name, or does what *body* says."""
    dimensions = {
        "FunctionName": {"Ref": "F"},
        "Resource": {"Fn::Sub": "${F}:live"},
        "ExecutedVersion": {"Fn::GetAtt": [f"V{name}", "Version"]},
    }
    alias = a_resource(
        "Lambda::Alias",
        Name="live",
        FunctionName={"Ref": "F"},
        FunctionVersion={"Fn::GetAtt": [f"V{name}", "Version"]},
    )
    alias["UpdatePolicy"] = {
        "CodeDeployLambdaAliasUpdate": {"ApplicationName": "any", "DeploymentGroupName": {"Ref": "Group"}}
    }
    resources = {
        "Role": a_resource("IAM::Role", AssumeRolePolicyDocument=TRUST),
        "F": a_resource(
            "Lambda::Function",
            FunctionName="f",
            Runtime="python3.13",
            Handler="index.lambda_handler",
            Role={"Fn::GetAtt": ["Role", "Arn"]},
            Code={"ZipFile": CODE.format(body, name)},
        ),
        f"V{name}": a_resource("Lambda::Version", FunctionName={"Ref": "F"}),
        "Errors": a_resource(
            "CloudWatch::Alarm",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            Statistic="Sum",
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            Period=60,
            EvaluationPeriods=3,
            DatapointsToAlarm=1,
            TreatMissingData="notBreaching",
        ),
        "Group": a_resource(
            "CodeDeploy::DeploymentGroup",
            DeploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": {"Ref": "Errors"}}]},
        ),
        "Alias": alias,
    }
    resources[f"V{name}"]["DeletionPolicy"] = "Retain"
    return json.dumps({"Resources": resources})


class Stack:
    """One stack with one function, and who plays CodeDeploy for it."""

    def __init__(self, endpoint):
        self.stacks, self.functions = client(endpoint, "cloudformation"), client(endpoint, "lambda")
        self.player = Player(endpoint, lambda _: None)

    def deploy(self, do, template):
        """Deploy a template, play what waits, and return the stack's state with the verdicts."""
        do(StackName="s", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        verdicts = []
        while (state := self.state()).endswith("IN_PROGRESS"):
            verdicts += [self.player.play(deployment) for deployment in self.player.pending()]
            time.sleep(0.1)
        return state, verdicts

    def state(self):
        return self.stacks.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]

    @contextmanager
    def traffic(self):
        over = threading.Event()

        def invoke():
            while not over.wait(0.01):
                self.functions.invoke(FunctionName="f", Qualifier="live")

        thread = threading.Thread(target=invoke)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.fixture(scope="module")
def shifting():
    with stack.session("shifts") as (_, endpoint), pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_deploy, "SPEED", 300)  # times: five minutes are a second
        here = Stack(endpoint)
        state, verdicts = here.deploy(here.stacks.create_stack, a_template("one"))
        assert (state, verdicts) == ("CREATE_COMPLETE", [])  # an alias is created without CodeDeploy
        with here.traffic():
            yield here


def live(shifting):
    alias = shifting.functions.get_alias(FunctionName="f", Name="live")
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    return alias["FunctionVersion"], weights or {}


def test_a_good_version_takes_over_after_it_had_traffic(shifting):
    state, [verdict] = shifting.deploy(shifting.stacks.update_stack, a_template("good"))
    assert (state, verdict.stopped_by, verdict.shifted) == ("UPDATE_COMPLETE", "", True)
    assert live(shifting) == (verdict.version, {})


def test_a_version_that_throws_is_taken_back_by_its_alarm_and_the_stack_with_it(shifting):
    before = live(shifting)
    bad = a_template("bad", body="raise RuntimeError('no')")
    state, [verdict] = shifting.deploy(shifting.stacks.update_stack, bad)
    assert (state, verdict.stopped_by, verdict.shifted) == ("UPDATE_ROLLBACK_COMPLETE", "alarm", True)
    assert live(shifting) == before
