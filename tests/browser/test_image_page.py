"""The page of an image, in a real browser. Screenshots are in build/screens."""

import json

import pytest

from sluice.images.page import image_page
from tests.browser.test_report import SCREENS
from tests.unit.test_image_page import RENDERED

LINES = "(text) => { let range = new Range(); range.selectNode(text); return range.getClientRects().length }"


@pytest.fixture
def page(browser, tmp_path):
    path = tmp_path / "image.html"
    path.write_text(image_page("mountain lake at dawn, from the south.jpg", RENDERED))
    page = browser.open(path)
    yield page
    page.close()


@pytest.mark.parametrize("name", ["light", "dark", "narrow"])
def test_a_page_is_accessible(page, axe, name):
    """By the rules of axe-core, best practices among them: landmarks, headings, contrast."""
    page.show(**SCREENS[name])
    page.evaluate(axe + ";0")

    result = json.loads(page.evaluate("axe.run(document).then((found) => JSON.stringify(found))"))

    found = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in result["violations"]]
    assert found == []


def test_a_narrow_page_breaks_no_word_of_its_own(page, screens):
    """Names of files may be broken, and nothing is wider than the window."""
    page.show(**SCREENS["narrow"])

    page.screenshot(screens / "image narrow.png")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for words in ("h2 + table th:not(.format)", "td.name"):
        lines = f"[...document.querySelectorAll('{words}')].map((cell) => cell.firstChild).map({LINES})"
        assert set(page.evaluate(lines)) == {1}
