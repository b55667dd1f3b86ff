"""What is said of a broken limit, in parts, for formats that have a place of their own for each."""

from typing import TYPE_CHECKING

from cnnshape.commands.check.render.words import problem, subject
from cnnshape.render.names import printable, shortened

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Outcome
    from cnnshape.core.errors import Problem

TITLE = 200  # columns of a heading


def net(outcome: "Outcome") -> str:
    """What the net is called."""
    return printable(outcome.net.name or outcome.net.spec)


def heading(outcome: "Outcome") -> str:
    """Which figure of which net, on one short line: ``small: macs (batch 8)``."""
    return shortened(f"{net(outcome)}: {subject(outcome)}", TITLE)


def lines(found: "Problem") -> str:
    r"""A message without its level and place, for who shows them otherwise.

    >>> from cnnshape.core.errors import Problem
    >>> print(lines(Problem("no such thing", path="conv1", file="net.yaml", evidence=("a row",), hint="look again")))
    `conv1`: no such thing
      a row
    <BLANKLINE>
    hint: look again
    """
    return found._replace(file="", mark=None).render("x").removeprefix("x: ")


def body(outcome: "Outcome") -> str:
    """The sentence, the layers that made the figure, and the hint."""
    return lines(problem(outcome)._replace(path=""))
