"""A space of terms: its variables, and who decides what bounds do not."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from typing_extensions import override

from cnnshape.core.dims import CLOSING, OPENING
from cnnshape.core.errors import CnnshapeError
from cnnshape.symbolic.nodes import Node, Term
from cnnshape.symbolic.predicates import Claim
from cnnshape.symbolic.rewriting import Rules

_MARK: Final = re.compile(f"{OPENING}(\\d{{1,18}}):([^{OPENING}{CLOSING}]*){CLOSING}")


class Space(Rules):
    """Where terms live; ``decide`` and ``settle`` say what a claim and a term are where that has to be known."""

    def __init__(self, decide: Callable[[Claim], bool], settle: Callable[[Term], int]) -> None:
        super().__init__()
        self._decide, self._settle = decide, settle
        self._decided: dict[Claim, bool] = {}
        self._marked: dict[int, Node] = {}

    @override
    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds; asked once."""
        found = self._decided.get(claim)
        if found is None:
            found = self._decided[claim] = self._decide(claim)
        return found

    @override
    def settle(self, term: Term) -> int:
        """The value of a term."""
        return self._settle(term)

    @override
    def mark(self, node: Node, spec: str = "") -> str:
        """What stands for a term in a text until its value is known."""
        self._marked[node.number] = node
        return f"{OPENING}{node.number}:{spec}{CLOSING}"

    def filled(self, text: str, value: Callable[[Node], Any]) -> str:
        """A text with the values of the terms that are marked in it; what only looks like a mark stays as it is."""

        def shown(mark: re.Match[str]) -> str:
            node = self._marked.get(int(mark[1]))
            return mark[0] if node is None else format(value(node), mark[2])

        return _MARK.sub(shown, text) if OPENING in text else text

    def settled(self, error: CnnshapeError, value: Callable[[Node], Any]) -> CnnshapeError:
        """An error with the values of the terms that are marked in its texts."""

        def text(marked: str) -> str:
            return self.filled(marked, value)

        return type(error)(
            *[
                problem._replace(
                    text=text(problem.text), hint=text(problem.hint), evidence=tuple(map(text, problem.evidence))
                )
                for problem in error.problems
            ]
        )

    def templated(self, text: str, write: Callable[[int, str], str]) -> str:
        """A text ready for ``str.format``: each mark as ``write`` says it for its place and how its value is shown."""
        places = count()

        def written(mark: re.Match[str]) -> str:
            return write(next(places), mark[2]) if int(mark[1]) in self._marked else mark[0]

        return _MARK.sub(written, text.replace("{", "{{").replace("}", "}}"))

    def marked(self, text: str) -> list[Node]:
        """The terms that are marked in a text."""
        numbers = (int(mark[1]) for mark in _MARK.finditer(text))
        return [self._marked[number] for number in numbers if number in self._marked]
