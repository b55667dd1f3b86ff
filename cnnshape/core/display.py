"""How results show themselves: under ``print`` as text, in a notebook as a page."""

from importlib import import_module
from typing import Any, Final

from typing_extensions import override

VIEWS: Final = {
    "Analysis": "cnnshape.commands.report.view",
    "Choices": "cnnshape.commands.solve.layer_view",
    "ClosedForm": "cnnshape.commands.formula.view",
    "Comparison": "cnnshape.commands.compare.view",
    "Diff": "cnnshape.commands.diff.view",
    "Explanation": "cnnshape.commands.explain.view",
    "NetExplanation": "cnnshape.commands.explain.view",
    "Report": "cnnshape.commands.check.view",
    "Sayings": "cnnshape.commands.conventions.view",
    "Solution": "cnnshape.commands.solve.view",
    "Sweep": "cnnshape.commands.sweep.view",
    "Verification": "cnnshape.commands.verify.view",
    "Ways": "cnnshape.commands.conv.view",
}
"""The module that has the ``VIEW`` of a class of results, imported when one is shown."""


def view_of(result: object) -> Any:
    """The view of a result; raises `TypeError` for what is none."""
    for kind in type(result).__mro__:
        if kind.__name__ in VIEWS and kind.__module__.startswith("cnnshape."):
            return import_module(VIEWS[kind.__name__]).VIEW
    raise TypeError(f"{type(result).__name__} is no result that can be shown")


class Displayed:
    """A result that shows itself."""

    __slots__ = ()

    @override
    def __str__(self) -> str:
        return str(view_of(self).render(self, "text")).rstrip("\n")

    def _repr_html_(self) -> str:
        return str(view_of(self).fragment(self))
