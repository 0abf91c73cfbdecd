"""
A fake of Amazon Rekognition, which the emulator lacks: it sees nothing, and says so.

Whatever the image, it answers with one label that names itself, no moderation label, and a face in the
middle, so that rules which blur can be tried. Its models have the version `local fake`, which ends up in the
catalogue. Roles are not enforced here.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
TARGET = b"RekognitionService."
VERSION = "local fake"
ANSWERS = {
    "DetectLabels": {
        "LabelModelVersion": VERSION,
        "Labels": [{"Name": "Local fake: nothing was looked at", "Confidence": 100.0}],
    },
    "DetectModerationLabels": {"ModerationModelVersion": VERSION, "ModerationLabels": []},
    "DetectFaces": {
        "FaceDetails": [
            {"BoundingBox": {"Left": 0.4, "Top": 0.3, "Width": 0.2, "Height": 0.4}, "Confidence": 100.0}
        ]
    },
}


def beside(app: Application) -> Application:
    """Return *app* with the fake answering what is meant for Rekognition."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        target = dict(scope.get("headers", ())).get(b"x-amz-target", b"")
        if not target.startswith(TARGET):
            await app(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        await _send(send, ANSWERS.get(target.removeprefix(TARGET).decode()))

    return answer


async def _send(send: Any, answer: Any) -> None:
    error = {"__type": "UnknownOperationException", "Message": "not in the local fake"}
    headers = [(b"content-type", b"application/x-amz-json-1.1")]
    await send({"type": "http.response.start", "status": 200 if answer else 400, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer or error).encode()})
