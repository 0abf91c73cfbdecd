"""
The service levels, and alarms on how fast their error budgets burn.

Two windows at once, after Google's "Site Reliability Workbook", chapter 5: the long one says that it
matters, the short one that it still goes on. 14.4 times the budget's even pace spends 2 % of 30 days in an
hour; 6 times spends 5 % in six hours.
"""

from dataclasses import dataclass

from monitoring.alarm_making import OURS, Resource, Resources, expression, metric, on_math, ref, told
from monitoring.links import Links
from monitoring.words import BURN_WINDOW, FAST_BURN, SLOW_BURN, Words

MAX_METRICS = 10  # of one alarm


@dataclass(frozen=True)
class Burn:
    """One pace at which a budget is spent, seen over two windows."""

    name: str
    words: Words
    factor: float
    windows: tuple[int, int]
    """Seconds: long, short."""


BURNS = (
    Burn("FastBurn", FAST_BURN, 14.4, (3_600, 300)),
    Burn("SlowBurn", SLOW_BURN, 6, (21_600, 1_800)),
)


@dataclass(frozen=True)
class Objective:
    """A share of files for which something must hold, over 30 days."""

    name: str
    says: str
    percent: float
    bad: str
    """Formula of the files for which it does not hold."""
    all: str
    """Formula of all files."""

    @property
    def budget(self) -> float:
        """Percent of files for which it need not hold."""
        return round(100 - self.percent, 3)


TIMELINESS = Objective(
    "Timeliness", "99.5 % of files have their outcome within 5 minutes of their upload", 99.5,
    "SUM([{late}])", "SUM([{done}])",
)  # fmt: skip
CORRECTNESS = Objective(
    "Correctness", "99.9 % of files end by their own merit, and not as failed", 99.9,
    "FILL(failed, 0)", "(SUM([{done}]) + FILL(failed, 0))",
)  # fmt: skip
OBJECTIVES = (TIMELINESS, CORRECTNESS)


def of_all(links: Links) -> Resources:
    """Return the alarms of all objectives: each window, and each pair of windows that tells somebody."""
    found: Resources = {}
    for objective in OBJECTIVES:
        for burn in BURNS:
            windows = {
                f"{objective.name}{burn.name}{_minutes(window)}": _window(objective, burn, window, links)
                for window in burn.windows
            }
            found |= windows
            found[f"{objective.name}{burn.name}"] = _both(objective, burn, list(windows))
    return found


def ratio(objective: Objective, links: Links, period: int) -> list[Resource]:
    """Return the metrics and the formula of the percentage of bad files."""
    counts = _counts(links, objective, period)
    ids = {
        kind: ", ".join(f"FILL({each['Id']}, 0)" for each in counts if each["Id"].startswith(kind))
        for kind in ("late", "done")
    }
    bad, every = objective.bad.format(**ids), objective.all.format(**ids)
    return [*counts, expression("bad", f"IF({every} > 0, 100 * {bad} / {every}, 0)", "percent of files")]


def _counts(links: Links, objective: Objective, period: int) -> list[Resource]:
    def of_files(prefix: str, name: str) -> list[Resource]:
        return [
            metric(f"{prefix}{n}", (OURS, name, {"service": function.service}), period)
            for n, function in enumerate(links.processors)
        ]

    if objective is TIMELINESS:
        return of_files("late", "LateFiles") + of_files("done", "ProcessedFiles")
    kept = {"QueueName": ref("FailedFilesQueue")}
    return [
        metric("failed", ("AWS/SQS", "NumberOfMessagesSent", kept), period),
        *of_files("done", "ProcessedFiles"),
    ]


def _window(objective: Objective, burn: Burn, window: int, links: Links) -> Resource:
    metrics = ratio(objective, links, window)
    if len(metrics) > MAX_METRICS:
        raise ValueError(f"{objective.name}: an alarm takes {MAX_METRICS} metrics, not {len(metrics)}")
    return on_math(objective.name, BURN_WINDOW, metrics, above=round(burn.factor * objective.budget, 3))


def _both(objective: Objective, burn: Burn, windows: list[str]) -> Resource:
    rule = " AND ".join(f'ALARM("${{Application}}-P4-{name}")' for name in windows)
    return {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "DependsOn": windows,
        "Properties": {
            "AlarmDescription": {"Fn::Sub": burn.words.description(f"{objective.name} ({objective.says})")},
            "AlarmRule": {"Fn::Sub": rule},
            **told(burn.words),
        },
    }


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}m"
