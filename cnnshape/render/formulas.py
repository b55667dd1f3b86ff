"""Formulas of documents: names, numbers, terms, claims, and shapes of them."""

from typing import Any

from cnnshape.render.document import Formula
from cnnshape.render.notation import Notation, written
from cnnshape.render.notation_styles import STYLES


def symbol(name: str) -> Formula:
    r"""A name.

    >>> symbol("k_h").write("latex"), symbol("width").write("latex")
    ('k_h', '\\mathrm{width}')
    """
    return Formula(lambda style: STYLES[style].finished(STYLES[style].symbol(name).text))


def formula(x: Any, **how: Any) -> Formula:
    """A number, a term, a claim, or a shape of them; ``how`` as `written` takes it.

    >>> formula((1, 512)).write("markdown")
    '$(1, 512)$'
    """
    return Formula(lambda style: shown(x, style, **how))


def shown(x: Any, style: Notation, **how: Any) -> str:
    """The same in one of the notations.

    >>> shown((1, 512, 7, 7), "text"), shown(2048000, "latex")
    ('(1, 512, 7, 7)', '2{,}048{,}000')
    """
    if not isinstance(x, tuple):
        return written(x, style, **how)
    inside = ", ".join(shown(each, "latex" if style == "markdown" else style, **how) for each in x)
    return STYLES[style].finished(f"({inside}{',' * (len(x) == 1 and style == 'python')})")
