"""
Register addresses that hear of events, and see what was delivered to them.

A secret is shown once, by `register` and by `rotate`. docs/webhooks.md says what a target receives.
"""

import argparse
from collections.abc import Callable, Mapping

from cli.console import print_json
from cli.errors import CommandError
from cli.local_stack import connect
from cli.numbers import whole
from cli.verbs import add_verb
from cli.webhook_views import Answer, plain, print_answer
from sluice.webhooks.records import EVENT_NAMES
from sluice.webhooks.registering import Webhooks
from sluice.webhooks.wishes import Changes, NewWebhook, Problem

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
    verb.add_argument("--limit", type=whole(), default=20, metavar="N", help="at most (default: %(default)s)")
    verb = add_verb(verbs, "resend", "send a message of the log again")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("event_id", metavar="EVENT", help="an id that `deliveries` shows")
    add_verb(verbs, "test", "send a webhook.test event").add_argument("id", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says, and print what came of it."""
    with connect().webhooks() as webhooks:
        answer = _VERBS[arguments.verb](webhooks, arguments)
    if isinstance(answer, Problem):
        raise CommandError(answer.message)
    if arguments.json:
        print_json(plain(answer))
    else:
        print_answer(answer)
    return 0


def _add_facts(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(EVENT_NAMES)
    parser.add_argument("--events", nargs="*", metavar="NAME", help=f"only these of {names} (default: all)")
    parser.add_argument("--description", metavar="TEXT")


def _register(webhooks: Webhooks, given: argparse.Namespace) -> Answer | Problem:
    return webhooks.register(NewWebhook(given.url, given.events or (), given.description or ""))


def _set(webhooks: Webhooks, given: argparse.Namespace) -> Answer | Problem:
    enabled = None if given.enabled is None else given.enabled == "yes"
    return webhooks.update(given.id, Changes(given.url, given.events, given.description, enabled))


_VERBS: Mapping[str, Callable[[Webhooks, argparse.Namespace], Answer | Problem]] = {
    "register": _register,
    "ls": lambda webhooks, _: webhooks.list(),
    "show": lambda webhooks, given: webhooks.get(given.id),
    "set": _set,
    "rotate": lambda webhooks, given: webhooks.rotate(given.id),
    "rm": lambda webhooks, given: webhooks.delete(given.id),
    "deliveries": lambda webhooks, given: webhooks.deliveries(given.id, limit=given.limit),
    "resend": lambda webhooks, given: webhooks.resend(given.id, given.event_id),
    "test": lambda webhooks, given: webhooks.test(given.id),
}
