"""What the API says of itself: that it works, and what it can do."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import aws_lambda_powertools
from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from sluice.api.file_routes import Catalogue
from sluice.api.problems import answers
from sluice.api.texts import Model

TAG = ["Service"]
NO_FILE = "0" * 32
router = APIGatewayHttpRouter()
_SWAGGER = Path(aws_lambda_powertools.__file__).parent / "event_handler" / "openapi" / "swagger_ui"


def description() -> dict[str, Any]:
    """Return the description of the whole API, which is made from all routes, these included."""
    raise NotImplementedError


Description = Annotated[dict[str, Any], Depends(description)]


class Health(Model):
    """The API can read the catalogue."""

    status: str


@router.get("/health", tags=TAG, responses=answers(200, Health, "The API works"))
def get_health(files: Catalogue) -> Health:
    """Tell whether the API works, by reading the catalogue."""
    files.file(NO_FILE)
    return Health(status="ok")


@router.get("/openapi.json", tags=TAG, responses=answers(200, dict[str, Any], "An OpenAPI 3.1 document"))
def get_openapi(document: Description) -> dict[str, Any]:
    """Get the description of this API."""
    return document


@router.get("/docs", include_in_schema=False)
def get_docs(document: Description) -> Response[str]:
    """Get a page that explains this API."""
    headers = {
        "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
    }
    return Response(200, "text/html; charset=utf-8", _page(json.dumps(document)), headers, compress=True)


@cache
def _page(document: str) -> str:
    script, style = (
        (_SWAGGER / name).read_text() for name in ("swagger-ui-bundle.min.js", "swagger-ui.min.css")
    )
    return generate_swagger_html(document, script, style, "", None)
