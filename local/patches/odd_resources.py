"""
A wildcard in a policy's resource stands for any characters, line breaks included.

Stock: it stands for what a line break does not end, so that no role may read an object whose key has one.
AWS: `*` matches any combination of characters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from typing import Any

from ministack.core import iam_evaluator

from local.patches.replacing import wrap


def apply() -> None:
    """Compile patterns so that they go past line breaks."""
    wrap(iam_evaluator, "_fnmatch_compile", _past_line_breaks)


def _past_line_breaks(compile_pattern: Any) -> Any:
    def compile_past_line_breaks(*arguments: Any) -> re.Pattern[str]:
        found: re.Pattern[str] = compile_pattern(*arguments)
        return re.compile(found.pattern, found.flags | re.DOTALL)

    return compile_past_line_breaks
