"""
What passes between a function and the process that renders its images: JSON and bytes, in frames.

Not pickle: the process reads hostile files, and what it answers must not be able to run anything.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sluice.images.image import Format, ImageFacts, Output, Refused, Rendered
from sluice.images.limits import ImageLimits
from sluice.images.plan import Box, Crop, Fit, MetadataPolicy, Place, RenderPlan, Rendition, Watermark

_LENGTH_BYTES = 4
Message = tuple[dict[str, Any], list[bytes]]


def frame(header: dict[str, Any], blobs: list[bytes]) -> list[bytes]:
    """Return the parts to write: the header's length, the header with its blobs' lengths, the blobs."""
    text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    return [len(text).to_bytes(_LENGTH_BYTES), text, *blobs]


def read_message(read: Callable[[int], bytes]) -> Message:
    """Read one message by way of *read*, which returns the bytes asked for; EOFError if there is none."""
    length = read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        raise EOFError
    header = json.loads(read(int.from_bytes(length)))
    return header, [read(size) for size in header.pop("blobs")]


def request(source: bytes | str, plan: RenderPlan, limits: ImageLimits) -> Message:
    """Ask for an image to be rendered; a source given by its path is read by the process itself."""
    mark = plan.watermark.image if plan.watermark else b""
    bare = replace(plan, watermark=replace(plan.watermark, image=b"")) if plan.watermark else plan
    path, content = (source, b"") if isinstance(source, str) else (None, source)
    plain = {**asdict(bare), "watermark": _without_image(bare.watermark)}
    return {"plan": plain, "limits": asdict(limits), "path": path}, [mark, content]


def read_request(message: Message) -> tuple[bytes | str, RenderPlan, ImageLimits]:
    """Return what `request` was given."""
    header, (mark, content) = message
    return header["path"] or content, _plan(header["plan"], mark), ImageLimits(**header["limits"])


def answer(result: Rendered | Refused) -> Message:
    """Tell what came of an image."""
    if isinstance(result, Refused):
        return {"refused": asdict(result)}, []
    outputs = [
        {"name": o.name, "format": o.format, "width": o.width, "height": o.height} for o in result.outputs
    ]
    header = {"facts": asdict(result.facts), "outputs": outputs, "source_bytes": result.source_bytes}
    return header, [output.content for output in result.outputs]


def read_answer(message: Message) -> Rendered | Refused:
    """Return what `answer` was given."""
    header, contents = message
    if "refused" in header:
        return Refused(**header["refused"])
    found = header["facts"]
    facts = ImageFacts(**{**found, "format": Format(found["format"]), "warnings": tuple(found["warnings"])})
    outputs = tuple(
        Output(**{**made, "format": Format(made["format"])}, content=content)
        for made, content in zip(header["outputs"], contents, strict=True)
    )
    return Rendered(facts, outputs, header["source_bytes"])


def _without_image(mark: Watermark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"text": mark.text, "place": mark.place, "size": mark.size, "opacity": mark.opacity}


def _plan(plain: dict[str, Any], mark: bytes) -> RenderPlan:
    watermark = plain["watermark"]
    return RenderPlan(
        original=_rendition(plain["original"]) if plain["original"] else None,
        renditions=tuple(_rendition(made) for made in plain["renditions"]),
        background=plain["background"],
        metadata=MetadataPolicy(plain["metadata"]),
        watermark=Watermark(**{**watermark, "place": Place(watermark["place"])}, image=mark)
        if watermark
        else None,
        allow_svg=plain["allow_svg"],
        blur=tuple(Box(**box) for box in plain["blur"]),
    )


def _rendition(plain: dict[str, Any]) -> Rendition:
    kind = Format(plain["format"]) if plain["format"] else None
    return Rendition(**{**plain, "fit": Fit(plain["fit"]), "crop": Crop(plain["crop"]), "format": kind})
