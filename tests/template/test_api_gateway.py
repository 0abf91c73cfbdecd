"""Who may ask the HTTP API for what, as its gateway is set up, and what the gateway writes down."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sluice.api.app import Api
from sluice.api.routes import FILES_API, RULES_API
from tests.template.cloudformation import Template, parameters_of
from tests.template.stack import Stack

ISSUER = "https://login.example.com/pool"
TOKENS = {"ApiJwtIssuer": ISSUER, "ApiJwtAudience": "sluice-clients"}
OPEN = {("GET", "/health"), ("GET", "/openapi.json"), ("GET", "/docs")}
READING_POSTS = {("POST", "/rules/test")}
ORIGINS = ["https://files.example.com", "https://files.example.com:8443", "http://localhost:3000"]
NO_ORIGINS = ["*", "https://*", "https://*.example.com", "files.example.com", "https://a.example.com/"]
NO_ORIGINS += ["ftp://a.example.com", "https://a.example.com https://b.example.com", "null", "https://"]


def with_parameters(written: Template, **parameters: str) -> Stack:
    return Stack.of(written, parameters_of("staging") | parameters)


@pytest.fixture(scope="module")
def by_iam(written: Template) -> Stack:
    return with_parameters(written)


@pytest.fixture(scope="module")
def by_token(written: Template) -> Stack:
    return with_parameters(written, **TOKENS)


def operations() -> Iterator[tuple[str, str, str]]:
    """Yield method, path and function of every route in the code."""
    for function, routers in (("FilesApi", FILES_API), ("RulesApi", RULES_API)):
        for route in Api(*routers)._static_routes + Api(*routers)._dynamic_routes:  # noqa: SLF001
            yield route.method, route.openapi_path, function


def route_of(stack: Stack, method: str, path: str) -> dict[str, Any]:
    """
    Return the route that API Gateway selects: a full match first, then the longest greedy one.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """
    matching = []
    for route in stack.of_type("AWS::ApiGatewayV2::Route").values():
        verb, pattern = route["RouteKey"].split(" ")
        greedy = "{proxy+}" in pattern
        if verb == method and re.fullmatch(re.escape(pattern).replace(r"\{proxy\+\}", ".+"), path):
            matching.append((not greedy, len(pattern), route))
    return max(matching, key=lambda found: found[:2])[2]


@pytest.mark.parametrize(("method", "path", "function"), sorted(operations()))
def test_every_operation_reaches_the_function_that_serves_it(
    by_iam: Stack, method: str, path: str, function: str
) -> None:
    """By IAM, but for what says nothing of anybody's files."""
    route = route_of(by_iam, method, path)

    assert route["Target"] == {"Fn::Sub": f"integrations/${{{function}Integration}}"}
    assert route["AuthorizationType"] == ("NONE" if (method, path) in OPEN else "AWS_IAM")
    assert not {"AuthorizationScopes", "AuthorizerId"} & route.keys()


@pytest.mark.parametrize(("method", "path", "function"), sorted(operations()))
def test_with_an_issuer_every_operation_needs_a_token_with_its_scope(
    by_token: Stack, method: str, path: str, function: str
) -> None:
    route = route_of(by_token, method, path)

    assert route["Target"] == {"Fn::Sub": f"integrations/${{{function}Integration}}"}
    if (method, path) in OPEN:
        assert route["AuthorizationType"] == "NONE"
        return
    reads = method == "GET" or (method, path) in READING_POSTS
    assert (route["AuthorizationType"], route["AuthorizerId"]) == ("JWT", {"Ref": "JwtAuthorizer"})
    assert route["AuthorizationScopes"] == ["sluice/read" if reads else "sluice/change"]


def test_no_route_leads_where_no_operation_is(by_iam: Stack) -> None:
    used = {route_of(by_iam, method, path)["RouteKey"] for method, path, _ in operations()}

    assert used == {each["RouteKey"] for each in by_iam.of_type("AWS::ApiGatewayV2::Route").values()}


def test_tokens_are_those_of_the_issuer_for_the_audience(by_iam: Stack, by_token: Stack) -> None:
    [authorizer] = by_token.of_type("AWS::ApiGatewayV2::Authorizer").values()

    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["JwtConfiguration"] == {"Issuer": ISSUER, "Audience": ["sluice-clients"]}
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert by_iam.of_type("AWS::ApiGatewayV2::Authorizer") == {}


def test_an_issuer_without_audience_is_refused_before_anything_is_deployed(written: Template) -> None:
    rule = written["Rules"]["TokensNameTheirAudience"]

    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApiJwtIssuer"}, ""]}]}
    [assertion] = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApiJwtAudience"}, ""]}]}


def test_requests_are_throttled(written: Template) -> None:
    stack = with_parameters(written, ApiRequestsPerSecond="7", ApiBurst="9")
    [stage] = stack.of_type("AWS::ApiGatewayV2::Stage").values()

    settings = stage["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (7, 9)
    assert "RouteSettings" not in stage


def test_without_origins_no_web_page_may_call(stack: Stack) -> None:
    [api] = stack.of_type("AWS::ApiGatewayV2::Api").values()

    assert "CorsConfiguration" not in api
    assert "CorsConfiguration" not in stack.attributes("Inbox")["Properties"]


def test_the_origins_that_may_call_are_named_exactly(written: Template) -> None:
    """To the API and to the bucket alike, without credentials of the browser."""
    stack = with_parameters(written, ApiCorsOrigins=ORIGINS[0])
    [api] = stack.of_type("AWS::ApiGatewayV2::Api").values()
    [bucket] = stack.attributes("Inbox")["Properties"]["CorsConfiguration"]["CorsRules"]

    cors = api["CorsConfiguration"]
    assert cors["AllowOrigins"] == bucket["AllowedOrigins"] == ORIGINS[0]
    assert not cors.get("AllowCredentials")
    assert {"authorization", "content-type", "if-match"} <= set(cors["AllowHeaders"])
    assert {"etag", "x-correlation-id"} <= set(cors["ExposeHeaders"])
    assert {method for method, _, _ in operations()} <= set(cors["AllowMethods"])


@pytest.mark.parametrize("origin", [*ORIGINS, *NO_ORIGINS])
def test_an_origin_that_stands_for_many_cannot_be_given(written: Template, origin: str) -> None:
    """CloudFormation holds each item of the list against the pattern."""
    pattern = written["Parameters"]["ApiCorsOrigins"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, origin)) == (origin in ORIGINS)


def test_access_is_logged_with_who_asked_and_how_it_ended_and_without_tokens(stack: Stack) -> None:
    [stage] = stack.of_type("AWS::ApiGatewayV2::Stage").values()
    settings = stage["AccessLogSettings"]

    assert settings["DestinationArn"] == {"Fn::GetAtt": ["HttpApiLogs", "Arn"]}
    line = json.loads(settings["Format"])
    assert {"request_id", "source_ip", "caller", "subject", "route", "status"} <= set(line)
    assert all(value.startswith("$context.") for value in line.values())
    assert "authorization" not in settings["Format"].lower().replace("authorizer", "")
