"""The API over ports in memory, and requests to it as API Gateway passes them."""

import json
from functools import partial
from urllib.parse import urlencode

from sluice.api.app import Api
from sluice.api.contract_routes import contracts
from sluice.api.document import openapi_document
from sluice.api.file_routes import catalogue, reprocessor
from sluice.api.lane_routes import lanes
from sluice.api.routes import FILES_API, RULES_API
from sluice.api.rule_actions import RuleActions
from sluice.api.rule_routes import rules
from sluice.api.service_routes import description
from sluice.api.upload_routes import presigner
from sluice.api.webhook_routes import webhooks
from sluice.catalogue_queries import FilePage, Position
from sluice.contracts.reading import contract_problems
from sluice.pace.lane_setting import LaneSetter
from sluice.recovery.reprocessing import Reprocessor
from sluice.rules.checks import RuleCheck
from sluice.rules.documents import DEFAULT_DOCUMENTS
from sluice.rules.editing import Editor, naming
from sluice.uploads import Form, Multipart
from tests.fakes import FakeJournal, FakeLaneStates, FakeVersions, busy_if
from tests.webhooks import Hooks

FUNCTIONS = ("rules_api", "files_api")
FACTS = {
    "file_id": "0123456789abcdef0123456789abcdef",
    "file_name": "orders.csv",
    "bucket": "inbox",
    "key": "acme/orders.csv",
    "version_id": "v1",
    "etag": "e1",
    "size": 20022,
    "sequencer": "0055AED6DCD90281E5",
    "upload_timestamp": "2026-03-02T06:45:10+00:00",
    "processed_timestamp": "2026-03-02T06:45:12+00:00",
    "correlation_id": "c-1",
    "status": "success",
    "processor": "profile_csv",
    "lane": "csv",
    "attempt": 1,
    "state_version": 3,
    "row_count": 200,
    "schema": {"quantity": "int", "city": "string"},
    "results": ["processed/acme/orders_summary.json"],
}


def facts_of(number, **more):
    """The facts of one of many files; the higher the number, the newer."""
    stamp = f"2026-03-02T06:{number // 60:02}:{number % 60:02}+00:00"
    return FACTS | {"file_id": f"{number:032x}", "upload_timestamp": stamp} | more


class FakeCatalogueView:
    """Facts by file id."""

    def __init__(self):
        self.items = {}
        self.is_busy = False

    def add(self, *items):
        self.items |= {item["file_id"]: item for item in items}

    def file(self, file_id):
        busy_if(self.is_busy)
        return self.items.get(file_id)

    def find(self, query, *, limit, after=None):
        busy_if(self.is_busy)
        place = lambda item: Position(item["upload_timestamp"], item["file_id"])  # noqa: E731
        admitted = sorted(filter(query.admits, self.items.values()), key=place, reverse=True)
        older = [item for item in admitted if after is None or place(item) < after]
        return FilePage(older[:limit], place(older[limit - 1]) if len(older) > limit else None)


class FakePresigner:
    """Signs nothing, and remembers the uploads that began."""

    def __init__(self):
        self.uploads = {}

    def form(self, key, *, content_type, least, most):
        policy = json.dumps([key, content_type, least, most])
        return Form("https://inbox.example", {"key": key, "Content-Type": content_type, "policy": policy})

    def begin(self, key, *, content_type):
        upload = Multipart(key, f"upload-{len(self.uploads)}")
        self.uploads[upload] = content_type
        return upload

    def part(self, upload, number):
        return f"https://inbox.example/{upload.upload_id}/{number}"

    def complete(self, upload, etags):
        return upload.key if etags and self.uploads.pop(upload, None) else None

    def abort(self, upload):
        return self.uploads.pop(upload, None) is not None

    def download(self, key):
        return f"https://outbox.example/{key}"


class ApiWorld:
    """What the API reads and changes."""

    def __init__(self, clock):
        self.clock = clock
        self.view = FakeCatalogueView()
        self.presigner = FakePresigner()
        self.rules, self.contracts = FakeVersions(), FakeVersions()
        self.states = FakeLaneStates()
        self.announced = []
        self.hooks = Hooks(clock)

    def reopen(self, file_id, attempt, *, of, by):
        """Take an outcome back, as the register does."""
        item = self.view.items[file_id]
        if item["status"] not in of or item["attempt"] != attempt:
            return False
        more = {"status": "claimed", "attempt": attempt + 1, "reopened_at": self.clock().isoformat()}
        item = {name: value for name, value in item.items() if name != "processed_timestamp"}
        self.view.items[file_id] = item | more | {"reopened_by": by}
        return True

    def put_back(self, files, *, reason):
        """Announce files, as the arrivals queues take them."""
        self.announced += [(file.key, file.version_id, lane, reason) for file, lane in files]

    def factories(self, journal):
        """What makes the API, by its name in `sluice.wiring`."""
        return {
            "files_api": lambda _: self.files_api(),
            "rules_api": lambda settings: self.rules_api(settings.lane_names),
            "rule_actions": lambda settings: RuleActions(self.rule_editor(settings.lane_names), journal),
        }

    def files_api(self):
        api = Api(*FILES_API)
        again = Reprocessor(self.view, self, self, FakeJournal())
        setter = LaneSetter(("csv", "image"), self.states, self.clock)
        api.dependency_overrides |= {
            catalogue: lambda: self.view,
            presigner: lambda: self.presigner,
            reprocessor: lambda: again,
            description: openapi_document,
            lanes: lambda: setter,
        }
        return api

    def rules_api(self, lane_names):
        api = Api(*RULES_API)
        editor = self.rule_editor(lane_names)
        users = partial(naming, editor)
        contract_editor = Editor(self.contracts, contract_problems, self.clock, users=users)
        api.dependency_overrides |= {
            rules: lambda: editor,
            contracts: lambda: contract_editor,
            webhooks: lambda: self.hooks.use,
        }
        return api

    def rule_editor(self, lane_names):
        check = RuleCheck(lane_names, lambda contract: self.contracts.newest(contract) is not None)
        return Editor(self.rules, check, self.clock, DEFAULT_DOCUMENTS)


def request(method, path, *, body=None, query=None, headers=None, authorizer=None):
    """A request in API Gateway's payload format 2.0; a body that is no text is sent as JSON."""
    text = body if isinstance(body, str | None) else json.dumps(body)
    sent = {"content-type": "application/json"} if body is not None else {}
    return {
        "version": "2.0",
        "routeKey": f"{method} /{{proxy+}}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "queryStringParameters": {name: str(value) for name, value in (query or {}).items()},
        "headers": sent | {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "accountId": "111122223333",
            "apiId": "abc123",
            "authorizer": authorizer or {"iam": {"userArn": "arn:aws:iam::111122223333:user/ops"}},
            "domainName": "abc123.execute-api.eu-central-1.amazonaws.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.10"},
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /{{proxy+}}",
            "stage": "$default",
            "time": "02/Mar/2026:09:00:00 +0000",
            "timeEpoch": 1772442000000,
        },
        "isBase64Encoded": False,
    } | ({"body": text} if text is not None else {})
