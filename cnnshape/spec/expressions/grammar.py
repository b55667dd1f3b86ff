"""The grammar of expressions: from a text to a function of the variables.

Precedence climbing, with a function for every value that stands between two signs; no tree is kept and nothing is
ever evaluated by Python.  The depth is bounded, because the number of operations is.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from typing_extensions import override

from cnnshape.core.errors import did_you_mean
from cnnshape.core.late import late
from cnnshape.core.text import printable
from cnnshape.spec.expressions.operations import (
    FAST,
    FUNCTIONS,
    LARGEST,
    Wrong,
    arithmetic,
    compared,
    flat,
    item,
    negative,
    truth,
)
from cnnshape.spec.yaml.scalars import NUMBER, exact

Run: TypeAlias = Callable[[Mapping[str, Any]], Any]

CHARACTERS: Final = 500
"""The length an expression may have."""

OPERATIONS: Final = 100
"""How many operators, calls and brackets it may have; this bounds its depth, too."""

WORDS: Final = frozenset({"true", "false", "and", "or", "not", "if", "else", *FUNCTIONS})
"""The words of the language, which cannot be variables."""

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_POWERS = {"if": 1, "or": 2, "and": 3, "[": 9, "+": 6, "-": 6, "*": 7, "/": 7, "//": 7, "%": 7}
_POWERS |= dict.fromkeys(_COMPARISONS, 5)  # how tightly a sign holds what stands on both its sides
_NOT, _MINUS = 4, 8

REPEATED: Final = "`i` counts the copies of a `repeat`, in the entry that has it"
_NAME = "std/[A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*"  # of a block that comes with the package, or of anything else
_TOKEN = re.compile(
    rf"[ \t\r\n]*(?:(?P<number>{NUMBER})|(?P<name>{_NAME})|(?P<sign>[=!<>]=|=[<>]|//|\*\*|&&|\|\||[^ \t\r\n]))"
)
_INSTEAD = {
    "=": "equality is `==`",
    "=<": "write `<=`",
    "=>": "write `>=`",
    "!": "write `not`",
    "&&": "write `and`",
    "||": "write `or`",
    "?": "write `x if c else y`",
    "'": "a name stands without quotes",
    '"': "a name stands without quotes",
}


def parse(text: str) -> tuple[Run, frozenset[str]]:
    """What evaluates an expression, and the names of the variables that it reads; raises `Wrong`."""
    parser = _Parser(text)
    return parser.whole(), frozenset(parser.names)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int

    @override
    def __str__(self) -> str:
        return f"before `{printable(self.text)}`" if self.text else "at the end"


class _Parser:
    """Reads the tokens from left to right and makes a function of the variables out of them."""

    def __init__(self, text: str) -> None:
        if len(text) > CHARACTERS:
            raise Wrong(f"an expression has at most {CHARACTERS} characters, this one has {len(text):,}")
        self.text = text
        self.tokens: list[_Token] = []
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or ""
            self.tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        if not self.tokens:
            raise Wrong("the expression is empty")
        self.tokens.append(_Token("end", "", len(text) + 1))
        self.place = 0
        self.operations = 0
        self.names: set[str] = set()

    def whole(self) -> Run:
        run = self.parse(0)
        token = self.take()
        if token.kind != "end":
            sentence = f"`{printable(token.text)}` does not continue the expression"
            raise Wrong(sentence, token.at, self.advice(token))
        return run

    def advice(self, token: _Token) -> str:
        """What to write for a sign that is not one of the language."""
        place = self.tokens.index(token)
        if token.text in ("**", "^"):
            words = [(each.text, each.at) for each in self.tokens[:-1]]
            return printable(late("power")(*late("operands")(words, place, self.text)), CHARACTERS)
        if token.text == ",":
            return printable(late("as_list")(self.text), CHARACTERS)
        return _INSTEAD.get(token.text, "")

    def function(self, name: str) -> str:
        """What to write for a function that does not exist; the next token opens its bracket."""
        ends, depth = [self.tokens[self.place].at], 0
        for token in self.tokens[self.place :]:
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if depth == 0 or (depth == 1 and token.text == ","):
                ends.append(token.at)
            if depth == 0:
                break
        inside = [self.text[start : end - 1].strip() for start, end in pairwise(ends)]
        return printable(late("function")(name, inside, did_you_mean(name, FUNCTIONS)), CHARACTERS)

    def take(self) -> _Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def next_is(self, text: str) -> bool:
        return self.tokens[self.place].text == text

    def expect(self, text: str) -> None:
        if not self.next_is(text):
            token = self.tokens[self.place]
            raise Wrong(f"`{text}` is missing {token}", token.at, self.advice(token))
        self.place += 1

    def count(self, token: _Token) -> None:
        self.operations += 1
        if self.operations > OPERATIONS:
            raise Wrong(f"an expression has at most {OPERATIONS} operations and brackets", token.at)

    def parse(self, power: int) -> Run:
        """What stands from here on as far as it is held more tightly than `power`."""
        left = self.atom(self.take(), power)
        while (held := _POWERS.get(self.tokens[self.place].text, 0)) > power:
            token = self.take()
            self.count(token)
            left = self.joined(left, token, held)
        return left

    def atom(self, token: _Token, power: int) -> Run:
        kind, text, at = token
        if kind == "number":
            try:
                return _constant(exact(text))
            except ValueError as error:
                raise Wrong(str(error), at) from None
        if text in ("true", "false"):
            return _constant(text == "true")
        if kind == "name" and "/" in text:
            return _constant(text)  # a block that comes with the package
        if kind == "name" and text not in WORDS:
            return self.name(token)
        if text not in FUNCTIONS and text not in ("(", "[", "-") and not (text == "not" and power < _NOT):
            raise Wrong(f"a value is missing {token}", at, _INSTEAD.get(text, ""))
        self.count(token)
        if text == "-":
            operand = self.parse(_MINUS)
            return lambda env: negative(operand(env), at)
        if text == "not":
            operand = self.parse(_NOT - 1)
            return lambda env: not truth(operand(env), at)
        if text == "(":
            inside = self.parse(0)
            self.expect(")")
            return inside
        if text == "[":
            values = self.values("]")
            return lambda env: flat([value(env) for value in values], at)
        return self.call(token)

    def name(self, token: _Token) -> Run:
        _, text, at = token
        if self.next_is("("):
            raise Wrong(f"there is no function `{text}`", at, self.function(text), "unknown-name")
        self.names.add(text)

        def run(env: Mapping[str, Any]) -> Any:
            try:
                return env[text]
            except KeyError:
                if text.lower() in ("nan", "inf", "infinity"):
                    raise Wrong(f"`{text}` is not a number", at, "write a finite number") from None
                raise Wrong(f"there is no variable `{text}`", at, _unknown(text, env), "unknown-name") from None

        return run

    def call(self, token: _Token) -> Run:
        _, text, at = token
        fewest, most, function = FUNCTIONS[text]
        self.expect("(")
        values = self.values(")")
        if not fewest <= len(values) <= most:
            takes = {1: "1 value", 2: "2 values"}[fewest] + (" or more" if most > fewest else "")
            raise Wrong(f"`{text}` takes {takes}, not {len(values)}", at)
        return lambda env: function([value(env) for value in values], at)

    def values(self, end: str) -> list[Run]:
        """The values up to a closing bracket, between commas."""
        values: list[Run] = []
        while values or not self.next_is(end):
            values.append(self.parse(0))
            if not self.next_is(","):
                break
            self.place += 1
        self.expect(end)
        return values

    def joined(self, left: Run, token: _Token, power: int) -> Run:
        """What stands left of a sign, the sign, and what stands right of it."""
        _, text, at = token
        if text == "[":
            index = self.parse(0)
            self.expect("]")
            return lambda env: item(left(env), index(env), at)
        if text == "if":
            condition = self.parse(power)
            self.expect("else")
            other = self.parse(0)
            return lambda env: left(env) if truth(condition(env), at) else other(env)
        right = self.parse(power)
        if text == "and":
            return lambda env: truth(left(env), at) and truth(right(env), at)
        if text == "or":
            return lambda env: truth(left(env), at) or truth(right(env), at)
        if text not in _COMPARISONS:
            return _arithmetic(text, left, right, at)
        links = [(text, right, at)]
        while self.tokens[self.place].text in _COMPARISONS:
            _, text, at = token = self.take()
            self.count(token)
            links.append((text, self.parse(power), at))
        return _comparison(left, links)


def _unknown(name: str, env: Mapping[str, Any]) -> str:
    """The hint for a name that is not there; an environment may know more, see `cnnshape.spec.variables.Names`."""
    if name == "i":
        return REPEATED
    near = did_you_mean(name, {*env, *WORDS})
    more = getattr(env, "unknown", None)
    return late("truth")(name) or (more(name, near) if more else near)


def _constant(value: Any) -> Run:
    return lambda env: value


def _arithmetic(sign: str, left: Run, right: Run, at: int) -> Run:
    fast, divides = FAST.get(sign), sign in ("//", "%")
    if fast is None:
        return lambda env: arithmetic(sign, left(env), right(env), at)

    def run(env: Mapping[str, Any]) -> Any:
        a, b = left(env), right(env)
        if type(a) is int and type(b) is int and (b or not divides):
            result = fast(a, b)
            if -LARGEST < result < LARGEST:
                return result
        return arithmetic(sign, a, b, at)

    return run


def _comparison(first: Run, links: list[tuple[str, Run, int]]) -> Run:
    """``a < b <= c``: every neighbour is compared, until one comparison is false."""

    def run(env: Mapping[str, Any]) -> bool:
        a = first(env)
        for sign, right, at in links:
            b = right(env)
            holds = FAST[sign](a, b) if type(a) is int and type(b) is int else compared(sign, a, b, at)
            if not holds:
                return False
            a = b
        return True

    return run
