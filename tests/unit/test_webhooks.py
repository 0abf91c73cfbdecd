"""Webhooks over fakes: who gets what, when it is tried again, and who may change what."""

import json
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Receiver

from sluice.announcing.outcome_events import events_of
from sluice.ports.queues import Message
from sluice.webhooks import schedule
from sluice.webhooks.ports import Answer, NoAnswer
from sluice.webhooks.records import (
    BODY_BYTES,
    EVENT_NAMES,
    Delivery,
    Keyring,
    body_of,
)
from sluice.webhooks.registering import MOST
from sluice.webhooks.signing import headers, new_secret
from sluice.webhooks.wishes import Changes, Fault, NewWebhook, Problem, WithSecret
from tests.fakes import START, FakeClock, an_announcement
from tests.webhooks import ID, OLD_SECRET, SECRET, Hooks, a_webhook

DELIVERY = Delivery(ID, "evt_f1_3", "file.processed", '{"type":"file.processed"}', START)
DOWN = NoAnswer("There was no answer within 15 seconds.")


@pytest.fixture
def hooks():
    return Hooks(FakeClock())


# What is sent


def test_the_body_has_type_timestamp_and_data_as_the_standard_says():
    [event] = events_of(an_announcement(status="error", error_message="Row 3."))

    body = json.loads(body_of(event))

    assert list(body) == ["type", "timestamp", "data"]
    assert (body["type"], body["timestamp"]) == ("file.rejected", START.isoformat())
    assert body["data"] == event.detail


def test_each_event_has_a_name_with_a_full_stop():
    assert EVENT_NAMES == (
        "file.processed", "file.rejected", "file.failed", "file.skipped", "profile.changed",
    )  # fmt: skip


@given(char=st.sampled_from(["a", "\x01", "📊", '"']), count=st.integers(0, 200))
def test_a_body_has_at_most_20_kb_whatever_the_key(char, count):
    key = char * (1024 // len(char.encode()))
    [event] = events_of(an_announcement(key=key, results=(key,) * count, error_message=char * 2000))

    body = body_of(event)

    assert len(body.encode()) <= BODY_BYTES
    assert json.loads(body)["data"]["result_count"] == count


@given(secret=st.builds(new_secret), body=st.text(max_size=200))
def test_the_reference_library_makes_the_same_signature(secret, body):
    ours = headers(body, event_id="evt_1", at=START, keys=[secret])

    theirs = Receiver(secret).sign("evt_1", START, body)
    assert ours["webhook-signature"] == theirs
    assert ours["webhook-timestamp"] == str(int(START.timestamp()))


def test_a_secret_has_256_bits_and_is_never_the_same_twice():
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(secret.startswith("whsec_") and len(secret) == 6 + 44 for secret in secrets)


# Who gets what


def test_each_event_is_queued_once_for_each_webhook_that_wants_it(hooks):
    hooks.add(a_webhook(id="wh_rejects", events=("file.rejected",)))
    hooks.add(a_webhook(id="wh_off", enabled=False))

    told = [an_announcement(file_id="a"), an_announcement(file_id="b", status="error")]
    assert hooks.fan_out.announce(told) == set()

    queued = [(each.webhook_id, each.event_id, each.event) for each, _ in hooks.queue.sent]
    assert queued == [
        (ID, "evt_a_3", "file.processed"),
        (ID, "evt_b_3", "file.rejected"),
        ("wh_rejects", "evt_b_3", "file.rejected"),
    ]


def test_a_delivery_that_the_queue_refuses_makes_its_announcement_come_again(hooks):
    hooks.queue.refuses = {"evt_b_3"}

    assert hooks.fan_out.announce([an_announcement(file_id="a"), an_announcement(file_id="b")]) == {"evt_b_3"}


def test_without_webhooks_nothing_is_queued(hooks):
    hooks.registry.webhooks.clear()

    assert hooks.fan_out.announce([an_announcement()]) == set()
    assert hooks.queue.sent == []


# Attempts


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_delivered(hooks, status):
    hooks.transport.answers = [Answer(status, text="thanks")]

    assert not hooks.take(DELIVERY)

    [attempt] = hooks.log.added
    assert (attempt.result, attempt.status, attempt.reason) == ("delivered", status, "thanks")
    assert hooks.queue.sent == []
    assert hooks.journal.counts == {"WebhookDelivered": 1}


@pytest.mark.parametrize(
    "answer", [DOWN, *(Answer(status) for status in (100, 301, 302, 308, 400, 404, 429, 500))]
)
def test_anything_else_is_tried_again_after_five_seconds(hooks, answer):
    hooks.transport.answers = [answer]

    hooks.take(DELIVERY)

    [(again, wait)] = hooks.queue.sent
    assert (again.attempt, again.event_id, again.body) == (2, DELIVERY.event_id, DELIVERY.body)
    assert (again.due_at, wait) == (START + timedelta(seconds=5.5), 6)
    assert hooks.log.added[0].result == "retrying"
    assert hooks.log.added[0].next_at == again.due_at


def test_the_schedule_is_that_of_the_standard_then_the_message_is_a_dead_letter(hooks):
    hooks.transport.answers = [DOWN]
    delivery, waits = DELIVERY, []

    while True:
        hooks.clock.time = delivery.due_at
        hooks.queue.sent.clear()
        hooks.take(delivery)
        if not hooks.queue.sent:
            break
        waits.append(hooks.queue.sent[0][0].due_at - hooks.clock())
        delivery = hooks.queue.sent[0][0]

    hours = [wait / 1.1 / timedelta(hours=1) for wait in waits]
    assert hours == pytest.approx([5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24])
    assert delivery.attempt == schedule.ATTEMPTS == 10
    [(body, reason)] = hooks.queue.buried
    assert Delivery.from_json(body) == delivery
    assert reason == "every attempt of the schedule failed"
    assert [attempt.result for attempt in hooks.log.added] == ["retrying"] * 9 + ["spent"]


def test_a_wait_longer_than_sqs_takes_is_made_of_hops(hooks):
    """A new message is kept back for 15 minutes at most, a received one is hidden for 12 hours at most."""
    hooks.transport.answers = [DOWN]
    hooks.take(replace(DELIVERY, attempt=9))
    [(again, wait)] = hooks.queue.sent
    assert (wait, again.due_at) == (900, START + timedelta(hours=24 * 1.1))

    hooks.clock.tick(seconds=wait)
    while hooks.take(again):
        _, seconds = hooks.queue.hidden[-1]
        assert 0 < seconds <= 12 * 3600
        hooks.clock.tick(seconds=seconds)

    assert len(hooks.queue.hidden) == 3
    assert hooks.clock() == again.due_at
    assert len(hooks.transport.requests) == 2


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", 120),
        ("0", 5.5),
        ("99999999999999999999", 24 * 3600),
        ("-5", 5.5),
        ("soon", 5.5),
        ("", 5.5),
        ("²", 5.5),
        (format_datetime(START + timedelta(minutes=3), usegmt=True), 180),
        (format_datetime(START - timedelta(days=3), usegmt=True), 5.5),
        ("Mon, 99 Foo 2026 99:99:99 GMT", 5.5),
        ("Mon, 02 Mar 99999999999 09:00:00 GMT", 5.5),
        ("Mon, 02 Mar 2026 09:00:00 +99999999999999", 5.5),
    ],
)
def test_retry_after_may_put_an_attempt_off_by_a_day_and_never_bring_it_forward(hooks, header, wait):
    hooks.transport.answers = [Answer(503, retry_after=header)]

    hooks.take(DELIVERY)

    assert hooks.queue.sent[0][0].due_at == START + timedelta(seconds=wait)


@given(st.text(), st.integers(1, 10), st.floats(0, 1))
def test_whatever_a_target_asks_the_next_attempt_lies_between_the_delay_and_its_bounds(
    header, attempt, jitter
):
    due = schedule.next_attempt(attempt, at=START, retry_after=header, jitter=jitter)

    if attempt == 10:
        assert due is None
    else:
        delay = schedule.DELAYS[attempt - 1]
        assert delay <= due - START <= max(delay * 1.2, timedelta(hours=24))


def test_gone_disables_the_webhook_and_is_not_tried_again(hooks):
    hooks.transport.answers = [Answer(410)]

    hooks.take(DELIVERY)
    hooks.take(DELIVERY)

    webhook = hooks.registry.get(ID)
    assert (webhook.enabled, webhook.disabled_reason) == (False, "The target answered 410 Gone.")
    assert len(hooks.transport.requests) == 1
    assert (hooks.queue.sent, hooks.queue.buried) == ([], [])


def test_what_waits_for_a_webhook_that_was_deleted_is_dropped(hooks):
    hooks.use.delete(ID)

    assert not hooks.take(DELIVERY)
    assert hooks.transport.requests == []


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "null", '{"webhook_id": 7}', DELIVERY.to_json().replace("evt_f1_3", "\\ud800")[:-2]],
)
def test_a_message_that_is_no_delivery_is_a_dead_letter_with_its_reason(hooks, body):
    assert not hooks.deliverer.take(Message("m1", "r1", body))

    [(buried, reason)] = hooks.queue.buried
    assert buried == body
    assert reason.startswith("this is not a delivery")


def test_a_next_attempt_that_cannot_be_queued_leaves_this_one_to_be_made_again(hooks):
    hooks.transport.answers = [DOWN]
    hooks.queue.refuses = {DELIVERY.event_id}

    with pytest.raises(RuntimeError):
        hooks.take(DELIVERY)


def test_for_24_hours_after_a_rotation_both_secrets_verify_and_then_the_new_one_alone(hooks):
    hooks.change(secret_version=hooks.secrets.put(ID, Keyring(OLD_SECRET)))
    fresh = hooks.use.rotate(ID).secret

    for hours, verifying in ((23, {OLD_SECRET, fresh}), (25, {fresh})):
        hooks.clock.time = START + timedelta(hours=hours)
        hooks.take(DELIVERY)
        signatures = hooks.transport.requests[-1][1]["webhook-signature"].split()
        made = {
            key: Receiver(key).sign(DELIVERY.event_id, hooks.clock(), DELIVERY.body)
            for key in (OLD_SECRET, fresh)
        }
        assert {key for key, signature in made.items() if signature in signatures} == verifying


def _signature(key, moment):
    return Receiver(key).sign(DELIVERY.event_id, moment, DELIVERY.body)


# Registering


def test_a_new_webhook_is_enabled_and_shows_its_secret_this_once(hooks):
    made = hooks.use.register(NewWebhook("https://a.example.com/x", ["file.failed", "file.failed"], "ours"))

    assert made.webhook == hooks.use.get(made.webhook.id)
    assert (made.webhook.events, made.webhook.enabled) == (("file.failed",), True)
    assert hooks.secrets.get(made.webhook).current == made.secret
    assert made.secret not in repr(hooks.use.list())


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (NewWebhook("http://a.example.com/"), "https"),
        (NewWebhook("https://a.example.com/", ["file.lost"]), "file.lost"),
        (NewWebhook("https://a.example.com/", [""]), "no event ''"),
        (NewWebhook("https://a.example.com/", (), "x" * 501), "500"),
        (NewWebhook("https://a.example.com/", (), "two\nlines"), "one line"),
        (NewWebhook("https://127.0.0.1/"), "domain name"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_in_a_sentence_and_leaves_nothing(hooks, wish, words):
    problem = hooks.use.register(wish)

    assert problem.fault == Fault.INVALID
    assert words in problem.message
    assert len(hooks.registry.webhooks) == len(hooks.secrets.keyrings) == 1


def test_there_are_100_webhooks_at_most(hooks):
    for n in range(MOST):
        hooks.add(a_webhook(id=f"wh_{n}"))

    assert hooks.use.register(NewWebhook("https://a.example.com/")).fault == Fault.CONFLICT


def test_a_change_leaves_what_it_does_not_name_and_enabling_forgets_why_it_was_disabled(hooks):
    hooks.change(enabled=False, disabled_reason="gone", description="kept")

    changed = hooks.use.update(ID, Changes(events=["file.failed"], enabled=True))

    assert (changed.description, changed.events, changed.version) == ("kept", ("file.failed",), 2)
    assert (changed.enabled, changed.disabled_reason) == (True, "")


def test_of_two_changes_to_one_version_the_second_is_refused(hooks):
    assert hooks.use.update(ID, Changes(description="first"), if_version=1).version == 2

    assert hooks.use.update(ID, Changes(description="second"), if_version=1).fault == Fault.STALE
    assert hooks.use.get(ID).description == "first"


def test_a_deletion_of_a_version_that_was_changed_meanwhile_is_refused(hooks):
    hooks.use.update(ID, Changes(description="first"))

    assert hooks.use.delete(ID, if_version=1).fault == Fault.STALE
    assert hooks.use.get(ID).description == "first"
    assert hooks.use.delete(ID, if_version=2) is None


def test_of_two_rotations_at_once_the_secret_that_was_shown_is_the_one_that_signs(hooks):
    """Both read the webhook before either changes it."""
    seen, shown = hooks.registry.get(ID), []
    hooks.registry.get = lambda _: seen
    shown = [hooks.use.rotate(ID) for _ in range(2)]
    del hooks.registry.get

    assert [type(each) for each in shown] == [WithSecret, Problem]
    assert shown[1].fault == Fault.STALE
    assert hooks.secrets.get(hooks.registry.get(ID)).current == shown[0].secret


def test_a_change_to_something_that_cannot_be_is_refused(hooks):
    assert hooks.use.update(ID, Changes(url="https://user:pw@a.example.com/")).fault == Fault.INVALID
    assert hooks.use.get(ID) == a_webhook()


@pytest.mark.parametrize(
    "wish",
    [
        lambda use: use.get("wh_none"),
        lambda use: use.update("wh_none", Changes()),
        lambda use: use.delete("wh_none"),
        lambda use: use.rotate("wh_none"),
        lambda use: use.deliveries("wh_none"),
        lambda use: use.test("wh_none"),
        lambda use: use.resend("wh_none", "evt_f1_3"),
        lambda use: use.resend(ID, "evt_none"),
    ],
)
def test_what_there_is_not_is_missing(hooks, wish):
    assert wish(hooks.use).fault == Fault.MISSING


def test_deleting_forgets_the_secret_too(hooks):
    assert hooks.use.delete(ID) is None
    assert hooks.secrets.keyrings == {}


def test_a_message_is_sent_again_as_it_was_with_the_schedule_from_its_beginning(hooks):
    hooks.transport.answers = [DOWN, DOWN, Answer(200)]
    hooks.take(DELIVERY)
    hooks.clock.tick(hours=1)
    hooks.take(replace(DELIVERY, attempt=2))

    hooks.use.resend(ID, DELIVERY.event_id)

    again, wait = hooks.queue.sent[-1]
    assert again == replace(DELIVERY, due_at=START + timedelta(hours=1))
    assert (again.attempt, wait) == (1, 0)


def test_a_test_event_is_delivered_like_any_other(hooks):
    delivery = hooks.use.test(ID)
    hooks.take(delivery)

    assert json.loads(hooks.transport.requests[0][2])["type"] == "webhook.test"
    assert hooks.use.deliveries(ID)[0].result == "delivered"


def test_nothing_is_sent_to_a_disabled_webhook(hooks):
    hooks.change(enabled=False)

    assert isinstance(hooks.use.test(ID), Problem)
    assert hooks.use.resend(ID, "evt_f1_3").fault == Fault.MISSING
    assert hooks.queue.sent == []


def test_deliveries_are_listed_newest_first(hooks):
    for hour in range(3):
        hooks.clock.time = START + timedelta(hours=hour)
        hooks.take(replace(DELIVERY, event_id=f"evt_{hour}"))

    assert [attempt.event_id for attempt in hooks.use.deliveries(ID, limit=2)] == ["evt_2", "evt_1"]


def test_the_secret_of_the_fixture_verifies():
    """What the tests above sign with is a secret that the reference library takes."""
    assert Receiver(SECRET).sign("i", START, "b").startswith("v1,")
