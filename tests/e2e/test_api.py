"""The HTTP API as it is deployed: signed requests from upload to results, and rules that dispatch follows."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSRequest

import cli.commands.reprocess
from cli.main import main
from cli.stack.address import Address
from cli.stack_client import StackClient
from local.clients import session
from local.deploy import STACK_NAME
from tests.e2e.requests import answer_to
from tests.local.waiting import eventually

RULE = {
    "name": "Notes",
    "match": {"prefix": "e2e-notes/"},
    "processor": None,
    "reason": "Notes are not for us.",
}
PACE = ("rate", "burst", "horizon_seconds", "max_in_flight", "paused", "strict")
FIELD = '--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
FILE = '--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n'


def _post(form: dict[str, Any], content: bytes) -> int:
    """Send a form as a browser does."""
    boundary = uuid4().hex
    fields = [FIELD.format(boundary=boundary, name=n, value=v) for n, v in form["fields"].items()]
    body = "".join([*fields, FILE.format(boundary=boundary)]).encode() + content
    kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
    body += f"\r\n--{boundary}--\r\n".encode()
    return int(answer_to(AWSRequest("POST", form["url"], kind, body)).status_code)


def test_who_does_not_sign_is_told_nothing(api):
    assert api("GET", "/files", signed=False)[0] == 403
    assert api("GET", "/health", signed=False)[0] == 200
    assert api("GET", "/openapi.json", signed=False)[1]["openapi"].startswith("3.1")


def test_a_file_goes_from_the_upload_to_its_results_and_is_processed_again(api):
    content = b"a,b\n1,2\n"
    wanted = {"name": "e2e.csv", "folder": "e2e-api", "size": len(content), "content_type": "text/csv"}
    form = api("POST", "/uploads", wanted)[1]
    assert _post(form, content) == 204
    assert _post(form, content + b"more than was signed for") >= 400

    def outcome():
        found = api("GET", "/files?name=e2e.csv")[1]["files"]
        return next((file for file in found if file["key"] == form["key"] and file["processed_at"]), None)

    file = eventually(outcome, within=60)
    assert file["status"] == "success"
    [result, *_] = api("GET", f"/files/{file['id']}/results")[1]["results"]
    assert answer_to(AWSRequest("GET", result["url"])).status_code == 200

    assert api("POST", f"/files/{file['id']}/reprocess")[0] == 202
    again = lambda: (now := outcome()) and now["processed_at"] != file["processed_at"]  # noqa: E731
    eventually(again, within=60)
    assert api("GET", f"/files/{file['id']}")[1]["attempt"] > 1


def test_a_rule_decides_soon_after_it_is_stored(api, product):
    _, created, headers = api("POST", "/rules", RULE)
    try:
        assert headers["etag"] == '"1"'

        def skipped():
            key = f"e2e-notes/{uuid4().hex}.txt"
            product.upload(key, b"a note")
            return product.outcome(key)["status"] == "skipped"

        eventually(skipped, within=60)
    finally:
        assert api("DELETE", f"/rules/{created['id']}", if_match="*")[0] == 200


def test_a_lane_is_read_and_set(api):
    _, lane, headers = api("GET", "/lanes/other")
    pace = {
        name: lane[name] for name in ("rate", "burst", "horizon_seconds", "max_in_flight", "paused", "strict")
    }

    status, changed, _ = api("PUT", "/lanes/other", pace, if_match=headers["etag"])
    assert (status, changed["version"]) == (200, lane["version"] + 1)
    assert api("PUT", "/lanes/other", pace, if_match=headers["etag"])[0] == 412


def test_files_are_processed_again_by_command(product, monkeypatch, capsys):
    """By prefix, at the pace of their lane; nothing happens before --yes."""
    keys = [f"e2e-again/{number}.csv" for number in range(3)]
    for key in keys:
        product.upload(key, b"a,b\n1,2\n")
    first = [product.outcome(key) for key in keys]
    client = StackClient(Address(STACK_NAME, session(), product.endpoint.url))
    monkeypatch.setattr(cli.commands.reprocess, "connect", lambda: client)

    def reprocess(*more):
        with pytest.raises(SystemExit) as ended:
            main(["reprocess", "--prefix", "e2e-again/", "--json", *more])
        return ended.value.code, json.loads(capsys.readouterr().out)

    code, planned = reprocess()
    assert (code, sorted(line["key"] for line in planned["files"])) == (0, keys)
    assert [product.items_of(key)[0]["attempt"] for key in keys] == [item["attempt"] for item in first]
    assert reprocess("--yes")[0] == 0

    def ended():
        items = [product.items_of(key)[0] for key in keys]
        pairs = zip(items, first, strict=True)
        return all(now["status"] == "success" and now["attempt"] > old["attempt"] for now, old in pairs)

    eventually(ended, within=60)
