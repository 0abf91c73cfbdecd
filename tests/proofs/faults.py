"""Faults at the calls of ports: processes that die, and services that are busy, before and after the call."""

from dataclasses import dataclass

from sluice.errors import ServiceBusyError


class DeadProcessError(BaseException):
    """The process is gone: nothing in it catches this, and it answers nobody."""


@dataclass(frozen=True)
class Fault:
    """What happens at one call of a port, counted from the start of the world."""

    call: int
    after: bool
    kills: bool


class Faults:
    """Counts the calls of all ports, and strikes where it is told to."""

    def __init__(self, faults, interleaved, meanwhile):
        self.planned = {fault.call: fault for fault in faults}
        self.interleaved, self.meanwhile = set(interleaved), meanwhile
        self.calls = 0
        self.struck = 0

    def around(self, port, *unharmed):
        """Return *port* with its methods watched, but for those of tests."""
        return _Watched(self, port, unharmed)

    def call(self, method, args, named):
        self.calls += 1
        fault = self.planned.get(self.calls)
        if fault and not fault.after:
            self._strike(fault)
        if self.calls in self.interleaved:
            self.meanwhile()
        answer = method(*args, **named)
        if fault and fault.after:
            self._strike(fault)
        return answer

    def _strike(self, fault):
        self.struck += 1
        if fault.kills:
            raise DeadProcessError
        raise ServiceBusyError("struck")


class _Watched:
    def __init__(self, faults, port, unharmed):
        self._faults, self._port, self._unharmed = faults, port, unharmed

    def __getattr__(self, name):
        found = getattr(self._port, name)
        if not callable(found) or name in self._unharmed:
            return found
        return lambda *args, **named: self._faults.call(found, args, named)
