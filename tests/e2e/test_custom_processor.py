"""A team's own function, brought by its ARN, processes what a rule sends it, in a stack of its own."""

import io
import json
import zipfile

import pytest

from local import stack
from local.build import Build, build
from local.deploy import deploy
from tests.e2e.conftest import Product
from tests.local.waiting import eventually
from tests.privileges.deployed import record_of

pytestmark = pytest.mark.e2e

ENTRY = "sluice.containers.inspect_file.lambda_handler"  # what the container image of inspect_file runs
RULE = {
    "name": "Contracts",
    "match": {"prefix": "team/"},
    "processor": "custom",
    "options": {"language": "de"},
}


@pytest.fixture(scope="module")
def product(deployed, others):
    """The product with a custom processor: deployed, given a function beside it, deployed again."""
    with stack.session("custom") as (home, endpoint):
        build(Build(), home.deploy_log)
        options = {"RemoveResults": "permanently-deleted"}
        first = Product(endpoint, deploy(home, Build(), options), home.call_log)
        options |= {"CustomProcessorArn": team_function(first)}
        yield Product(endpoint, deploy(home, Build(), options), home.call_log)
        record_of(first.client("cloudformation"), home.call_log, deployed, others)


def team_function(product):
    """Make a function outside of the stack that may read the inbox and nothing else; return its ARN."""
    functions, bucket = product.client("lambda"), f"arn:aws:s3:::{product.outputs['InboxBucketName']}"
    [layer, *_] = functions.list_layers()["Layers"]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"]
    policy = {"Effect": "Allow", "Action": reads, "Resource": [bucket, f"{bucket}/*"]}
    iam = product.client("iam")
    role = iam.create_role(RoleName="team", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="team", PolicyName="reads", PolicyDocument=_document(policy))
    return functions.create_function(
        FunctionName="team-processor",
        Runtime="python3.13",
        Handler=ENTRY,
        Role=role,
        Timeout=60,
        Layers=[layer["LatestMatchingVersion"]["LayerVersionArn"]],
        Code={"ZipFile": _empty_zip()},
        Environment={"Variables": {"POWERTOOLS_SERVICE_NAME": "team"}},
    )["FunctionArn"]


def test_a_file_that_a_rule_sends_to_the_teams_function_has_the_outcome_that_it_answers(product):
    request = {"action": "create", "data": RULE, "source": "test"}
    name = product.outputs["RulesApiFunctionName"]
    made = product.client("lambda").invoke(FunctionName=name, Payload=json.dumps(request))
    rule = json.loads(made["Payload"].read())
    assert rule["status"] == "created"

    product.upload("team/März + é.pdf", b"%PDF-1.7", ContentType="application/pdf")

    item = product.outcome("team/März + é.pdf")
    assert (item["status"], item["processor"], item["rule"]["id"]) == ("success", "custom", rule["id"])
    assert item["custom"]["content_type_found"] == "application/pdf"


def test_results_go_with_their_file_where_that_is_wanted(product):
    version = product.upload("removed.csv", b"a\n1\n")
    results = product.outcome("removed.csv")["results"]

    product.delete("removed.csv", version)

    def left():
        found = product.client("s3").list_objects_v2(Bucket=product.outputs["OutboxBucketName"])
        return {each["Key"] for each in found.get("Contents", ())} & set(results)

    assert results
    assert eventually(lambda: not left(), within=60)


def _document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _empty_zip():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("README", "The layer has the code.")
    return content.getvalue()
