"""Every queue of dead letters can be listed and replayed: function, role and command agree."""

import json
from typing import Any

from cli.commands.replay import QUEUES
from sluice.recovery.dead_letters import Letter, Run
from sluice.recovery.letter_reading import read_letter
from sluice.recovery.replacing import QUEUE_OF
from sluice.recovery.sweeps import SweepPart
from tests import recovery_fakes
from tests.fakes import START
from tests.template.cloudformation import Template, targets

AIMS = ("DeadLetterConfig", "RedrivePolicy", "OnFailure")
LAST_RESORT = ("DeadLetters", "FailedFilesQueue")


def queues_of_dead_letters(template: Template) -> set[str]:
    """Return each queue that something gives up on messages to, and that of the failed files."""
    resources = template["Resources"]
    return {
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::SQS::Queue" and name.endswith(LAST_RESORT)
    }


def resources_named(template: Template, variable: str) -> dict[str, str]:
    """Return the resource that a variable of the function has for each name."""
    function = template["Resources"]["ReplayFunction"]["Properties"]
    text = function["Environment"]["Variables"][variable]["Fn::Sub"]
    text, given = text if isinstance(text, list) else (text, {})
    names = {name: value.strip("${}") for name, value in json.loads(text).items()}
    aims = {
        name: next(iter(targets(given[value])), value) if value in given else value
        for name, value in names.items()
    }
    return {name: aim.split(".")[0] for name, aim in aims.items()}


def granted(template: Template, action: str) -> set[str]:
    """Return the resources of which the function's role may have something done."""
    policies = template["Resources"]["ReplayRole"]["Properties"]["Policies"]
    statements: list[Any] = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    return {
        aim.split(".")[0]
        for each in statements
        if action in each.get("Action", [])  # and not of what an option adds
        for aim in targets(each["Resource"])
    }


def test_the_schedule_of_the_sweep_sends_what_a_plan_and_a_replay_take(source: Template) -> None:
    """With the days that the catalogue remembers, so that what it forgot is not taken for lost."""
    text = source["Resources"]["SweepRule"]["Properties"]["Targets"][0]["Input"]["Fn::Sub"]
    given = text.replace("${SweepFindsGone}", "true").replace("${CatalogueDays}", "400")

    assert SweepPart.from_json(json.loads(given) | {"part": "listing"}).days == 400
    letter = Letter("rules", "m", "r", given, START)
    assert read_letter(letter, inbox="inbox").run == Run("sweep", given)


def test_every_queue_of_dead_letters_has_a_name_to_replay_it_by(source: Template) -> None:
    """A queue whose letters nobody can list would be found by its alarm only."""
    assert set(resources_named(source, "LETTER_BOXES").values()) == queues_of_dead_letters(source)


def test_what_moves_letters_to_a_queue_moves_them_to_one_of_these(source: Template) -> None:
    """Whatever the queue is called: by redrive, by EventBridge, or by a failed invocation."""
    known = queues_of_dead_letters(source)
    aims = {aim.split(".")[0] for value in _destinations(source["Resources"]) for aim in targets(value)}

    assert aims
    assert aims <= known


def test_the_command_offers_the_queues_that_there_are(source: Template) -> None:
    """By the same names, and the fakes know of no other."""
    names = resources_named(source, "LETTER_BOXES").keys()

    assert set(QUEUES) == names
    assert recovery_fakes.FakeLetterBoxes().letters.keys() <= names


def test_the_role_may_empty_each_queue_and_put_back_what_was_in_it(source: Template) -> None:
    """And nothing else."""
    boxes = queues_of_dead_letters(source)
    for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"):
        assert granted(source, action) == boxes
    queues, lanes = resources_named(source, "QUEUES"), resources_named(source, "ARRIVALS")
    assert granted(source, "sqs:SendMessage") == {*queues.values(), *lanes.values()}
    assert queues.keys() == set(QUEUE_OF.values())


def test_what_runs_on_a_schedule_can_be_run_again(source: Template) -> None:
    """Those whose runs go to a queue of dead letters when they cannot be started."""
    runs = resources_named(source, "RUNS")

    assert granted(source, "lambda:InvokeFunction") == {runs["digest"], runs["tune-pace"]}
    # Step Functions asks for the state machine, whose alias it is that runs.
    assert granted(source, "states:StartExecution") == {"BackfillStateMachine"}
    assert runs["sweep"] == "BackfillAlias"
    assert runs.keys() - {"sweep"} <= resources_named(source, "LETTER_BOXES").keys()


def _destinations(value: Any) -> list[Any]:
    """Collect whatever says where messages go that could not be handled."""
    if isinstance(value, dict):
        found = [
            item for name, item in value.items() if name in ("DeadLetterConfig", "RedrivePolicy", "OnFailure")
        ]
        return found + [each for item in value.values() for each in _destinations(item)]
    if isinstance(value, list):
        return [each for item in value for each in _destinations(item)]
    return []
