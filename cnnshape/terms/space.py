"""A space of terms: its variables, and who decides what bounds do not."""

import re
from collections.abc import Callable
from typing import Final

from typing_extensions import override

from cnnshape.terms.claims import Claim
from cnnshape.terms.nodes import Node, Term
from cnnshape.terms.rules import Rules

_MARK: Final = re.compile("\ue000(\\d+):([^\ue001]*)\ue001")


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
        return f"\ue000{node.number}:{spec}\ue001"

    def filled(self, text: str, value: Callable[[Node], int]) -> str:
        """A text with the values of the terms that are marked in it."""
        return _MARK.sub(lambda mark: format(value(self._marked[int(mark[1])]), mark[2]), text)

    def templated(self, text: str, write: Callable[[int, str], str]) -> str:
        """A text ready for ``str.format``: each mark as ``write`` says it for its place and how its value is shown."""
        parts = _MARK.split(text.replace("{", "{{").replace("}", "}}"))
        return "".join(
            part if at % 3 == 0 else write(at // 3, parts[at + 1]) for at, part in enumerate(parts) if at % 3 < 2
        )

    def marked(self, text: str) -> list[Node]:
        """The terms that are marked in a text."""
        return [self._marked[int(mark[1])] for mark in _MARK.finditer(text)]
