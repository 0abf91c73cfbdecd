"""The template keeps the house rules in every environment, and every rule finds its fault."""

from collections.abc import Callable

import pytest

from tests.template import house_rules, seeding
from tests.template.cloudformation import Template
from tests.template.seeding import BUCKET, FUNCTION, MACHINE, QUEUE, RULE, TABLE
from tests.template.stack import Stack

BY_NAME = {rule.__name__: rule for rule in house_rules.RULES}


@pytest.mark.parametrize("rule", house_rules.RULES, ids=BY_NAME)
def test_the_template_keeps_each_rule(rule: house_rules.Rule, stack: Stack) -> None:
    """No breach of the rule, with the parameters of each environment."""
    assert [] == list(rule(stack))


def share_logs(source: Template) -> None:
    functions = [source["Resources"][name] for name in seeding.of_type(source, FUNCTION)]
    functions[1]["Properties"]["LoggingConfig"] = functions[0]["Properties"]["LoggingConfig"]


def share_role(source: Template) -> None:
    functions = [source["Resources"][name] for name in seeding.of_type(source, FUNCTION)]
    functions[1]["Properties"]["Role"] = functions[0]["Properties"]["Role"]


def drop_alias(source: Template) -> None:
    del source["Globals"]["Function"]["AutoPublishAlias"]
    for name in seeding.of_type(source, FUNCTION):  # which SAM keeps warm by its alias only
        source["Resources"][name]["Properties"].pop("ProvisionedConcurrencyConfig", None)
    # Whatever refers to an alias would refer to nothing, which another check finds.
    for name in seeding.of_type(source, MACHINE):
        source["Resources"][name]["Properties"].pop("DefinitionSubstitutions", None)
        source["Resources"][name]["Properties"].pop("Role", None)
    for name in seeding.of_type(source, seeding.ROLE):
        source["Resources"][name]["Properties"].pop("Policies", None)
    for name in seeding.of_type(source, seeding.FUNCTION):
        source["Resources"][name]["Properties"].pop("DeploymentPreference", None)


def invoke_latest(source: Template) -> None:
    given = seeding.properties(source, MACHINE)["DefinitionSubstitutions"]
    name = next(key for key, value in given.items() if str(value.get("Ref", "")).endswith(".Alias"))
    given[name] = {"Fn::GetAtt": [given[name]["Ref"].removesuffix(".Alias"), "Arn"]}


def eleven_alarms(source: Template) -> None:
    preference = {"Type": "Canary10Percent5Minutes", "Alarms": [f"alarm-{number}" for number in range(11)]}
    seeding.properties(source, FUNCTION)["DeploymentPreference"] = preference


def misspelt_canary(source: Template) -> None:
    seeding.properties(source, FUNCTION)["DeploymentPreference"] = {"Type": "Canary10Percent7Minutes"}


def unconditional(source: Template) -> list[Template]:
    """Return the statements of the first bucket's policy that hold whatever the options."""
    policy = seeding.properties(source, "AWS::S3::BucketPolicy")
    return [each for each in policy["PolicyDocument"]["Statement"] if "Fn::If" not in each]


def weaken_tls(source: Template) -> None:
    for statement in unconditional(source):
        statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}


def leave_objects_open(source: Template) -> None:
    for statement in unconditional(source):
        statement["Resource"] = [arn for arn in statement["Resource"] if "/*" not in str(arn)]


def unlogged_machine(source: Template) -> None:
    seeding.properties(source, MACHINE)["Logging"]["Level"] = "OFF"


FAULTS: list[tuple[str, str, Callable[[Template], object]]] = [
    ("logs_of_functions", "no log group", lambda s: seeding.properties(s, FUNCTION).pop("LoggingConfig")),
    ("logs_of_functions", "shares its log group", share_logs),
    ("logs_of_functions", "no parameter", lambda s: seeding.function_logs(s).update(RetentionInDays=30)),
    ("roles_of_functions", "no role written", lambda s: seeding.properties(s, FUNCTION).pop("Role")),
    ("roles_of_functions", "shares its role", share_role),
    (
        "roles_of_functions",
        "managed policies",
        lambda s: seeding.function_role(s).update(ManagedPolicyArns=["arn:x"]),
    ),
    (
        "wildcards_of_roles",
        "grants s3:*",
        lambda s: seeding.statement(seeding.function_role(s)).update(Action="s3:*"),
    ),
    (
        "wildcards_of_roles",
        "grants s3:GetObject on every resource",
        lambda s: seeding.statement(seeding.function_role(s)).update(Action=["s3:GetObject"], Resource="*"),
    ),
    (
        "traced_functions",
        "is not traced",
        lambda s: seeding.properties(s, FUNCTION).update(Tracing="PassThrough"),
    ),
    (
        "redrive_of_queues",
        "no dead letters",
        lambda s: seeding.queue_with_dead_letters(s).pop("RedrivePolicy"),
    ),
    (
        "retention_of_dead_letters",
        "forgets",
        lambda s: seeding.dead_letters(s).update(MessageRetentionPeriod=60),
    ),
    (
        "visibility_of_queues",
        "again",
        lambda s: seeding.queue_with_dead_letters(s).update(VisibilityTimeout=31),
    ),
    ("partial_batch_responses", "whole batch", lambda s: seeding.queue_event(s).pop("FunctionResponseTypes")),
    (
        "dead_letters_of_rules",
        "drops",
        lambda s: seeding.properties(s, RULE)["Targets"][0].pop("DeadLetterConfig"),
    ),
    (
        "buckets_are_safe",
        "not versioned",
        lambda s: seeding.properties(s, BUCKET).pop("VersioningConfiguration"),
    ),
    ("buckets_are_safe", "not encrypted", lambda s: seeding.properties(s, BUCKET).pop("BucketEncryption")),
    (
        "buckets_are_safe",
        "not closed",
        lambda s: seeding.properties(s, BUCKET)["PublicAccessBlockConfiguration"].update(
            BlockPublicAcls=False
        ),
    ),
    ("buckets_are_safe", "lets others own", lambda s: seeding.properties(s, BUCKET).pop("OwnershipControls")),
    ("buckets_are_safe", "abandoned", lambda s: seeding.properties(s, BUCKET).pop("LifecycleConfiguration")),
    ("buckets_demand_tls", "without TLS", weaken_tls),
    ("buckets_demand_tls", "read without TLS", leave_objects_open),
    (
        "tables_can_be_restored",
        "no point-in-time recovery",
        lambda s: seeding.properties(s, TABLE).pop("PointInTimeRecoverySpecification"),
    ),
    (
        "tables_can_be_restored",
        "for ever",
        lambda s: seeding.properties(s, TABLE).pop("TimeToLiveSpecification"),
    ),
    ("data_outlives_the_stack", "DeletionPolicy", lambda s: seeding.first(s, TABLE).pop("DeletionPolicy")),
    (
        "data_outlives_the_stack",
        "UpdateReplacePolicy",
        lambda s: seeding.first(s, BUCKET).pop("UpdateReplacePolicy"),
    ),
    (
        "logs_do_not_stand_in_the_way",
        "left behind by a rollback",
        lambda s: seeding.first(s, "AWS::Logs::LogGroup").update(DeletionPolicy="Retain"),
    ),
    ("aliases_only", "no alias", invoke_latest),
    ("observed_state_machines", "not traced", lambda s: seeding.properties(s, MACHINE).pop("Tracing")),
    ("observed_state_machines", "does not log", unlogged_machine),
    (
        "observed_state_machines",
        "logs what it handles",
        lambda s: seeding.properties(s, MACHINE)["Logging"].update(IncludeExecutionData=True),
    ),
    ("aliases_of_functions", "no alias live", drop_alias),
    (
        "versions_of_functions",
        "keeps the old value of",
        lambda s: seeding.properties(s, FUNCTION).update(VersionDescription="1"),
    ),
    (
        "versions_of_functions",
        "MalwareScanRoleArn",
        lambda s: s["Resources"]["DispatchFunction"]["Properties"].update(
            VersionDescription={"Fn::Sub": "${LogLevel}"}
        ),
    ),
    ("gating_alarms", "has 11 alarms", eleven_alarms),
    ("gating_alarms", "does not know", misspelt_canary),
]


@pytest.mark.parametrize(
    ("rule", "words", "seed"), FAULTS, ids=[f"{rule}: {words}" for rule, words, _ in FAULTS]
)
def test_each_rule_finds_its_fault(rule: str, words: str, seed: Callable, source: Template) -> None:
    """A fault put into the template is found, and said in the rule's words."""
    before = list(BY_NAME[rule](seeding.in_production(source)))

    seed(source)
    found = [breach for breach in BY_NAME[rule](seeding.in_production(source)) if breach not in before]

    assert any(words in breach for breach in found), found


def test_every_rule_has_a_seeded_fault() -> None:
    """A rule that no fault has ever triggered may be one that cannot fail."""
    assert BY_NAME.keys() == {rule for rule, _, _ in FAULTS}


def test_a_queue_without_dead_letters_is_found_behind_a_new_rule(source: Template) -> None:
    """What counts is that events arrive in a queue, not what the queue is called."""
    source["Resources"]["Anything"] = {"Type": QUEUE, "Properties": {}}
    aim = {"Id": "it", "Arn": {"Fn::GetAtt": ["Anything", "Arn"]}}
    seeding.add_copy(source, "NewRule", seeding.first(source, RULE), Targets=[aim])

    assert ["Anything receives events and has no dead letters"] == list(
        house_rules.queues.redrive_of_queues(seeding.in_production(source))
    )
