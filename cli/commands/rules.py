"""
Say which files go to which processor, and try it before it counts.

A rule is a JSON or YAML file; docs/rules.md explains its fields. A change reaches dispatch within 30 seconds.
"""

import argparse
from pathlib import Path
from typing import Any

from cli.console import print_json
from cli.errors import CommandError
from cli.local_stack import connect
from cli.rule_files import read_rule, read_whole_rule, rules_of
from cli.rule_views import print_answer
from cli.stack_client import StackClient
from cli.verbs import add_verb
from sluice.rules.trying import decide

NAME = "rules"
HELP = "say which files go to which processor"
FUNCTION = "RulesApiFunctionName"
SOURCE = "sluice rules"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", dest="verb", required=True)
    add_verb(verbs, "ls", "list the rules in the order in which they decide")
    verb = add_verb(verbs, "show", "show a rule")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("--version", type=int, metavar="N", help="another version than the newest")
    verb = add_verb(verbs, "create", "store a new rule")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--id", metavar="ID", help="its id (default: made from its name)")
    verb = add_verb(verbs, "update", "store the next version of a rule")
    verb.add_argument("id", metavar="ID")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--version", type=int, metavar="N", help="refuse if this is not the newest version")
    add_verb(verbs, "rm", "delete a rule; its versions stay").add_argument("id", metavar="ID")
    add_verb(verbs, "history", "list the versions of a rule").add_argument("id", metavar="ID")
    verb = add_verb(verbs, "test", "say which rule would decide about a file, which need not exist")
    verb.add_argument("key", metavar="KEY")
    verb.add_argument("--size", type=int, default=0, metavar="BYTES")
    verb.add_argument("--type", default="", metavar="TYPE", help="the content type that the sender declares")
    verb.add_argument("--rule", type=Path, metavar="FILE", help="a rule to try as if it were stored")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says, and print what came of it."""
    client = connect()
    if arguments.verb == "test":
        answer = _test(client, arguments)
    else:
        answer = _act(client, _ACTIONS.get(arguments.verb, arguments.verb), _data(arguments))
    if arguments.json:
        print_json(answer)
    else:
        print_answer(answer)
    return 0


_ACTIONS = {
    "ls": "list",
    "show": "get",
    "create": "create",
    "update": "update",
    "rm": "delete",
    "history": "history",
}


def _data(arguments: argparse.Namespace) -> dict[str, Any]:
    data = read_rule(arguments.file) if "file" in arguments else {}
    named = {name: getattr(arguments, name, None) for name in ("id", "version")}
    return data | {name: value for name, value in named.items() if value is not None}


def _act(client: StackClient, action: str, data: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.invoke(FUNCTION, {"action": action, "data": data, "source": SOURCE})
    if "message" in answer:
        places = [f"{each['path']}: {each['message']}".lstrip(": ") for each in answer.get("problems", ())]
        raise CommandError("\n  ".join([answer["message"], *places]))
    return answer


def _test(client: StackClient, arguments: argparse.Namespace) -> dict[str, Any]:
    unsaved = read_whole_rule(arguments.rule) if arguments.rule else None
    rules = rules_of(_act(client, "list", {})["rules"], unsaved)
    decides, matching = decide(rules, arguments.key, arguments.size, arguments.type)
    return {
        "decides": decides.id,
        "processor": decides.processor,
        "lane": decides.lane,
        "contract": decides.contract,
        "reason": decides.reason,
        "matches": [rule.id for rule in matching],
    }
