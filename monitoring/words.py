"""What each kind of alarm means and what to do: its description, and the section of the runbook it links."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What an alarm says to whom it wakes."""

    level: str
    """P1: files are at risk, now. P2: users notice, today. P3: look within the week. P4: good to know."""
    section: str
    """The heading in docs/operations.md."""
    means: str
    do: str

    @property
    def anchor(self) -> str:
        """The section's anchor, as GitHub makes it."""
        return self.section.lower().replace(" ", "-")

    def description(self, subject: str) -> str:
        """Return the description of an alarm about *subject*, with the runbook's address to be filled."""
        return f"{self.level}. {subject}: {self.means} Do: {self.do} ${{RunbookUrl}}#{self.anchor}"


ERRORS = Words(
    "P2",
    "Function errors",
    "invocations end with an exception or a timeout.",
    "read the function's newest errors (saved query 'errors'); roll back if a release is new; files are retried, then kept for replay.",
)
ERROR_RATE = Words(
    "P2",
    "Function errors",
    "more than one invocation in twenty fails, for 15 minutes.",
    "as for errors; a rate this steady is a release, a permission or a service, and not one bad file.",
)
DURATION = Words(
    "P3",
    "Slow functions",
    "its slowest hundredth comes near what it is allowed.",
    "compare with the size of files and with throttled services; raise ProcessorMemorySize before a timeout cuts work off.",
)
THROTTLES = Words(
    "P3",
    "Throttled functions",
    "Lambda refused to start it. Nothing is lost: callers try again.",
    "look at the account's concurrency and the function's reserved concurrency; lower a lane's rate.",
)
BEHIND = Words(
    "P2",
    "Stream behind",
    "the oldest change of the catalogue that it has not read is over 5 minutes old: announcements are late.",
    "read its errors; one record that always fails is given up after 10 tries and kept with the dead letters.",
)
FAULTS = Words(
    "P3",
    "Faults",
    "it caught faults of ours that fail no invocation: messages not dispatched, outcomes not announced.",
    "run the saved query 'faults'; each comes again by itself, so a steady count is one cause.",
)
LOST_ARRIVALS = Words(
    "P1",
    "Undelivered arrivals",
    "events could not be delivered: mostly uploads, which nothing processes.",
    "read their ERROR_CODE, mend the cause (queue policy, key policy), then `sluice replay rules --yes`.",
)
DEAD_LETTERS = Words(
    "P2",
    "Dead letters",
    "messages lie where nothing takes them.",
    "read them by `sluice replay`; mend the cause, then replay them, or discard what will never be wanted.",
)
FAILED_FILES = Words(
    "P2",
    "Failed files",
    "files whose retries are spent are kept, through no fault of theirs.",
    "find the cause by the error in the message; when it is mended, `sluice replay failed-files --yes`.",
)
BACKLOG = Words(
    "P3",
    "Backlog",
    "more files wait than expected.",
    "compare the lane's rate with what arrives; a paused lane keeps its files for 14 days.",
)
OLD_MESSAGES = Words(
    "P1",
    "Old messages",
    "its oldest message is over 7 days old, and SQS deletes it at 14.",
    "unpause the lane or raise its rate; if processing is broken, mend that first: time is left, but not for long.",
)
OLD_FILES = Words(
    "P1",
    "Old messages",
    "a file waits since over 7 days, however often its message was received, and SQS deletes it at 14.",
    "as for old messages: unpause the lane or raise its rate.",
)
SWEEP_TOOK_IN = Words(
    "P3",
    "Sweep findings",
    "files were in the inbox and nobody had been told: events were lost, or came when the stack could not take them.",
    "nothing for these files, they are on their way; find what the rules and queues met at that time.",
)
SWEEP_GAVE_UP = Words(
    "P3",
    "Sweep findings",
    "parts of a sweep failed after all their retries: what they would have found is still there.",
    "read the errors of reconcile, mend the cause, and sweep again.",
)
WEBHOOK_GONE = Words(
    "P3",
    "Disabled webhooks",
    "a target answered that it is gone for good, and its webhook was disabled.",
    "ask its owner; enable it again, or delete it.",
)
EXECUTIONS_FAILED = Words(
    "P2",
    "Executions",
    "executions ended without catching their error: claims of their files expire, and the files are taken again.",
    "open the newest failed execution in the console; its cause is in the last event.",
)
EXECUTIONS_TIMED_OUT = Words(
    "P2",
    "Executions",
    "executions ran out of time.",
    "look for a processor that hangs; files come again when their claims expire.",
)
EXECUTIONS_ABORTED = Words(
    "P3",
    "Executions",
    "somebody stopped executions.",
    "ask who, and whether the files are wanted; they come again when their claims expire.",
)
EXECUTIONS_THROTTLED = Words(
    "P3",
    "Executions",
    "Step Functions held transitions back: processing is slower, and nothing is lost.",
    "ask AWS for a higher quota of transitions, or raise the size of batches.",
)
RULE_FAILED = Words(
    "P1",
    "Undelivered arrivals",
    "EventBridge could not deliver uploads to the queue.",
    "look into the rule's dead letters, and at the queue's policy.",
)
OTHER_RULE_FAILED = Words(
    "P2",
    "Undelivered arrivals",
    "EventBridge could not deliver what this rule is for: an ended execution, a deletion, or the start of the daily sweep.",
    "look into RuleDeadLetters, mend the policy or the role, then `sluice replay rules --yes`; uploads go on.",
)
RULE_LOST = Words(
    "P1",
    "Undelivered arrivals",
    "EventBridge could deliver uploads neither to the queue nor to the dead letters: they are lost to us, and still in the inbox.",
    "mend the policies of both queues, then `sluice reconcile --background`: it takes in what is missing.",
)
OTHER_RULE_LOST = Words(
    "P2",
    "Undelivered arrivals",
    "EventBridge could deliver what this rule is for neither to its target nor to the dead letters.",
    "mend the policies, then `sluice reconcile --background`: it frees and takes in what was missed; uploads go on.",
)
TABLE_THROTTLED = Words(
    "P3",
    "Throttled tables",
    "DynamoDB refused reads or writes; callers try again.",
    "look for one hot key; a table on demand doubles its capacity within 30 minutes.",
)
TOPIC_FAILED = Words(
    "P3",
    "Undelivered messages",
    "a subscriber could not be reached.",
    "look into the dead letters of the subscription; confirm or remove the subscriber.",
)
API_ERRORS = Words(
    "P2",
    "API errors",
    "more than one request in a hundred is answered with a 5xx.",
    "read the errors of the function behind it; uploads by the bucket are not affected.",
)
API_SLOW = Words(
    "P3",
    "API errors",
    "its slowest hundredth takes over 3 seconds.",
    "look at cold starts and at the function's duration.",
)
STALLED = Words(
    "P1",
    "Stalled",
    "files wait, and none got an outcome in 30 minutes.",
    "see whether every waiting lane is paused (then all is well), whether dispatch runs, and whether its event sources are enabled.",
)
FAST_BURN = Words(
    "P1",
    "Service level",
    "the month's error budget would be gone in two days: over the last hour and the last 5 minutes.",
    "open the service dashboard; find the link whose alarm came with this one.",
)
SLOW_BURN = Words(
    "P2",
    "Service level",
    "the month's error budget would be gone in five days: over the last 6 hours and the last 30 minutes.",
    "as for the fast burn, without haste.",
)
BURN_WINDOW = Words(
    "P4", "Service level", "one window of a burn-rate alarm; it tells nobody by itself.",
    "nothing; the alarm of both windows tells you.",
)  # fmt: skip
