"""Actors of which one runs at a time: who goes on is drawn anew at each call of a port."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


class _OverError(BaseException):
    """The play is over: nothing in the use cases catches this."""


@dataclass(eq=False)
class _Actor:
    play: Callable[[], None]
    wakes_at: Callable[[], datetime]
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    thread: threading.Thread | None = None


class Interleaving:
    """
    Runs actors in threads, and gives the turn from one to the next as *random* says.

    An actor gives its turn away where it calls `switch`, with the probability *switching*, and where it
    sleeps. Time passes only when all sleep. The same seed gives the same play.
    """

    def __init__(self, clock, random, switching):
        self.clock, self.random, self.switching = clock, random, switching
        self.actors, self.failed, self.over = [], None, False
        self.current = None
        self.ended = threading.Semaphore(0)

    def run(self, plays):
        """Run until all *plays* have returned, or one has raised, which is raised here."""
        self.actors = [_Actor(play, self.clock) for play in plays]
        for actor in self.actors:
            actor.thread = threading.Thread(target=self._act, args=(actor,), daemon=True)
            actor.thread.start()
        self._pass_on()
        self.ended.acquire()
        for actor in list(self.actors):
            actor.turn.release()
            actor.thread.join()
        if self.failed:
            raise self.failed

    def switch(self):
        """Let somebody else go on, perhaps."""
        if self.random.random() < self.switching:
            self._yield(self.clock)

    def sleep(self, seconds):
        """Let the others go on until this time has passed."""
        until = self.clock() + timedelta(seconds=seconds)
        self._yield(lambda: until)

    def await_(self, moment):
        """Let the others go on until the *moment*, which may move meanwhile."""
        self._yield(moment)

    def _act(self, actor):
        actor.turn.acquire()
        try:
            if not self.over:
                actor.play()
        except _OverError:
            return
        except BaseException as error:  # noqa: BLE001  raised again where the play was started
            self.failed = error
        self.actors.remove(actor)
        if self.failed or not self.actors:
            self.over = True
            self.ended.release()
        elif not self.over:
            self._pass_on()

    def _yield(self, wakes_at):
        me = self.current
        me.wakes_at = wakes_at
        if self._pass_on() is not me:
            me.turn.acquire()
        if self.over:
            raise _OverError

    def _pass_on(self):
        """Give the turn to one who is awake; if nobody is, let time pass."""
        before = self.current
        moments = [(actor.wakes_at(), actor) for actor in self.actors]
        self.clock.time = max(self.clock(), min(moment for moment, _ in moments))
        self.current = self.random.choice([actor for moment, actor in moments if moment <= self.clock()])
        if self.current is not before:
            self.current.turn.release()
        return self.current
