"""The description of the HTTP API, and what must not change in it."""

import json
from pathlib import Path

import pytest

from sluice.api.document import VERSION, openapi_document
from tests.openapi_changes import breaking_changes

DOCS = Path(__file__).parents[2] / "docs"
COMMITTED = DOCS / "openapi.json"
PROMISED = DOCS / f"openapi-{VERSION.split('.')[0]}.json"  # what clients of this first number go by


@pytest.fixture(scope="module")
def committed():
    return json.loads(COMMITTED.read_text())


def test_the_committed_description_is_the_one_of_the_code(committed):
    """`make describe` writes it again."""
    assert committed == openapi_document()


def test_nothing_breaks_who_uses_what_was_promised():
    """A change that has to is a new first number of the version, with a description of its own to go by."""
    assert breaking_changes(json.loads(PROMISED.read_text()), openapi_document()) == []


def test_every_operation_tells_of_its_problems_as_rfc_9457_has_it():
    for path, operations in openapi_document()["paths"].items():
        for operation in operations.values():
            told = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
            assert {"422", "500", "503"} <= set(told), path
            assert all("application/problem+json" in answer["content"] for answer in told.values()), path


def test_no_name_of_an_operation_comes_twice():
    names = [
        operation["operationId"]
        for operations in openapi_document()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))


def changed(change):
    """The description after a change."""
    document = json.loads(json.dumps(openapi_document()))
    change(document)
    return document


def _schema(document, name):
    return document["components"]["schemas"][name]


BREAKING = {
    "a path is gone": lambda d: d["paths"].pop("/files"),
    "a method is gone": lambda d: d["paths"]["/rules"].pop("post"),
    "a parameter is gone": lambda d: d["paths"]["/files"]["get"]["parameters"].pop(0),
    "a parameter is needed": lambda d: d["paths"]["/files"]["get"]["parameters"][0].update(required=True),
    "a status is gone": lambda d: d["paths"]["/files"]["get"]["responses"].pop("200"),
    "a field of an answer is gone": lambda d: _schema(d, "FileSummary")["properties"].pop("key"),
    "a field of a request is gone": lambda d: _schema(d, "NewUpload")["properties"].pop("size"),
    "a field of a request is needed": lambda d: _schema(d, "NewUpload")["required"].append("size"),
    "a field has another type": lambda d: _schema(d, "Part")["properties"]["number"].update(type="string"),
    "a value of a list is gone": lambda d: _schema(d, "NewWebhook")["properties"]["events"]["items"][
        "enum"
    ].pop(),
    "an answer has another form": lambda d: d["paths"]["/files"]["get"]["responses"]["200"]["content"][
        "application/json"
    ]["schema"].update({"$ref": "#/components/schemas/Health"}),
    "a body is sent in another form": lambda d: d["paths"]["/uploads"]["post"]["requestBody"]["content"].pop(
        "application/json"
    ),
    "a body is needed": lambda d: d["paths"]["/files"]["get"].update(requestBody={"required": True}),
    "a value is gone": lambda d: _schema(d, "Status")["enum"].pop(),
}


@pytest.mark.parametrize("change", BREAKING)
def test_a_change_that_breaks_clients_is_found(change):
    assert breaking_changes(openapi_document(), changed(BREAKING[change]))


def test_an_addition_breaks_nobody():
    def add(document):
        document["paths"]["/new"] = {"get": {"responses": {}}}
        document["components"]["schemas"]["Part"]["properties"]["more"] = {"type": "string"}
        document["paths"]["/files"]["get"]["parameters"].append(
            {"name": "x", "in": "query", "required": False}
        )

    assert breaking_changes(openapi_document(), changed(add)) == []
