"""
The HTTP API on a port of this machine, over ports in memory: `python -m tests.api_server`.

Prints its address, and serves until it is ended. Requests reach the functions' code as API Gateway
passes them.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

from sluice.webhooks.records import Delivery
from tests.api_fakes import FACTS, ApiWorld, facts_of, request
from tests.fakes import START, FakeClock
from tests.webhooks import ID

LANES = ("csv", "image", "other")
RULES = ("/rules", "/contracts", "/schemas", "/webhooks")
CONTEXT = SimpleNamespace(function_name="api", aws_request_id="r-1")
one_at_a_time = Lock()  # as in a function's environment


class Handler(BaseHTTPRequestHandler):
    """Turns a request into an event, and an answer into bytes."""

    def _answer(self):
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query, keep_blank_values=True)
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace") if length else None
        event = request(
            self.command,
            unquote(parts.path),
            body=body,
            query={name: ",".join(values) for name, values in asked.items()},
            headers=dict(self.headers.items()),
        )
        if "content-type" not in self.headers:
            event["headers"].pop("content-type", None)
        with one_at_a_time:
            app = self.server.rules if parts.path.startswith(RULES) else self.server.files
            answer = app.resolve(event, CONTEXT)
        self.send_response(int(answer["statusCode"]))
        payload = (answer["body"] or "").encode()
        for name, value in answer["headers"].items():
            self.send_header(name, value if isinstance(value, str) else value[0])
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def __getattr__(self, name):
        """Answer whatever the method."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_):
        """Say nothing."""


def main():
    """Serve some files, the default rules, and a webhook that was sent a message."""
    world = ApiWorld(FakeClock())
    world.view.add(FACTS, *(facts_of(number) for number in range(50)))
    world.hooks.take(Delivery(ID, "evt_9899bb63a7e232501475e543522f1b3c_3", "file.failed", "{}", START))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.rules, server.files = world.rules_api(LANES), world.files_api()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
