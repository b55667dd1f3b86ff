"""How the parts of a formula look in each notation: what stands between factors, what a rounded quotient is called."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from typing_extensions import override

CHOICE, OR, AND, NOT, RELATION, MOD, SUM, QUOTIENT, PRODUCT, POWER, ATOM = range(11)
"""How tightly a piece holds together; one that stands where a tighter one belongs gets parentheses."""

_NUMBER: Final = re.compile(r"-?\d[\d,]*(\.\d+)?")
_LETTER: Final = re.compile(r"(?P<letter>[A-Za-z])(?P<digits>\d*)(_(?P<axis>\w+))?(?P<primes>'*)")


class Piece(NamedTuple):
    """A piece of a formula, and how tightly it holds together."""

    text: str
    rank: int = ATOM


class Style:
    """The notation of a terminal: ``2 k^2 floor((H - 1) / 2)``."""

    relations: ClassVar[dict[str, str]] = {}
    """Signs that are not written as they are."""
    rounds_up: ClassVar[bool] = True
    """Whether it has a word for a quotient that is rounded up."""

    def inside(self, piece: Piece, rank: int) -> str:
        """A piece where one of this rank belongs."""
        return piece.text if piece.rank >= rank else self.parenthesised(piece.text)

    def parenthesised(self, text: str) -> str:
        """A text in parentheses."""
        return f"({text})"

    def number(self, n: int) -> str:
        """A whole number that is not negative."""
        return f"{n:,}"

    def symbol(self, name: str) -> Piece:
        """A name, which may be a number: a formula with its values filled in."""
        return Piece(name, SUM if name.startswith("-") else ATOM)

    def power(self, base: Piece, exponent: int) -> Piece:
        """A base to a power."""
        return Piece(f"{self.inside(base, ATOM)}^{exponent}", POWER)

    def product(self, factors: Sequence[str], plain: bool) -> str:
        """Factors side by side, and with a sign between them where some are written in digits, which is not plain."""
        return (" " if plain else " * ").join(factors)

    def quotient(self, top: Piece, bottom: Piece) -> Piece:
        """A quotient that is whole."""
        return Piece(f"{self.inside(top, PRODUCT)} / {self.inside(bottom, POWER)}", QUOTIENT)

    def floor(self, top: Piece, bottom: Piece) -> Piece:
        """A quotient rounded down."""
        return Piece(f"floor({self.quotient(top, bottom).text})")

    def ceil(self, top: Piece, bottom: Piece) -> Piece:
        """A quotient rounded up."""
        return Piece(f"ceil({self.quotient(top, bottom).text})")

    def mod(self, a: Piece, b: Piece) -> Piece:
        """The rest of a division."""
        return Piece(f"{self.inside(a, POWER)} mod {self.inside(b, POWER)}", MOD)

    def call(self, name: str, args: Sequence[Piece]) -> Piece:
        """A function of some numbers."""
        return Piece(f"{name}({', '.join(arg.text for arg in args)})")

    def choice(self, claim: Piece, yes: Piece, no: Piece) -> Piece:
        """One of two numbers."""
        return Piece(f"{self.inside(yes, OR)} if {self.inside(claim, OR)} else {self.inside(no, CHOICE)}", CHOICE)

    def relation(self, left: Piece, sign: str, right: Piece) -> Piece:
        """A comparison of two numbers."""
        sign = self.relations.get(sign, sign)
        return Piece(f"{self.inside(left, MOD)} {sign} {self.inside(right, MOD)}", RELATION)

    def divides(self, a: Piece, b: Piece, does: bool) -> Piece:
        """That one number divides another, or does not."""
        word = "divides" if does else "does not divide"
        return Piece(f"{self.inside(a, SUM)} {word} {self.inside(b, SUM)}", RELATION)

    def joined(self, word: str, claims: Sequence[Piece], rank: int) -> Piece:
        """Claims with ``and`` or ``or`` between them."""
        return Piece(f" {word} ".join(self.inside(claim, rank + 1) for claim in claims), rank)

    def negated(self, claim: Piece) -> Piece:
        """That a claim does not hold."""
        return Piece(f"not {self.inside(claim, RELATION)}", NOT)

    def finished(self, text: str) -> str:
        """A whole formula."""
        return text


class Latex(Style):
    """The notation of papers."""

    relations: ClassVar[dict[str, str]] = {">=": r"\ge", "<=": r"\le", "!=": r"\ne"}

    @override
    def parenthesised(self, text: str) -> str:
        return rf"\left( {text} \right)"

    @override
    def number(self, n: int) -> str:
        return f"{n:,}".replace(",", "{,}")

    @override
    def symbol(self, name: str) -> Piece:
        if _NUMBER.fullmatch(name):
            return Piece(name.replace(",", "{,}"), SUM if name.startswith("-") else ATOM)
        found = _LETTER.fullmatch(name)
        if found is None or (found["axis"] and len(found["axis"]) > 1):
            shown = name.replace("_", r"\_")
            return Piece(rf"\mathrm{{{shown}}}")
        below = ", ".join(filter(None, (found["digits"], found["axis"])))
        subscript = "" if not below else f"_{below}" if len(below) == 1 else f"_{{{below}}}"
        return Piece(f"{found['letter']}{subscript}{found['primes']}")

    @override
    def power(self, base: Piece, exponent: int) -> Piece:
        lone = base.rank == ATOM and "'" not in base.text and not base.text.startswith("\\")
        text = base.text if lone else f"{{{self.inside(base, ATOM)}}}"
        return Piece(f"{text}^{exponent}" if exponent < 10 else f"{text}^{{{exponent}}}", POWER)

    @override
    def product(self, factors: Sequence[str], plain: bool) -> str:
        return (r" \, " if plain else r" \cdot ").join(factors)

    @override
    def quotient(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\frac{{{top.text}}}{{{bottom.text}}}", POWER)

    @override
    def floor(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\left\lfloor {self.quotient(top, bottom).text} \right\rfloor")

    @override
    def ceil(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\left\lceil {self.quotient(top, bottom).text} \right\rceil")

    @override
    def mod(self, a: Piece, b: Piece) -> Piece:
        return Piece(rf"{self.inside(a, POWER)} \bmod {self.inside(b, POWER)}", MOD)

    @override
    def call(self, name: str, args: Sequence[Piece]) -> Piece:
        return Piece(rf"\{name}\left( {', '.join(arg.text for arg in args)} \right)")

    @override
    def choice(self, claim: Piece, yes: Piece, no: Piece) -> Piece:
        rows = rf"{yes.text} & \text{{if }} {claim.text} \\ {no.text} & \text{{otherwise}}"
        return Piece(rf"\begin{{cases}} {rows} \end{{cases}}", QUOTIENT)

    @override
    def divides(self, a: Piece, b: Piece, does: bool) -> Piece:
        return Piece(rf"{self.inside(a, SUM)} {chr(92)}{'mid' if does else 'nmid'} {self.inside(b, SUM)}", RELATION)

    @override
    def joined(self, word: str, claims: Sequence[Piece], rank: int) -> Piece:
        return Piece(rf" \text{{ {word} }} ".join(self.inside(claim, rank + 1) for claim in claims), rank)

    @override
    def negated(self, claim: Piece) -> Piece:
        return Piece(rf"\lnot {self.inside(claim, ATOM)}", NOT)


class Markdown(Latex):
    """That of papers, as GitHub takes it."""

    @override
    def finished(self, text: str) -> str:
        return f"${text}$"


class Python(Style):
    """An expression of Python, over ``max``, ``min`` and ``math.gcd``."""

    relations: ClassVar[dict[str, str]] = {"=": "=="}
    rounds_up: ClassVar[bool] = False

    @override
    def number(self, n: int) -> str:
        return str(n)

    @override
    def symbol(self, name: str) -> Piece:
        if _NUMBER.fullmatch(name):
            return Piece(name.replace(",", ""), SUM if name.startswith("-") else ATOM)
        return Piece(re.sub(r"\W", "_", name))

    @override
    def power(self, base: Piece, exponent: int) -> Piece:
        return Piece(f"{self.inside(base, ATOM)}**{exponent}", POWER)

    @override
    def product(self, factors: Sequence[str], plain: bool) -> str:
        return " * ".join(factors)

    @override
    def quotient(self, top: Piece, bottom: Piece) -> Piece:
        return self.floor(top, bottom)

    @override
    def floor(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(f"{self.inside(top, PRODUCT)} // {self.inside(bottom, POWER)}", QUOTIENT)

    @override
    def mod(self, a: Piece, b: Piece) -> Piece:
        return Piece(f"{self.inside(a, PRODUCT)} % {self.inside(b, POWER)}", QUOTIENT)

    @override
    def divides(self, a: Piece, b: Piece, does: bool) -> Piece:
        return self.relation(self.mod(b, a), "=" if does else "!=", Piece("0"))


STYLES: Final[dict[str, Style]] = {"text": Style(), "latex": Latex(), "markdown": Markdown(), "python": Python()}
"""The notations by name."""
