"""What came of a check, in one of several formats; what is said of a broken limit is the same in all."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from cnnshape.core.errors import Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Report

FORMATS: Final = ("text", "markdown", "json", "github", "junit", "sarif")
"""The formats, each ``render`` in the module ``check_`` and its name."""


def render(report: "Report", format: str = "text", *, verbose: bool = False) -> str:
    """A report in one of `FORMATS`, ending in a newline; ``verbose`` shows in a text the limits that hold, too.

    Raises `UsageError` for a format that there is not, and for ``verbose`` with one that is for a program.
    """
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    if not verbose:
        text: str = import_module(f"cnnshape.commands.check.render.{format}").render(report)
        return text
    if format != "text":
        text = f"verbose does not go with the format {format}"
        raise UsageError(Problem(text, hint="it goes with text"))
    from cnnshape.commands.check.render import text as check_text

    return check_text.render(report, verbose=True)
