"""Places that must say the same do so: folders, resources, settings, events, and what the README promises."""

import subprocess
from dataclasses import make_dataclass
from importlib import import_module
from pkgutil import iter_modules

from sluice import settings
from tests.template import agreements
from tests.template.cloudformation import ROOT, Template, targets
from tests.template.stack import Stack

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py"))
SETTINGS = {
    name: found
    for family in iter_modules(settings.__path__)
    for name, found in vars(import_module(f"sluice.settings.{family.name}")).items()
    if name.endswith("Settings")
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def variables_of(stack: Stack) -> dict[str, set[str]]:
    """Return the names of the variables that each function gets, by its folder."""
    functions = stack.of_type("AWS::Lambda::Function")
    given = {folder: functions[f"{agreements.camel_case(folder)}Function"] for folder in FOLDERS}
    return {
        folder: set(function.get("Environment", {}).get("Variables", {}))
        for folder, function in given.items()
    }


def test_functions_and_their_resources_agree(written: Template) -> None:
    """Each folder has its resource, and each resource its folder."""
    assert FOLDERS
    assert [] == list(agreements.folders_and_resources(FOLDERS, written))


def test_a_folder_without_resource_and_a_resource_without_folder_are_found(source: Template) -> None:
    """Both ways round."""
    first, *others = FOLDERS

    found = list(agreements.folders_and_resources([*others, "strange"], source))

    assert "functions/strange has no resource StrangeFunction" in found
    assert f"{agreements.camel_case(first)}Function has no folder functions/{first}" in found


def test_settings_and_variables_agree(stack: Stack) -> None:
    """Each variable that settings read is set, and each that is set is read."""
    assert [] == list(agreements.settings_and_variables(SETTINGS, variables_of(stack)))


def test_a_variable_too_few_and_one_too_many_are_found() -> None:
    """Both ways round; those of libraries pass."""
    one = make_dataclass("OneFunctionSettings", [("inbox_bucket", str), ("read_only", str)])
    given = {"one_function": {"INBOX_BUCKET", "SET_ONLY", "POWERTOOLS_SERVICE_NAME", "LOG_LEVEL"}}

    assert [
        "OneFunctionSettings reads READ_ONLY, which the template does not set",
        "the template sets SET_ONLY, which OneFunctionSettings does not read",
    ] == list(agreements.settings_and_variables({"OneFunctionSettings": one}, given))


def test_events_and_functions_agree() -> None:
    """Each event is named after the function that takes it; each function has one."""
    events = [path.name for path in ROOT.glob("events/*.json")]

    assert [] == list(agreements.events_and_functions(events, FOLDERS))


def test_an_event_of_nobody_and_a_function_without_event_are_found() -> None:
    """The longest name counts, so that profile_csv does not answer for profile_csv_part."""
    events = ["profile_csv_part_one.json", "strange.json"]

    assert ["strange.json is named after no function", "profile_csv has no event"] == list(
        agreements.events_and_functions(events, ["profile_csv", "profile_csv_part"])
    )


def test_outputs_refer_to_resources_of_the_stack(stack: Stack) -> None:
    """An output whose resource has gone would fail the deployment at its end."""
    known = stack.resolved["Resources"].keys() | stack.transformed["Parameters"].keys()

    for name, output in stack.resolved["Outputs"].items():
        assert {aim for aim in targets(output["Value"]) if "::" not in aim} <= known, name


def test_the_readme_names_targets_that_make_has() -> None:
    """What a reader types works."""
    offered = agreements.make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))

    assert {"demo", "test"} <= offered
    assert set() == agreements.named_targets(README) - offered


def test_the_readme_names_commands_that_sluice_has() -> None:
    """Each explains itself."""
    named = sorted(agreements.named_commands(README))

    assert named
    assert [] == [command for command in named if explanation_of(command).returncode != 0]


def explanation_of(command: str) -> subprocess.CompletedProcess[bytes]:
    """Run `sluice COMMAND --help`."""
    return subprocess.run([ROOT / ".venv/bin/sluice", command, "--help"], capture_output=True, check=False)


def test_documents_name_modules_that_exist() -> None:
    """A module that moved is found where it is spoken of."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]

    assert [] == [missing for text in (README, *texts) for missing in agreements.missing_modules(text)]


def test_a_module_that_moved_is_found() -> None:
    """By its module, or by a name in it."""
    document = "`sluice.pacing` has the arithmetic, `sluice.pace.pacing.slots_of` and `sluice.files` too"

    assert ["sluice.pacing does not exist"] == list(agreements.missing_modules(document))


def test_the_readme_names_paths_that_exist() -> None:
    """Files, folders and the aims of links."""
    assert [] == list(agreements.missing_paths(README, ROOT))


def test_what_a_document_names_and_does_not_exist_is_found() -> None:
    """Prose and keys of a bucket are not taken for names."""
    document = """
Make sure to run `make demo` or `make dmo`, and see [decisions](docs/no-such-page.md) on `uploads/a.csv`.

```
.venv/bin/sluice pput layers/core/sluice/no_such_module.py   # or layers/core/sluice/errors.py
make test
```
"""

    assert agreements.named_targets(document) == {"demo", "dmo", "test"}
    assert agreements.named_commands(document) == {"pput"}
    assert list(agreements.missing_paths(document, ROOT)) == [
        "docs/no-such-page.md does not exist",
        "layers/core/sluice/no_such_module.py does not exist",
    ]
