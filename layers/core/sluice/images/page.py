"""The page that shows one image's renditions and facts: one HTML file, which asks nothing of any server."""

import base64
from html import escape

from sluice.images.analysis import NOT_LOOKED_FOR, Analysed
from sluice.images.image import CONTENT_TYPES, ImageFacts, Output, Rendered, output_name

INLINE_BYTES = 400_000  # an output up to this size is shown within the page; a larger one is only listed
LABELS_SHOWN = 12
_KILO = 1000

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --line: #d8dce0; --faint: #5f6870 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --paper: #16191c; --line: #363c42; --faint: #9aa3ab }
}
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top }
td { overflow-wrap: anywhere }
th { font-weight: 500; color: var(--faint) }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.first { display: grid; grid-template-columns: minmax(0, 3fr) minmax(17rem, 2fr); gap: 2rem;
  align-items: start }
.first th { white-space: nowrap }
td.name { min-width: 6rem }
@media (max-width: 45rem) {
  .first { grid-template-columns: minmax(0, 1fr) }
  .format { display: none }  /* the file's name tells it */
}
section { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: end }
figure { margin: 0; max-width: 100% } section figure { max-width: min(100%, 33rem) }
figcaption { color: var(--faint); font-size: .85rem; margin-top: .35rem; overflow-wrap: anywhere }
figure img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 3px;
  background: repeating-conic-gradient(#8883 0 25%, #0000 0 50%) 0 0 / 1rem 1rem }
.swatch { display: inline-block; width: 1.1em; height: 1.1em; border: 1px solid var(--line);
  border-radius: 3px; vertical-align: -.2em }
"""
# Nothing is loaded that the page does not carry.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def image_page(file_name: str, rendered: Rendered, found: Analysed = NOT_LOOKED_FOR) -> str:
    """Return the page; every value in it is escaped, whoever chose the file's name."""
    title = escape(file_name)
    shown = [output for output in rendered.outputs if _is_inline(output)]
    figures = [_figure(file_name, output, rendered.source_bytes) for output in shown]
    rows = "".join(_row(file_name, output) for output in rendered.outputs)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<div class="first">
{"".join(figures[:1])}<table>{_facts(rendered, found)}</table>
</div>
<h2>Renditions</h2>
<table><tr><th>Name</th><th>File</th><th class="format">Format</th>
<th class="number">Pixels</th><th class="number">Size</th></tr>
{rows}</table>
{_others(figures[1:])}</main>
</body>
</html>
"""


def _others(figures: list[str]) -> str:
    return f"<h2>As they look</h2>\n<section>\n{''.join(figures)}</section>\n" if figures else ""


def _is_inline(output: Output) -> bool:
    return len(output.content) <= INLINE_BYTES and output.format in CONTENT_TYPES


def _facts(rendered: Rendered, found: Analysed) -> str:
    values = [*_values(rendered.facts), *_bytes_of(rendered), *_seen(found)]
    return "".join(f"<tr><th>{escape(name)}</th><td>{value}</td></tr>\n" for name, value in values if value)


def _values(facts: ImageFacts) -> list[tuple[str, str]]:
    colour = escape(facts.dominant_colour)
    return [
        ("Pixels", _size(facts.width, facts.height)),
        ("Format", escape(facts.format.upper())),
        ("Orientation", f"turned upright (EXIF {facts.orientation})" if facts.orientation > 1 else "upright"),
        ("Colour space", escape(facts.colour_space)),
        ("Transparency", "yes" if facts.has_alpha else "no"),
        ("Frames", f"{facts.frames:,}" if facts.frames > 1 else ""),
        ("Dominant colour", f'<span class="swatch" style="background: {colour}"></span> {colour}'),
        ("ThumbHash", f"<code>{escape(facts.placeholder)}</code>"),
        ("Noted", escape(" ".join(facts.warnings))),
    ]


def _bytes_of(rendered: Rendered) -> list[tuple[str, str]]:
    saved, uploaded = rendered.bytes_saved, rendered.source_bytes
    told = f"{_bytes(saved)} ({saved / uploaded:.0%})" if saved * 100 >= uploaded else ""
    return [("Uploaded", _bytes(uploaded)), ("Saved", told)]


def _seen(found: Analysed) -> list[tuple[str, str]]:
    labels = sorted(found.labels or (), key=lambda label: -label.confidence)[:LABELS_SHOWN]
    return [
        ("Seen", escape(", ".join(f"{label.name} {label.confidence:.0f} %" for label in labels))),
        ("Faces", "" if found.faces is None else str(len(found.faces))),
        ("Said by", escape(" ".join((found.source, *found.models.values())))),
    ]


def _row(file_name: str, output: Output) -> str:
    name = escape(output_name(file_name, output))
    return (
        f'<tr><td class="name">{escape(output.name)}</td><td>{name}</td>'
        f'<td class="format">{escape(output.format.upper())}</td>'
        f'<td class="number">{_size(output.width, output.height)}</td>'
        f'<td class="number">{_bytes(len(output.content))}</td></tr>\n'
    )


def _figure(file_name: str, output: Output, uploaded: int) -> str:
    source = f"data:{CONTENT_TYPES[output.format]};base64,{base64.b64encode(output.content).decode()}"
    name, length = escape(output_name(file_name, output)), len(output.content)
    return (
        f'<figure><img src="{source}" width="{output.width}" height="{output.height}" alt="{name}">'
        f"<figcaption>{escape(output.name)}: {_size(output.width, output.height)}, {_bytes(length)},"
        f" {length / uploaded:.1%} of the upload</figcaption></figure>\n"
    )


def _size(width: int, height: int) -> str:
    return f"{width:,} × {height:,}"


def _bytes(count: int) -> str:
    if count < _KILO:
        return f"{count} B"
    return f"{count / _KILO:.1f} kB" if count < _KILO**2 else f"{count / _KILO**2:.2f} MB"
