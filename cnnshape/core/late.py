"""What a room asks of one above it, by name: a hint for an error, a closed form.

Nothing of it is imported before there is an error to explain or a result to show.
"""

from importlib import import_module
from typing import Any, Final

_HINTS: Final = "cnnshape.graph.hints"

LATE: Final = {
    "as_list": f"{_HINTS}.variables:as_list",
    "as_mapping": f"{_HINTS}.listed:as_mapping",
    "begins": f"{_HINTS}.quick:begins",
    "decimal": f"{_HINTS}.flow:decimal",
    "formula": "cnnshape.commands.formula.formula:formula",
    "function": f"{_HINTS}.variables:function",
    "of_input": f"{_HINTS}.variables:of_input",
    "operands": f"{_HINTS}.variables:operands",
    "power": f"{_HINTS}.variables:power",
    "truth": f"{_HINTS}.variables:truth",
    "unknown": f"{_HINTS}.variables:unknown",
}
"""The module and the function of each name."""


def late(name: str) -> Any:
    """The function that has this name in the table.

    >>> late("truth")("no")
    'write `false`'
    """
    module, _, function = LATE[name].partition(":")
    return getattr(import_module(module), function)
