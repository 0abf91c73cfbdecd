"""Which files to put, and under which keys."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.console import console
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

    Raises CommandError for what is not there, and for a folder without files.
    """
    prefix = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    return [source for argument in arguments for source in _sources_of(argument, prefix)]


def upload_all(client: StackClient, found: list[Source], *, show: bool) -> list[Upload]:
    """Put every file, with a bar of the bytes sent if `show`."""
    total = sum(source.file.stat().st_size for source in found)
    with _bar(show=show) as bar:
        task = bar.add_task("", total=total)

        def advance(sent: int) -> None:
            bar.update(task, advance=sent)

        return [
            _put(client, source, lambda name: bar.update(task, description=name), advance) for source in found
        ]


def _sources_of(argument: str, prefix: str) -> list[Source]:
    path = Path(argument)
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


def _bar(*, show: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not (show and console.is_terminal))
