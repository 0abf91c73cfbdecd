"""
What operators do with the pace of a running stack, by the real command; and a second deployment after it.

The tests are steps of one story on a stack of its own, in their order.
"""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from local import stack
from local.build import Build, build
from local.deploy import STACK_NAME, deploy
from local.environments import CREDENTIALS
from tests.e2e.conftest import UNFINISHED, Product
from tests.e2e.test_pace import MINUTELY, invoke
from tests.local.waiting import eventually

pytestmark = pytest.mark.e2e

SLUICE = Path(sys.executable).with_name("sluice")
HORIZON, LATENESS = 5, 10  # seconds; the horizon is set below, the lateness is the template's
LOWEST, HIGHEST = 2, 42
PATIENCE = 150  # seconds; a message that waits for nothing known is looked at again after 30
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
def home():
    with stack.session("operated") as (home, _):
        build(Build(), home.deploy_log)
        deploy(home, Build())
        yield home


@pytest.fixture
def product(home):
    """The stack as it is deployed now: deploying again what is there does nothing."""
    parameters = json.loads(home.deployed_file.read_text())["parameters"]
    return Product(home.endpoint(), deploy(home, Build(), parameters), home.call_log)


@pytest.fixture
def sluice(product):
    """Run the command against the stack, and return the JSON that it prints."""
    environment = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": product.endpoint.url}

    def run(*arguments):
        command = [SLUICE, "--stack", STACK_NAME, *arguments, "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def statuses(product, prefix):
    items = product.client("dynamodb").scan(TableName=product.outputs["CatalogueTableName"])["Items"]
    return [item["status"]["S"] for item in items if item["key"]["S"].startswith(prefix)]


def slots(product, prefix):
    """Return when each file below a prefix was to start, in seconds of the epoch."""
    items = product.client("dynamodb").scan(TableName=product.outputs["CatalogueTableName"])["Items"]
    return [int(item["spent_slot"]["N"]) / 1e6 for item in items if item["key"]["S"].startswith(prefix)]


def ended(product, prefix, count):
    found = statuses(product, prefix)
    return len(found) == count and not set(found) & set(UNFINISHED)


def test_a_paused_lane_starts_nothing_and_a_file_that_waits_says_why(product, sluice):
    product.upload("used.bin", b"x")
    product.outcome("used.bin")
    [lane] = sluice("pace", "other", "pause")
    assert lane["paused"]

    product.upload("paused/1.bin", b"x")
    eventually(lambda: sluice("pace", "other")[0]["backlog"] == 1, within=30)
    time.sleep(HORIZON)

    assert statuses(product, "paused/") == []
    shown = sluice("show", "paused/1.bin")
    assert (shown["status"], shown["waits"]["lane"]) == ("queued", "other")
    assert shown["waits"]["waits"].endswith("the lane is paused")
    assert shown["waits"]["position"].startswith("one of about 1 in the queue")


def test_a_lane_that_is_resumed_goes_on(product, sluice):
    sluice("pace", "other", "resume")

    eventually(lambda: ended(product, "paused/", 1), within=PATIENCE)


def test_a_file_that_has_a_slot_says_when_and_a_new_rate_acts_within_the_horizon(product, sluice):
    sluice("pace", "other", "set", "--rate", "0.1", "--burst", "1", "--horizon", "30")
    for number in range(8):
        product.upload(f"slow/{number}.bin", b"x")
    eventually(lambda: len(statuses(product, "slow/")) >= 3, within=30)
    shown = [sluice("show", f"slow/{number}.bin") for number in range(8)]
    waiting = next(each for each in shown if "slot" in each.get("waits", {}).get("waits", ""))

    assert waiting["status"] == "claimed"
    assert waiting["waits"]["waits"].startswith("for its slot in ")
    assert waiting["waits"]["in the lane"].startswith("0.1 files/s, ")

    sluice("pace", "other", "set", "--rate", "50", "--burst", "10", "--horizon", str(HORIZON))
    changed = time.time()
    eventually(lambda: ended(product, "slow/", 8), within=PATIENCE)
    # slots were given up to 30 seconds ahead before
    assert max(slots(product, "slow/")) <= changed + 30 + LATENESS


def test_a_lane_that_is_drained_is_paused_and_has_nothing_in_flight(product, sluice):
    for number in range(5):
        product.upload(f"drained/{number}.bin", b"x")

    [lane] = sluice("pace", "other", "drain")

    assert (lane["paused"], lane["in_flight"]) == (True, 0)
    found = statuses(product, "drained/")
    assert not set(found) & set(UNFINISHED)
    sluice("pace", "other", "resume")
    eventually(lambda: ended(product, "drained/", 5), within=PATIENCE)


def test_what_a_person_set_survives_a_second_deployment_with_other_defaults(home, product, sluice):
    sluice("pace", "other", "set", "--rate", "20", "--burst", "1", "--max-in-flight", "1")
    [before] = sluice("pace", "other", "pause")

    parameters = {"CustomProcessorArn": ledger(product), "TunePace": "on", "OtherRate": "7", "CsvRate": "7"}
    bounds = {"LowestRate": str(LOWEST), "HighestRate": str(HIGHEST)}
    deploy(home, Build(), parameters | bounds)

    [after] = sluice("pace", "other")
    names = ("rate", "burst", "horizon_seconds", "max_in_flight", "paused", "config_version")
    assert [after[name] for name in names] == [before[name] for name in names]
    assert sluice("pace", "csv")[0]["rate"] == 7  # which nobody had set
    product.upload("deployed/1.bin", b"x")
    time.sleep(HORIZON)
    assert statuses(product, "deployed/") == []
    sluice("pace", "other", "resume")
    eventually(lambda: ended(product, "deployed/", 1), within=PATIENCE)


@pytest.mark.timeout(600)
def test_a_lane_slows_down_while_what_stands_behind_it_is_overloaded_and_speeds_up_again(product, sluice):
    name = product.outputs["RulesApiFunctionName"]
    request = {"action": "create", "data": RULE, "source": "test"}
    product.client("lambda").invoke(FunctionName=name, Payload=json.dumps(request))
    product.renew("Dispatch")
    [lane] = sluice("pace", "other")
    before = lane["rate"]

    for number in range(12):
        product.upload(f"ledger/{number}.pdf", b"%PDF-1.7")
    uploaded = time.monotonic()
    fallen = eventually(lambda: below(sluice, before), within=150)  # by its own schedule
    time.sleep(max(0, uploaded + 70 - time.monotonic()))  # files that have waited for a minute are a backlog
    product.client("lambda").update_function_configuration(
        FunctionName="ledger", Environment={"Variables": {"LEDGER": "well"}}
    )
    rates = [before, fallen]
    while rates[-1] <= rates[-2]:
        rates.append(invoke(product, "TunePace", MINUTELY)["other"])
        assert len(rates) < 60, rates
        time.sleep(2)
    eventually(lambda: ended(product, "ledger/", 12), within=120)

    assert set(statuses(product, "ledger/")) == {"success"}
    *falling, risen = rates
    assert all(after in {max(start / 2**n, LOWEST) for n in range(4)} for start, after in pairwise(falling))
    assert falling[-1] < risen <= HIGHEST


def below(sluice, rate):
    """Return the rate of the lane if it is below *rate*."""
    now = sluice("pace", "other")[0]["rate"]
    return now if now < rate else None


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
