"""
A fake of Amazon Rekognition, which the emulator lacks: it sees nothing, and says so.

Whatever the image, it answers with one label that names itself, no moderation label, and a face in the
middle, so that rules which blur can be tried. Its models have the version `local fake`, which ends up in the
catalogue. Roles are not enforced here.
"""

from typing import Any

from local import json_services
from local.json_services import Application

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
    return json_services.beside(app, (TARGET,), _answer)


def _answer(operation: str, _: Any) -> tuple[int, Any]:
    if operation in ANSWERS:
        return 200, ANSWERS[operation]
    return 400, {"__type": "UnknownOperationException", "Message": "not in the local fake"}
