"""The HTTP API as it is deployed: signed requests from upload to results, and rules that dispatch follows."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from local.clients import session
from local.environments import REGION
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


class Api:
    """Sends requests; the emulator has no name of its own for each API, and keeps them below its address."""

    def __init__(self, product: Any) -> None:
        api_id = urlsplit(product.outputs["ApiUrl"]).hostname.split(".")[0]
        self.base = f"{product.endpoint.url}/_aws/execute-api/{api_id}/$default"

    def __call__(
        self, method: str, path: str, body: Any = None, *, signed: bool = True, **headers: str
    ) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["content-type"] = "application/json"
        request = AWSRequest(
            method, self.base + path, sent, b"" if body is None else json.dumps(body).encode()
        )
        if signed:
            SigV4Auth(session().get_credentials(), "execute-api", REGION).add_auth(request)
        answer = _answer(request)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status_code, json.loads(answer.content) if is_json else None, answer.headers


def _answer(request: AWSRequest) -> Any:
    return URLLib3Session().send(request.prepare())


def _post(form: dict[str, Any], content: bytes) -> int:
    """Send a form as a browser does."""
    boundary = uuid4().hex
    fields = [FIELD.format(boundary=boundary, name=n, value=v) for n, v in form["fields"].items()]
    body = "".join([*fields, FILE.format(boundary=boundary)]).encode() + content
    kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
    body += f"\r\n--{boundary}--\r\n".encode()
    return int(_answer(AWSRequest("POST", form["url"], kind, body)).status_code)


@pytest.fixture
def api(product):
    return Api(product)


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
    assert _answer(AWSRequest("GET", result["url"])).status_code == 200

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
