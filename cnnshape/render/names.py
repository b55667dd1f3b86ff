"""Names as people read them: on one line, without what would move the cursor, cut where they say least."""

import re
from typing import Final

from cnnshape.core.text import escaped
from cnnshape.core.text import quoted as quoted


def printable(text: str) -> str:
    r"""A text with every character that is not printable written as its escape, and on one line.

    >>> print(printable("red\x1b[31m"), printable("two\nlines"))
    red\x1b[31m two\nlines
    """
    return escaped(text)


def capital(text: str) -> str:
    """A text as a sentence begins.

    >>> capital("heaviest layers"), capital("`conv1`")
    ('Heaviest layers', '`conv1`')
    """
    return text[:1].upper() + text[1:]


def quotable(text: str) -> str:
    r'''A text that stays inside a string of Python between three double quotes, and is read there as it is.

    >>> print(quotable('a """ b'), quotable("a\\b"))
    a \"\"\" b a\\b
    '''
    return printable(text).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


_FORMULA: Final = "=+-@\t\r"


def cell(text: str) -> str:
    """A text in a cell of a CSV file that no spreadsheet takes for a formula; a number stays as it is.

    >>> cell("=1+1"), cell("-90"), cell("conv1")
    ("'=1+1", '-90', 'conv1')
    """
    if text[:1] not in _FORMULA or not text or re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text):
        return text
    return f"'{text}"


def wide(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> wide("conv"), wide("网络")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shortened(path: str, width: int) -> str:
    """A path cut in the middle, where it says least.

    >>> shortened("features.denseblock4.denselayer31.conv2", 20)
    'featur…layer31.conv2'
    """
    if wide(path) <= width:
        return path
    head = (width - 1) // 3
    return f"{path[:head]}…{path[len(path) - (width - 1 - head) :]}"
