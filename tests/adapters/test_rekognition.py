"""What Amazon Rekognition finds, and what it cannot do, in the words of Sluice."""

import boto3
import pytest
from botocore.stub import ANY, Stubber

from sluice.aws.rekognition import MOST_BYTES, RekognitionAnalysis
from sluice.errors import MisconfiguredError, ServiceBusyError
from sluice.images.analysis import Analysed, AnalysisOptions, Detection, Face, Label
from sluice.images.image import Refused
from sluice.images.plan import Box

JPEG = b"\xff\xd8\xff..."
IMAGE = {"Bytes": JPEG}
LABELS = {
    "LabelModelVersion": "3.0",
    "Labels": [
        {"Name": "Vase", "Confidence": 98.5, "Parents": [{"Name": "Jar"}, {"Name": "Pottery"}]},
        {"Name": "Table", "Confidence": 71.0},
    ],
}
MODERATION = {
    "ModerationModelVersion": "7.0",
    "ModerationLabels": [
        {"Name": "Violence", "Confidence": 81.25, "ParentName": ""},
        {"Name": "Weapons", "Confidence": 81.25, "ParentName": "Violence"},
    ],
}
FACES = {
    "FaceDetails": [
        {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}, "Confidence": 99.9}
    ]
}


def only(*kinds, **more):
    return AnalysisOptions(detect=frozenset(kinds), **more)


@pytest.fixture
def rekognition():
    return boto3.client("rekognition")


@pytest.fixture
def stub(rekognition):
    with Stubber(rekognition) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_all_three_kinds_are_looked_for(rekognition, stub):
    stub.add_response("detect_labels", LABELS, {"Image": IMAGE, "MaxLabels": 50, "MinConfidence": 70.0})
    stub.add_response("detect_moderation_labels", MODERATION, {"Image": IMAGE, "MinConfidence": 50.0})
    stub.add_response("detect_faces", FACES, {"Image": IMAGE, "Attributes": ["DEFAULT"]})

    assert RekognitionAnalysis(rekognition).analyse(JPEG, AnalysisOptions()) == Analysed(
        source="rekognition.us-east-1.amazonaws.com",
        models={"labels": "3.0", "moderation": "7.0"},
        labels=(Label("Vase", 98.5, "Jar"), Label("Table", 71.0)),
        moderation=(Label("Violence", 81.25), Label("Weapons", 81.25, "Violence")),
        faces=(Face(Box(0.1, 0.2, 0.3, 0.4), 99.9),),
    )


def test_what_a_rule_does_not_look_for_is_not_asked_and_not_paid(rekognition, stub):
    stub.add_response("detect_faces", {"FaceDetails": []}, {"Image": ANY, "Attributes": ANY})

    found = RekognitionAnalysis(rekognition).analyse(JPEG, only(Detection.FACES))

    assert (found.labels, found.moderation, found.faces) == (None, None, ())


@pytest.mark.parametrize(("above", "least"), [(80.0, 50.0), (20.0, 20.0)])
def test_moderation_labels_are_asked_for_down_to_where_the_rule_rejects(rekognition, stub, above, least):
    """Rekognition keeps to itself what is below the least confidence."""
    stub.add_response("detect_moderation_labels", MODERATION, {"Image": ANY, "MinConfidence": least})

    RekognitionAnalysis(rekognition).analyse(JPEG, only(Detection.MODERATION, reject_above=above))


@pytest.mark.parametrize(
    "code", ["ImageTooLargeException", "InvalidImageFormatException", "InvalidParameterException"]
)
def test_an_image_that_it_cannot_take_is_refused(rekognition, stub, code):
    """No exception: another attempt would end alike."""
    stub.add_client_error("detect_faces", code)

    refused = RekognitionAnalysis(rekognition).analyse(JPEG, only(Detection.FACES))

    assert isinstance(refused, Refused)
    assert refused.code == "not-analysable"
    assert refused.sentence.endswith(".")


def test_an_image_beyond_the_size_of_a_request_is_refused_without_asking(rekognition, stub):  # noqa: ARG001  asserts no call
    refused = RekognitionAnalysis(rekognition).analyse(bytes(MOST_BYTES + 1), AnalysisOptions())

    assert refused.code == "not-analysable"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("ThrottlingException", ServiceBusyError),
        ("ProvisionedThroughputExceededException", ServiceBusyError),
        ("InternalServerError", ServiceBusyError),
        ("AccessDeniedException", MisconfiguredError),
    ],
)
def test_a_fault_of_the_service_or_of_ours_is_an_exception(rekognition, stub, code, fault):
    """It is no property of the image."""
    stub.add_client_error("detect_labels", code)

    with pytest.raises(fault):
        RekognitionAnalysis(rekognition).analyse(JPEG, AnalysisOptions())


def test_a_region_without_rekognition_is_a_service_that_is_not_there(monkeypatch):
    """Its host name does not exist."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://rekognition.mars-north-1.invalid")
    client = boto3.client("rekognition", config=boto3.session.Config(retries={"total_max_attempts": 1}))

    with pytest.raises(ServiceBusyError, match="mars-north-1"):
        RekognitionAnalysis(client).analyse(JPEG, AnalysisOptions())
