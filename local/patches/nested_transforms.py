"""
A nested template is transformed, as its parent is.

Stock: what a nested template has of AWS::Serverless is an unknown type of resource.
AWS: each template of the nesting is processed by the transforms that it declares.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html
"""

from ministack.services.cloudformation import engine

from local.patches.replacing import wrap


def apply() -> None:
    """Transform what is read where stacks are nested; a stack of its own is read through another name."""
    wrap(engine, "_parse_template", lambda parse: lambda body: engine._apply_transforms(parse(body)))
