"""Read what a rule wants looked for in images, and what is to follow from it."""

from typing import Any

from sluice.images.analysis import AnalysisOptions, Detection
from sluice.option_reading import OptionReading


def read_analysis(reading: OptionReading, given: Any) -> AnalysisOptions | None:
    """Read `true`, `false`, or `{"detect": […], "reject_above": …, "blur_faces": …}`."""
    if isinstance(given, bool):
        return AnalysisOptions() if given else None
    given = reading.object("analysis", given, ("detect", "reject_above", "blur_faces")) or {}
    above = given.get("reject_above")
    options = AnalysisOptions(
        detect=_detections(reading, given.get("detect", list(Detection))),
        reject_above=None if above is None else reading.number("analysis.reject_above", above, 100.0),
        blur_faces=reading.truth("analysis.blur_faces", given.get("blur_faces", False)),
    )
    if options.reject_above is not None:
        _need(reading, "reject_above", Detection.MODERATION, options)
    if options.blur_faces:
        _need(reading, "blur_faces", Detection.FACES, options)
    return options


def _detections(reading: OptionReading, given: Any) -> frozenset[Detection]:
    listed = reading.array("analysis.detect", given, len(Detection))
    return frozenset(
        reading.one_of(f"analysis.detect.{at}", item, Detection) for at, item in enumerate(listed)
    )


def _need(reading: OptionReading, name: str, detection: Detection, options: AnalysisOptions) -> None:
    if detection not in options.detect:
        reading.fault(f"analysis.{name}", f"needs {detection} among detect")
