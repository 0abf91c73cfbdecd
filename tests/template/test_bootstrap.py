"""The bootstrap trusts exactly one pipeline, and no stage reaches another or beyond its boundary."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.template import linting
from tests.template.bootstrap import STAGES, SUBJECT, account, boundary, documents, unrolled
from tests.template.cloudformation import ROOT, Template, read_yaml
from tests.template.house_rules import storage
from tests.template.names import ACCOUNT, REGION
from tests.template.policies import Request, allows, allows_within, as_list, statements, trusts
from tests.template.stack import Stack

ASSUME = "sts:AssumeRoleWithWebIdentity"
MAX_INLINE, MAX_MANAGED = 10_240, 6_144  # characters without white space: IAM quotas
OTHER = {"staging": "production", "production": "staging"}
each_stage = pytest.mark.parametrize("stage", STAGES)


@pytest.fixture(scope="module")
def bootstrap() -> Template:
    """The bootstrap of one account, every name filled."""
    return account()


def claims(stage: str, **changes: str) -> dict[str, str]:
    """Return the claims of the token that the deploy job of a stage presents, with *changes*."""
    given = {
        "aud": "sts.amazonaws.com",
        "sub": f"{SUBJECT}:environment:{stage}",
        "environment": stage,
        "repository_id": "5678",
        "ref": "refs/heads/main",
    }
    return {f"token.actions.githubusercontent.com:{key}": value for key, value in (given | changes).items()}


def trust_of(template: Template, role: str) -> Mapping[str, Any]:
    """Return who may take a role."""
    return template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]


@each_stage
def test_the_pipeline_of_a_stage_may_deploy_it(stage: str, bootstrap: Template) -> None:
    """With the token of its environment, on the one ref."""
    assert trusts(trust_of(bootstrap, f"{stage}DeployRole"), ASSUME, claims(stage))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://github.com/acme"},
        {"sub": "repo:acme@1234/sluice@5678:ref:refs/heads/main"},
        {"sub": "repo:acme@1234/sluice@5678:pull_request"},
        {"sub": "repo:acme/sluice:environment:production"},
        {"sub": "repo:acme@1234/sluice@5678:environment:production-2"},
        {"sub": "repo:evil@1/sluice@5678:environment:production", "repository_id": "5678"},
        {"repository_id": "1"},
        {"ref": "refs/heads/feature"},
        {"ref": "refs/pull/1/merge"},
        {"environment": "staging"},
    ],
    ids=str,
)
def test_no_other_token_may_deploy_production(changes: dict[str, str], bootstrap: Template) -> None:
    """Each claim is compared, and none by a pattern."""
    assert not trusts(trust_of(bootstrap, "productionDeployRole"), ASSUME, claims("production", **changes))


@pytest.mark.parametrize("claim", ["aud", "sub", "repository_id", "ref", "environment"])
def test_a_token_without_a_claim_is_refused(claim: str, bootstrap: Template) -> None:
    """As ForAllValues would not."""
    given = claims("production")
    del given[f"token.actions.githubusercontent.com:{claim}"]

    assert not trusts(trust_of(bootstrap, "productionDeployRole"), ASSUME, given)


@each_stage
def test_the_trust_of_a_deploy_role_is_exactly_this(stage: str, bootstrap: Template) -> None:
    """One provider, one statement, equality alone."""
    (statement,) = trust_of(bootstrap, f"{stage}DeployRole")["Statement"]

    assert statement["Action"] == ASSUME
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [f"{SUBJECT}:environment:{stage}"],
            "token.actions.githubusercontent.com:environment": stage,
            "token.actions.githubusercontent.com:repository_id": "5678",
            "token.actions.githubusercontent.com:ref": "refs/heads/main",
        }
    }


@each_stage
def test_both_forms_of_the_subject_hold_while_a_repository_moves(stage: str) -> None:
    """And the former form no longer than its parameter is set."""
    moving = account(FormerRepositorySubject="repo:acme/sluice")
    former = claims(stage, sub=f"repo:acme/sluice:environment:{stage}")

    assert trusts(trust_of(moving, f"{stage}DeployRole"), ASSUME, former)
    assert trusts(trust_of(moving, f"{stage}DeployRole"), ASSUME, claims(stage))
    assert not trusts(trust_of(account(), f"{stage}DeployRole"), ASSUME, former)


def test_the_build_is_trusted_by_its_ref_and_can_deploy_nothing(bootstrap: Template) -> None:
    """A build has no environment; what it may do is write releases and images."""
    build = claims("staging", sub=f"{SUBJECT}:ref:refs/heads/main")
    granted = {action.split(":")[0] for each in statements(documents(bootstrap, "BuildRole"))
               for action in as_list(each["Action"])}  # fmt: skip

    assert trusts(trust_of(bootstrap, "BuildRole"), ASSUME, build)
    assert not trusts(trust_of(bootstrap, "BuildRole"), ASSUME, claims("staging"))
    assert granted == {"s3", "ecr"}


@each_stage
def test_only_cloudformation_of_this_account_takes_the_execution_role(
    stage: str, bootstrap: Template
) -> None:
    """Not CloudFormation on behalf of another account."""
    trust = trust_of(bootstrap, f"{stage}ExecutionRole")

    assert trust["Statement"][0]["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    assert trusts(trust, "sts:AssumeRole", {"aws:SourceAccount": ACCOUNT})
    assert not trusts(trust, "sts:AssumeRole", {"aws:SourceAccount": "999999999999"})


def test_a_provider_that_is_there_is_used() -> None:
    """An account can have one provider of a URL."""
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    given = account(OidcProviderArn=arn)

    assert "OidcProvider" not in given["Resources"]
    assert "OidcProvider" in account()["Resources"]
    assert trust_of(given, "stagingDeployRole")["Statement"][0]["Principal"] == {"Federated": arn}


def deployment(stage: str, role_of: str) -> Request:
    """Return the request for a change set of a stage's stack, to be executed by the role of a stage."""
    return Request(
        "cloudformation:CreateChangeSet",
        f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/sluice-{stage}/1",
        {"cloudformation:RoleArn": f"arn:aws:iam::{ACCOUNT}:role/sluice-execution-{role_of}"},
    )


@each_stage
def test_a_stage_is_deployed_by_its_execution_role_alone(stage: str, bootstrap: Template) -> None:
    """Neither with the deploy role's own rights, nor with another stage's."""
    deploy = documents(bootstrap, f"{stage}DeployRole")
    request = deployment(stage, stage)

    assert allows(deploy, request)
    assert not allows(deploy, deployment(stage, OTHER[stage]))
    assert not allows(deploy, Request(request.action, request.resource))
    assert not allows(deploy, deployment(OTHER[stage], OTHER[stage]))
    assert not allows(deploy, deployment(OTHER[stage], stage))


@each_stage
def test_a_deploy_role_passes_one_role_to_one_service(stage: str, bootstrap: Template) -> None:
    """Else it could hand the execution role to a function of its own."""
    deploy, role = (
        documents(bootstrap, f"{stage}DeployRole"),
        f"arn:aws:iam::{ACCOUNT}:role/sluice-execution-",
    )

    def passes(target: str, service: str) -> bool:
        request = Request("iam:PassRole", role + target, {"iam:PassedToService": f"{service}.amazonaws.com"})
        return allows(deploy, request)

    assert passes(stage, "cloudformation")
    assert not passes(stage, "lambda")
    assert not passes(OTHER[stage], "cloudformation")


@each_stage
def test_releases_are_read_and_never_written_by_a_stage(stage: str, bootstrap: Template) -> None:
    """Else staging could change what production deploys."""
    bucket = "arn:aws:s3:::sluice-bootstrap-artifacts-1a2b3c4d5e6f"
    deploy = documents(bootstrap, f"{stage}DeployRole")

    assert allows(deploy, Request("s3:GetObject", f"{bucket}/releases/1"))
    assert not allows(deploy, Request("s3:PutObject", f"{bucket}/releases/1"))
    assert allows(deploy, Request("s3:PutObject", f"{bucket}/deploy/{stage}/1"))
    assert not allows(deploy, Request("s3:PutObject", f"{bucket}/deploy/{OTHER[stage]}/1"))


def names_of(template: Template, stage: str) -> set[str]:
    """Return every resource that the policies of a stage's roles name."""
    given = [*documents(template, f"{stage}DeployRole"), *documents(template, f"{stage}ExecutionRole")]
    given.append(boundary(template, stage))
    return {arn for each in statements(given) for arn in as_list(each["Resource"])}


@each_stage
def test_no_stage_reaches_the_other_by_name(stage: str, bootstrap: Template) -> None:
    """For every action of the stage's roles on every resource of the other stage that has a name."""
    given = [*documents(bootstrap, f"{stage}DeployRole"), *documents(bootstrap, f"{stage}ExecutionRole")]
    for documents_ in (given, [boundary(bootstrap, stage)]):
        actions = {action for each in statements(documents_) for action in as_list(each["Action"])}
        others = names_of(bootstrap, OTHER[stage]) - names_of(bootstrap, stage)
        reached = {
            (action, arn)
            for action in actions
            for arn in (other.replace("*", "x") for other in others)
            if allows(documents_, Request(action, arn)) and action not in WITHOUT_NAMES
        }
        assert reached == set()


# Actions granted on every resource, and why staging cannot harm production by them in one account.
REASONS = {
    "reads": """
        chatbot:DescribeSlackChannelConfigurations cloudformation:GetTemplateSummary
        cloudwatch:DescribeAlarms cloudwatch:GetMetricData cloudwatch:GetMetricStatistics
        ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        kms:ListAliases lambda:GetEventSourceMapping logs:DescribeLogGroups logs:DescribeQueryDefinitions
        logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries
        xray:GetSamplingRules xray:GetSamplingTargets""",
    "writes about the caller alone": """
        rekognition:DetectFaces rekognition:DetectLabels rekognition:DetectModerationLabels
        xray:PutTelemetryRecords xray:PutTraceSegments""",
    "hold no data, and are a reason to have an account for each stage": """
        ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface
        ec2:UnassignPrivateIpAddresses
        logs:CreateLogDelivery logs:DeleteLogDelivery logs:DeleteQueryDefinition logs:PutQueryDefinition
        logs:PutResourcePolicy logs:UpdateLogDelivery""",
}
WITHOUT_NAMES = {action: reason for reason, actions in REASONS.items() for action in actions.split()}


@each_stage
def test_every_grant_on_all_resources_is_conditional_or_known(stage: str, bootstrap: Template) -> None:
    """A new one needs its reason here."""
    given = [*documents(bootstrap, f"{stage}DeployRole"), *documents(bootstrap, f"{stage}ExecutionRole")]
    unnamed = {
        action
        for each in statements([*given, boundary(bootstrap, stage)])
        if each["Effect"] == "Allow" and "*" in as_list(each["Resource"]) and "Condition" not in each
        for action in as_list(each["Action"])
    }

    assert unnamed == WITHOUT_NAMES.keys()


@each_stage
def test_what_has_no_name_is_reached_by_its_tag(stage: str, bootstrap: Template) -> None:
    """Keys and APIs have numbers; event sources are known by their function."""
    execution = documents(bootstrap, f"{stage}ExecutionRole")
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    api = f"arn:aws:apigateway:{REGION}::/apis/abc/routes/1"
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:sluice-{{}}-One"

    for owner in STAGES:
        tags = {"aws:ResourceTag/stage": owner}
        source = {"lambda:FunctionArn": function.format(owner)}
        assert allows(execution, Request("kms:PutKeyPolicy", key, tags)) is (owner == stage)
        assert allows(execution, Request("apigateway:DELETE", api, tags)) is (owner == stage)
        assert allows(execution, Request("lambda:CreateEventSourceMapping", "*", source)) is (owner == stage)
    assert not allows(execution, Request("kms:PutKeyPolicy", key))


@each_stage
def test_what_gets_a_tag_when_it_is_made_may_be_given_the_stage_s(stage: str, bootstrap: Template) -> None:
    """It has no tag yet that a condition could look at; what has one is not taken over."""
    execution = documents(bootstrap, f"{stage}ExecutionRole")
    tags = f"arn:aws:apigateway:{REGION}::/tags/arn%3Aaws%3Aapigateway%3A{REGION}%3A%3A%2Fapis%2Fabc"
    mapping = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:*"

    for owner in STAGES:
        given = {"aws:RequestTag/stage": owner}
        taken = {"aws:RequestTag/stage": stage, "aws:ResourceTag/stage": OTHER[stage]}
        for action, resource in (
            ("lambda:TagResource", mapping),
            ("apigateway:POST", f"arn:aws:apigateway:{REGION}::/apis"),
            ("apigateway:POST", tags),
            ("apigateway:PUT", tags),
        ):
            assert allows(execution, Request(action, resource, given)) is (owner == stage), action
            assert not allows(execution, Request(action, resource, taken)), action


@each_stage
def test_the_boundary_leaves_keys_that_aws_manages_to_their_own_policies(
    stage: str, bootstrap: Template
) -> None:
    """Tables and secrets of webhooks are encrypted with them, and no tag of ours is on them."""
    edge, key = boundary(bootstrap, stage), f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"

    for alias in ("alias/aws/dynamodb", "alias/aws/ssm"):
        assert allows([edge], Request("kms:Decrypt", key, {"kms:ResourceAliases": alias})), alias
    assert not allows([edge], Request("kms:Decrypt", key, {"kms:ResourceAliases": "alias/payroll"}))


def test_lambda_may_read_the_images(bootstrap: Template) -> None:
    """Else a function could be made from one only by who may change the repository's policy."""
    [statement] = bootstrap["Resources"]["Images"]["Properties"]["RepositoryPolicyText"]["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert set(statement["Action"]) == {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
    assert statement["Condition"] == {
        "StringLike": {"aws:SourceArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:*"}
    }


ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/sluice-boundary-staging"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider"


def within(policy: str) -> dict[str, str]:
    """Return what a request for a role with this boundary says."""
    return {"iam:PermissionsBoundary": policy}


def passed_to(service: str) -> dict[str, str]:
    """Return what a request that passes a role says."""
    return {"iam:PassedToService": f"{service}.amazonaws.com"}


# Known ways from "may deploy" to "may do anything": action, resource, context.
ESCALATIONS = [
    Request("iam:CreateRole", f"{ROLE}sluice-staging-x"),
    Request("iam:PutRolePolicy", f"{ROLE}sluice-staging-x"),
    Request("iam:PutRolePolicy", f"{ROLE}sluice-execution-staging"),
    Request("iam:PutRolePermissionsBoundary", f"{ROLE}sluice-staging-x", within("arn:aws:iam::aws:policy/A")),
    Request("iam:DeleteRolePermissionsBoundary", f"{ROLE}sluice-staging-x"),
    Request("iam:AttachRolePolicy", f"{ROLE}sluice-staging-x", within(BOUNDARY)),
    Request("iam:CreatePolicyVersion", BOUNDARY),
    Request("iam:SetDefaultPolicyVersion", BOUNDARY),
    Request("iam:DeletePolicy", BOUNDARY),
    Request("iam:UpdateAssumeRolePolicy", f"{ROLE}sluice-deploy-production"),
    Request("iam:UpdateAssumeRolePolicy", f"{ROLE}Admin"),
    Request("iam:UpdateOpenIDConnectProviderThumbprint", f"{PROVIDER}/token.actions.githubusercontent.com"),
    Request("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/sluice-staging-x"),
    Request("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/admin"),
    Request("iam:CreateLoginProfile", f"arn:aws:iam::{ACCOUNT}:user/admin"),
    Request("iam:AttachUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/admin"),
    Request("iam:AddUserToGroup", f"arn:aws:iam::{ACCOUNT}:group/admins"),
    Request("iam:PassRole", f"{ROLE}Admin", passed_to("lambda")),
    Request("iam:PassRole", f"{ROLE}sluice-execution-staging", passed_to("lambda")),
    Request("iam:PassRole", f"{ROLE}sluice-staging-x", passed_to("ec2")),
    Request("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:payroll"),
    Request("cloudformation:CreateStack", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/payroll/1"),
    Request("sts:AssumeRole", f"{ROLE}Admin"),
    Request("ec2:RunInstances"),
    Request("glue:CreateDevEndpoint"),
]  # fmt: skip


@pytest.mark.parametrize(
    "request_", ESCALATIONS, ids=lambda request: f"{request.action} {request.resource[-24:]}"
)
def test_no_known_escalation_works(request_: Request, bootstrap: Template) -> None:
    """Neither for the role that deploys staging, nor for one that it makes with rights to everything."""
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

    assert not allows(documents(bootstrap, "stagingDeployRole"), request_)
    assert not allows(documents(bootstrap, "stagingExecutionRole"), request_)
    assert not allows_within([everything], boundary(bootstrap, "staging"), request_)


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])
def test_a_role_is_made_within_the_boundary(action: str, bootstrap: Template) -> None:
    """And only the stage's own boundary counts."""
    execution = documents(bootstrap, "stagingExecutionRole")
    policy = f"arn:aws:iam::{ACCOUNT}:policy/sluice-boundary-"

    def made(stage: str) -> Request:
        return Request(action, f"{ROLE}sluice-staging-x", {"iam:PermissionsBoundary": policy + stage})

    assert allows(execution, made("staging"))
    assert not allows(execution, made("production"))


def size(document: Mapping[str, Any]) -> int:
    """Count the characters of a policy as IAM does."""
    return len(re.sub(r"\s", "", json.dumps(document)))


def test_policies_fit_into_a_role(bootstrap: Template) -> None:
    """IAM refuses longer ones, and only when they are deployed."""
    for name, resource in bootstrap["Resources"].items():
        properties = resource.get("Properties", {})
        assert (
            sum(size(policy["PolicyDocument"]) for policy in properties.get("Policies", [])) <= MAX_INLINE
        ), name
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            assert size(properties["PolicyDocument"]) <= MAX_MANAGED, name


def test_generated_names_begin_with_the_whole_name_of_the_stack() -> None:
    """
    Else no role would reach what is named so.

    Names hold 64 characters: of a longer one, CloudFormation keeps 24 of the stack's, as for the roles of
    nested stacks, and of a function's name the random end is 13.
    """
    pattern = read_yaml(ROOT / "templates/bootstrap.yaml")["Parameters"]["Project"]["AllowedPattern"]
    project = "p" * 12
    resources = read_yaml(ROOT / "template.yaml")["Resources"]
    longest = max(len(name) for name, each in resources.items() if "Function" in each["Type"])

    assert re.fullmatch(pattern, project)
    assert not re.fullmatch(pattern, project + "p")
    assert len(f"{project}-production-") <= 24
    assert len(f"{project}-production-") + longest + 1 + 13 <= 64


def test_the_linter_has_no_findings() -> None:
    """Of the bootstrap, its loop unrolled by the linter itself."""
    assert [] == linting.findings(read_yaml(ROOT / "templates/bootstrap.yaml"))


@pytest.mark.parametrize(
    "rule", [storage.buckets_are_safe, storage.buckets_demand_tls, storage.data_outlives_the_stack]
)
def test_the_artifacts_are_kept_as_well_as_data(rule: Any, bootstrap: Template) -> None:
    """The bucket keeps the house rules of all buckets, and forgets old versions after 30 days."""
    written = unrolled(read_yaml(ROOT / "templates/bootstrap.yaml"))

    assert [] == list(rule(Stack(written, written, written)))
    rules = bootstrap["Resources"]["Artifacts"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {"NoncurrentDays": 30} in [each.get("NoncurrentVersionExpiration") for each in rules]


def test_images_are_scanned_and_never_replaced(bootstrap: Template) -> None:
    """A tag names one image for ever; the lifecycle is JSON that ECR reads."""
    images = bootstrap["Resources"]["Images"]["Properties"]
    rules = json.loads(images["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]

    assert images["ImageTagMutability"] == "IMMUTABLE"
    assert images["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert [1, 2] == [rule["rulePriority"] for rule in rules]


@each_stage
def test_a_stage_announces_its_own_deployments_and_no_others(stage: str, bootstrap: Template) -> None:
    """Else staging could say that production was deployed."""
    deploy = documents(bootstrap, f"{stage}DeployRole")
    name = bootstrap["Resources"][f"{stage}Deployments"]["Properties"]["TopicName"]
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"

    assert name == f"sluice-deployments-{stage}"
    assert allows(deploy, Request("sns:Publish", topic))
    assert not allows(deploy, Request("sns:Publish", topic.replace(stage, OTHER[stage])))
    assert not allows(documents(bootstrap, f"{stage}ExecutionRole"), Request("sns:SetTopicAttributes", topic))
