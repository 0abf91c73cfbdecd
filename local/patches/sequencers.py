"""
An event's sequencer begins with its time in seconds.

Stock: it is a counter, which is older than any sequencer of AWS and than those that a sweep makes of times.
AWS: `0055AED6DCD90281E5` is of July 2015, and orders what happens to one key.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import itertools
import time
from typing import Any

from ministack.services import s3

from local.patches.replacing import wrap

_count = itertools.count()


def apply() -> None:
    """Make sequencers of the time and a count."""
    wrap(s3, "_next_event_sequencer", _by_time)


def _by_time(make_sequencer: Any) -> Any:
    def make_sequencer_by_time(event_name: str) -> str | None:
        if make_sequencer(event_name) is None:
            return None
        return f"00{int(time.time()):08X}{next(_count) % 2**32:08X}"

    return make_sequencer_by_time
