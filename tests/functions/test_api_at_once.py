"""Two people change the same thing at once: one is told to look again, and nobody's change is lost."""

import pytest

from tests.api_answers import header, is_problem
from tests.webhooks import ID

CONTRACT = {"schema": {"fields": [{"name": "quantity", "type": "integer"}]}}
RULE = {"name": "Orders", "processor": "profile_csv", "lane": "csv"}
LANE = {"rate": 5, "burst": 10, "horizon_seconds": 30, "max_in_flight": 20}
HOOK = {"url": "https://hooks.example.com/sluice", "events": [], "enabled": True}

# Path, function, and the bodies of the two changes.
THINGS = {
    "rule": ("/rules/orders", "rules_api", RULE | {"priority": 1}, RULE | {"priority": 2}),
    "contract": ("/contracts/orders", "rules_api", CONTRACT, CONTRACT | {"title": "second"}),
    "webhook": (
        f"/webhooks/{ID}",
        "rules_api",
        HOOK | {"description": "first"},
        HOOK | {"description": "second"},
    ),
    "lane": ("/lanes/csv", "files_api", LANE, LANE | {"rate": 6}),
}


@pytest.fixture(params=THINGS)
def thing(request, world):
    """One thing, and how to ask for it."""
    path, function, first, second = THINGS[request.param]
    world.ask("rules_api", "POST", "/contracts", body={"id": "orders", "document": CONTRACT})
    world.ask("rules_api", "POST", "/rules", body=RULE | {"id": "orders"})

    def ask(method, **request):
        return world.ask(function, method, path, **request)

    return request.param, ask, first, second


def test_of_two_changes_to_what_both_have_seen_the_later_is_refused(thing):
    _, ask, first, second = thing
    seen = header(ask("GET"), "etag")

    done = ask("PUT", body=first, headers={"If-Match": seen})
    late = ask("PUT", body=second, headers={"If-Match": seen})

    assert (done["statusCode"], late["statusCode"]) == (200, 412)
    assert is_problem(late)
    now = ask("GET")
    assert header(now, "etag") == header(done, "etag") != seen
    assert ask("PUT", body=second, headers={"If-Match": header(now, "etag")})["statusCode"] == 200


def test_a_change_that_another_overtakes_between_its_reading_and_its_writing_is_refused(world, thing):
    """Both have read, and have seen the same; the conditional write tells them apart."""
    kind, ask, first, second = thing
    api = world.api
    owner, name = {
        "rule": (api.rules, "save"),
        "contract": (api.contracts, "save"),
        "webhook": (api.hooks.registry, "put"),
        "lane": (api.states, "change"),
    }[kind]
    seen = header(ask("GET"), "etag")
    write = getattr(owner, name)

    def overtaken(*arguments, **more):
        setattr(owner, name, write)
        assert ask("PUT", body=first, headers={"If-Match": seen})["statusCode"] == 200
        return write(*arguments, **more)

    setattr(owner, name, overtaken)
    late = ask("PUT", body=second, headers={"If-Match": seen})

    assert late["statusCode"] == 412
    assert is_problem(late)
    assert header(ask("GET"), "etag") != seen


@pytest.mark.parametrize("thing", ["rule", "contract", "webhook"], indirect=True)
def test_a_deletion_of_what_somebody_has_changed_since_is_refused(thing):
    _, ask, first, _ = thing
    seen = header(ask("GET"), "etag")
    ask("PUT", body=first, headers={"If-Match": seen})

    assert ask("DELETE", headers={"If-Match": seen})["statusCode"] == 412
    assert ask("GET")["statusCode"] == 200
