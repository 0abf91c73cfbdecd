"""
Decide the rate of a lane from how its downstream fares: additive increase, multiplicative decrease.

Source: Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance" (1989): of
the linear controls, this one converges to a fair and efficient share.
"""

from dataclasses import dataclass

DECREASE = 0.5  # of the rate that was too much
STEPS = 20  # increases from the lowest to the highest rate
TOO_OLD = 60  # seconds; a queue with an older file is a backlog


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which rates a lane is tuned, files per second."""

    lowest: float
    highest: float

    @property
    def step(self) -> float:
        """By how much a rate is increased at once."""
        return (self.highest - self.lowest) / STEPS


@dataclass(frozen=True, slots=True)
class Signals:
    """What was seen of one lane since it was last tuned."""

    waiting: int = 0
    """Messages in its queue."""
    oldest: float = 0
    """Seconds since the oldest file of its queue was announced."""
    throttles: int = 0
    errors: int = 0
    """Invocations of Sluice's own processor that failed."""
    overloads: int = 0
    """Of what is behind its processors; throttles and failures of a team's own function count as such."""


def tuned(rate: float, signals: Signals, bounds: Bounds) -> float:
    """
    Return the rate to go on with.

    Any sign of overload halves it, and a backlog without one raises it by a step. Without a backlog it stays:
    an idle lane says nothing about what its downstream can bear.
    """
    if signals.overloads or signals.throttles or signals.errors:
        wanted = rate * DECREASE
    elif signals.waiting or signals.oldest > TOO_OLD:
        wanted = rate + bounds.step
    else:
        wanted = rate
    return round(min(max(wanted, bounds.lowest), bounds.highest), 3)
