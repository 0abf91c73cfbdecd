"""What two places say about the same thing; each function yields one sentence per disagreement."""

import dataclasses
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from tests.template.cloudformation import Template

# Set for libraries and for Lambda, which read them without our settings.
READ_BY_LIBRARIES = re.compile(r"POWERTOOLS_\w+|LOG_LEVEL|AWS_\w+")

_FENCED = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_FILE_NAME = re.compile(r"[\w.-]+\.(?:md|py|sh|toml|ya?ml)|Makefile|LICENSE")


def camel_case(folder: str) -> str:
    """Turn the name of a function's folder into the start of its other names: profile_csv is ProfileCsv."""
    return "".join(word.capitalize() for word in folder.split("_"))


def folders_and_resources(folders: Iterable[str], template: Template) -> Iterator[str]:
    """Every folder in functions/ has its resource, named after it, and every function resource its folder."""
    functions = {
        name: resource["Properties"]["CodeUri"].strip("/")
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    expected = {f"{camel_case(folder)}Function": f"functions/{folder}" for folder in folders}
    yield from (
        f"{uri} has no resource {name}" for name, uri in expected.items() if functions.get(name) != uri
    )
    yield from (f"{name} has no folder {uri}" for name, uri in functions.items() if expected.get(name) != uri)


def settings_and_variables(
    settings: Mapping[str, type], variables: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    """
    Every settings class reads exactly the variables that the template sets, but for those of libraries.

    What a settings class declares as absent must be absent: the template must not set it.
    """
    for folder, given in variables.items():
        name = f"{camel_case(folder)}Settings"
        fields = {
            field.name.upper()
            for field in dataclasses.fields(settings[name])
            if "absent" not in field.metadata
        }
        ours = {variable for variable in given if not READ_BY_LIBRARIES.fullmatch(variable)}
        yield from (
            f"{name} reads {field}, which the template does not set" for field in sorted(fields - ours)
        )
        yield from (
            f"the template sets {field}, which {name} does not read" for field in sorted(ours - fields)
        )


def errors_and_classes(names: Iterable[str], errors: ModuleType) -> Iterator[str]:
    """Every error that a state machine matches is AWS's (with a dot in its name) or a class of ours."""
    for name in names:
        found = getattr(errors, name, None)
        if "." not in name and not (isinstance(found, type) and issubclass(found, Exception)):
            yield f"{name} is matched and never raised"


def events_and_functions(events: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    """Every event is named after the function that takes it, and every function has one."""
    folders, events = set(folders), set(events)
    served = {
        event: max((f for f in folders if event.startswith(f)), key=len, default=None) for event in events
    }
    yield from (f"{event} is named after no function" for event, folder in served.items() if folder is None)
    yield from (f"{folder} has no event" for folder in sorted(folders - set(served.values())))


def make_targets(makefile: str) -> set[str]:
    """Return the targets that a Makefile offers to people."""
    return set(re.findall(r"^([a-z-]+):.*##=>", makefile, re.MULTILINE))


def code_in(document: str) -> list[str]:
    """Return what a Markdown document sets as code: blocks and spans."""
    return _FENCED.findall(document) + _INLINE.findall(_FENCED.sub("", document))


def named_targets(document: str) -> set[str]:
    """Return the targets X of every `make X` that is set as code."""
    return {name for code in code_in(document) for name in re.findall(r"\bmake ([a-z][a-z-]*)", code)}


def missing_modules(text: str) -> Iterator[str]:
    """Yield every module, or name in one, that a text calls by its whole name and that is not there."""
    for name in sorted(set(re.findall(r"(?<![\w./-])sluice(?:\.[a-z_]+)+(?![\w(-])", text))):
        if not _is_there(name):
            yield f"{name} does not exist"


def _is_there(name: str) -> bool:
    """Tell whether it can be imported, whole or as an attribute of a module."""
    above, _, last = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ImportError:
        return above != "sluice" and hasattr(importlib.import_module(above), last)
    return True


def named_commands(document: str) -> set[str]:
    """Return the commands X of every `sluice X` that is set as code."""
    return {name for code in code_in(document) for name in re.findall(r"(?:^|[\s/])sluice ([a-z]+)", code)}


def missing_paths(document: str, root: Path) -> Iterator[str]:
    """
    Yield every path that the document names and that is not in the repository.

    A path is the aim of a link, or is set as code and is a file name of ours or begins with a folder of ours.
    Keys of a bucket, such as uploads/a.csv, begin with none. What commands make need not exist.
    """
    words = {word.strip(",.:;\"'()") for code in code_in(document) for word in code.split()}
    tops = {path.name for path in root.iterdir()}
    ours = {
        word for word in words if _FILE_NAME.fullmatch(word) or ("/" in word and word.split("/")[0] in tops)
    }
    links = {link for link in _LINK.findall(document) if "://" not in link}
    made = r"^(\.(venv|aws-sam|sluice)|build/)"
    concrete = (word for word in ours | links if not re.search(rf"[*<>{{}}$…]|{made}", word))
    yield from (f"{word} does not exist" for word in sorted(concrete) if not (root / word).exists())
