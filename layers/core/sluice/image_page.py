"""The page that shows one image's renditions and facts: one HTML file, which asks nothing of any server."""

import base64
from html import escape

from sluice.images import CONTENT_TYPES, ImageFacts, Output, Rendered, output_name

INLINE_BYTES = 400_000  # an output up to this size is shown within the page; a larger one is only listed
_KILO = 1000

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --line: #d8dce0; --faint: #5f6870 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --paper: #16191c; --line: #363c42; --faint: #9aa3ab }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; overflow-wrap: anywhere } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top }
th { font-weight: 500; color: var(--faint) }
td.number { text-align: right; font-variant-numeric: tabular-nums }
figure { margin: 1.5rem 0 } figcaption { color: var(--faint) }
figure img { max-width: 100%; height: auto; border: 1px solid var(--line);
  background: repeating-conic-gradient(#8883 0 25%, #0000 0 50%) 0 0 / 1rem 1rem }
.swatch { display: inline-block; width: 1em; height: 1em; border: 1px solid var(--line);
  vertical-align: -.15em }
"""
# Nothing is loaded that the page does not carry.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def image_page(file_name: str, rendered: Rendered) -> str:
    """Return the page; every value in it is escaped, whoever chose the file's name."""
    title = escape(file_name)
    shown = "".join(_figure(file_name, output) for output in rendered.outputs if _is_inline(output))
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
<h1>{title}</h1>
<table>{_facts(rendered)}</table>
<h2>Renditions</h2>
<table><tr><th>Name</th><th>File</th><th>Format</th><th>Size</th><th>Bytes</th></tr>
{"".join(_row(file_name, output) for output in rendered.outputs)}</table>
{shown}
</body>
</html>
"""


def _is_inline(output: Output) -> bool:
    return len(output.content) <= INLINE_BYTES and output.format in CONTENT_TYPES


def _facts(rendered: Rendered) -> str:
    facts = rendered.facts
    return "".join(
        f"<tr><th>{escape(name)}</th><td>{value}</td></tr>\n"
        for name, value in _values(facts, rendered)
        if value
    )


def _values(facts: ImageFacts, rendered: Rendered) -> list[tuple[str, str]]:
    colour = escape(facts.dominant_colour)
    saved = rendered.bytes_saved
    return [
        ("Size", f"{facts.width} x {facts.height} pixels"),
        ("Format", escape(facts.format.upper())),
        ("Orientation", f"{facts.orientation} of 8 (EXIF)" if facts.orientation > 1 else "upright"),
        ("Colour space", escape(facts.colour_space)),
        ("Transparency", "yes" if facts.has_alpha else "no"),
        ("Frames", str(facts.frames)),
        ("Dominant colour", f'<span class="swatch" style="background: {colour}"></span> {colour}'),
        ("Placeholder (ThumbHash)", f"<code>{escape(facts.placeholder)}</code>"),
        ("Uploaded", _bytes(rendered.source_bytes)),
        ("Saved", f"{_bytes(saved)} ({saved / rendered.source_bytes:.0%})" if saved > 0 else ""),
        ("Noted", escape(" ".join(facts.warnings))),
    ]


def _row(file_name: str, output: Output) -> str:
    name = escape(output_name(file_name, output))
    return (
        f"<tr><td>{escape(output.name)}</td><td>{name}</td><td>{escape(output.format.upper())}</td>"
        f"<td>{output.width} x {output.height}</td>"
        f'<td class="number">{_bytes(len(output.content))}</td></tr>\n'
    )


def _figure(file_name: str, output: Output) -> str:
    source = f"data:{CONTENT_TYPES[output.format]};base64,{base64.b64encode(output.content).decode()}"
    name = escape(output_name(file_name, output))
    return (
        f'<figure><img src="{source}" width="{output.width}" height="{output.height}" alt="{name}">'
        f"<figcaption>{name}</figcaption></figure>\n"
    )


def _bytes(count: int) -> str:
    if count < _KILO:
        return f"{count} B"
    return f"{count / _KILO:.1f} kB" if count < _KILO**2 else f"{count / _KILO**2:.2f} MB"
