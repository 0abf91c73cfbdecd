"""A rule's options for images, from its document to what is in the outbox, through the deployed template."""

import json

import pytest
import pyvips

from tests.unit import odd_images

pytestmark = pytest.mark.e2e

FOLDER = "by-rule"
LOGO = f"{FOLDER}-marks/logo.png"
RULE = {
    "id": "marked-photos",
    "name": "Marked photos",
    "match": {"prefix": f"{FOLDER}/"},
    "priority": 2,
    "processor": "process_image",
    "lane": "image",
    "options": {
        "original": False,
        "renditions": [{"name": "card", "format": "png"}],
        "watermark": {"image": LOGO, "place": "left", "size": 0.25, "opacity": 0.5},
        "allow_svg": True,
        "analysis": {"detect": ["faces"], "blur_faces": True},
    },
}


def create(product, rule):
    """Ask for a rule to be stored."""
    answer = product.client("lambda").invoke(
        FunctionName=product.outputs["RulesApiFunctionName"],
        Payload=json.dumps({"action": "create", "data": rule, "source": "a test"}).encode(),
    )
    return json.loads(answer["Payload"].read())


@pytest.fixture(scope="module")
def rule(product):
    """The rule and its watermark, a white square, in force."""
    white = pyvips.Image.black(10, 10).linear([1, 1, 1], [255] * 3).cast("uchar").pngsave_buffer()
    product.upload(LOGO, white)
    assert create(product, RULE)["status"] == "created"
    product.renew("Dispatch")


def card(product, item):
    """The pixels of the one rendition."""
    [key] = [key for key in item["results"] if key.endswith("_card.png")]
    body = product.client("s3").get_object(Bucket=product.outputs["OutboxBucketName"], Key=key)["Body"]
    return pyvips.Image.new_from_buffer(body.read(), "")


@pytest.mark.usefixtures("rule")
def test_an_image_is_rendered_as_its_rule_says(product):
    """The watermark comes from the inbox, and the local fake of Rekognition sees a face in the middle."""
    product.upload(f"{FOLDER}/checks.png", odd_images.checks(600, 400).pngsave_buffer())

    item = product.outcome(f"{FOLDER}/checks.png")
    assert [made["name"] for made in item["renditions"]] == ["card"]
    image = card(product, item)
    assert image.crop(250, 130, 90, 140).deviate() < 12  # blurred
    assert image.crop(400, 130, 90, 140).deviate() > 50
    assert image.crop(20, 150, 100, 100).min() >= 120  # half white


@pytest.mark.usefixtures("rule")
def test_a_drawing_is_rendered_where_its_rule_allows_it(product):
    """In the lane of images, whatever its suffix."""
    drawing = odd_images.svg('<rect width="400" height="300" fill="#00ff00"/>', width=400, height=300)
    product.upload(f"{FOLDER}/plan.svg", drawing)

    item = product.outcome(f"{FOLDER}/plan.svg")
    assert (item["status"], item["format"], item["lane"]) == ("success", "svg", "image")
    assert card(product, item)(380, 10)[:3] == [0, 255, 0]


def test_a_rule_with_a_wrong_option_is_not_saved(product):
    """And the answer says where."""
    wrong = RULE | {"id": "wrong", "options": {"renditions": [{"name": "card", "width": 0}]}}

    answer = create(product, wrong)

    assert answer["status"] != "created"
    assert "options.renditions.0.width" in json.dumps(answer)
