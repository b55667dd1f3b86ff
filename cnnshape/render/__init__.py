"""The kit that results are shown with: documents, and a backend for each format that sets any of them."""

from typing import Any

from cnnshape.core.display import view_of
from cnnshape.core.moved import handed_on

_OPTIONS = handed_on("cnnshape.render", "cnnshape.commands.report.table")


def __getattr__(name: str) -> Any:
    if name != "Options":
        raise AttributeError(f"module 'cnnshape.render' has no attribute {name!r}")
    return _OPTIONS(name)


def render(result: object, format: str = "text", options: Any = None, **choices: Any) -> str:
    """Any result in a format, ending in a newline; ``choices`` are what the options of its command say.

    Raises `UsageError` for a format that there is not, and for a choice that the format does not heed.

    >>> import cnnshape
    >>> net = cnnshape.analyze({"cnnshape": 1, "input": [1, 8, 8], "layers": {"relu": "ReLU"}})
    >>> print(render(net, "csv", columns=["path", "output"]), end="")
    path,output
    relu,"(1, 1, 8, 8)"
    """
    text: str = view_of(result).render(result, format, options, **choices)
    return text
