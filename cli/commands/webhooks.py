"""
Register addresses that hear of events, and see what was delivered to them.

A secret is shown once, by `register` and by `rotate`. docs/webhooks.md says what a target receives.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.console import console, print_json
from cli.errors import CommandError
from cli.local_stack import connect
from cli.verbs import add_verb
from sluice.webhooks.records import EVENT_NAMES, Attempt, Webhook
from sluice.webhooks.registering import Webhooks
from sluice.webhooks.wishes import Changes, NewWebhook, Problem, WithSecret

NAME = "webhooks"
HELP = "register addresses that hear of events"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", dest="verb", required=True)
    verb = add_verb(verbs, "register", "register an address, and show its secret once")
    verb.add_argument("url", metavar="URL", help="https, port 443 or 8443")
    _add_facts(verb)
    add_verb(verbs, "ls", "list the webhooks")
    add_verb(verbs, "show", "show a webhook").add_argument("id", metavar="ID")
    verb = add_verb(verbs, "set", "change a webhook")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("--url", metavar="URL")
    verb.add_argument("--enabled", choices=("yes", "no"))
    _add_facts(verb)
    add_verb(verbs, "rotate", "make a new secret; both count for 24 hours").add_argument("id", metavar="ID")
    add_verb(verbs, "rm", "delete a webhook and its secret").add_argument("id", metavar="ID")
    verb = add_verb(verbs, "deliveries", "list the newest attempts to deliver")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("--limit", type=int, default=20, metavar="N", help="at most (default: %(default)s)")
    verb = add_verb(verbs, "resend", "send a message of the log again")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("event_id", metavar="EVENT", help="an id that `deliveries` shows")
    add_verb(verbs, "test", "send a webhook.test event").add_argument("id", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says, and print what came of it."""
    with connect().webhooks() as use:
        found = _VERBS[arguments.verb](use, arguments)
    if isinstance(found, Problem):
        raise CommandError(found.message)
    if arguments.json:
        print_json(_plain(found))
    else:
        _print(found)
    return 0


def _add_facts(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(EVENT_NAMES)
    parser.add_argument("--events", nargs="*", metavar="NAME", help=f"only these of {names} (default: all)")
    parser.add_argument("--description", metavar="TEXT")


def _register(use: Webhooks, given: argparse.Namespace) -> Any:
    return use.register(NewWebhook(given.url, given.events or (), given.description or ""))


def _set(use: Webhooks, given: argparse.Namespace) -> Any:
    enabled = None if given.enabled is None else given.enabled == "yes"
    return use.update(given.id, Changes(given.url, given.events, given.description, enabled))


_VERBS = {
    "register": _register,
    "ls": lambda use, _: use.list(),
    "show": lambda use, given: use.get(given.id),
    "set": _set,
    "rotate": lambda use, given: use.rotate(given.id),
    "rm": lambda use, given: use.delete(given.id),
    "deliveries": lambda use, given: use.deliveries(given.id, limit=given.limit),
    "resend": lambda use, given: use.resend(given.id, given.event_id),
    "test": lambda use, given: use.test(given.id),
}


def _plain(value: Any) -> Any:
    if isinstance(value, WithSecret):
        return _plain(value.webhook) | {"secret": value.secret}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if value is None:
        return {"deleted": True}
    return {
        name: item.isoformat() if isinstance(item, datetime) else item for name, item in asdict(value).items()
    }


def _print(found: Any) -> None:
    if isinstance(found, WithSecret):
        _print_webhook(found.webhook)
        console.print(f"\n{found.secret}\n", markup=False)
        console.print("This is its secret. It is not shown again.")
    elif isinstance(found, Webhook):
        _print_webhook(found)
    elif found is None:
        console.print("Deleted.")
    elif isinstance(found, Sequence):
        _print_list(found)
    else:
        console.print(f"Queued as {found.event_id}: see `sluice webhooks deliveries {found.webhook_id}`.")


def _print_webhook(webhook: Webhook) -> None:
    state = "enabled" if webhook.enabled else f"disabled {webhook.disabled_reason}".strip()
    console.print(f"{webhook.id}  {state}", markup=False)
    console.print(f"{webhook.url}  {', '.join(webhook.events) or 'all events'}", markup=False)
    if webhook.description:
        console.print(webhook.description, markup=False)


def _print_list(found: Sequence[Webhook | Attempt]) -> None:
    if not found:
        console.print("There are none.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    if isinstance(found[0], Webhook):
        heads, row = ("Id", "Address", "Events", "State"), _webhook_row
    else:
        heads, row = ("At (UTC)", "Event", "Id", "Attempt", "Result", "Answer", "ms", "Next"), _attempt_row
    for head in heads:
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(*map(Text, row(each)))
    console.print(table)


def _webhook_row(webhook: Any) -> Sequence[str]:
    state = "enabled" if webhook.enabled else webhook.disabled_reason or "disabled"
    return webhook.id, webhook.url, ", ".join(webhook.events) or "all", state


def _attempt_row(attempt: Any) -> Sequence[str]:
    answer = f"{attempt.status or ''} {attempt.reason}".strip()
    following = f"{attempt.next_at:%m-%d %H:%M:%S}" if attempt.next_at else ""
    moment, took = f"{attempt.at:%Y-%m-%d %H:%M:%S}", str(attempt.milliseconds)
    number = str(attempt.attempt)
    return moment, attempt.event, attempt.event_id, number, attempt.result, answer, took, following
