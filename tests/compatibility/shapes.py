"""
Write or read everything that one release leaves for another, with whichever release's layer is on the path.

`python -m tests.compatibility.shapes write` prints what the release writes: batches, messages, items of every
table. `read` takes that from its standard input, and prints what the release makes of it.
"""

import json
import os
import sys

from moto import mock_aws

from tests.compatibility.account import Account
from tests.compatibility.reading import read
from tests.compatibility.writing import write


def main() -> None:
    """Do what the argument says."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with mock_aws():
        account = Account()
        answer = write(account) if sys.argv[1] == "write" else read(account, json.load(sys.stdin))
    json.dump(answer, sys.stdout, indent=1, ensure_ascii=False, sort_keys=True, default=str)


if __name__ == "__main__":
    main()
