"""
Send the HTTP API requests made from its description: `python -m tests.api_fuzz ST SECONDS`.

ST is the command of schemathesis, which has an environment of its own. The API runs in a process of its own,
over ports in memory.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# API Gateway answers these before any code of ours: methods without a route, and who may not ask.
GATEWAY = "unsupported_method,ignored_auth"
SETTINGS = {
    "POWERTOOLS_SERVICE_NAME": "api",
    "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core")]),
}


def main(command, seconds):
    """Return the exit code of schemathesis."""
    serving = [sys.executable, "-m", "tests.api_server"]
    server = subprocess.Popen(serving, stdout=subprocess.PIPE, text=True, env=os.environ | SETTINGS)
    try:
        address = server.stdout.readline().strip()
        asked = [command, "--config-file", str(ROOT / "tests" / "api_fuzz.toml"), "run"]
        asked += [
            f"{address}/openapi.json",
            "--max-time",
            seconds,
            "--checks",
            "all",
            "--exclude-checks",
            GATEWAY,
        ]
        folder = ROOT / "build"  # where schemathesis leaves what it remembers
        folder.mkdir(exist_ok=True)
        return subprocess.run(asked, check=False, cwd=folder).returncode
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"))
