"""The world with many dispatchers and processors at the same time, switching at every call of a port."""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from sluice.outcomes import UNFINISHED
from tests import fakes
from tests.proofs.interleaving import Interleaving
from tests.proofs.world import RECEIVE, World

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    """The clock of one machine."""

    world: World
    fast_by: timedelta

    def __call__(self):
        return self.world.clock() + self.fast_by

    def sleep(self, seconds):
        """Let the others go on until this time has passed."""
        self.world.sleep(seconds)


class Everywhere:
    """Contains every call."""

    def __contains__(self, call):
        return True


class Crowd(World):
    """
    See the module; *skews* are seconds by which the clocks of processes are fast, one after the other.

    *lag* is by how many writes the index of unfinished claims may be late.
    """

    def __init__(self, pace, faults=(), *, seed, dispatchers, processors=2, seconds=0.2, switching=1.0,
                 skews=(0,), lag=0, receive=RECEIVE):  # fmt: skip
        self.random, self.lag, self.receive = Random(seed), lag, receive
        super().__init__(pace, faults, dispatchers=dispatchers, seconds=seconds, interleaved=())
        self.faults.interleaved, self.faults.meanwhile = Everywhere(), self._switch
        self.index = deque([{}], maxlen=lag + 1)
        self.most_claimed = 0
        self.busy = 0
        self.arrivals = []
        self.stage = Interleaving(self.clock, self.random, switching)
        skews = [skews[number % len(skews)] for number in range(dispatchers + processors)]
        self.plays = [partial(self._dispatch, skew) for skew in skews[:dispatchers]]
        self.plays += [partial(self._process, skew) for skew in skews[dispatchers:]]

    def upload_at(self, seconds, key, **more):
        """Put a file in when this time has passed."""
        self.arrivals.append((seconds, key, more))

    def run(self, *, within=timedelta(hours=12)):
        """Let everything happen, all at the same time."""
        self.end = self.clock() + within
        self.stage.run([self._arrive, *self.plays, self._tell])

    def sleep(self, seconds):
        self.stage.sleep(seconds)

    def work(self, seconds):
        self.stage.sleep(seconds)

    # The actors

    def _arrive(self):
        for seconds, key, more in sorted(self.arrivals, key=lambda each: each[0]):
            self.stage.sleep(seconds - (self.clock() - fakes.START).total_seconds())
            self.upload(key, **more)
        self.arrivals = []

    def _dispatch(self, skew):
        now = Clock(self, timedelta(seconds=skew))
        watched = self.faults.around
        dispatcher = self.a_dispatcher(now, watched(Seen(self, now), "outcomes"), watched(self.states))
        while not self._is_over():
            if not self._receive(dispatcher, self.random.randint(1, self.receive)):
                self.stage.await_(self._message)

    def _process(self, skew):
        now = Clock(self, timedelta(seconds=skew))
        watched = self.faults.around
        processor = self.a_processor(now, watched(Seen(self, now), "outcomes"), watched(self.states))
        while not self._is_over():
            machine = next((each for each in self.machines if each.due <= self.clock()), None)
            if not machine:
                self.stage.await_(self._machine)
                continue
            self.machines.remove(machine)
            self.busy += 1
            self._advance(machine, processor)
            self.busy -= 1

    def _tell(self):
        while not self._is_over():
            if not self._announce():
                self.stage.await_(lambda: self.clock() if self._untold() else self._end())

    # What the actors share

    def _switch(self):
        self.stage.switch()

    def _is_over(self):
        left = self.arrivals or self.queue or self.machines or self.busy or self._untold()
        return not left or self.clock() > self.end

    def _message(self):
        return min((each.visible_at for each in self.queue), default=self._end())

    def _machine(self):
        return min((each.due for each in self.machines), default=self._end())

    def _end(self):
        return self.clock() if self._is_over() else NEVER

    def written(self):
        """Note what is in flight after a write to the catalogue."""
        unfinished = {
            file_id: (item["lane"], item["claimed_until"])
            for file_id, item in self.catalogue.items.items()
            if item["status"] in UNFINISHED and item["slot"] is not None
        }
        self.index.append(unfinished)
        claimed = sum(until > self.clock() for _, until in unfinished.values())
        self.most_claimed = max(self.most_claimed, claimed)

    @property
    def most_allowed(self):
        """How many claims there may be until those who counted at the same moment have given back."""
        most = self.pace.max_in_flight
        return most + (self.dispatchers - 1) * min(self.receive, most) + self.lag

    def violations(self):
        """Return a sentence for whatever does not hold; the index may let in as many as it lacks."""
        in_flight, self.most_in_flight = self.most_in_flight, 0
        found = super().violations()
        if in_flight > self.pace.max_in_flight + self.lag:
            found.append(f"{in_flight} in flight")
        if self.most_claimed > self.most_allowed:
            found.append(f"{self.most_claimed} claimed, where {self.most_allowed} are allowed")
        return found


class Seen(fakes.FakeCatalogue):
    """The one catalogue, as one process sees it: by its own clock, and through an index that is late."""

    def __init__(self, world, now):
        super().__init__(now)
        self.world, self.items, self.recorded = world, world.catalogue.items, world.catalogue.recorded

    def unfinished(self, lane, *, at):
        late = self.world.random.randrange(len(self.world.index))
        seen = self.world.index[-1 - late].items()
        return frozenset(file_id for file_id, (where, until) in seen if where == lane and until > at)


def _noted(name):
    def write(self, *args, **named):
        answer = getattr(super(Seen, self), name)(*args, **named)
        self.world.written()
        return answer

    return write


for _name in ("claim", "release", "begin", "renew", "record"):
    setattr(Seen, _name, _noted(_name))
