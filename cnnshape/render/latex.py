"""Texts as LaTeX shows them: nothing in one is a command."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([&%$#_{}])")


def plain(text: str) -> str:
    r"""A text as LaTeX shows it.

    >>> print(plain("out_channels of `a`, 5 %"))
    out\_channels of \texttt{a}, 5 \%
    """
    text = _SPECIAL.sub(r"\\\1", text.replace("\\", "\0"))
    text = text.replace("^", r"\^{}").replace("~", r"\~{}").replace("\0", r"\textbackslash{}")
    return re.sub(r"`([^`]*)`", r"\\texttt{\1}", text)
