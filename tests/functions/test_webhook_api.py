"""Webhooks over HTTP: registering, changing, secrets, the log of deliveries, and what is refused."""

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Receiver

from sluice.api.webhook_model import EventName
from sluice.webhooks.ports import Answer, NoAnswer
from sluice.webhooks.records import EVENT_NAMES, Delivery
from sluice.webhooks.registering import MOST
from tests.api_answers import ODD, header, is_problem
from tests.fakes import START
from tests.webhooks import ID, SECRET, a_webhook

URL = "https://hooks.example.com/sluice"
NEW = {"url": "https://a.example.com/x", "events": ["file.failed"], "description": "ours"}
FACTS = {"url": URL, "events": [], "description": "", "enabled": True}
ANY = {"If-Match": "*"}


@pytest.fixture
def ask(world):
    """Ask rules_api, which serves webhooks too."""

    def ask(method, path="", **request):
        return world.ask("rules_api", method, f"/webhooks{path}", **request)

    return ask


@pytest.fixture
def hooks(world):
    return world.api.hooks


def test_the_names_of_events_are_those_of_the_events():
    assert set(EventName.__args__) == set(EVENT_NAMES)


def test_a_secret_is_shown_where_a_webhook_is_registered_and_nowhere_else(ask, hooks):
    made = ask("POST", body=NEW)
    path = f"/{made['json']['id']}"

    assert made["statusCode"] == 201
    assert (header(made, "etag"), header(made, "cache-control")) == ('"1"', "no-store")
    assert hooks.secrets.keyrings[made["json"]["id"]].current == made["json"]["secret"]
    shown = {name: value for name, value in made["json"].items() if name != "secret"}
    assert ask("GET", path)["json"] == shown
    assert shown in ask("GET")["json"]["webhooks"]
    changed = ask("PUT", path, body=FACTS, headers=ANY)
    for answer in (ask("GET"), ask("GET", path), ask("GET", f"{path}/deliveries"), changed):
        assert made["json"]["secret"] not in answer["body"]


def test_a_webhook_is_changed_and_deleted_by_its_etag(ask):
    got = ask("GET", f"/{ID}")
    facts = FACTS | {"events": ["file.rejected"], "enabled": False, "description": "März"}
    changed = ask("PUT", f"/{ID}", body=facts, headers={"If-Match": header(got, "etag")})
    stale = [
        ask("PUT", f"/{ID}", body=FACTS, headers={"If-Match": header(got, "etag")}),
        ask("DELETE", f"/{ID}", headers={"If-Match": header(got, "etag")}),
    ]

    assert {name: changed["json"][name] for name in facts} == facts
    assert header(changed, "etag") == '"2"'
    assert [answer["statusCode"] for answer in stale] == [412, 412]
    assert all(map(is_problem, stale))
    assert ask("DELETE", f"/{ID}", headers={"If-Match": '"2"'})["statusCode"] == 204
    assert ask("GET", f"/{ID}")["statusCode"] == 404


def test_of_two_changes_at_once_one_is_refused(ask, hooks):
    """The other one is made between this one's reading and its writing."""
    put = hooks.registry.put

    def second(webhook, *, over):
        hooks.registry.put = put
        assert ask("PUT", f"/{ID}", body=FACTS | {"description": "first"}, headers=ANY)["statusCode"] == 200
        return put(webhook, over=over)

    hooks.registry.put = second
    answer = ask("PUT", f"/{ID}", body=FACTS | {"description": "second"}, headers=ANY)

    assert answer["statusCode"] == 412
    assert ask("GET", f"/{ID}")["json"]["description"] == "first"


def test_a_change_has_to_say_what_it_is_based_on(ask):
    assert ask("PUT", f"/{ID}", body=FACTS)["statusCode"] == 428
    assert ask("DELETE", f"/{ID}")["statusCode"] == 428
    assert ask("GET", f"/{ID}")["json"]["version"] == 1


@pytest.mark.parametrize("etag", ["1", '"x"', '"2"', 'W/"1"', '"1", "2"', '"' + "9" * 99 + '"'])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_etag_that_is_not_the_current_one_changes_nothing(ask, method, etag):
    body = FACTS if method == "PUT" else None

    assert ask(method, f"/{ID}", body=body, headers={"If-Match": etag})["statusCode"] in (412, 422)
    assert ask("GET", f"/{ID}")["json"]["version"] == 1


def test_after_a_rotation_messages_verify_with_either_secret(ask, hooks):
    rotated = ask("POST", f"/{ID}/rotate")
    fresh = rotated["json"]["secret"]
    ask("POST", f"/{ID}/test")
    hooks.take(hooks.queue.sent[-1][0])

    _, headers, body = hooks.transport.requests[-1]
    assert (rotated["statusCode"], header(rotated, "cache-control")) == (200, "no-store")
    signed = headers["webhook-signature"].split()
    made = [Receiver(key).sign(headers["webhook-id"], hooks.clock(), body) for key in (fresh, SECRET)]
    assert signed == made


def test_the_log_says_what_each_attempt_came_to_and_a_message_is_sent_again_from_it(ask, hooks):
    hooks.transport.answers = [NoAnswer("There was no answer within 15 seconds."), Answer(200, None, "ok")]
    hooks.take(Delivery(ID, "evt_f1_3", "file.failed", "{}", START))
    hooks.clock.tick(seconds=10)
    hooks.take(hooks.queue.sent[-1][0])

    last, first = ask("GET", f"/{ID}/deliveries")["json"]["attempts"]
    assert (first["attempt"], first["result"], first["status"]) == (1, "retrying", None)
    assert (last["attempt"], last["result"], last["status"], last["reason"]) == (2, "delivered", 200, "ok")
    assert ask("GET", f"/{ID}/deliveries", query={"limit": 1})["json"]["attempts"] == [last]
    assert ask("GET", f"/{ID}/deliveries", query={"before": last["at"]})["json"]["attempts"] == [first]

    again = ask("POST", f"/{ID}/deliveries/evt_f1_3/resend")
    assert (again["statusCode"], again["json"]["event_id"]) == (202, "evt_f1_3")
    assert hooks.queue.sent[-1][0] == Delivery(
        ID, "evt_f1_3", "file.failed", "{}", START + timedelta(seconds=10)
    )


def test_a_test_message_waits_for_its_delivery(ask, hooks):
    answer = ask("POST", f"/{ID}/test")

    assert (answer["statusCode"], answer["json"]["event"]) == (202, "webhook.test")
    assert hooks.queue.sent[-1][0].event_id == answer["json"]["event_id"]


def test_nothing_is_sent_to_a_disabled_webhook(ask, hooks):
    hooks.take(Delivery(ID, "evt_f1_3", "file.failed", "{}", START))
    hooks.change(enabled=False)

    for path in (f"/{ID}/test", f"/{ID}/deliveries/evt_f1_3/resend"):
        answer = ask("POST", path)
        assert answer["statusCode"] == 409
        assert is_problem(answer)
    assert hooks.queue.sent == []


def test_there_are_100_webhooks_at_most(ask, hooks):
    for number in range(MOST):
        hooks.add(a_webhook(id=f"wh_{number}"))

    answer = ask("POST", body=NEW)
    assert answer["statusCode"] == 409
    assert is_problem(answer)


UNKNOWN = [
    ("GET", "/wh_none", None),
    ("PUT", "/wh_none", FACTS),
    ("DELETE", "/wh_none", None),
    ("POST", "/wh_none/rotate", None),
    ("POST", "/wh_none/test", None),
    ("GET", "/wh_none/deliveries", None),
    ("POST", "/wh_none/deliveries/evt_f1_3/resend", None),
    ("POST", f"/{ID}/deliveries/evt_none/resend", None),
]


@pytest.mark.parametrize(("method", "path", "body"), UNKNOWN, ids=lambda value: str(value)[:40])
def test_what_there_is_not_is_told(ask, method, path, body):
    answer = ask(method, path, body=body, headers=ANY)

    assert answer["statusCode"] == 404
    assert is_problem(answer)


# Where nothing is sent (docs/webhooks.md, "Where requests may go"): what can be seen before a look-up.
REFUSED_TARGETS = [
    "http://a.example.com/",
    "ftp://a.example.com/",
    "file:///etc/passwd",
    "gopher://a.example.com/",
    "//a.example.com/",
    "a.example.com",
    "javascript:alert(1)",
    "https://user:pw@a.example.com/",
    "https://a.example.com@127.0.0.1/",
    "https://a.example.com:22/",
    "https://a.example.com:80/",
    "https://a.example.com:0/",
    "https://a.example.com:65536/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://[fd00:ec2::254]/",
    "https://localhost/",
    "https://intranet/",
    "https://a.example.1/",
    "https://a.example.0x7f/",
    "https://127。0。0。1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://a.example.com\\@127.0.0.1/",
    "https://a.example.com/\r\nHost: x",
    "https://a.example.com/ x",
    "https://a.example.com/#fragment",
    "https://-a.example.com/",
    "https:///path",
    "https://" + "a" * 2100 + ".example.com/",
]


@pytest.mark.parametrize("url", REFUSED_TARGETS, ids=lambda url: ascii(url)[:40])
def test_an_address_that_requests_may_not_go_to_is_refused_when_it_is_registered_or_changed(ask, hooks, url):
    made = ask("POST", body=NEW | {"url": url})
    changed = ask("PUT", f"/{ID}", body=FACTS | {"url": url}, headers=ANY)

    for answer in (made, changed):
        assert answer["statusCode"] == 422
        assert is_problem(answer)
        assert answer["json"]["problems"][0]["path"].endswith("url")
    assert hooks.use.get(ID).url == URL
    assert len(hooks.use.list()) == len(hooks.secrets.keyrings) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"url": None},
        {"url": 7},
        {"url": ""},
        {"url": [URL]},
        {"events": ["file.lost"]},
        {"events": "file.failed"},
        {"events": [None]},
        {"events": ["file.failed"] * 51},
        {"events": {}},
        {"description": None},
        {"description": "x" * 501},
        {"description": "a\x00b"},
        {"description": "two\nlines"},
        {"secret": "whsec_mine"},
        {"id": "wh_mine"},
        {"enabled": "yes"},
        {"enabled": 1},
    ],
    ids=str,
)
def test_a_webhook_of_another_shape_is_refused(ask, hooks, change):
    answers = [
        ask("POST", body=NEW | change),
        ask("PUT", f"/{ID}", body=FACTS | change, headers=ANY),
    ]

    for answer in answers:
        assert answer["statusCode"] == 422
        assert is_problem(answer)
    assert hooks.use.get(ID) == a_webhook()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("{", 422),
        ("null", 422),
        ("[]", 422),
        ('"x"', 422),
        ("[" * 100_000, 422),
        ('{"url": NaN}', 422),
        ('{"url": "https://a.example.com/", "url": "https://b.example.com/"}', 422),
        ('{"url": "https://a.example.com/", "description": "\\ud800"}', 422),
        (json.dumps({"url": URL, "description": "y" * 600_000}), 413),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_body_that_is_no_webhook_is_refused(ask, body, status):
    answer = ask("POST", body=body)

    assert answer["statusCode"] == status
    assert is_problem(answer)


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd.strip()], ids=lambda odd: ascii(odd)[:30])
@pytest.mark.parametrize("path", ["/{}", "/{}/deliveries", "/" + ID + "/deliveries/{}/resend"])
def test_an_id_of_another_shape_names_nothing(ask, path, odd):
    method = "POST" if path.endswith("resend") else "GET"
    answer = ask(method, path.format(odd))

    assert answer["statusCode"] in (404, 422)
    assert is_problem(answer)


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "1.5", "", "1e9", "\x00"])
def test_a_limit_that_cannot_be_is_refused(ask, limit):
    answer = ask("GET", f"/{ID}/deliveries", query={"limit": limit})

    assert answer["statusCode"] == 422
    assert is_problem(answer)


@pytest.mark.parametrize("moment", ["x", "1772442000", "2026-03-02", "2026-03-02T09:00:00", "", "\x00"])
def test_a_moment_that_is_none_is_refused(ask, moment):
    answer = ask("GET", f"/{ID}/deliveries", query={"before": moment})

    assert answer["statusCode"] == 422
    assert is_problem(answer)


def test_a_fault_of_ours_tells_nothing_of_a_secret(ask, hooks, caplog):
    def fail(*_):
        raise RuntimeError("could not keep it")

    hooks.secrets.put = fail
    answer = ask("POST", f"/{ID}/rotate")

    assert answer["statusCode"] == 500
    assert is_problem(answer)
    assert SECRET not in answer["body"] + caplog.text
