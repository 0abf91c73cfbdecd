"""
An event names the version of the object that it is about.

Stock: the EventBridge event of an object in a versioned bucket has no `version-id`.
AWS: it has, and a reader that did not use it could read a newer version.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

from local.patches.replacing import wrap

_version_id: ContextVar[str | None] = ContextVar("version_id", default=None)


def apply() -> None:
    """Carry the version from where the bucket fires to where the event is dispatched."""
    wrap(s3, "_fire_s3_event", _remember_version)
    wrap(eventbridge, "_dispatch_event", _add_version)


def _remember_version(fire: Any) -> Any:
    def fire_and_remember_version(*args: Any, **kwargs: Any) -> None:
        token = _version_id.set(kwargs.get("version_id"))
        try:
            fire(*args, **kwargs)
        finally:
            _version_id.reset(token)

    return fire_and_remember_version


def _add_version(dispatch: Any) -> Any:
    def dispatch_with_version(event: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if (version_id := _version_id.get()) and event["Source"] == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = event | {"Detail": json.dumps(detail)}
        return dispatch(event, *args, **kwargs)

    return dispatch_with_version
