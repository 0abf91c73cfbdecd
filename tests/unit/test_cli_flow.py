"""`sluice watch`: the speed of files, how long the rest takes, and a picture that does not jump."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from cli.files import STATUSES
from cli.flow import Flow, Look
from cli.flow_view import picture
from cli.lanes import Standing
from sluice.pace.pacing import LaneState, Pace
from tests.unit.cli_stack import ITEM, PACE

SINCE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def a_look(at, done=0, *, backlog=0, in_flight=0, kept=0, newest=()):
    lane = Standing(LaneState("csv", Pace(**PACE)), in_flight, backlog, 41.0, 0.0)
    counts = dict.fromkeys(STATUSES, 0) | {"success": done, "processing": in_flight}
    return Look(at, [lane], counts, {"CsvDeadLettersUrl": kept}, list(newest))


def flow_of(*looks):
    flow = Flow()
    for look in looks:
        flow.add(look)
    return flow


def lines_of(flow, rows=2):
    console = Console(width=100, file=StringIO())
    console.print(picture(flow, SINCE, rows))
    return console.file.getvalue().splitlines()


def test_the_first_look_tells_no_speed():
    flow = flow_of(a_look(0, 100, backlog=50))

    assert (flow.speed, flow.seconds_left) == (None, None)
    assert lines_of(flow)[0].endswith("UTC · 50 left")


def test_speed_is_that_of_the_last_seconds_and_tells_how_long_the_rest_takes():
    flow = flow_of(*(a_look(at, 10 * at) for at in range(20)), a_look(20, 1190, backlog=300, in_flight=100))

    assert flow.looks[0].at == 5
    assert flow.speed == pytest.approx((1190 - 50) / 15)
    assert flow.seconds_left == pytest.approx(400 / flow.speed)
    assert "76.0 files/s · 400 left · done in about 5 s" in lines_of(flow)[0]


@pytest.mark.parametrize("done", [100, 99])
def test_where_nothing_ends_nobody_is_told_when_it_will(done):
    """Fewer files than before, where some were uploaded again under the same key, are no negative speed."""
    flow = flow_of(a_look(0, 100, backlog=5), a_look(10, done, backlog=5))

    assert (flow.speed, flow.seconds_left) == (0, None)
    assert "0.0 files/s · 5 left" in lines_of(flow)[0]


def test_a_glance_tells_how_much_is_done_and_why_the_rest_waits():
    lines = lines_of(flow_of(a_look(0, 2311, backlog=2480, in_flight=200, kept=2)))
    text = "\n".join(lines)

    assert "46%" in text
    assert "2,311 of 4,991 files have their outcome" in text
    assert ["csv", "2,480", "200", "of", "200", "25/s", "41", "s", "full"] in [line.split() for line in lines]
    assert "processing 200   success 2,311" in text
    assert "csv dead letters: 2 (see sluice replay)" in text


def test_the_picture_has_as_many_lines_at_each_look_whatever_the_names_are():
    long = ITEM | {"key": "uploads/" + "x" * 300, "error_message": "It is wrong. " * 50}

    empty = lines_of(flow_of(a_look(0)))
    full = lines_of(flow_of(a_look(0, 9, backlog=5, kept=1, newest=[long, ITEM])))

    assert len(empty) == len(full)
    assert max(map(len, full)) <= 100
