"""With `TunePace=on`, a lane slows down while a team's function says overload, and speeds up again after."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from local import stack
from local.build import Build, build
from local.deploy import deploy
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.moments import to_microseconds
from sluice.pace.pacing import changed
from tests.e2e.conftest import Product
from tests.e2e.test_pace import MINUTELY, invoke
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

LOWEST, HIGHEST, STEP = 2, 42, 2
FILES = 12
RULE = {"name": "Ledger", "match": {"prefix": "ledger/"}, "processor": "custom", "lane": "other"}
LEDGER = """
import os

class DownstreamOverloadedError(Exception):
    pass

def lambda_handler(event, context):
    if os.environ["LEDGER"] == "overloaded":
        raise DownstreamOverloadedError("the ledger answers 503")
    return {"status": "success"}
"""


@pytest.fixture(scope="module")
def product():
    """The product with a team's function, whose lanes are tuned."""
    with stack.session("tuned") as (home, endpoint):
        build(Build(), home.deploy_log)
        arn = ledger(Product(endpoint, {}, home.call_log))
        parameters = {"CustomProcessorArn": arn, "TunePace": "on"}
        bounds = {"LowestRate": str(LOWEST), "HighestRate": str(HIGHEST)}
        yield Product(endpoint, deploy(home, Build(), parameters | bounds), home.call_log)


def ledger(product):
    """Make a function outside of the stack whose ledger is overloaded; return its ARN."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("handler.py", LEDGER)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = product.client("iam").create_role(RoleName="ledger", AssumeRolePolicyDocument=document)
    return product.client("lambda").create_function(
        FunctionName="ledger",
        Runtime="python3.13",
        Handler="handler.lambda_handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": content.getvalue()},
        Environment={"Variables": {"LEDGER": "overloaded"}},
    )["FunctionArn"]


@pytest.mark.timeout(600)
def test_a_lane_slows_down_while_what_stands_behind_it_is_overloaded_and_speeds_up_again(product):
    name = product.outputs["RulesApiFunctionName"]
    request = {"action": "create", "data": RULE, "source": "test"}
    product.client("lambda").invoke(FunctionName=name, Payload=json.dumps(request))
    product.upload("used.bin", b"x")  # a lane that was never used has no pace that others know
    product.outcome("used.bin")
    product.await_kept()
    states = DynamoDBLaneStates(product.client("dynamodb"), product.outputs["LanesTableName"])
    seen = states.read("other")
    slow = replace(seen.pace, rate=20, burst=1, max_in_flight=1)  # so that some wait meanwhile
    assert states.change(seen, changed(seen, slow, to_microseconds(datetime.now(UTC))))

    for number in range(FILES):
        product.upload(f"ledger/{number}.pdf", b"%PDF-1.7")
    fallen = eventually(lambda: below(states, 20), within=150)  # by its own schedule
    product.client("lambda").update_function_configuration(
        FunctionName="ledger", Environment={"Variables": {"LEDGER": "well"}}
    )
    rates = [20, fallen]
    while rates[-1] <= rates[-2]:
        rates.append(invoke(product, "TunePace", MINUTELY)["other"])
        assert len(rates) < 10
    for number in range(FILES):
        assert product.outcome(f"ledger/{number}.pdf")["status"] == "success"

    *falling, lowest, risen = rates
    assert all(after == max(before / 2, LOWEST) for before, after in pairwise([*falling, lowest]))
    assert risen == lowest + STEP
    assert states.read("other").pace.rate == risen


def below(states, rate):
    """Return the rate of the lane if it is below *rate*."""
    now = states.read("other").pace.rate
    return now if now < rate else None
