"""A process that may die before or after each call of a port."""


class CrashError(BaseException):
    """The process is gone: nothing in it can catch this."""


class Fuse:
    """Ends the process at one of the moments before and after each call."""

    def __init__(self):
        self.left = None

    def burn(self):
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                raise CrashError


class Mortal:
    """A port whose caller may die around each call."""

    def __init__(self, port, fuse):
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name):
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def call(*arguments, **named):
            self._fuse.burn()
            result = found(*arguments, **named)
            self._fuse.burn()
            return result

        return call
