"""The HTTP API: requests as API Gateway passes them in, answers out."""

import base64
import json

import pytest

from sluice.api.tokens import token
from tests.api_answers import ODD, header, is_problem
from tests.api_fakes import FACTS, facts_of, request
from tests.fakes import START

RULE = {"name": "Orders of ACME", "match": {"prefix": "acme/"}, "processor": "profile_csv", "lane": "csv"}
CONTRACT = {"schema": {"fields": [{"name": "quantity", "type": "integer"}]}}


@pytest.fixture
def files(world):
    """Ask files_api."""

    def ask(method, path, **request):
        return world.ask("files_api", method, path, **request)

    return ask


@pytest.fixture
def rules(world):
    """Ask rules_api."""

    def ask(method, path, **request):
        return world.ask("rules_api", method, path, **request)

    return ask


class TestFiles:
    def test_all_that_is_known_of_a_file(self, world, files):
        world.api.view.add(FACTS, facts_of(1, version_id="v0"))

        file = files("GET", f"/files/{FACTS['file_id']}")["json"]

        assert (file["id"], file["status"], file["size"]) == (FACTS["file_id"], "success", 20022)
        assert file["facts"] == {"row_count": 200, "schema": {"quantity": "int", "city": "string"}}
        assert [other["version_id"] for other in file["versions"]] == ["v0"]
        assert file["links"]["results"] == f"/files/{FACTS['file_id']}/results"

    def test_what_happened_to_a_file_is_told_with_its_time_and_nothing_of_how_claims_are_kept(
        self, world, files
    ):
        kept = {"claimed_at": "2026-03-02T06:45:11+00:00", "begun_at": 1772433911500000, "message_id": "m1"}
        kept |= {"slot": 1772433911000000, "spent_slot": 1772433911000000, "losses": 0, "notifications": {}}
        rule, contract = {"id": "orders", "version": 3}, {"id": "orders", "version": 1}
        world.api.view.add(FACTS | kept | {"rule": rule, "contract": contract})

        file = files("GET", f"/files/{FACTS['file_id']}")["json"]

        assert [(each["state"], each["at"][17:]) for each in file["history"]] == [
            ("uploaded", "10Z"),
            ("claimed", "11Z"),
            ("slot", "11Z"),
            ("processing", "11.500000Z"),
            ("success", "12Z"),
        ]
        assert file["facts"].keys() == {"row_count", "schema", "rule", "contract"}
        assert (file["links"]["rule"], file["links"]["contract"]) == (
            "/rules/orders?version=3",
            "/contracts/orders?version=1",
        )

    def test_lists_are_paginated_without_gaps_and_twins(self, world, files):
        world.api.view.add(*(facts_of(number) for number in range(25)))

        seen, query = [], {"limit": 10}
        while True:
            page = files("GET", "/files", query=query)["json"]
            seen += [file["id"] for file in page["files"]]
            if page["next"] is None:
                break
            query["next"] = page["next"]

        assert seen == [f"{number:032x}" for number in reversed(range(25))]

    def test_lists_are_limited_by_status_time_name_and_prefix(self, world, files):
        world.api.view.add(facts_of(1), facts_of(2, status="error"), facts_of(3, key="other/orders.csv"))
        world.api.view.add(facts_of(4, file_name="x.csv"), facts_of(90))

        def found(**query):
            return [int(file["id"], 16) for file in files("GET", "/files", query=query)["json"]["files"]]

        assert found(status="error") == [2]
        assert found(prefix="other/") == [3]
        assert found(name="x.csv") == [4]
        assert found(since="2026-03-02T06:01:00Z", until="2026-03-02T06:02:00Z") == [90]

    def test_results_have_addresses_to_download_them_from(self, world, files):
        world.api.view.add(FACTS)

        answer = files("GET", f"/files/{FACTS['file_id']}/results")

        [result] = answer["json"]["results"]
        assert result["url"] == "https://outbox.example/processed/acme/orders_summary.json"
        assert header(answer, "cache-control") == "no-store"

    def test_a_file_without_outcome_has_no_results_yet(self, world, files):
        world.api.view.add(FACTS | {"status": "processing"})

        answer = files("GET", f"/files/{FACTS['file_id']}/results")
        assert answer["statusCode"] == 409
        assert is_problem(answer)

    @pytest.mark.parametrize(
        "path", ["/files/" + "0" * 32, "/files/" + "0" * 32 + "/results", "/nothing", "/"]
    )
    def test_what_is_not_there_is_told(self, files, path):
        answer = files("GET", path)

        assert answer["statusCode"] == 404
        assert is_problem(answer)

    @pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:30])
    @pytest.mark.parametrize("name", ["status", "since", "until", "limit", "next", "name", "prefix"])
    def test_a_query_of_another_shape_is_refused_or_finds_nothing(self, world, files, name, odd):
        world.api.view.add(FACTS)

        answer = files("GET", "/files", query={name: odd.encode("utf-8", "replace").decode()})

        if answer["statusCode"] == 200:
            assert name in ("name", "prefix")
            assert answer["json"]["files"] == [] or odd == ""
        else:
            assert answer["statusCode"] == 422
            assert is_problem(answer)

    @pytest.mark.parametrize("name", ["since", "until"])
    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_a_moment_beyond_the_calendar_is_refused(self, files, name, moment):
        answer = files("GET", "/files", query={name: moment})

        assert answer["statusCode"] == 422
        assert is_problem(answer)

    def test_a_name_longer_than_a_key_can_be_is_refused(self, files):
        answer = files("GET", "/files", query={"name": "📄" * 300})

        assert answer["statusCode"] == 422
        assert is_problem(answer)

    @pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:30])
    def test_an_id_of_another_shape_names_no_file(self, files, odd):
        answer = files("GET", f"/files/{odd}")

        assert answer["statusCode"] in (404, 422)
        assert is_problem(answer)

    def test_a_service_that_is_busy_is_told_as_such(self, world, files):
        world.api.view.is_busy = True

        answer = files("GET", "/health")
        assert answer["statusCode"] == 503
        assert is_problem(answer)

    def test_the_api_describes_itself_and_has_a_page_that_explains_it(self, files):
        assert files("GET", "/health")["json"] == {"status": "ok"}
        assert files("GET", "/openapi.json")["json"]["openapi"].startswith("3.1")
        page = files("GET", "/docs")
        assert header(page, "content-type").startswith("text/html")
        assert "default-src 'none'" in header(page, "content-security-policy")


class TestReprocessing:
    def test_a_file_is_processed_again_on_its_lane(self, world, files):
        world.api.view.add(FACTS)

        answer = files("POST", f"/files/{FACTS['file_id']}/reprocess")

        assert (answer["statusCode"], answer["json"]["lane"]) == (202, "csv")
        assert world.api.announced == [("acme/orders.csv", "v1", "csv", "reprocess")]
        file = files("GET", f"/files/{FACTS['file_id']}")["json"]
        assert file["attempt"] == 2
        assert [(each["state"], each["by"]) for each in file["history"]][1:] == [
            ("reprocessed", "arn:aws:iam::111122223333:user/ops")
        ]

    def test_a_file_that_was_deleted_is_not_processed(self, world, files):
        world.api.view.add(FACTS | {"deleted_at": "2026-03-02T07:00:00+00:00"})

        answer = files("POST", f"/files/{FACTS['file_id']}/reprocess")
        assert answer["statusCode"] == 409
        assert is_problem(answer)
        assert world.api.announced == []

    @pytest.mark.parametrize("status", ["claimed", "processing"])
    def test_a_file_without_outcome_is_not_processed_twice_at_once(self, world, files, status):
        world.api.view.add(FACTS | {"status": status})

        answer = files("POST", f"/files/{FACTS['file_id']}/reprocess")
        assert answer["statusCode"] == 409
        assert is_problem(answer)
        assert world.api.announced == []

    def test_a_file_that_is_not_there_is_not_processed(self, files):
        assert files("POST", f"/files/{'0' * 32}/reprocess")["statusCode"] == 404


class TestLanes:
    PACE = {"rate": 5, "burst": 10, "horizon_seconds": 30, "max_in_flight": 20}  # noqa: RUF012  no test changes it

    def test_a_lane_is_set_by_its_etag_paused_and_resumed(self, files):
        got = files("GET", "/lanes/csv")
        changed = files("PUT", "/lanes/csv", body=self.PACE, headers={"If-Match": header(got, "etag")})
        stale = files("PUT", "/lanes/csv", body=self.PACE, headers={"If-Match": header(got, "etag")})

        assert (changed["json"]["rate"], changed["json"]["version"]) == (5.0, 1)
        assert stale["statusCode"] == 412
        assert files("PUT", "/lanes/csv", body=self.PACE)["statusCode"] == 428
        assert files("POST", "/lanes/csv/pause")["json"]["paused"] is True
        assert files("POST", "/lanes/csv/resume")["json"]["paused"] is False
        assert [lane["lane"] for lane in files("GET", "/lanes")["json"]["lanes"]] == ["csv", "image"]

    @pytest.mark.parametrize("path", ["/lanes/moon", "/lanes/moon/pause"])
    def test_a_lane_that_is_not_there_is_told(self, files, path):
        answer = files("POST" if path.endswith("pause") else "GET", path)

        assert answer["statusCode"] == 404
        assert is_problem(answer)

    @pytest.mark.parametrize(
        "change",
        [
            {"rate": 0},
            {"rate": -1},
            {"rate": "fast"},
            {"rate": "5"},
            {"rate": True},
            {"rate": 1e9},
            {"burst": 0},
            {"burst": 1.5},
            {"paused": "no"},
            {"horizon_seconds": 0},
            {"max_in_flight": 0},
            {"speed": 1},
            {"rate": 201},
            {"horizon_seconds": 601},
        ],
        ids=str,
    )
    def test_a_pace_that_cannot_be_is_refused(self, files, change):
        answer = files("PUT", "/lanes/csv", body=self.PACE | change, headers={"If-Match": "*"})

        assert answer["statusCode"] == 422
        assert is_problem(answer)


class TestUploads:
    def test_a_file_is_handed_in_by_a_form_under_a_key_that_we_choose(self, files):
        wanted = {"name": "orders.csv", "folder": "acme", "size": 7, "content_type": "text/csv"}
        first, second = (files("POST", "/uploads", body=wanted) for _ in range(2))

        upload = first["json"]
        assert first["statusCode"] == 201
        assert upload["kind"] == "form"
        assert upload["key"].startswith("acme/")
        assert upload["key"].endswith("/orders.csv")
        assert upload["key"] != second["json"]["key"]
        assert json.loads(upload["fields"]["policy"]) == [upload["key"], "text/csv", 7, 7]
        assert header(first, "cache-control") == "no-store"

    def test_a_file_of_unknown_size_may_have_what_one_request_carries(self, files):
        upload = files("POST", "/uploads", body={"name": "a"})["json"]

        assert json.loads(upload["fields"]["policy"])[2:] == [0, 5 * 1024**3]

    def test_a_file_of_more_than_5_gb_is_handed_in_part_by_part(self, files):
        upload = files("POST", "/uploads", body={"name": "big.csv", "size": 6 * 1024**3})["json"]
        path = f"/uploads/{upload['upload']}"

        parts = files("POST", f"{path}/parts", body={"numbers": [1, 2]})["json"]["parts"]
        completed = files("POST", f"{path}/complete", body={"etags": ['"e1"', '"e2"']})

        assert (upload["kind"], upload["parts"], upload["part_size"]) == ("parts", 96, 64 * 1024**2)
        assert [part["number"] for part in parts] == [1, 2]
        assert completed["json"] == {"key": upload["key"]}
        assert files("POST", f"{path}/complete", body={"etags": ["e"]})["statusCode"] == 404

    def test_an_upload_can_be_given_up_once(self, files):
        upload = files("POST", "/uploads", body={"name": "big.csv", "size": 6 * 1024**3})["json"]

        path = f"/uploads/{upload['upload']}"
        assert [files("DELETE", path)["statusCode"] for _ in range(2)] == [204, 404]

    @pytest.mark.parametrize(
        "body",
        [
            None,
            [],
            7,
            "text",
            {},
            {"name": ""},
            {"name": None},
            {"name": 7},
            {"name": ".."},
            {"name": "a/b"},
            {"name": "a\x00b"},
            {"name": "é" * 128},
            {"name": "a${filename}"},  # in a form, S3 puts the name that the sender gives in its place
            {"name": "a", "folder": "${filename}"},
            {"name": "a", "folder": "../x"},
            {"name": "a", "folder": "a//b"},
            {"name": "a", "folder": "x" * 1000},
            {"name": "a", "folder": "a\nb"},
            {"name": "a", "size": -1},
            {"name": "a", "size": "7"},
            {"name": "a", "size": 7.5},
            {"name": "a", "size": True},
            {"name": "a", "size": 10**16},
            {"name": "a", "content_type": "text"},
            {"name": "a", "key": "mine.csv"},
            {"name": "a", "content_type": "text/csv\r\nx-amz-acl: public-read"},
        ],
        ids=lambda body: ascii(body)[:50],
    )
    def test_an_upload_of_another_shape_is_refused(self, files, body):
        answer = files("POST", "/uploads", body=body)

        assert answer["statusCode"] == 422
        assert is_problem(answer)

    @pytest.mark.parametrize(
        "parts",
        [
            ("", ""),
            ("", "u"),
            ("acme.csv", "u"),
            ("acme/orders.csv", "u"),
            (f"acme/{'0' * 32}/..", "u"),
            (f"acme/{'0' * 32}/orders.csv", ""),
            (f"acme/{'0' * 32}/orders.csv", "u\r\nx: y"),
            (f"{'x' * 1000}/{'0' * 32}/orders.csv", "u"),
        ],
        ids=lambda parts: ascii(parts)[:40],
    )
    def test_a_forged_token_of_what_we_never_began_is_refused(self, files, parts):
        for path, body in (("parts", {"numbers": [1]}), ("complete", {"etags": ["e"]})):
            answer = files("POST", f"/uploads/{token(*parts)}/{path}", body=body)

            assert answer["statusCode"] == 422
            assert is_problem(answer)
        assert files("DELETE", f"/uploads/{token(*parts)}")["statusCode"] == 422

    @pytest.mark.parametrize("odd", [*ODD, "W10", "WyJhIl0", "eyJhIjoxfQ"], ids=lambda odd: ascii(odd)[:30])
    def test_a_token_that_is_none_of_ours_is_refused(self, files, odd):
        answer = files("POST", f"/uploads/{odd}/parts", body={"numbers": [1]})

        assert answer["statusCode"] in (404, 422)
        assert is_problem(answer)


class TestRules:
    def test_a_rule_is_created_changed_and_deleted_by_its_etag(self, rules):
        created = rules("POST", "/rules", body=RULE)
        path = "/rules/orders-of-acme"
        got = rules("GET", path)
        updated = rules("PUT", path, body=RULE | {"priority": 5}, headers={"If-Match": header(got, "etag")})
        stale = rules("PUT", path, body=RULE, headers={"If-Match": header(got, "etag")})
        deleted = rules("DELETE", path, headers={"If-Match": header(updated, "etag")})

        assert (created["statusCode"], header(created, "etag")) == (201, '"1"')
        assert (got["json"]["version"], got["json"]["source"]) == (1, "arn:aws:iam::111122223333:user/ops")
        assert (updated["statusCode"], updated["json"]["status"]) == (200, "updated")
        assert stale["statusCode"] == 412
        assert is_problem(stale)
        assert deleted["json"]["status"] == "deleted"
        assert rules("GET", path)["statusCode"] == 404
        assert rules("GET", path, query={"version": 1})["json"]["priority"] == 100
        assert [each["deleted"] for each in rules("GET", f"{path}/history")["json"]["versions"]] == [
            True,
            False,
            False,
        ]

    def test_a_change_has_to_say_what_it_is_based_on(self, rules):
        rules("POST", "/rules", body=RULE)

        assert rules("PUT", "/rules/orders-of-acme", body=RULE)["statusCode"] == 428
        assert rules("DELETE", "/rules/orders-of-acme")["statusCode"] == 428
        assert (
            rules("PUT", "/rules/orders-of-acme", body=RULE, headers={"If-Match": "*"})["statusCode"] == 200
        )

    @pytest.mark.parametrize("etag", ["3", '"x"', '"2"', 'W/"1"', '"1", "2"', '"' + "9" * 99 + '"'])
    def test_an_etag_that_is_not_the_current_one_changes_nothing(self, rules, etag):
        rules("POST", "/rules", body=RULE)

        answer = rules("PUT", "/rules/orders-of-acme", body=RULE, headers={"If-Match": etag})
        assert answer["statusCode"] in (412, 422)
        assert rules("GET", "/rules/orders-of-acme")["json"]["version"] == 1

    def test_an_id_is_taken_once(self, rules):
        assert rules("POST", "/rules", body=RULE)["statusCode"] == 201
        assert rules("POST", "/rules", body=RULE)["statusCode"] == 409

    def test_rules_are_tried_before_they_are_stored(self, rules):
        trial = {"key": "acme/a.csv", "size": 5}

        assert rules("POST", "/rules/test", body=trial)["json"]["decides"] == "tables"
        decision = rules("POST", "/rules/test", body=trial | {"rule": RULE})["json"]
        assert decision == {
            "decides": "orders-of-acme",
            "matches": ["orders-of-acme", "tables", "everything-else"],
        }
        assert rules("GET", "/rules/orders-of-acme")["statusCode"] == 404

    def test_what_the_rule_names_has_to_be_there(self, rules):
        answer = rules("POST", "/rules", body=RULE | {"contract": "orders", "lane": "moon"})

        assert answer["statusCode"] == 422
        assert [each["path"] for each in answer["json"]["problems"]] == ["lane", "contract"]

    def test_a_rule_that_a_later_release_stored_is_shown_as_far_as_it_is_known(self, world, rules):
        rules("POST", "/rules", body=RULE)
        stored = dict(world.api.rules.newest("orders-of-acme").document)
        later = {"processor": "transcribe", "notifications": {"success": "page"}, "owner": "mia"}
        later |= {"match": stored["match"] | {"prefix": "acme/", "weekday": "monday"}}
        world.api.rules.save("orders-of-acme", stored | later, expected=1, source="", at=START)

        [shown] = [each for each in rules("GET", "/rules")["json"]["rules"] if each["id"] == "orders-of-acme"]
        assert (shown["processor"], shown["notifications"]) == ("transcribe", {"success": "page"})
        assert shown["match"]["prefix"] == "acme/"

    def test_the_schema_of_a_rule_is_served(self, rules):
        assert rules("GET", "/schemas/rule")["json"]["title"] == "Rule"

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{", 422),
            ("", 422),
            ("[" * 100_000, 422),
            ('{"name": NaN}', 422),
            ('{"name": "x", "processor": "custom", "options": {"a": 1e999}}', 422),
            (json.dumps({"name": "x", "reason": "ö" * 300_000}, ensure_ascii=False), 413),
            (json.dumps({"name": "x", "processor": "custom", "options": {"a": "y" * 450_000}}), 422),
            ('{"name": "a", "name": "b"}', 422),
            ('{"name": "\\ud800"}', 422),
            ('{"name": "x", "priority": ' + "9" * 5000 + "}", 422),
            (json.dumps({"name": "x", "reason": "y" * 600_000}), 413),
            ("null", 422),
            ('"x"', 422),
            ('{"name": "x", "options": ' + '{"a":' * 900 + "1" + "}" * 900 + "}", 422),
        ],
        ids=lambda value: ascii(value)[:40],
    )
    def test_a_body_that_is_no_rule_is_refused(self, rules, body, status):
        answer = rules("POST", "/rules", body=body)

        assert answer["statusCode"] == status
        assert is_problem(answer)

    @pytest.mark.parametrize(
        "kind", ["application/xml", "multipart/form-data", "multipart/form-data; boundary=x", "text/json", ""]
    )
    def test_a_body_of_another_type_is_refused(self, rules, kind):
        answer = rules("POST", "/rules", body="<rule/>", headers={"Content-Type": kind})

        assert answer["statusCode"] == 415
        assert is_problem(answer)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ('{"name": "a", "name": "b"}', "the same name twice"),
            ('{"name": "\\ud800"}', "half of a surrogate pair"),
            ("{", "JSON decode error: "),
        ],
    )
    def test_what_is_wrong_with_json_is_told(self, rules, body, words):
        [problem] = rules("POST", "/rules", body=body)["json"]["problems"]

        assert words in problem["message"]

    @pytest.mark.parametrize("kind", ["Application/JSON", "application/json ; charset=utf-8"])
    def test_the_type_of_a_body_is_known_whatever_its_case_and_parameters(self, rules, kind):
        assert rules("POST", "/rules", body=RULE, headers={"Content-Type": kind})["statusCode"] == 201

    def test_a_fault_of_ours_says_nothing_of_itself(self, world, rules, caplog):
        def fail(*_):
            raise RuntimeError("password=hunter2")

        world.api.rules.newest = fail
        answer = rules("GET", "/rules/tables")

        assert answer["statusCode"] == 500
        assert is_problem(answer)
        assert "hunter2" not in answer["body"]
        assert "hunter2" in caplog.text

    def test_the_subject_of_a_token_is_who_changed_it(self, rules):
        token = {"jwt": {"claims": {"sub": "mia@example.com", "scope": "sluice/change"}, "scopes": None}}
        rules("POST", "/rules", body=RULE, authorizer=token)

        assert rules("GET", "/rules/orders-of-acme")["json"]["source"] == "mia@example.com"


class TestContracts:
    def test_a_contract_is_created_changed_and_kept_while_a_rule_names_it(self, rules):
        created = rules("POST", "/contracts", body={"id": "orders", "document": CONTRACT})
        updated = rules("PUT", "/contracts/orders", body=CONTRACT, headers={"If-Match": '"1"'})
        rules("POST", "/rules", body=RULE | {"contract": "orders"})
        kept = rules("DELETE", "/contracts/orders", headers={"If-Match": '"2"'})

        assert (created["statusCode"], updated["json"]["version"]) == (201, 2)
        assert rules("GET", "/contracts/orders")["json"]["document"] == CONTRACT
        assert [each["id"] for each in rules("GET", "/contracts")["json"]["contracts"]] == ["orders"]
        assert len(rules("GET", "/contracts/orders/history")["json"]["versions"]) == 2
        assert kept["statusCode"] == 422
        assert "orders-of-acme" in kept["body"]

    @pytest.mark.parametrize("document", [{}, {"schema": []}, {"schema": {"fields": [{"type": "integer"}]}}])
    def test_what_is_no_contract_is_refused_with_the_places(self, rules, document):
        answer = rules("POST", "/contracts", body={"id": "orders", "document": document})

        assert answer["statusCode"] == 422
        assert answer["json"]["problems"]


def test_a_body_in_base64_is_read(world):
    event = request("POST", "/rules", body=RULE)
    event |= {"isBase64Encoded": True, "body": base64.b64encode(event["body"].encode()).decode()}

    assert world.invoke("rules_api", event)["statusCode"] == 201


@pytest.mark.parametrize("body", ["no base64", base64.b64encode(b"\xff\xfe").decode()])
def test_a_body_that_is_no_text_is_refused(world, body):
    event = request("POST", "/rules", body=body) | {"isBase64Encoded": True}
    answer = world.invoke("rules_api", event)

    assert answer["statusCode"] == 400
    assert is_problem(answer | {"json": json.loads(answer["body"])})
