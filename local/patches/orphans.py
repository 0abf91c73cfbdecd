"""
A function ends with its emulator.

Stock: a worker notices that the emulator was killed when it next waits for an event; one in the middle of its
handler runs on.
AWS: has no such case; here nothing may be left of a stack.
"""

from ministack.core import lambda_runtime

from local.patches.replacing import replace_text

_START = """def run():
    # Redirect print()"""
_WATCH = """def _end_with_emulator(emulator):
    while os.getppid() == emulator:
        time.sleep(1)
    os._exit(1)


def run():
    import threading
    threading.Thread(target=_end_with_emulator, args=(os.getppid(),), daemon=True).start()
    # Redirect print()"""


def apply() -> None:
    """Have each worker look after its parent once a second."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_text(lambda_runtime._PYTHON_WORKER_SCRIPT, _START, _WATCH)
