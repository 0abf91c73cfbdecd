"""
An HTTP API of a template answers web pages of the origins that it names.

Stock: what the template says is kept by CloudFormation's names and read by the API's own, so that no origin
is known; and a parameter that is a list of origins is one text.
AWS: the two are the same setting.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway

from local.patches.replacing import wrap


def apply() -> None:
    """Read the settings by either name."""
    for name in ("_cors_response_headers", "_cors_preflight_response"):
        wrap(apigateway, name, _by_the_names_of_the_api)


def _by_the_names_of_the_api(answer: Any) -> Any:
    def answer_by_either_name(settings: Mapping[str, Any], origin: str) -> Any:
        known = {name[0].lower() + name[1:]: _listed(value) for name, value in settings.items()}
        return answer(known, origin)

    return answer_by_either_name


def _listed(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value
