"""Print the table that the last full run of the end-to-end tests left."""

import json
import sys

from tests.privileges.deployed import TABLE


def main() -> None:
    """Print one line for each role, and their sums."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    columns = list(next(iter(rows.values())))
    rows["together"] = {column: sum(row[column] for row in rows.values()) for column in columns}
    rows = {"role": {column: column for column in columns}} | rows
    for role, row in rows.items():
        sys.stdout.write(f"{role:22}" + "".join(f"{row[column]:>12}" for column in columns) + "\n")


if __name__ == "__main__":
    main()
