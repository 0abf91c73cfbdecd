"""The page of one image: complete, without a server, whatever the file is called."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sluice.images.analysis import Analysed, Label
from sluice.images.image import Format, ImageFacts, Output, Rendered
from sluice.images.page import INLINE_BYTES, image_page

FACTS = ImageFacts(
    format=Format.JPEG,
    width=4000,
    height=3000,
    orientation=6,
    colour_space="srgb",
    has_alpha=False,
    frames=1,
    dominant_colour="#5a96e6",
    placeholder="nhcKNZpwd4dw",
    warnings=("Stray <bytes>.",),
)
RENDERED = Rendered(
    FACTS,
    (
        Output("processed", Format.JPEG, 4000, 3000, bytes(INLINE_BYTES + 1)),
        Output("thumb", Format.WEBP, 160, 120, b"RIFF"),
    ),
    source_bytes=800_000,
)


class Page(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep a tag with its attributes."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep the text between tags."""
        self.text += data


def test_the_page_says_what_the_catalogue_knows():
    """Facts and renditions, in words."""
    text = Page(image_page("a.jpg", RENDERED)).text

    for words in (
        "4,000 × 3,000",
        "JPEG",
        "turned upright (EXIF 6)",
        "srgb",
        "#5a96e6",
        "nhcKNZpwd4dw",
        "800.0 kB",
        "Stray <bytes>.",
    ):
        assert words in text
    for words in ("processed_a.jpg", "a.jpg_thumb.webp", "160 × 120", "4 B"):
        assert words in text
    assert "400.0 kB (50%)" in text


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>.jpg', "a' onload='x.jpg", "<b>&amp;.jpg"])
def test_a_name_is_text_whatever_is_in_it(name):
    """In the title, in cells and in attributes."""
    page = Page(image_page(name, RENDERED))

    assert name in page.text
    assert {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "main",
        "div",
        "section",
        "table",
        "tr",
        "th",
        "td",
        "span",
        "code",
        "figure",
        "img",
        "figcaption",
    } >= {tag for tag, _ in page.tags}
    assert not any(attribute.startswith("on") for _, attributes in page.tags for attribute in attributes)


def test_nothing_is_asked_of_any_server():
    """Pictures are within the page, and a policy forbids the rest."""
    page = Page(image_page("a.jpg", RENDERED))

    assert all(attributes["src"].startswith("data:image/") for tag, attributes in page.tags if tag == "img")
    assert any("default-src 'none'" in attributes.get("content", "") for _, attributes in page.tags)
    assert not any("href" in attributes for _, attributes in page.tags)


def test_a_large_output_is_listed_and_not_shown():
    """A page of many megabytes helps nobody."""
    page = Page(image_page("a.jpg", RENDERED))

    assert ["a.jpg_thumb.webp"] == [attributes["alt"] for tag, attributes in page.tags if tag == "img"]


def test_light_and_dark():
    """As the reader's system has it."""
    assert "prefers-color-scheme: dark" in image_page("a.jpg", RENDERED)


def test_what_an_analysis_found_is_told_with_who_says_so():
    """Labels come from outside, and are text like everything else."""
    found = Analysed(
        "rekognition.eu-central-1.amazonaws.com",
        labels=(Label("<b>Vase", 97.6), Label("Jar", 99.0)),
        faces=(),
        models={"labels": "3.0"},
    )
    text = Page(image_page("a.jpg", RENDERED, found)).text

    assert "Jar 99 %, <b>Vase 98 %" in text
    assert "rekognition.eu-central-1.amazonaws.com 3.0" in text
    assert "Faces0" in text
    assert "Seen" not in Page(image_page("a.jpg", RENDERED)).text


@pytest.mark.parametrize(("uploaded", "told"), [(400_001, False), (404_100, True)])
def test_less_than_a_hundredth_saved_is_not_told(uploaded, told):
    """It would read as 0 %."""
    text = Page(image_page("a.jpg", replace(RENDERED, source_bytes=uploaded))).text

    assert ("Saved" in text) is told


def test_nothing_saved_is_not_boasted_of():
    """Without an optimized original, too."""
    assert "Saved" not in Page(image_page("a.jpg", replace(RENDERED, outputs=RENDERED.outputs[1:]))).text
