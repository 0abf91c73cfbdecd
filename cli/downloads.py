"""Downloads the results of a file."""

from pathlib import Path

from cli.console import bar_of_bytes
from cli.errors import CommandError
from cli.files import Facts
from cli.stack_client import StackClient


def download(client: StackClient, facts: Facts, folder: Path, *, show: bool) -> list[Path]:
    """Put every result of a file that is still there into the folder, and return their paths."""
    results = client.results(facts)
    got = []
    with bar_of_bytes(show=show) as bar:
        task = bar.add_task("", total=sum(size for _, size in results))
        for key, _ in results:
            path = folder / key.rsplit("/", 1)[-1]
            if path in got:  # a team's processor may give two results one name
                path = folder / key.replace("/", "_")
            bar.update(task, description=path.name)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                client.get(key, path, lambda sent: bar.update(task, advance=sent))
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
            got.append(path)
    return got
