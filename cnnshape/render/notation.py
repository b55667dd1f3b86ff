"""Terms and claims as people write them: in a terminal, in a paper, in Markdown, and as Python.

A term is canonical, so that equal ones are found; a person writes ``ceil(H / 2)`` where it holds
``floor((H + 1) / 2)``, and ``H >= 33`` where it holds ``H - 33 >= 0``.
"""

from collections.abc import Collection, Mapping, Sequence
from math import gcd
from typing import Any, Final, Literal, TypeAlias

from cnnshape.core.dims import Dim
from cnnshape.render.notation_styles import AND, OR, POWER, PRODUCT, QUOTIENT, STYLES, SUM, Piece, Style
from cnnshape.symbolic.nodes import Node, Term
from cnnshape.symbolic.predicates import Claim

Notation = Literal["text", "latex", "markdown", "python"]
Parts: TypeAlias = Sequence[tuple[Term, int]]
"""A sum: its terms and their factors."""

_NO_NAMES: Final[dict[Any, str]] = {}


def written(
    x: Any, style: Notation = "text", names: Mapping[str, str] = _NO_NAMES, shared: Mapping[Term, str] = _NO_NAMES,
    whole: Collection[Term] = (),
) -> str:  # fmt: skip
    r"""A number, a term or a claim in one of the notations.

    ``names`` says how variables are shown, which may be by their values; ``shared`` names terms that are explained
    elsewhere, and ``names`` may show these names, too; ``whole`` holds the quotients that are known to leave no rest,
    which are not rounded then.

    >>> from cnnshape.symbolic import Space
    >>> space = Space(bool, int)
    >>> height, width = space.variable("H", 1, 10**6), space.variable("W", 1, 10**6)
    >>> written((height + 1) // 2 * width * 64), written(height >= 33), written((height - 3) // 2 + 1, "latex")
    ('64 W ceil(H / 2)', 'H >= 33', '\\left\\lfloor \\frac{H - 1}{2} \\right\\rfloor')
    >>> written(height * 2 + width, names={"H": "224", "W": "7"})
    '2 * 224 + 7'
    """
    how = STYLES[style]
    if not isinstance(x, Node):
        return how.finished(_Writer(how, names, shared, whole).of(x).text)
    writer = _Writer(how, names, shared, whole)
    for node in _order(x, shared):
        writer.of(node)
    return how.finished(writer.of(x).text)


def _order(x: Node, shared: Mapping[Term, str]) -> list[Node]:
    """What has to be written, each behind what it is made of: no depth of a term is too much."""
    found: set[Node] = set()
    todo = [x]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += () if node in shared else node.below()
    return sorted(found, key=lambda node: node.number)


class _Writer:
    """The pieces of one formula, each made once."""

    def __init__(
        self, how: Style, names: Mapping[str, str], shared: Mapping[Term, str], whole: Collection[Term]
    ) -> None:
        self.how, self.names, self.shared, self.whole = how, names, shared, whole
        self._sums = [term for term in shared if term.kind == "sum"]
        self._pieces: dict[Any, Piece] = {}
        self._degrees: dict[Term, int] = {}
        self._ages: dict[Node, int] = {}

    def of(self, x: Any) -> Piece:
        """The piece of a number, a term or a claim."""
        if not isinstance(x, Node):
            return self.sum((), int(x)) if not isinstance(x, bool) else Piece(str(x).lower())
        found = self._pieces.get(x)
        if found is None:
            found = self._claim(x) if isinstance(x, Claim) else self._term(x)
            self._pieces[x] = found
        return found

    def _term(self, x: Any) -> Piece:
        name = self._name(x)
        if name:
            return self.how.symbol(self.names.get(name, name))
        if x.kind in ("sum", "product", "floor"):
            return self.sum(x.parts, x.constant)
        if x.kind == "mod":
            return self.how.mod(*map(self.of, x.args))
        if x.kind == "where":
            return self.how.choice(*map(self.of, x.args))
        return self.how.call(x.kind, [self.of(arg) for arg in _flat(x, x.kind)])

    def _name(self, x: Term) -> str:
        found: str = self.shared[x] if x in self.shared else x.args[0] if x.kind == "variable" else ""
        return found

    def sum(self, parts: Parts, constant: int) -> Piece:
        """A sum: by degree, the number last; what is added comes first where the first would be taken away."""
        parts, constant = self._named(parts, constant)
        floors = [term for term, _ in parts if self._is_rounded(term)]
        signed = []
        for term, factor in sorted(parts, key=self._place):
            more = 0
            if len(floors) == 1 and term is floors[0] and constant and constant % factor == 0 > constant // factor:
                more, constant = constant // factor, 0
            signed.append(self._signed(term, factor, more))
        if constant or not signed:
            signed.append((constant, Piece(self.how.number(abs(constant)))))
        if signed[0][0] < 0:  # nobody starts with what is taken away, where something is added
            signed.sort(key=lambda each: each[0] < 0)
        return self._added(signed)

    def _added(self, signed: list[tuple[int, Piece]]) -> Piece:
        text = ""
        for sign, piece in signed:
            minus = "-" if not text else " - "
            text += minus if sign < 0 else " + " if text else ""
            text += self.how.inside(piece, QUOTIENT if minus != "-" or sign > 0 else PRODUCT)
        return signed[0][1] if len(signed) == 1 and signed[0][0] >= 0 else Piece(text, SUM)

    def _named(self, parts: Parts, constant: int) -> tuple[Parts, int]:
        """A sum where sums that have a name stand under it."""
        left = dict(parts)
        for term in self._sums:
            times = self._times(term, left)
            rest = constant - times * term.constant
            lone = len(term.parts) == 1 and term.parts[0][0].kind == "variable"
            if times and not (lone and rest):
                left = {each: n for each, n in left.items() if each not in dict(term.parts)} | {term: times}
                constant = rest
        return list(left.items()), constant

    def _times(self, term: Term, parts: Mapping[Term, int]) -> int:
        """How many times a sum is part of another; 0 where it is not."""
        first, factor = term.parts[0]
        times = parts.get(first, 0) // factor
        return times if all(parts.get(each, 0) == times * n for each, n in term.parts) else 0

    def _is_rounded(self, term: Term) -> bool:
        known = term in self.shared or term in self.whole
        return term.kind == "floor" and isinstance(term.args[1], int) and not known

    def _place(self, part: tuple[Term, int]) -> tuple[int, int, int]:
        return -self._degree(part[0]), self._oldest(part[0]), part[0].number

    def _oldest(self, x: Node) -> int:
        """The variable that came first of those that a term rests on: alike terms of two axes are sorted alike."""
        if x not in self._ages:
            self._ages[x] = x.number if x.kind == "variable" else min(map(self._oldest, x.below()), default=x.number)
        return self._ages[x]

    def _turn(self, term: Term) -> tuple[int, int]:
        """The place of a factor, as papers have it: sizes, shares of them, then small letters and the rest."""
        name = self._name(term)
        return 0 if name[:1].isupper() else 1 if term in self.whole else 2 if name else 3, term.number

    def _degree(self, term: Any) -> int:
        if not isinstance(term, Term):
            return 0
        if term not in self._degrees:
            below = [self._degree(each) for each in term.below() if isinstance(each, Term)]
            degree = sum(below) if term.kind == "product" else max(below, default=1)
            self._degrees[term] = 1 if term.kind in ("mod", "gcd") else degree
        return self._degrees[term]

    def _signed(self, term: Term, factor: int, more: int = 0) -> tuple[int, Piece]:
        """The sign of a product, and the product without it; ``more`` is added to a quotient."""
        powers: dict[tuple[Piece, int], int] = {}  # by term, too: two that have one value are still two
        for each in (term,) if term in self.shared else sorted(term.factors, key=self._turn):
            times, piece = self._factor(each, more)
            factor *= times
            key = (piece, each.number)
            powers[key] = powers.get(key, 0) + 1
        factors = [(piece, n) for (piece, _), n in powers.items()]
        number, how = abs(factor), self.how
        if len(factors) == 1 and number == 1 and factors[0][1] == 1:
            return factor, factors[0][0]
        pieces = [piece if n == 1 else how.power(piece, n) for piece, n in factors]
        texts = [how.inside(piece, POWER) for piece in pieces]
        if number != 1:
            texts.insert(0, how.number(number))
        plain = not any(piece.text.lstrip("-")[:1].isdigit() and " " not in piece.text for piece, _ in factors)
        return factor, Piece(how.product(texts, plain), PRODUCT if len(texts) > 1 else POWER)

    def _factor(self, term: Term, more: int) -> tuple[int, Piece]:
        """A factor, and the number that can be taken out of it."""
        if term in self.shared:
            return 1, self.of(term)
        if term.kind == "sum":
            out = gcd(term.constant, *[n for _, n in term.parts])
            return out, self.sum([(each, n // out) for each, n in term.parts], term.constant // out)
        if term.kind != "floor":
            return 1, self.of(term)
        top, bottom = term.args
        return self._quotient(top, bottom, term in self.whole, more)

    def _quotient(self, top: Dim, bottom: Dim, whole: bool, more: int) -> tuple[int, Piece]:
        """A quotient, rounded up where that is shorter; with the sign that comes before it."""
        below, parts, constant = self.of(bottom), *_as_sum(top)
        if whole:
            return 1, self.how.quotient(self.sum(parts, constant), below)
        if more and isinstance(bottom, int):
            return 1, self.how.floor(self.sum(parts, constant + more * bottom), below)
        if not self.how.rounds_up or not parts:
            return 1, self.how.floor(self.sum(parts, constant), below)
        sign = 1
        if all(factor < 0 for _, factor in parts) or (sum(factor < 0 for _, factor in parts) * 2 > len(parts)):
            sign, parts, constant = -1, [(term, -factor) for term, factor in parts], -constant
            if isinstance(bottom, int) and constant == 1 - bottom:
                return sign, self.how.floor(self.sum(parts, 0), below)
            return sign, self.how.ceil(self.sum(parts, constant), below)
        up = constant == bottom - 1 if isinstance(bottom, int) else constant == -1 and (bottom, 1) in parts
        if not up or (not isinstance(bottom, int) and len(parts) == 1):
            return sign, self.how.floor(self.sum(parts, constant), below)
        return sign, self.how.ceil(self.sum([each for each in parts if each[0] is not bottom], 0), below)

    def _claim(self, x: Claim) -> Piece:
        if x.kind in ("both", "either"):
            rank, word = (AND, "and") if x.kind == "both" else (OR, "or")
            return self.how.joined(word, [self.of(each) for each in _flat(x, x.kind)], rank)
        if x.kind == "not":
            inner: Claim = x.args[0]
            if inner.kind == "zero":
                return self._zero(inner.args[0], False)
            return self._least(-inner.args[0] - 1) if inner.kind == "least" else self.how.negated(self.of(inner))
        return self._zero(x.args[0], True) if x.kind == "zero" else self._least(x.args[0])

    def _zero(self, term: Term, does: bool) -> Piece:
        if term.kind == "mod" and term not in self.shared:
            return self.how.divides(self.of(term.args[1]), self.of(term.args[0]), does)
        left, right, _ = _sides(term.parts, term.constant, strict=False)
        return self.how.relation(self.sum(*left), "=" if does else "!=", self.sum(*right))

    def _least(self, term: Any) -> Piece:
        """``term >= 0``; a lone quotient is at least a number where what is divided is that many times as much."""
        parts, constant = _as_sum(term)
        while len(parts) == 1 and parts[0][0].kind == "floor" and parts[0][0] not in self.shared:
            ((quotient, factor),) = parts
            top, bottom = quotient.args
            if not isinstance(bottom, int) and bottom.low < 1:
                break
            if factor > 0:
                parts, constant = _as_sum(top + constant // factor * bottom)
            else:
                parts, constant = _as_sum((constant // -factor + 1) * bottom - 1 - top)
            shared = gcd(*[n for _, n in parts]) or 1
            parts, constant = [(each, n // shared) for each, n in parts], constant // shared
        if len(parts) == 1 and parts[0][0].kind == "min" and parts[0][1] == 1 and parts[0][0] not in self.shared:
            both = [each + constant >= 0 for each in parts[0][0].args]  # the smaller is, so both are
            return self.how.joined("and", [self.of(each) for each in both if each is not True], AND)
        left, right, sign = _sides(parts, constant, strict=True)
        return self.how.relation(self.sum(*left), sign, self.sum(*right))


def _as_sum(x: Any) -> tuple[Parts, int]:
    return (x.parts, x.constant) if isinstance(x, Term) else ((), x)


def _sides(parts: Parts, constant: int, strict: bool) -> tuple[tuple[Parts, int], tuple[Parts, int], str]:
    """``parts + constant >= 0`` as two sides of which none is negative as far as that can be, and the sign between."""
    more = [(term, factor) for term, factor in parts if factor > 0]
    less = [(term, -factor) for term, factor in parts if factor < 0]
    if not more:
        return (less, 0), ([], constant), "<="
    if strict and less and constant == -1:
        return (more, 0), (less, 0), ">"
    if less and constant > 0:
        return (more, constant), (less, 0), ">="
    return (more, 0), (less, -constant), ">="


def _flat(x: Node, kind: str) -> list[Any]:
    """The arguments of a function of two that is nested in itself: the largest of many."""
    found: list[Any] = []
    todo = [*x.args]
    while todo:
        arg = todo.pop(0)
        if isinstance(arg, Node) and arg.kind == kind:
            todo = [*arg.args, *todo]
        else:
            found.append(arg)
    return found
