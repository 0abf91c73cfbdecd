"""Finds the file that a person means."""

from cli.errors import CommandError
from cli.files import Facts
from cli.stack_client import StackClient


def find(client: StackClient, wanted: str) -> tuple[Facts, list[Facts]]:
    """Return the newest file of this id, key or name, and the other versions of its key."""
    if facts := client.file(wanted):
        return facts, _others(client.files_named(facts["file_name"]), facts)
    named = client.files_named(wanted.rsplit("/", 1)[-1])
    meant = [facts for facts in named if "/" not in wanted or facts["key"] == wanted]
    if not meant:
        raise CommandError(f"The catalogue has no file {wanted}: see `sluice ls`.")
    return meant[0], _others(named, meant[0])


def _others(named: list[Facts], facts: Facts) -> list[Facts]:
    return [other for other in named if other["key"] == facts["key"] and other["file_id"] != facts["file_id"]]
