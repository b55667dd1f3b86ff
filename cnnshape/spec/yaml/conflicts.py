"""Texts that a merge left unfinished: git's conflict markers, named as such and not as wrong YAML."""

import re
from typing import Final

from cnnshape.core.errors import Problem
from cnnshape.spec.yaml.marks import mark_of

HINT: Final = "keep one side of each conflict and delete the marker lines"
"""What to do about conflict markers in a file that people write."""

_SURE: Final = r"(?m)^(?:<{7}|>{7}|\|{7})(?: |\r?$)"
_LEFT: Final = r"(?m)^={7}\r?$"  # what is left where the other markers were deleted


def conflict(text: str, file: str = "", *, unreadable: bool = False) -> Problem | None:
    r"""The problem with a text that holds conflict markers; None for one without any.

    In an ``unreadable`` text a line of seven equals signs counts, too.

    >>> found = conflict("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> work\n", "net.yaml")
    >>> found.text, found.mark
    ('this file contains merge conflict markers', Mark(line=2, column=1))
    """
    found = re.search(_SURE, text) if "<<<<<<<" in text or ">>>>>>>" in text or "|||||||" in text else None
    found = found or (re.search(_LEFT, text) if unreadable else None)
    if found is None:
        return None
    mark = mark_of(text[: found.start()])
    return Problem("this file contains merge conflict markers", file=file, mark=mark, hint=HINT, id="invalid-yaml")
