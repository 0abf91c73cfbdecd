"""Faults of ours, whose class names state machines match; a fault of a file is an Outcome."""


class SluiceError(Exception):
    """Base of every fault that Sluice raises on purpose."""


class MisconfiguredError(SluiceError):
    """A setting is missing or wrong, or AWS denies what the template should allow; no retry mends it."""


class ServiceBusyError(SluiceError):
    """An AWS service throttled us or failed for a moment; a later retry mends it."""


class DownstreamOverloadedError(SluiceError):
    """What a processor works for cannot keep up; a later retry may, and `tune_pace` slows the lane down."""


class FileMissingError(SluiceError):
    """The object version is gone; its file ends as an error, so no state machine sees this."""


class UnexpectedEventError(SluiceError):
    """A function was invoked with an event of another shape than its source sends."""


class ImageWorkerError(SluiceError):
    """The rendering process cannot be started, or met a fault of ours; no image is to blame."""


class UnexpectedAnswerError(SluiceError):
    """A custom processor answered something that its contract does not know; no retry mends it."""


class ProcessorFailedError(SluiceError):
    """A custom processor raised, timed out or ran out of memory; a later retry may mend it."""


class TriesSpentError(SluiceError):
    """A file was begun as often as it may be and never came to an outcome; no retry mends it."""


class VersionFailedError(SluiceError):
    """A version under check raised an error of its own."""
