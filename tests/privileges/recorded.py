"""Calls as a session recorded them, told in the names of the template instead of those of one deployment."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from local.call_log import Call
from local.environments import REGION as LOCAL_REGION
from tests.privileges.grants import Use
from tests.template.names import ACCOUNT, REGION, Names

LOCAL = f"{LOCAL_REGION}:000000000000"


@dataclass(frozen=True, slots=True)
class Record:
    """What was called, how often, and what of it the local stack refused."""

    allowed: Counter[Use] = field(default_factory=Counter)
    refused: Counter[Use] = field(default_factory=Counter)

    def add(self, calls: Iterable[Call], physical: Mapping[str, str], names: Names) -> None:
        """
        Take in the calls of one deployment, but for those of roles that are none of the template's.

        *physical* has the name that each resource got, by its logical id.
        """
        canonical = {name: names.of(logical_id) for logical_id, name in physical.items()}
        roles = {name: logical_id for logical_id, name in physical.items()}
        for call in calls:
            if role := roles.get(call.role):
                context = (("s3:prefix", call.prefix),) if call.prefix else ()
                use = Use(role, call.action, _told(call.resource, canonical), context)
                (self.refused if call.refused else self.allowed)[use] += 1


def _told(arn: str, canonical: Mapping[str, str]) -> str:
    """Return the ARN with each name of the deployment replaced by that of `Names`."""
    words = re.split(r"([:/])", arn.replace(LOCAL, f"{REGION}:{ACCOUNT}"))
    return "".join(canonical.get(word, word) for word in words)


def physical_names(resources: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """
    Return the name of each resource that CloudFormation lists, by logical id: the end of URL or ARN.

    Left out are aliases, for `live` is no name of their own, and what the template names by a path.
    """
    return {
        each["LogicalResourceId"]: re.split(r"[:/]", each["PhysicalResourceId"])[-1]
        for each in resources
        if not each["PhysicalResourceId"].endswith(":live") and not each["PhysicalResourceId"].startswith("/")
    }
