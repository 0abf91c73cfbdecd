"""HTML by construction: whatever is not markup already is escaped when it becomes part of some."""

from html import escape
from typing import Any

_VOID = frozenset({"input", "path"})
# Control characters are shown as their pictures (U+2400 and so on), so that none is invisible or acts.
# So are those from U+0080 on, which terminals obey too, as the replacement character.
_PICTURES = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "\u2421"}
_PICTURES |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")


class Html(str):
    """Markup that may stand in a page as it is."""

    __slots__ = ()


def visible(value: str) -> str:
    """Return a text with its control characters made visible, so that none acts."""
    return value.translate(_PICTURES)


def text(value: object) -> Html:
    """Return *value* as it is to be read: escaped, and visible."""
    return value if isinstance(value, Html) else Html(escape(visible(str(value)), quote=False))


def join(*parts: Any, between: str = "") -> Html:
    """Return the parts one after the other; None and nested sequences are passed over and into."""
    return Html(text(between).join(_flat(parts)))


def element(name: str, *content: Any, **attributes: Any) -> Html:
    """
    Return an element with escaped content and attributes.

    `class_` is class, `aria_label` is aria-label. Attributes that are None or False are left out, True has
    no value.
    """
    opening = "".join([f"<{name}", *(_attribute(*item) for item in attributes.items())])
    return Html(f"{opening}/>" if name in _VOID else f"{opening}>{join(*content)}</{name}>")


def _flat(parts: Any) -> list[str]:
    flat: list[str] = []
    for part in parts:
        if isinstance(part, (list, tuple)):
            flat += _flat(part)
        elif part is not None:
            flat.append(text(part))
    return flat


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = name.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'
