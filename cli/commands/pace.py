"""
Show how fast each lane's files may start, and change it.

  sluice pace                               every lane
  sluice pace csv set --rate 5 --burst 10   what is not given stays
  sluice pace csv pause                     nothing more starts; what has its slot does
  sluice pace csv resume
  sluice pace csv drain                     pause, and wait until nothing is in flight

A change acts within the lane's horizon, and survives deployments.
"""

import argparse
import time

from rich.table import Table

from cli.console import console, print_json
from cli.errors import CommandError
from cli.lanes import Lanes, Standing
from cli.local_stack import connect
from cli.views import age_text

NAME = "pace"
HELP = "show and change how fast files may start"

ACTIONS = ("set", "pause", "resume", "drain")
LOOK_AGAIN = 1  # seconds, while a lane drains


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("lane", nargs="?", metavar="LANE", help="one lane only")
    parser.add_argument("action", nargs="?", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    parser.add_argument("--rate", type=float, metavar="N", help="files per second")
    parser.add_argument("--burst", type=int, metavar="N", help="files that may start at once after a rest")
    parser.add_argument("--horizon", type=int, metavar="S", dest="horizon_seconds", help="seconds ahead")
    parser.add_argument("--max-in-flight", type=int, metavar="N", help="files at once without outcome")
    parser.add_argument("--strict", action=argparse.BooleanOptionalAction, help="batches of one file")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Change what is asked for, and show the lanes."""
    figures = ("rate", "burst", "horizon_seconds", "max_in_flight", "strict")
    wanted = {name: value for name in figures if (value := getattr(arguments, name)) is not None}
    if (arguments.action == "set") != bool(wanted):
        raise CommandError("Figures and `set` belong together: sluice pace csv set --rate 5.")
    with connect().lanes() as lanes:
        if not arguments.lane:
            found = lanes.all()
        elif arguments.action == "set":
            found = [lanes.change(arguments.lane, **wanted)]
        elif arguments.action:
            found = [lanes.change(arguments.lane, paused=arguments.action != "resume")]
        else:
            found = [lanes.one(arguments.lane)]
        if arguments.action == "drain":
            found = [_drained(lanes, arguments.lane)]
    if arguments.json:
        print_json([standing.to_json() for standing in found])
    else:
        console.print(_table(found))
    return 0


def _drained(lanes: Lanes, lane: str) -> Standing:
    with console.status("waiting for what is in flight …"):
        while (standing := lanes.one(lane)).in_flight:
            time.sleep(LOOK_AGAIN)
    return standing


def _table(found: list[Standing]) -> Table:
    columns = ("Lane", "Files/s", "Burst", "Horizon", "Next slot", "In flight", "Backlog", "Oldest", "")
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), header_style="bold")
    for each in found:
        pace = each.state.pace
        table.add_row(
            each.state.lane,
            f"{pace.rate:g}" + (" strict" if pace.strict else ""),
            str(pace.burst),
            f"{pace.horizon_seconds} s",
            "now" if not each.next_slot else f"in {each.next_slot:.1f} s",
            f"{each.in_flight} of {pace.max_in_flight}",
            str(each.backlog),
            "-" if each.oldest is None or not each.backlog else age_text(each.oldest),
            each.cause,
        )
    return table
