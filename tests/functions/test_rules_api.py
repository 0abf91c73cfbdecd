"""rules_api by direct invocation: an action in, an answer out, never an error."""

import pytest

RULE = {"name": "Orders of ACME", "match": {"prefix": "acme/"}, "processor": "profile_csv", "lane": "csv"}


@pytest.fixture
def act(world):
    def ask(action, source="ops", **data):
        return world.invoke("rules_api", {"action": action, "data": data, "source": source})

    return ask


def test_a_rule_is_created_updated_and_deleted(act):
    created = act("create", **RULE)
    updated = act("update", id="orders-of-acme", version=1, **RULE | {"name": "Orders"})
    deleted = act("delete", id="orders-of-acme", version=2)

    assert created == {
        "id": "orders-of-acme",
        "name": "Orders of ACME",
        "version": 1,
        "status": "created",
        "timestamp": "2026-03-02T09:00:00+00:00",
        "correlation_id": created["correlation_id"],
    }
    assert created["correlation_id"]
    assert (updated["status"], updated["name"], updated["version"]) == ("updated", "Orders", 2)
    assert (deleted["status"], deleted["name"]) == ("deleted", "Orders")
    assert act("get", id="orders-of-acme")["status"] == "not_found"
    assert act("get", id="orders-of-acme", version=1)["rule"]["name"] == "Orders of ACME"


def test_all_rules_are_listed_with_who_changed_them(act):
    act("create", source="terraform", **RULE)

    rules = {rule["id"]: rule for rule in act("list")["rules"]}
    assert set(rules) == {"folder-markers", "tables", "images", "everything-else", "orders-of-acme"}
    assert rules["orders-of-acme"]["source"] == "terraform"
    assert rules["tables"]["version"] == 0


def test_two_updates_based_on_one_version_are_one_update_and_one_conflict(act):
    act("create", id="orders", **RULE)

    answers = [act("update", id="orders", version=1, **RULE)["status"] for _ in range(2)]
    assert answers == ["updated", "conflict"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        None,
        7,
        {"action": "drop"},
        {"action": "create"},
        {"action": "create", "data": []},
        {"action": "create", "data": {"name": "x", "colour": "red"}},
        {"action": "get", "data": {}},
        {"action": "get", "data": {"id": "../../etc/passwd"}},
        {"action": "get", "data": {"id": {"$ne": 1}}},
        {"action": "get", "data": {"id": "a", "version": -1}},
        {"action": "delete", "data": {"id": "a' OR 1=1"}},
        {"action": "update", "data": {"name": "x"}},
        {"action": "list", "source": "a\nb"},
        {"action": "list", "data": {}, "extra": 1},
        {"action": "create", "data": {"name": "x", "lane": "moon"}},
        {"action": "create", "data": {"name": "x", "processor": "custom", "options": {"a": float("inf")}}},
        {"action": "create", "data": {"name": "x", "processor": "custom", "options": {"a": "\ud800"}}},
        {"action": "create", "data": {"name": "x", "processor": "custom", "options": {"a": "y" * 450_000}}},
        {
            "action": "create",
            "data": {"name": "x", "processor": "profile_csv", "lane": "csv", "contract": "none"},
        },
    ],
    ids=str,
)
def test_what_is_wrong_with_a_request_is_refused_with_the_places(world, event):
    answer = world.invoke("rules_api", event)

    assert answer["status"] == "refused"
    assert answer["correlation_id"]
    assert all(problem["message"] for problem in answer["problems"])


def test_a_fault_of_ours_is_told_as_such_and_as_nothing_more(world, act, capsys, caplog):
    def fail(*_):
        raise RuntimeError("password=hunter2 at 10.0.0.7")

    world.api.rules.newest = fail
    answer = act("get", id="orders")

    assert answer["status"] == "failed"
    assert "hunter2" not in str(answer)
    assert "hunter2" in caplog.text
    assert [record.correlation_id for record in caplog.records] == [answer["correlation_id"]]
    assert '"Faults"' in capsys.readouterr().out
