"""What an analysis finds in an image, and what a rule makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sluice.images.plan import Box

MOST_KEPT = 50  # of each kind in the catalogue, the surest first; an item holds 400 KB


class Detection(StrEnum):
    """What can be looked for."""

    LABELS = "labels"
    MODERATION = "moderation"
    FACES = "faces"


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """What a rule wants to be looked for, and what follows from it."""

    detect: frozenset[Detection] = frozenset(Detection)
    reject_above: float | None = None
    """Percent: an image with a moderation label of a higher confidence is an error, and not published."""
    blur_faces: bool = False

    @property
    def is_binding(self) -> bool:
        """Tell whether an image may not be published without an analysis."""
        return self.reject_above is not None or self.blur_faces


@dataclass(frozen=True, slots=True)
class Label:
    """Something that is seen in an image, or should not be; confidence in percent."""

    name: str
    confidence: float
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is, in shares of width and height; confidence in percent."""

    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was found in one image; a kind that was not looked for is None."""

    source: str
    """Who says so: the host that answered."""
    labels: tuple[Label, ...] | None = None
    moderation: tuple[Label, ...] | None = None
    faces: tuple[Face, ...] | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    """Versions of the models that answered, where they say theirs."""
    refusal: str = ""
    """Why the image could not be analysed, in a sentence."""

    def surest_beyond(self, confidence: float | None) -> Label | None:
        """Return the surest moderation label of more than *confidence* percent."""
        if confidence is None:
            return None
        beyond = [label for label in self.moderation or () if label.confidence > confidence]
        return max(beyond, key=lambda label: label.confidence, default=None)

    def facts(self) -> dict[str, Any]:
        """Return what the catalogue keeps: the MOST_KEPT surest of each kind, and how many there are."""
        if self == NOT_LOOKED_FOR:
            return {}
        if self.refusal:
            return {"analysis": {"refused": self.refusal}}
        kinds = {"labels": self.labels, "moderation": self.moderation, "faces": self.faces}
        told = {
            name: {"count": len(found), "surest": _surest(found)}
            for name, found in kinds.items()
            if found is not None
        }
        return {"analysis": {"source": self.source, "models": dict(self.models)} | told}


NOT_LOOKED_FOR = Analysed(source="")


def _surest(found: Sequence[Label | Face]) -> list[dict[str, Any]]:
    ranked = sorted(found, key=lambda detected: -detected.confidence)
    return [asdict(detected) for detected in ranked[:MOST_KEPT]]
