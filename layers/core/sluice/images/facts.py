"""What the catalogue keeps of an image."""

from typing import Any

from sluice.images.image import Output, Rendered, output_name


def facts_of(file_name: str, rendered: Rendered) -> dict[str, Any]:
    """Return an image's facts and its list of outputs, JSON-ready."""
    facts = rendered.facts
    return {
        "width": facts.width,
        "height": facts.height,
        "format": facts.format,
        "orientation": facts.orientation,
        "colour_space": facts.colour_space,
        "has_alpha": facts.has_alpha,
        "frames": facts.frames,
        "dominant_colour": facts.dominant_colour,
        "placeholder": facts.placeholder,
        "warnings": list(facts.warnings),
        "bytes_saved": rendered.bytes_saved,
        "renditions": [_rendition(file_name, output) for output in rendered.outputs],
    }


def _rendition(file_name: str, output: Output) -> dict[str, Any]:
    return {
        "name": output.name,
        "file": output_name(file_name, output),
        "width": output.width,
        "height": output.height,
        "bytes": len(output.content),
    }
