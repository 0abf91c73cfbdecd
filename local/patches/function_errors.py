"""
A function's exception keeps its class name, and costs no process.

Stock: every exception is reported as `Runtime.HandlerError` and kills the worker process; a worker that
exits is reported in the same way; an import that fails is a `RuntimeError`; log lines are collected by
waiting up to 50 ms for the next one.
AWS: `errorType` is the exception's class, which Retry and Catch match; the process lives on. A process that
exits is `Runtime.ExitError`, a module that is missing `Runtime.ImportModuleError`.
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import queue
import re
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.patches.replacing import replace_text, wrap

END_OF_LOG = "\x01end of invocation\x01"
LOG_PATIENCE = 2.0  # seconds for the last log lines of a worker that is alive, on a machine however busy

_WORKER_ERROR = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_WORKER_FAULT = (
    '{"status": "ok", "result": None, "trace": traceback.format_exc(), "fault": '
    '{"errorMessage": str(e), "errorType": type(e).__name__, "requestId": context.aws_request_id, '
    '"stackTrace": traceback.format_tb(e.__traceback__)[1:]}}'
)
_INIT_ERROR = '_real_stdout.write(json.dumps({"status": "error", "error": str(e)})'
_INIT_FAULT = (
    "traceback.print_exc(); "
    '_real_stdout.write(json.dumps({"status": "error", "error": type(e).__name__ + ": " + str(e)})'
)
_END_OF_INVOCATION = "        _real_stdout.flush()\n\nrun()"
_INIT_FAILED = re.compile(r"Worker init failed: (?P<type>\w+): (?P<message>.*)", re.DOTALL)
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")


class _FaultMessage(str):
    """An error message that carries the whole fault through code which only passes the message on."""

    __slots__ = ("fault",)
    fault: dict[str, Any]


def apply() -> None:
    """Report faults of Python functions as the Lambda runtime does."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    script = replace_text(script, _WORKER_ERROR, _WORKER_FAULT)
    script = replace_text(script, _INIT_ERROR, _INIT_FAULT)
    end = f"        sys.stderr.write({END_OF_LOG + chr(10)!r}); sys.stderr.flush()\n"
    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_text(script, _END_OF_INVOCATION, end + _END_OF_INVOCATION)
    wrap(lambda_runtime.Worker, "_drain_stderr_bounded", lambda _: _log_of_invocation)
    wrap(lambda_runtime.Worker, "invoke", _keep_fault)
    wrap(lambda_svc, "_execute_function_warm", _name_fault)


def _log_of_invocation(worker: Any) -> str:
    lines: list[str] = []
    deadline = time.monotonic() + LOG_PATIENCE
    while time.monotonic() < deadline:
        try:
            line = worker._stderr_queue.get(timeout=0.05)
        except queue.Empty:
            if worker._proc is None or worker._proc.poll() is not None:
                break
            continue
        if line == END_OF_LOG:
            break
        lines.append(line)
    return "\n".join(lines)


def _keep_fault(invoke: Any) -> Any:
    def invoke_and_keep_fault(worker: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        result = invoke(worker, *args, **kwargs)
        fault = result.pop("fault", None)
        if result.get("error") == "Worker process died":
            fault = {"errorType": "Runtime.ExitError", "errorMessage": "Error: Runtime exited"}
        if fault:
            message = _FaultMessage(fault["errorMessage"])
            message.fault = fault
            result |= {"status": "error", "error": message}
        return result

    return invoke_and_keep_fault


def _name_fault(execute: Any) -> Any:
    def execute_and_name_fault(*args: Any) -> dict[str, Any]:
        result = execute(*args)
        if result.get("error") and isinstance(result["body"], dict):
            result["body"] |= _fault(result["body"].get("errorMessage"))
        return result

    return execute_and_name_fault


def _fault(message: Any) -> dict[str, Any]:
    if isinstance(message, _FaultMessage):
        return message.fault
    if failed := _INIT_FAILED.fullmatch(str(message)):
        name = "Runtime.ImportModuleError" if failed["type"] in _IMPORT_ERRORS else failed["type"]
        return {"errorType": name, "errorMessage": failed["message"]}
    return {}
