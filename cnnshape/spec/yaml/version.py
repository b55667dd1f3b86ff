"""The version of the format that a file states: ``cnnshape: 1``, written so and not as ``1.0`` or ``true``."""

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BeforeValidator

from cnnshape.core.errors import Problem
from cnnshape.core.text import shown
from cnnshape.layers.fields import Takes

if TYPE_CHECKING:
    from cnnshape.spec.yaml import Document

KEY: Final = "cnnshape"

_PLAIN: Final = r"""(?m)^["']?cnnshape["']?[ \t]*:[ \t]+1[ \t]*\r?(?:#.*)?$"""
_WORD: Final = r"(?:&\S+\s+)?([^\s,}\]#]*)"


def _whole(value: object) -> object:
    if type(value) is not int:
        raise ValueError("neither true nor 1.0, which are equal to 1")
    return value


VERSION = Annotated[Literal[1], BeforeValidator(_whole), Takes("1")]
"""The annotation of the key: the number 1, and nothing that Python takes for it."""


def written(document: "Document") -> Problem | None:
    """The problem with a version that is 1 and written in another way, such as 1.0; None where there is none.

    Reading a file makes 1.0 an int; so the text is looked at.
    """
    data = document.data
    if not isinstance(data, dict) or type(data.get(KEY)) is not int or data[KEY] != 1:
        return None  # missing, or wrong in a way that the check of the keys says
    if document.marks.text.startswith(f"{KEY}: 1\n") or re.search(_PLAIN, document.marks.text):
        return None
    found = document.marks.after((KEY,))
    match = re.match(_WORD, found)
    word = match[1] if match else ""
    if word == "1" or found.startswith("*"):
        return None
    return Problem(f"{KEY} takes 1, not {shown(word)[1:-1]}", at=(KEY,), hint=f"write `{KEY}: 1`", id="invalid-value")
