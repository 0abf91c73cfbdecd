"""`sluice profile`: tables of this machine, without any stack."""

import gzip
import io
import json
import sys
import zipfile

import pytest

from cli.console import console
from cli.main import main
from tests.summaries import validate_summary

ROWS = b"1,2.5,2026-01-02\n2,many,2026-01-03\n3,,2026-01-04\n4,1,2026-01-05\n" * 25
ORDERS = b"id,price,day\n" + ROWS


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal wide enough that no word is broken."""
    monkeypatch.setattr(console, "width", 200)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "orders.csv").write_bytes(ORDERS)
    return tmp_path


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["profile", *map(str, arguments)])
    return ended.value.code


def test_a_table_is_printed_with_what_stands_out_and_a_line_for_each_column(folder, capsys):
    assert run(folder / "orders.csv") == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0].startswith("orders.csv 100 rows, 3 columns")
    assert any(line.startswith("# Column Type Missing Invalid") for line in lines)
    assert any(line.startswith("3 day date") for line in lines)


def test_the_summary_as_json_is_what_the_stack_publishes(folder, capsys):
    assert run(folder / "orders.csv", "--json") == 0

    document = json.loads(capsys.readouterr().out)
    validate_summary(document)
    assert document["file"] == {"key": str(folder / "orders.csv"), "size": len(ORDERS)}


def test_the_report_is_written_where_one_wants_it(folder, capsys):
    """To a file; into a folder that is there."""
    assert run(folder / "orders.csv", "--html", folder / "new/o.html") == 0
    assert run(folder / "orders.csv", "--html", folder) == 0

    assert b"orders.csv" in (folder / "new/o.html").read_bytes()
    assert (folder / "orders_report.html").exists()
    assert f"report: {folder / 'orders_report.html'}" in capsys.readouterr().out


def test_a_folder_a_pattern_and_several_files_are_profiled_one_after_the_other(folder, capsys):
    """Of a folder only what is named as a table; JSON of several is a list."""
    (folder / "deep").mkdir()
    (folder / "deep/more.TSV.gz").write_bytes(gzip.compress(b"a\tb\n1\t2\n3\t4\n"))
    (folder / "notes.txt").write_bytes(b"no table")

    assert run(folder, "--json") == 0
    names = [document["profile"]["name"] for document in json.loads(capsys.readouterr().out)]
    assert names == ["more.TSV.gz", "orders.csv"]
    assert run(f"{folder}/*.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["profile"]["name"] == "orders.csv"
    assert run(folder, "--html", folder / "out") == 0
    assert {path.name for path in (folder / "out").iterdir()} == {
        "more.TSV.gz_report.html", "orders_report.html",
    }  # fmt: skip


def archived(data):
    """Return a zip archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders.csv", data)
    return out.getvalue()


@pytest.mark.parametrize(("name", "pack"), [("o.csv.gz", gzip.compress), ("o.zip", archived)])
def test_a_compressed_file_is_read_as_what_is_in_it(folder, capsys, name, pack):
    """Its size is that of the file as it lies there."""
    (folder / name).write_bytes(pack(ORDERS))

    assert run(folder / name, "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert document["file"]["size"] == len(pack(ORDERS))
    assert document["profile"]["bytes"] == len(ORDERS)


def test_standard_input_is_read(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS)))

    assert run("-", "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert (document["file"]["key"], document["row_count"]) == ("-", 100)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b'a,b\n1,"2\n', "is never closed"),
        (b"%PDF-1.7\n", "a PDF document"),
        (gzip.compress(ORDERS)[:-9], "truncated"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_an_error_in_a_sentence(folder, capsys, data, sentence):
    """The exit code says so too, also when the other files are fine."""
    (folder / "bad.csv").write_bytes(data)

    assert run(folder / "bad.csv", folder / "orders.csv") == 1

    out = capsys.readouterr().out
    assert "error: " in out
    assert sentence in out
    assert "orders.csv  100 rows" in out


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["nowhere.csv"], "There is no file or folder"),
        (["*.none"], "There is no file or folder"),
        (["empty"], "holds no file that is named as a table"),
        (["-", "-"], "Standard input can be read once"),
        (["a/t.csv", "b/t.csv", "--html", "out"], "Two of the files would have the report t_report.html"),
        (["a/t.csv", "--html", "a/t.csv/report.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder, monkeypatch, names, sentence):
    """And nothing else is."""
    for name in ("a", "b", "empty"):
        (folder / name).mkdir()
    for name in ("a", "b"):
        (folder / name / "t.csv").write_bytes(ORDERS)
    monkeypatch.chdir(folder)

    assert sentence in run(*names)


def test_nothing_in_a_file_steers_the_terminal(folder, capsys):
    """An escape sequence in a label, a cell or a message is shown, not sent."""
    (folder / "evil.csv").write_bytes(
        b"\x1b[31mlabel,n\n" + (b"\x1b]0;" + b"a long title" * 20 + b"\x07,100\n") * 9
    )

    run(folder / "evil.csv")

    out = capsys.readouterr().out
    assert "\u241b[31mlabel" in out
    assert "\x1b]0" not in out
    assert "\x07" not in out
