"""The API as it is put together for Lambda, with the environment that the template gives it."""

import json

import pytest

from sluice import api_wiring
from sluice.settings import FilesApiSettings, RulesApiSettings
from tests.api_fakes import request
from tests.functions.conftest import ENVIRONMENT
from tests.recovery_fakes import ENVIRONMENT as RECOVERY


@pytest.mark.parametrize(
    ("make", "settings", "path"),
    [
        (api_wiring.files_api, FilesApiSettings, "/openapi.json"),
        (api_wiring.rules_api, RulesApiSettings, "/schemas/rule"),
    ],
)
def test_an_environment_makes_its_api_once_and_the_api_answers(
    monkeypatch, lambda_context, make, settings, path
):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    environment = ENVIRONMENT | RECOVERY

    api = make(settings.from_env(environment))
    answer = api.resolve(request("GET", path), lambda_context)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["title" if path.startswith("/schemas") else "info"]
    assert make(settings.from_env(environment)) is api
