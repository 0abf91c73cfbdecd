"""
What every template of the project must satisfy and no linter checks.

A rule takes a Stack and yields one sentence per breach; its name is what tests and people call it by.
"""

from collections.abc import Callable, Iterator

from tests.template.house_rules import functions, queues, releases, state_machines, storage
from tests.template.stack import Stack

Rule = Callable[[Stack], Iterator[str]]

RULES: tuple[Rule, ...] = (
    functions.logs_of_functions,
    functions.roles_of_functions,
    functions.wildcards_of_roles,
    functions.traced_functions,
    queues.redrive_of_queues,
    queues.retention_of_dead_letters,
    queues.visibility_of_queues,
    queues.partial_batch_responses,
    queues.dead_letters_of_rules,
    storage.buckets_are_safe,
    storage.buckets_demand_tls,
    storage.tables_can_be_restored,
    storage.data_outlives_the_stack,
    storage.logs_do_not_stand_in_the_way,
    state_machines.aliases_only,
    state_machines.observed_state_machines,
    releases.aliases_of_functions,
    releases.versions_of_functions,
    releases.gating_alarms,
)
