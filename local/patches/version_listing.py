"""
A listing of versions has its keys in the encoding that was asked for.

Stock: ListObjectVersions passes over `encoding-type=url`, so that one key with a control character, which XML
cannot hold, makes the listing of its whole bucket fail.
AWS: keys, prefixes and markers are percent-encoded in the answer, which every SDK asks for and decodes.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from contextvars import ContextVar
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from ministack.services import s3

from local.patches.replacing import wrap

ENCODED = frozenset({"Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker"})

_encodes: ContextVar[bool] = ContextVar("encodes", default=False)


def apply() -> None:
    """Carry the wish from where versions are listed to where the answer becomes text."""
    wrap(s3, "_list_object_versions", _remember_encoding)
    wrap(s3, "_xml_body", _encode)


def _remember_encoding(list_versions: Any) -> Any:
    def list_versions_encoded(bucket_name: str, query_params: dict[str, Any]) -> Any:
        token = _encodes.set("url" in query_params.get("encoding-type", [""]))
        try:
            return list_versions(bucket_name, query_params)
        finally:
            _encodes.reset(token)

    return list_versions_encoded


def _encode(to_body: Any) -> Any:
    def to_encoded_body(root: Element) -> Any:
        if _encodes.get():
            for element in root.iter():
                if element.tag in ENCODED and element.text:
                    element.text = quote(element.text, safe="/")
            SubElement(root, "EncodingType").text = "url"
        return to_body(root)

    return to_encoded_body
