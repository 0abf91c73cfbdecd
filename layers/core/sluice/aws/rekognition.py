"""Analysis by Amazon Rekognition."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from sluice.aws.errors import code_of, translated
from sluice.images.analysis import Analysed, AnalysisOptions, Detection, Face, Label
from sluice.images.image import Refused
from sluice.images.plan import Box

MOST_LABELS = 50
SURE_ENOUGH = 70.0  # percent; of labels
DOUBTFUL = 50.0  # percent; Rekognition's own least confidence of moderation labels
# Amazon Rekognition developer guide, "Guidelines and quotas": bytes in the request, and 50 pixels a side.
MOST_BYTES = 5 * 1024**2
_UNSUITABLE = {
    "ImageTooLargeException": "it is too large for Amazon Rekognition",
    "InvalidImageFormatException": "Amazon Rekognition cannot read it",
    "InvalidParameterException": "Amazon Rekognition wants at least 50 pixels a side",
}


class RekognitionAnalysis:
    """Asks Rekognition, once for each kind that is looked for: each is priced on its own."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def analyse(self, jpeg: bytes, options: AnalysisOptions) -> Analysed | Refused:
        """
        Look for what *options* say; an image that Rekognition cannot take is refused.

        Raises ServiceBusyError when throttled, or where the region has no Rekognition.
        """
        if len(jpeg) > MOST_BYTES:
            return _refused("ImageTooLargeException")
        try:
            with translated("analyse an image"):
                return self._analysed({"Bytes": jpeg}, options)
        except ClientError as error:
            if code_of(error) not in _UNSUITABLE:
                raise
            return _refused(code_of(error))

    def _analysed(self, image: Mapping[str, Any], options: AnalysisOptions) -> Analysed:
        answers: dict[Detection, Any] = {}
        if Detection.LABELS in options.detect:
            answers[Detection.LABELS] = self._client.detect_labels(
                Image=image, MaxLabels=MOST_LABELS, MinConfidence=SURE_ENOUGH
            )
        if Detection.MODERATION in options.detect:
            least = DOUBTFUL if options.reject_above is None else min(DOUBTFUL, options.reject_above)
            answers[Detection.MODERATION] = self._client.detect_moderation_labels(
                Image=image, MinConfidence=least
            )
        if Detection.FACES in options.detect:
            answers[Detection.FACES] = self._client.detect_faces(Image=image, Attributes=["DEFAULT"])
        return _read(urlsplit(self._client.meta.endpoint_url).netloc, answers)


def _refused(code: str) -> Refused:
    return Refused("not-analysable", f"The image cannot be analysed: {_UNSUITABLE[code]}.")


def _read(source: str, answers: Mapping[Detection, Any]) -> Analysed:
    labels, moderation, faces = (answers.get(kind) for kind in Detection)
    return Analysed(
        source=source,
        models={
            kind.value: answers[kind][name]
            for kind, name in (
                (Detection.LABELS, "LabelModelVersion"),
                (Detection.MODERATION, "ModerationModelVersion"),
            )
            if kind in answers and name in answers[kind]
        },
        labels=tuple(map(_label, labels["Labels"])) if labels else None,
        moderation=tuple(map(_moderation_label, moderation["ModerationLabels"])) if moderation else None,
        faces=tuple(map(_face, faces["FaceDetails"])) if faces else None,
    )


def _label(found: Mapping[str, Any]) -> Label:
    parents = found.get("Parents", [])
    return Label(found["Name"], found["Confidence"], parents[0]["Name"] if parents else "")


def _moderation_label(found: Mapping[str, Any]) -> Label:
    return Label(found["Name"], found["Confidence"], found.get("ParentName", ""))


def _face(found: Mapping[str, Any]) -> Face:
    box = found["BoundingBox"]
    return Face(Box(box["Left"], box["Top"], box["Width"], box["Height"]), found["Confidence"])
