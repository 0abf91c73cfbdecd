"""Write what is described in the docs from the code: `python -m sluice.api.describe FOLDER`."""

import json
import sys
from pathlib import Path

from sluice.api.document import openapi_document
from sluice.api.rule_model import rule_schema


def main(folder: Path) -> None:
    """Write the description of the API and the schema of a rule."""
    described = {"openapi.json": openapi_document(), "schemas/rule.schema.json": dict(rule_schema())}
    for name, document in described.items():
        text = json.dumps(document, indent=2, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
