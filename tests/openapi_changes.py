"""
What in a description of an API breaks those who use it: `python -m tests.openapi_changes OLD NEW`.

Old clients must go on: paths, methods, parameters, answers and fields stay, nothing new is needed of them,
and what a field may hold stays as it was.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def breaking_changes(old, new):
    """Return sentences on what breaks, none if nothing does."""
    return [*_paths(old, new), *_schemas(old, new)]


def _paths(old, new) -> Iterator[str]:
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
            else:
                yield from _parameters(where, operation, now)
                yield from _bodies(where, operation, now)
                yield from (
                    f"{where} no longer answers {status}"
                    for status in operation["responses"].keys() - now["responses"].keys()
                )


def _parameters(where, old, new) -> Iterator[str]:
    before, after = (
        {(each["name"], each["in"]): each for each in operation.get("parameters", ())}
        for operation in (old, new)
    )
    yield from (f"{where}: the parameter {name} is gone" for name, _ in before.keys() - after.keys())
    for key, each in after.items():
        if each.get("required") and not before.get(key, {}).get("required"):
            yield f"{where}: the parameter {key[0]} is needed now"


def _bodies(where, old, new) -> Iterator[str]:
    """What is sent and what is answered keeps its form."""
    pairs = [(status, each, new["responses"].get(status)) for status, each in old["responses"].items()]
    for name, before, after in [("body", old.get("requestBody"), new.get("requestBody")), *pairs]:
        if before is None and after and after.get("required"):
            yield f"{where}: a body is needed now"
        kinds = [
            {kind: _kind(each.get("schema", {})) for kind, each in (side or {}).get("content", {}).items()}
            for side in (before, after)
        ]
        if before and after and any(kinds[1].get(kind) != schema for kind, schema in kinds[0].items()):
            yield f"{where}: the {name} has another form"


def _schemas(old, new) -> Iterator[str]:
    now = new["components"]["schemas"]
    for name, schema in old["components"]["schemas"].items():
        if name not in now:
            yield f"{name} is gone"
            continue
        yield from (
            f"{name}: {field} is needed now"
            for field in set(now[name].get("required", ())) - set(schema.get("required", ()))
        )
        yield from (
            f"{name} no longer has {value}"
            for value in set(schema.get("enum", ())) - set(now[name].get("enum", ()))
        )
        for field, kind in schema.get("properties", {}).items():
            if field not in now[name].get("properties", {}):
                yield f"{name}: {field} is gone"
            elif _kind(kind) != _kind(now[name]["properties"][field]):
                yield f"{name}: {field} has another type"
            elif gone := _values(kind) - _values(now[name]["properties"][field]):
                yield f"{name}: {field} no longer takes {', '.join(sorted(gone))}"


def _kind(schema):
    """Return what a field holds, without its texts and limits."""
    told = {name: schema[name] for name in ("type", "$ref") if name in schema}
    if "anyOf" in schema:
        told["anyOf"] = sorted(json.dumps(_kind(each)) for each in schema["anyOf"])
    return told | ({"items": _kind(schema["items"])} if "items" in schema else {})


def _values(schema):
    """Return every value that a field, or a part of it, is limited to."""
    if isinstance(schema, list):
        return set().union(*map(_values, schema))
    if not isinstance(schema, dict):
        return set()
    own = {str(value) for value in schema.get("enum", ())}
    return own.union(*(_values(part) for name, part in schema.items() if name != "enum"))


if __name__ == "__main__":
    found = breaking_changes(*(json.loads(Path(name).read_text()) for name in sys.argv[1:3]))
    sys.exit("\n".join(found))
