"""The local stack has no Rekognition: what stands in its place says of itself that it is a fake."""

import pytest
from botocore.exceptions import ClientError

from sluice.aws.rekognition import RekognitionAnalysis
from sluice.images.analysis import AnalysisOptions

pytestmark = pytest.mark.e2e


def test_the_adapter_takes_what_the_fake_answers_and_its_name_is_in_it(trial):
    found = RekognitionAnalysis(trial.client("rekognition")).analyse(b"\xff\xd8\xff", AnalysisOptions())

    facts = found.facts()["analysis"]
    assert facts["source"].startswith("127.0.0.1")
    assert facts["models"] == {"labels": "local fake", "moderation": "local fake"}
    assert facts["labels"]["surest"][0]["name"].startswith("Local fake")
    assert (facts["moderation"]["count"], facts["faces"]["count"]) == (0, 1)


def test_anything_else_is_refused(trial):
    with pytest.raises(ClientError, match="not in the local fake"):
        trial.client("rekognition").list_collections()
