"""
A service behind the processors that takes so many requests a second, and refuses the others.

Refusing costs it something too: each refused request takes a twentieth of what a served one does, so that a
service that is hammered serves less. It never falls below a tenth of what it could.
"""

from dataclasses import dataclass

SERVED = 1 / 3  # seconds that a served request takes
REFUSED = 0.05  # seconds until a request is refused, and what it costs in requests
FLOOR = 0.1


@dataclass(frozen=True)
class Downstream:
    """Its capacity, requests a second: healthy, degraded for a while, and healthy again."""

    healthy: float = 60
    degraded: float = 15
    since: int = 600
    until: int = 1800

    def capacity(self, second: int) -> float:
        """Return what it could serve in one second."""
        return self.degraded if self.since <= second < self.until else self.healthy

    def served(self, second: int, offered: float) -> float:
        """Return how many of the requests of one second it serves."""
        capacity = self.capacity(second)
        if offered <= capacity:
            return offered
        return max(FLOOR * capacity, (capacity - REFUSED * offered) / (1 - REFUSED))

    def offered_by(self, second: int, workers: int) -> float:
        """Return the requests a second of so many workers, each of which goes on as soon as it is done."""
        low, high = 0.0, workers / REFUSED
        for _ in range(60):
            middle = (low + high) / 2
            served = self.served(second, middle)
            busy = served * SERVED + (middle - served) * REFUSED
            low, high = (middle, high) if busy < workers else (low, middle)
        return low
