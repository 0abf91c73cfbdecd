"""`sluice costs`: what a person is told about money."""

import json

import pytest

from cli.main import main


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(["costs", *arguments])
    return int(ending.value.code or 0)


def test_the_lines_of_the_bill_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    """The total is the sum of what each service costs."""
    assert run("--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["total"] == pytest.approx(sum(said["usd"].values()))


def test_files_alone_cost_more_than_files_in_batches(capsys: pytest.CaptureFixture[str]) -> None:
    """The other way to run them that is shown is what the same command says of batches of one."""
    run("--json")
    together = json.loads(capsys.readouterr().out)
    run("--batch", "1", "--json")
    alone = json.loads(capsys.readouterr().out)
    assert together["otherwise"]["one execution per file"] == pytest.approx(alone["total"])
    assert alone["total"] > 2 * together["total"]


def test_the_table_names_the_date_of_the_prices(capsys: pytest.CaptureFixture[str]) -> None:
    """Prices change, so a person must see of when these are."""
    run()
    assert "as known on 2026-" in capsys.readouterr().out


def test_each_webhook_adds_the_same_and_none_of_it_is_orchestration(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two webhooks cost twice what one does; what gets files to their processor costs what it did."""
    said = []
    for number in ("0", "1", "2"):
        run("--webhooks", number, "--json")
        said.append(json.loads(capsys.readouterr().out))
    none, one, two = said
    assert two["total"] - none["total"] == pytest.approx(2 * (one["total"] - none["total"]))
    assert one["usd"]["webhooks"] > 1
    assert one["orchestration"] == none["orchestration"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--files", "0"),
        ("--batch", "11"),
        ("--batch", "x"),
        ("--files", "-1"),
        ("--webhooks", "-1"),
        ("--webhooks", "x"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong argument is named."""
    assert run(*wrong) == 2
    assert wrong[0] in capsys.readouterr().err
