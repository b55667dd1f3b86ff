"""Texts and values of a spec as a message may show them: on one line, cut, and without what does not print."""

import re

from cnnshape.core.dims import CLOSING, OPENING
from cnnshape.core.late import late

_UNPRINTABLE = "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"


def unprintable(text: str) -> "re.Match[str] | None":
    r"""The first character that YAML does not allow as it is, and that no name or text of a spec needs.

    >>> unprintable("a\x07b").start(), unprintable("tab\tnewline\n")
    (1, None)
    """
    return re.search(_UNPRINTABLE, text)


def printable(text: str, most: int = 40) -> str:
    r"""A text as a message shows it: cut where it is long, and what does not print as an escape.

    >>> printable("a\tb"), printable("x" * 50, 10)
    ('a\\tb', 'xxxxxxx...')
    """
    return escaped(text if len(text) <= most else text[: most - 3] + "...")


def escaped(text: str) -> str:
    r"""A text with an escape for what does not print, and for what a log on GitHub would take for a command.

    Such a command is a line that starts with ``::``, or holds ``##[``.

    >>> print(escaped("red\x1b[31m"), escaped("::error::"), escaped("a::b"), escaped("##[error]"))
    red\x1b[31m \x3a:error:: a::b ##\x5berror]
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    if "::" in text and text.lstrip().startswith("::"):
        text = text.replace(":", "\\x3a", 1)
    return text.replace("##[", "##\\x5b") if "##[" in text else text


def quoted(name: str) -> str:
    """A name in backticks, with nothing in it that would end them.

    >>> print(quoted("conv`1"))
    `conv'1`
    """
    return f"`{escaped(name).replace('`', chr(39))}`"


def shown(value: object) -> str:
    """A raw value as the spec writes it, cut to a line.

    >>> shown([3, True]), shown(None), shown("abc")
    ('[3, true]', 'null', "'abc'")
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(item) for item in value[:9]) + (", ...]" if len(value) > 9 else "]")
    elif isinstance(value, int) and value.bit_length() > 200:
        text = "a number of more than 60 digits"
    elif hasattr(value, "denominator") and not isinstance(value, int):
        text = late("decimal")(value)
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else _cut(text)


def _cut(text: str) -> str:
    """The beginning of a long text; the mark of an open number is kept whole and counts as one character."""
    parts = re.split(f"({OPENING}[^{CLOSING}]*{CLOSING})", text)
    marks = parts[1::2]
    short = "".join(OPENING if place % 2 else part for place, part in enumerate(parts))
    if len(short) > 60:
        short = short[:57] + "..."
    pieces = short.split(OPENING)
    return pieces[0] + "".join(mark + piece for mark, piece in zip(marks, pieces[1:], strict=False))
