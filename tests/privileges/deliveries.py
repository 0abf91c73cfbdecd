"""What services deliver where without a role, and what queues and functions let them deliver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.template.names import ACCOUNT, REGION, Names
from tests.template.policies import as_list
from tests.template.stack import Stack


@dataclass(frozen=True, slots=True, order=True)
class Delivery:
    """One service that does one thing to one resource on behalf of another."""

    service: str
    action: str
    resource: str
    source: str
    """ARN, or pattern of ARNs, of what the service does it for."""


def needed(stack: Stack, names: Names) -> Iterator[Delivery]:
    """Yield the deliveries that rules, subscriptions and the API's integrations make."""
    for name, rule in stack.of_type("AWS::Events::Rule").items():
        for aim in rule["Targets"]:
            given_up = aim.get("DeadLetterConfig", {}).get("Arn")
            for arn in [*([] if "RoleArn" in aim else [aim["Arn"]]), *([given_up] if given_up else [])]:
                yield _delivery("events", names.filled(arn), names.arn(name))
    for subscription in stack.of_type("AWS::SNS::Subscription").values():
        queue = names.filled(subscription["RedrivePolicy"]["deadLetterTargetArn"])
        yield _delivery("sns", queue, names.filled(subscription["TopicArn"]))
    for integration in stack.of_type("AWS::ApiGatewayV2::Integration").values():
        api = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{names.filled(integration['ApiId'])}/*"
        yield _delivery("apigateway", names.filled(integration["IntegrationUri"]), api)


def allowed(stack: Stack, names: Names) -> Iterator[Delivery]:
    """Yield what the policies of queues and functions let services deliver; one for each source."""
    for policy in stack.of_type("AWS::SQS::QueuePolicy").values():
        for statement in names.filled(policy["PolicyDocument"])["Statement"]:
            if statement["Effect"] == "Allow":
                yield from _of_statement(statement)
    for permission in map(names.filled, stack.of_type("AWS::Lambda::Permission").values()):
        service = permission["Principal"].removesuffix(".amazonaws.com")
        yield Delivery(service, permission["Action"], permission["FunctionName"], permission["SourceArn"])


def _of_statement(statement: dict[str, Any]) -> Iterator[Delivery]:
    [service] = as_list(statement["Principal"]["Service"])
    for action in as_list(statement["Action"]):
        for source in as_list(statement["Condition"]["ArnEquals"]["aws:SourceArn"]):
            yield Delivery(service.removesuffix(".amazonaws.com"), action, statement["Resource"], source)


def _delivery(service: str, arn: str, source: str) -> Delivery:
    action = "lambda:InvokeFunction" if ":lambda:" in arn else "sqs:SendMessage"
    return Delivery(service, action, arn, source)
