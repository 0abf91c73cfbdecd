"""An uploaded image becomes what a site needs, or is refused in a sentence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sluice.files import File
from sluice.image_isolation import ImageWorker
from sluice.outcomes import Status
from sluice.rendering import render_file
from sluice.rules import DEFAULT_RULES
from tests import fakes

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def outbox():
    return fakes.FakeOutbox()


def render(name, content, outbox):
    inbox = fakes.FakeInbox()
    key = f"shop/{name}"
    inbox.contents[key] = content
    file = File("inbox", key, "1", "etag", len(content), "00", datetime(2026, 3, 2, tzinfo=UTC), "c-1")
    with ImageWorker() as worker:
        return render_file(file, DEFAULT_RULES[2], None, inbox=inbox, outbox=outbox, renderer=worker)


def test_an_image_has_renditions_a_page_and_its_facts(outbox):
    """Beside the optimized original, under names that no other image shares."""
    outcome = render("vase.png", (SAMPLES / "vase.png").read_bytes(), outbox)

    assert Status.SUCCESS == outcome.status
    assert {
        "processed/shop/processed_vase.png",
        "processed/shop/vase.png_thumb.webp",
        "processed/shop/vase.png_medium.webp",
        "processed/shop/vase.png_large.webp",
        "processed/shop/vase.png.html",
    } == set(outcome.results)
    assert outcome.facts["has_alpha"]
    assert "png" == outcome.facts["format"]


def test_text_that_is_named_as_an_image_is_an_error_in_a_sentence(outbox):
    """Nothing is published of it."""
    outcome = render("notes.jpg", b"These are notes.", outbox)

    assert Status.ERROR == outcome.status
    assert outcome.error_message.endswith(".")
    assert () == outcome.results
