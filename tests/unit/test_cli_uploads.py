"""Which files are put, and under which keys."""

import pytest

from cli.errors import CommandError
from cli.uploads import sources


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder `in` with files, folders, hidden files and an empty folder; tests run beside it."""
    for name in ("in/a.csv", "in/deep/März + é.csv", "in/.hidden", "in/.git/config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _keys(*arguments, prefix="uploads/"):
    return [source.key for source in sources(arguments, prefix)]


@pytest.mark.usefixtures("folder")
def test_a_file_is_put_under_the_prefix_and_its_own_name():
    assert _keys("in/deep/März + é.csv") == ["uploads/März + é.csv"]


@pytest.mark.usefixtures("folder")
def test_a_folder_is_put_with_its_name_and_without_what_is_hidden():
    assert _keys("in") == ["uploads/in/a.csv", "uploads/in/deep/März + é.csv"]


def test_the_working_folder_has_a_name_too(folder, monkeypatch):
    monkeypatch.chdir(folder / "in")

    assert _keys(".") == ["uploads/in/a.csv", "uploads/in/deep/März + é.csv"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("prefix", "key"), [("a", "a/a.csv"), ("a/", "a/a.csv"), ("", "a.csv")])
def test_a_prefix_is_a_folder_with_or_without_its_slash(prefix, key):
    assert _keys("in/a.csv", prefix=prefix) == [key]


@pytest.mark.usefixtures("folder")
def test_what_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"There is no file or folder in/b\.csv\."):
        _keys("in/a.csv", "in/b.csv")


@pytest.mark.usefixtures("folder")
def test_a_folder_without_files_is_named():
    with pytest.raises(CommandError, match="The folder empty holds no files"):
        _keys("empty")
