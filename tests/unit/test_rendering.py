"""An uploaded image becomes what a rule asks for, or is refused in a sentence."""

from pathlib import Path

import pytest
import pyvips

from sluice.errors import MisconfiguredError, ServiceBusyError
from sluice.images.analysis import Analysed, Detection, Face, Label
from sluice.images.image import Refused
from sluice.images.isolation import ImageWorker
from sluice.images.limits import MAX_BYTES
from sluice.images.plan import Box
from sluice.outcomes import Outcome, Status
from sluice.processors.downloads import Downloads
from sluice.processors.rendering import Studio, render_file
from sluice.rules.rule import PROCESS_IMAGE, Rule
from tests import fakes
from tests.unit import odd_images

SAMPLES = Path(__file__).parents[2] / "samples"
PHOTO = odd_images.photo(1000, 600)
JPEG = PHOTO.jpegsave_buffer(Q=95)
PLAIN = pyvips.Image.black(200, 100, bands=3).linear(1, 90).cast("uchar").copy(interpretation="srgb")
CARD = {"name": "card", "format": "png"}


@pytest.fixture(scope="module")
def worker():
    """One process for many images, as a warm function has it."""
    with ImageWorker() as started:
        yield started


@pytest.fixture
def render(worker):
    """Put a file into the inbox, take it through the use case, and give the outcome and the outbox."""

    def run(content, name="vase.png", analysis=None, marks=None, max_bytes=MAX_BYTES, **options):
        if "analysis_options" in options:
            options["analysis"] = options.pop("analysis_options")
        inbox, outbox = fakes.FakeInbox(), fakes.FakeOutbox()
        file = fakes.a_file(f"shop/{name}", size=len(content))
        inbox.contents[file.key] = content
        rule = Rule(id="photos", version=3, processor=PROCESS_IMAGE, options=options)
        studio = Studio(worker, fakes.FakeWatermarks(**marks or {}), analysis)
        with Downloads(inbox, (file,), max_bytes) as downloads:
            outcome = render_file(file, rule, None, downloads=downloads, outbox=outbox, studio=studio)
        return outcome, Results(outcome, outbox)

    return run


class Results:
    """What an outcome published, by the name of the output."""

    def __init__(self, outcome: Outcome, outbox: fakes.FakeOutbox):
        self.outbox = outbox
        self.names = {made["name"]: made["file"] for made in outcome.facts.get("renditions", ())}

    def content(self, name):
        """Bytes."""
        return self.outbox.results[f"processed/shop/{self.names[name]}"][1]

    def image(self, name, **options):
        """Pixels."""
        return pyvips.Image.new_from_buffer(self.content(name), "", **options)

    def loader(self, name):
        """By content."""
        return self.image(name).get("vips-loader").removesuffix("load_buffer")


def test_an_image_has_renditions_a_page_and_its_facts(render):
    """Beside the optimized original, under names that no other image shares."""
    outcome, results = render((SAMPLES / "vase.png").read_bytes())

    assert outcome.status is Status.SUCCESS
    assert set(outcome.results) == {
        "processed/shop/processed_vase.png",
        "processed/shop/vase.png_thumb.webp",
        "processed/shop/vase.png_medium.webp",
        "processed/shop/vase.png_large.webp",
        "processed/shop/vase.png.html",
    }
    assert outcome.facts["has_alpha"]
    assert outcome.facts["format"] == "png"
    assert "analysis" not in outcome.facts
    assert results.outbox.results["processed/shop/vase.png.html"][0] == "text/html; charset=utf-8"


def test_text_that_is_named_as_an_image_is_an_error_in_a_sentence(render):
    """Nothing is published of it."""
    outcome, results = render(b"These are notes.", "notes.jpg")

    assert (outcome.status, outcome.facts["error_code"]) == (Status.ERROR, "not-an-image")
    assert outcome.error_message.endswith(".")
    assert (outcome.results, results.outbox.results) == ((), {})


def test_a_file_above_the_limit_is_not_read_to_its_end(render):
    """Its size is all that is looked at."""
    outcome, _ = render(JPEG, max_bytes=len(JPEG) - 1)

    assert (outcome.status, outcome.facts["error_code"]) == (Status.ERROR, "too-many-bytes")


class TestOptions:
    """Each option of a rule, from its JSON to the pixels in the outbox."""

    def test_the_original_can_be_left_out(self, render):
        outcome, results = render(JPEG, original=False)

        assert set(results.names) == {"thumb", "medium", "large"}
        assert outcome.facts["bytes_saved"] == 0

    def test_quality_of_the_original(self, render):
        _, low = render(JPEG, original={"quality": 20})
        _, high = render(JPEG, original={"quality": 90})

        assert len(low.content("processed")) < len(high.content("processed")) / 2

    def test_an_original_that_need_not_move(self, render):
        _, still = render(odd_images.animation().gifsave_buffer(), original={"animated": False})

        assert still.image("processed", n=-1).get_n_pages() == 1

    def test_a_rendition_that_moves(self, render):
        _, results = render(
            odd_images.animation().gifsave_buffer(),
            renditions=[{"name": "clip", "width": 30, "animated": True}],
        )

        assert results.image("clip", n=-1).get_n_pages() == 5

    def test_sizes(self, render):
        outcome, _ = render(JPEG, renditions=[{"name": "a", "width": 200}, {"name": "b", "width": 5000}])

        sizes = {made["name"]: (made["width"], made["height"]) for made in outcome.facts["renditions"]}
        assert sizes == {"processed": (1000, 600), "a": (200, 120), "b": (1000, 600)}

    @pytest.mark.parametrize(
        ("fit", "size"), [("inside", (167, 100)), ("cover", (200, 100)), ("exact", (200, 100))]
    )
    def test_fit(self, render, fit, size):
        _, results = render(JPEG, renditions=[CARD | {"width": 200, "height": 100, "fit": fit}])

        assert (results.image("card").width, results.image("card").height) == size

    def test_crop(self, render):
        """The red corner draws attention; a centre crop leaves it out."""
        source = PLAIN.draw_rect([230, 20, 20], 5, 30, 30, 30, fill=True).pngsave_buffer()
        box = CARD | {"width": 60, "height": 60, "fit": "cover"}
        crops = [box | {"name": crop, "crop": crop} for crop in ("attention", "centre")]
        _, results = render(source, renditions=crops)

        assert results.image("attention")[0].max() > 200
        assert results.image("centre")[0].max() < 100

    @pytest.mark.parametrize(
        ("kind", "loader"),
        [
            ("jpeg", "jpeg"),
            ("png", "png"),
            ("webp", "webp"),
            ("avif", "heif"),
            ("gif", "gif"),
            ("own", "jpeg"),
        ],
    )
    def test_format(self, render, kind, loader):
        _, results = render(JPEG, "a.jpg", renditions=[{"name": "card", "width": 100, "format": kind}])

        assert results.loader("card") == loader
        [content_type] = [kind for key, (kind, _) in results.outbox.results.items() if "card" in key]
        assert content_type == f"image/{'jpeg' if kind == 'own' else kind}"

    def test_quality_of_a_rendition(self, render):
        made = [{"name": f"q{quality}", "quality": quality} for quality in (20, 90)]
        _, results = render(JPEG, renditions=made)

        assert len(results.content("q20")) < len(results.content("q90")) / 2

    def test_sharpening(self, render):
        made = [
            CARD | {"name": name, "width": 300, "sharpen": radius} for name, radius in (("a", 0), ("b", 1))
        ]
        _, results = render(JPEG, renditions=made)

        assert results.image("b").sobel().avg() > results.image("a").sobel().avg()

    @pytest.mark.parametrize(("colour", "expected"), [("#ffffff", 255), ("#000000", 0)])
    def test_background(self, render, colour, expected):
        source = odd_images.see_through().pngsave_buffer()
        _, results = render(source, background=colour, renditions=[{"name": "card", "format": "jpeg"}])

        assert abs(results.image("card")(1, 100)[1] - expected) < 12

    @pytest.mark.parametrize(("policy", "kept"), [("strip", 0), ("strip-place", 1), ("keep", 2)])
    def test_metadata(self, render, policy, kept):
        _, results = render(odd_images.with_place(), metadata=policy)
        names = set(results.image("processed").get_fields())

        assert len(names & {"exif-ifd0-Make", "exif-ifd3-GPSLatitude"}) == kept

    @pytest.mark.parametrize("name", ["processed", "card"])
    def test_a_text_as_watermark(self, render, name):
        source = PLAIN.pngsave_buffer()
        _, plain = render(source, renditions=[CARD])
        _, marked = render(source, renditions=[CARD], watermark={"text": "© Lumen", "place": "top-left"})
        changed = (plain.image(name) - marked.image(name)).abs()

        assert changed.crop(0, 0, 100, 50).avg() > 1
        assert changed.crop(100, 50, 100, 50).max() == 0

    @pytest.mark.parametrize("bucket", ["inbox", "outbox"])
    def test_an_image_as_watermark_with_place_size_and_opacity(self, render, bucket):
        """White, half through, over half of the width at the left."""
        white = pyvips.Image.black(10, 10, bands=3).linear(1, 255).cast("uchar").pngsave_buffer()
        mark = {"image": "logo.png", "bucket": bucket, "place": "left", "size": 0.25, "opacity": 0.5}
        _, results = render(
            PLAIN.pngsave_buffer(), renditions=[CARD], watermark=mark, marks={bucket: {"logo.png": white}}
        )

        assert abs(results.image("card")(25, 50)[0] - (90 + 255) / 2) < 3
        assert results.image("card")(60, 50)[0] == 90

    def test_svg_only_where_a_rule_allows_it(self, render):
        drawing = odd_images.svg('<rect width="40" height="30" fill="#00ff00"/>')
        refused, _ = render(drawing, "a.svg")
        allowed, results = render(drawing, "a.svg", allow_svg=True)

        assert (refused.status, refused.facts["error_code"]) == (Status.ERROR, "svg-not-allowed")
        assert "processed/shop/processed_a.svg.png" in allowed.results
        assert results.image("processed")(20, 15)[:3] == [0, 255, 0]

    def test_options_that_cannot_be_followed_are_no_fault_of_the_file(self, render):
        """Of a rule that was stored before options were checked."""
        with pytest.raises(MisconfiguredError, match=r"rule 'photos'.*renditions"):
            render(JPEG, renditions="all")


class FakeAnalysis:
    """Gives what a test wants to be found, and keeps what it was asked."""

    def __init__(self, found):
        self.found = found
        self.asked = []

    def analyse(self, jpeg, options):
        self.asked.append((jpeg, options))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def label(confidence, name="Weapons"):
    return Label(name, confidence, "Violence")


class TestAnalysis:
    """Where the stack has one, images are looked at before anything of them is published."""

    def test_what_is_found_is_in_the_facts(self, render):
        found = Analysed("host", labels=(label(80.0, "Vase"), label(99.0, "Jar")), moderation=(), faces=None)
        outcome, _ = render(JPEG, analysis=FakeAnalysis(found))

        assert outcome.status is Status.SUCCESS
        analysis = outcome.facts["analysis"]
        assert (analysis["source"], analysis["models"]) == ("host", {})
        assert [one["name"] for one in analysis["labels"]["surest"]] == ["Jar", "Vase"]
        assert analysis["moderation"] == {"count": 0, "surest": []}
        assert "faces" not in analysis

    def test_the_catalogue_keeps_the_surest_of_many(self, render):
        found = Analysed("host", labels=tuple(label(float(sure)) for sure in range(100)))
        outcome, _ = render(JPEG, analysis=FakeAnalysis(found))

        labels = outcome.facts["analysis"]["labels"]
        assert (labels["count"], len(labels["surest"]), labels["surest"][0]["confidence"]) == (100, 50, 99.0)

    def test_a_small_upright_jpeg_is_looked_at(self, render):
        """Of 1920 pixels at most, whatever was uploaded."""
        analysis = FakeAnalysis(Analysed("host"))
        source = odd_images.photo(3000, 2000).pngsave_buffer()
        render(source, analysis=analysis)

        copy = pyvips.Image.new_from_buffer(analysis.asked[0][0], "")
        assert (copy.get("vips-loader"), copy.width, copy.height) == ("jpegload_buffer", 1920, 1280)
        assert len(analysis.asked[0][0]) < 5_000_000

    def test_a_rule_may_decline(self, render):
        analysis = FakeAnalysis(AssertionError())
        outcome, _ = render(JPEG, analysis=analysis, analysis_options=False)

        assert (outcome.status, analysis.asked) == (Status.SUCCESS, [])

    def test_a_rule_says_what_to_look_for(self, render):
        analysis = FakeAnalysis(Analysed("host"))
        render(JPEG, analysis=analysis, analysis_options={"detect": ["labels"]})

        assert analysis.asked[0][1].detect == {Detection.LABELS}

    @pytest.mark.parametrize(("confidence", "status"), [(80.1, Status.ERROR), (80.0, Status.SUCCESS)])
    def test_above_a_confidence_nothing_is_published(self, render, confidence, status):
        found = Analysed("host", moderation=(label(12.0, "Alcohol"), label(confidence)))
        outcome, results = render(JPEG, analysis=FakeAnalysis(found), analysis_options={"reject_above": 80})

        assert outcome.status is status
        assert outcome.facts["analysis"]["moderation"]["count"] == 2
        if status is Status.ERROR:
            assert (outcome.results, results.outbox.results) == ((), {})
            assert outcome.facts["error_code"] == "moderation"
            assert outcome.error_message == (
                "The image shows Weapons with a confidence of 80.1 %; the rule allows 80 %."
            )

    def test_faces_are_blurred_in_every_output(self, render):
        """The optimized original among them; the rest stays."""
        found = Analysed("host", faces=(Face(Box(0.25, 0.25, 0.25, 0.5), 99.0),))
        source = odd_images.checks(600, 400).pngsave_buffer()
        _, results = render(
            source, analysis=FakeAnalysis(found), analysis_options={"blur_faces": True}, renditions=[CARD]
        )

        for name in ("processed", "card"):
            image = results.image(name)
            assert image.crop(170, 120, 110, 160).deviate() < 12
            assert image.crop(360, 120, 110, 160).deviate() > 50

    @pytest.mark.parametrize("binding", [{"reject_above": 80}, {"blur_faces": True}])
    @pytest.mark.parametrize("kind", ["gif", "webp"])
    def test_frames_that_nobody_looked_at_are_not_published(self, render, binding, kind):
        """Only the first was, and it may show no one."""
        analysis = FakeAnalysis(Analysed("host", moderation=(), faces=()))
        moving = [{"name": "clip", "animated": True, "format": "own"}]
        source = getattr(odd_images.animation(), f"{kind}save_buffer")()
        _, results = render(source, analysis=analysis, analysis_options=binding, renditions=moving)

        assert {results.image(name, n=-1).get_n_pages() for name in ("processed", "clip")} == {1}

    def test_faces_stay_where_no_rule_blurs_them(self, render):
        found = Analysed("host", faces=(Face(Box(0.25, 0.25, 0.25, 0.5), 99.0),))
        source = odd_images.checks(600, 400).pngsave_buffer()
        _, results = render(source, analysis=FakeAnalysis(found))

        assert results.image("processed").crop(170, 120, 110, 160).deviate() > 50

    def test_an_image_that_cannot_be_analysed_is_published_where_nothing_depends_on_it(self, render):
        refusal = Refused("not-analysable", "It is too small.")
        outcome, _ = render(JPEG, analysis=FakeAnalysis(refusal))

        assert outcome.status is Status.SUCCESS
        assert outcome.facts["analysis"] == {"refused": "It is too small."}

    @pytest.mark.parametrize("binding", [{"reject_above": 80}, {"blur_faces": True}])
    def test_and_is_an_error_where_a_rule_depends_on_it(self, render, binding):
        refusal = Refused("not-analysable", "It is too small.")
        outcome, results = render(JPEG, analysis=FakeAnalysis(refusal), analysis_options=binding)

        assert (outcome.status, outcome.error_message) == (Status.ERROR, "It is too small.")
        assert results.outbox.results == {}

    @pytest.mark.parametrize("binding", [{"reject_above": 80}, {"blur_faces": True}])
    def test_a_rule_that_depends_on_it_is_not_followed_without(self, render, binding):
        """Ours to mend: nobody's face goes out because a parameter is off."""
        with pytest.raises(MisconfiguredError, match="ImageAnalysis is off"):
            render(JPEG, analysis_options=binding)

    def test_a_service_that_is_busy_is_ours_to_retry(self, render):
        with pytest.raises(ServiceBusyError):
            render(JPEG, analysis=FakeAnalysis(ServiceBusyError("throttled")))

    def test_what_is_no_image_is_not_sent_anywhere(self, render):
        analysis = FakeAnalysis(AssertionError())
        outcome, _ = render(b"text", analysis=analysis)

        assert (outcome.facts["error_code"], analysis.asked) == ("not-an-image", [])
