"""
Show what files cost on AWS, by service, and what they would cost handled otherwise.

Computed from what a small file was counted to use on the local stack, and from the price list of us-east-1;
larger files add their own computing. No bill is read, and nothing idle is in it: see docs/costs.md.
"""

import argparse

from rich.table import Table

from cli.console import console, print_json
from cli.numbers import whole
from sluice import prices
from sluice.costs import DELIVERY, SMALL_FILE, Usage, bill, in_batches_of, orchestration, queue_alone

NAME = "costs"
HELP = "show what files cost on AWS"

FULL_BATCH = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--files", type=whole(), default=1_000_000, metavar="N", help="how many (default: a million)"
    )
    parser.add_argument(
        "--batch",
        type=whole(most=FULL_BATCH),
        default=FULL_BATCH,
        metavar="N",
        help="files that share an execution: 10 under load, 1 for a file now and then (default: %(default)s)",
    )
    parser.add_argument(
        "--webhooks",
        type=whole(least=0),
        default=0,
        metavar="N",
        help="that hear of each outcome (default: %(default)s)",
    )
    parser.add_argument("--architecture", choices=sorted(prices.LAMBDA_GB_SECOND), default="arm64")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the bill."""
    lines = _bill(arguments, arguments.batch)
    otherwise = {
        "one execution per file": sum(_bill(arguments, 1).values()),
        "a queue and a function alone": sum(_priced(arguments, queue_alone(SMALL_FILE)).values()),
    }
    total = {"total": sum(lines.values()), "orchestration": orchestration(lines)}
    if arguments.json:
        print_json({"usd": lines} | total | {"otherwise": otherwise, "prices_as_of": prices.AS_OF})
        return 0
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(f"{arguments.files:,} small files, {arguments.batch} in a batch")
    table.add_column("US dollars", justify="right")
    for name, dollars in lines.items():
        table.add_row(name, f"{dollars:,.2f}")
    table.add_section()
    table.add_row("[bold]total", f"[bold]{total['total']:,.2f}")
    table.add_row("of it orchestration", f"{total['orchestration']:,.2f}")
    for name, dollars in otherwise.items():
        table.add_row(f"[dim]{name}", f"[dim]{dollars:,.2f}")
    console.print(table)
    console.print(f"[dim]Prices of {prices.REGION} as known on {prices.AS_OF}; see docs/costs.md.")
    return 0


def _bill(arguments: argparse.Namespace, batch: int) -> dict[str, float]:
    return _priced(arguments, in_batches_of(batch))


def _priced(arguments: argparse.Namespace, usage: Usage) -> dict[str, float]:
    lines = dict(bill(usage.times(arguments.files), architecture=arguments.architecture))
    if arguments.webhooks:
        deliveries = DELIVERY.times(arguments.files * arguments.webhooks)
        lines["webhooks"] = sum(bill(deliveries, architecture=arguments.architecture).values())
    return lines
