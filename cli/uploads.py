"""Which files to put, and under which keys."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.console import bar_of_bytes
from cli.errors import CommandError
from cli.files import Upload
from cli.stack_client import StackClient


@dataclass(frozen=True)
class Source:
    """A file of this machine and the key to put it under."""

    file: Path
    key: str


def sources(arguments: Iterable[str], prefix: str) -> list[Source]:
    """
    Find the files that were named; of a folder those below it, their keys with the folder's name.

    Raises CommandError for what is not there, for a folder without files, and for a name that is no key.
    """
    prefix = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    found = [source for argument in arguments for source in _sources_of(argument, prefix)]
    for source in found:
        if any("\ud800" <= char <= "\udfff" for char in source.key):  # bytes that Python could not decode
            raise CommandError(f"The name of {source.file} is not UTF-8, which keys have to be.")
    return found


def upload_all(client: StackClient, found: list[Source], *, show: bool) -> list[Upload]:
    """Put every file, with a bar of the bytes sent if `show`."""
    total = sum(source.file.stat().st_size for source in found)
    with bar_of_bytes(show=show) as bar:
        task = bar.add_task("", total=total)

        def advance(sent: int) -> None:
            bar.update(task, advance=sent)

        return [
            _put(client, source, lambda name: bar.update(task, description=name), advance) for source in found
        ]


def _sources_of(argument: str, prefix: str) -> list[Source]:
    path = Path(argument)
    if any(sign in argument for sign in "*?[") and not path.exists():
        return _matching(argument, prefix)
    if path.is_file():
        return [Source(path, prefix + path.name)]
    if not path.is_dir():
        raise CommandError(f"There is no file or folder {argument}.")
    folder = path.resolve().name
    found = [
        Source(file, f"{prefix}{folder}/{file.relative_to(path).as_posix()}") for file in _files_below(path)
    ]
    if not found:
        raise CommandError(f"The folder {argument} holds no files.")
    return found


def _matching(pattern: str, prefix: str) -> list[Source]:
    """Expand a pattern that no shell has, as on Windows, or that is quoted because it matches so many."""
    path = Path(pattern)
    found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    if not found:
        raise CommandError(f"No file matches {pattern}.")
    return [source for each in found for source in _sources_of(str(each), prefix)]


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _put(
    client: StackClient, source: Source, name: Callable[[str], None], advance: Callable[[int], None]
) -> Upload:
    name(source.file.name)
    try:
        return client.put(source.file, source.key, advance)
    except OSError as error:
        raise CommandError(f"{source.file} cannot be read: {error.strerror}.") from error
