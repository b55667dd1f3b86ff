"""Expressions: what Python's own arithmetic says of the same tree, and one sentence for every mistake."""

import ast
from builtins import compile as python_compile
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from typing_extensions import override

from cnnshape.core.errors import CnnshapeError
from cnnshape.core.text import printable
from cnnshape.spec.expressions import WORDS, ExpressionError, compile, is_plain_name

ENV: dict[str, Any] = {
    "a": 7,
    "b": -3,
    "zero": 0,
    "half": Fraction(1, 2),
    "wide": 10**20,
    "c": [16, 24, 40],
    "none": [],
    "yes": True,
    "no": False,
    "ReLU": "ReLU",
    "SiLU": "SiLU",
}

# Trees are drawn as Python's own syntax, so that Python prints them (with no more brackets than it needs) and Python
# evaluates them, every number a Fraction; only what the two languages say differently is written out here.


class Refused(Exception):
    """What the language refuses and Python would not."""


def item(values: list[Any], index: Any) -> Any:
    if index != int(index) or not 0 <= index < len(values):
        raise Refused
    return values[int(index)]


def round_to(v: Any, divisor: Any) -> Any:
    """Torchvision's `_make_divisible`, with its floats made fractions."""
    if divisor != int(divisor) or divisor < 1:
        raise Refused
    new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
    return new_v + divisor if new_v < Fraction(9, 10) * v else new_v


def extreme(choose: Any) -> Any:
    def function(*values: Any) -> Any:
        items = values[0] if isinstance(values[0], list) else values
        if not items:
            raise Refused
        return choose(items)

    return function


ORACLE: dict[str, Any] = {
    "F": Fraction,
    "item": item,
    "true": True,
    "false": False,
    "len": lambda values: Fraction(len(values)),
    "min": extreme(min),
    "max": extreme(max),
    "floor": lambda x: Fraction(x.__floor__()),
    "ceil": lambda x: Fraction(x.__ceil__()),
    "round_to": round_to,
}


class Exact(ast.NodeTransformer):
    """A tree for Python's `eval`: numbers are fractions, ``and`` and ``or`` give truths, an index is checked."""

    @override
    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return _call("F", ast.Constant(repr(node.value)))

    @override
    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        return ast.BoolOp(node.op, [_call("bool", self.visit(value)) for value in node.values])

    @override
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return _call("item", self.visit(node.value), self.visit(node.slice))


def _call(name: str, *values: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(values), [])


def expected(tree: ast.expr, env: Mapping[str, Any]) -> Any:
    exact = ast.fix_missing_locations(ast.Expression(Exact().visit(ast.parse(ast.unparse(tree), mode="eval").body)))
    names = {name: fractional(value) for name, value in env.items()}
    return normal(eval(python_compile(exact, "", "eval"), ORACLE | names))


def fractional(value: Any) -> Any:
    if isinstance(value, list):
        return [fractional(part) for part in value]
    return Fraction(value) if type(value) is int else value


def normal(value: Any) -> Any:
    if isinstance(value, list):
        return [normal(part) for part in value]
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


class Grower:
    """Grows a tree of a kind, no more than so many branches high; shrinks to a bare leaf."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def of(self, *things: Any) -> Any:
        return self.draw(st.sampled_from(things))

    def name(self, *words: str) -> ast.expr:
        return ast.Name(self.of(*words), ast.Load())

    def number(self, high: int) -> ast.expr:
        grow = self.of(
            *[self.leaf] * (1 if high else 2),
            *[self.sum, self.sum, self.minus, self.choice, self.item, self.call] * (high > 0),
        )
        grown: ast.expr = grow(high - 1)
        return grown

    def leaf(self, _: int) -> ast.expr:
        whole, thousandths = st.integers(0, 12), st.integers(0, 5000).map(lambda n: n / 1000)
        if self.draw(st.booleans()):
            return ast.Constant(self.draw(whole | thousandths))
        return self.name("a", "b", "zero", "half", "wide")

    def sum(self, high: int) -> ast.expr:
        sign = self.of(ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.FloorDiv(), ast.Mod())
        return ast.BinOp(self.number(high), sign, self.number(high))

    def minus(self, high: int) -> ast.expr:
        return ast.UnaryOp(ast.USub(), self.number(high))

    def choice(self, high: int) -> ast.expr:
        return ast.IfExp(self.condition(high), self.number(high), self.number(high))

    def item(self, high: int) -> ast.expr:
        index = ast.Constant(self.draw(st.integers(0, 3))) if self.draw(st.booleans()) else self.number(high)
        return ast.Subscript(self.list(high), index)

    def call(self, high: int) -> ast.expr:
        name = self.of("len", "min", "max", "floor", "ceil", "round_to")
        if name == "len" or (name in ("min", "max") and self.draw(st.booleans())):
            return _call(name, self.list(high))
        if name in ("min", "max"):
            return _call(name, *(self.number(high) for _ in range(self.draw(st.integers(1, 3)))))
        if name == "round_to":
            return _call(name, self.number(high), ast.Constant(8) if self.draw(st.booleans()) else self.number(high))
        return _call(name, self.number(high))

    def list(self, high: int) -> ast.expr:
        if self.draw(st.booleans()):
            return self.name("c", "none")
        return ast.List([self.number(high) for _ in range(self.draw(st.integers(0, 3)))], ast.Load())

    def condition(self, high: int) -> ast.expr:
        grow = self.of(self.truth, *[self.comparison, self.texts, self.both, self.neither, self.number] * (high > 0))
        grown: ast.expr = grow(high - 1)
        return grown

    def truth(self, _: int) -> ast.expr:
        return self.name("true", "false", "yes", "no")

    def comparison(self, high: int) -> ast.expr:
        count = self.draw(st.integers(1, 3))
        signs = [self.of(ast.Lt(), ast.LtE(), ast.Gt(), ast.GtE(), ast.Eq(), ast.NotEq()) for _ in range(count)]
        return ast.Compare(self.number(high), signs, [self.number(high) for _ in signs])

    def texts(self, _: int) -> ast.expr:
        return ast.Compare(self.name("ReLU"), [self.of(ast.Eq(), ast.NotEq())], [self.name("ReLU", "SiLU")])

    def both(self, high: int) -> ast.expr:
        values = [self.condition(high) for _ in range(self.draw(st.integers(2, 3)))]
        return ast.BoolOp(self.of(ast.And(), ast.Or()), values)

    def neither(self, high: int) -> ast.expr:
        return ast.UnaryOp(ast.Not(), self.condition(high))


@st.composite
def trees(draw: st.DrawFn) -> ast.expr:
    grower = Grower(draw)
    grown: ast.expr = grower.of(grower.number, grower.condition, grower.list)(draw(st.integers(0, 4)))
    return grown


@given(trees(), st.sampled_from(["", " "]))
def test_python_says_the_same(tree: ast.expr, space: str) -> None:
    text = space + ast.unparse(tree) + space
    assume(len(text) <= 500)
    assert compile(text).names == {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in WORDS
    }
    try:
        value = expected(tree, ENV)
    except (ZeroDivisionError, Refused):
        event("refused")
        with pytest.raises(ExpressionError, match=r"divides by zero|out of range|whole|empty"):
            compile(text)(ENV)
        return
    event(type(value).__name__)
    try:
        found = compile(text)(ENV)
    except ExpressionError as error:
        assume("60 digits" not in str(error))  # Python does not mind
        raise
    assert found == value
    assert type(found) is type(value)


def only_expression_errors(text: str) -> None:
    try:
        compile(text)(ENV)
    except ExpressionError as caught:
        error = caught
    else:
        return
    (problem,) = error.problems
    assert len(problem.text) < 300
    assert str(error).replace("\n", "").isprintable()


TOKENS = ["a", "b", "c", "half", "wide", "ReLU", "yes", "none", "x", "0", "2", "1.5", ".", "1e30", "9" * 31, *WORDS]
TOKENS += [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "==",
    "<",
    "<=",
    "(",
    ")",
    "[",
    "]",
    ",",
    "**",
    "=",
    "&&",
    "!",
    "'",
    "\n",
    "é",
]


@given(st.text(max_size=30) | st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join))
def test_whatever_the_text_only_expression_errors(text: str) -> None:
    only_expression_errors(text)


@given(trees(), st.data())
def test_a_bent_expression_says_so(tree: ast.expr, data: st.DataObject) -> None:
    text = ast.unparse(tree)
    place = data.draw(st.integers(0, len(text)))
    only_expression_errors(
        text[:place] + data.draw(st.sampled_from(["", " ", *TOKENS])) + text[place + data.draw(st.integers(0, 4)) :]
    )


# Values.

VALUES: dict[str, Any] = {
    "a // 2 * 3": 9,
    "-a // 2": -4,
    "-a % 4": 1,
    "7 / 2": Fraction(7, 2),
    "half * 4": 2,
    "1e3 + .5 - 0.5": 1000,
    "2 - 3 - 4": -5,
    "2 * -b": 6,
    "- - 2": 2,
    "-c[0]": -16,
    "1 < 2 < 3": True,
    "1 < 3 < 2": False,
    "zero < a == 7": True,
    "not 1 == 2": True,
    "not false and false": False,
    "true or a": True,
    "0 or a": True,
    "false and nonsense": False,
    "true or nonsense": True,
    "1 if zero else 2 if half else 3": 2,
    "nonsense if false else 4": 4,
    "ReLU if a > 3 else SiLU": "ReLU",
    "ReLU == SiLU": False,
    "ReLU != SiLU": True,
    "yes == true": True,
    "[1, half, true, ReLU]": [1, Fraction(1, 2), True, "ReLU"],
    "[]": [],
    "[1, 2][1]": 2,
    "c[len(c) - 1]": 40,
    "c": [16, 24, 40],
    "min(c)": 16,
    "max(3, half)": 3,
    "max(3)": 3,
    "ceil(7 / 2) + floor(-half)": 3,
    "ceil(half) * floor(7)": 7,
    "yes": True,
    "(((1)))": 1,
    "\n a\n+\t1 ": 8,
    "round_to(100 / 3, 8)": 32,
    "round_to(1, 8)": 8,
    "round_to(-50, 8)": 8,
    "round_to(12, 8)": 16,
    "round_to(11, 8)": 16,  # 8 would be below nine tenths of 11
    "round_to(20, 8)": 24,
    "round_to(16 * 1.25, 8)": 24,
    "round_to(32 * 0.35, 8)": 16,
    "round_to(10, 9)": 9,  # exactly nine tenths
    "round_to(10 + 1 / 9, 9)": 18,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=repr)
def test_value(text: str, value: Any) -> None:
    found = compile(text)(ENV)
    assert found == value
    assert type(found) is type(value)


def make_divisible(v: float, divisor: int) -> int:
    """As it stands in torchvision 0.20, in floats."""
    new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


def test_round_to_is_torchvisions() -> None:
    rounded = compile("round_to(x * 0.25, 8)")
    assert all(rounded({"x": x}) == make_divisible(x * 0.25, 8) for x in range(8000))


def test_the_largest_number() -> None:
    assert compile("x * 10 + 9")({"x": 10**59 - 1}) == 10**60 - 1


def test_a_list_may_be_a_tuple() -> None:
    env: dict[str, Any] = {"c": (1, 2)}
    assert compile("c[1] + len(c) + max(c)")(env) == 6


# What an expression is.


def test_an_expression_knows_its_names() -> None:
    assert compile("width * min(n[i], 3) if true else ReLU").names == {"width", "n", "i", "ReLU"}
    assert compile("2 * 3").names == frozenset()
    assert compile(" a ").text == " a "


def test_an_expression_is_read_once() -> None:
    assert compile("a + 1") is compile("a + 1")


def test_plain_names() -> None:
    assert all(map(is_plain_name, ["a", "_b1", "in_channels", "True", "None", "lambda"]))
    assert not any(map(is_plain_name, ["", " a", "2a", "a.b", "é", "a b", *WORDS]))


def test_words() -> None:
    functions = {"len", "min", "max", "ceil", "floor", "round_to"}
    assert functions | {"true", "false", "and", "or", "not", "if", "else"} == WORDS


# Messages.

READING: dict[str, tuple[str, int, str]] = {
    "": ("the expression is empty", 0, ""),
    " \n": ("the expression is empty", 0, ""),
    "2 *": ("a value is missing at the end", 4, ""),
    "2 * * 3": ("a value is missing before `*`", 5, ""),
    "max(1, )": ("a value is missing before `)`", 8, ""),
    "[1, 2": ("`]` is missing at the end", 6, ""),
    "(1 + 2": ("`)` is missing at the end", 7, ""),
    "round_to(x": ("`)` is missing at the end", 11, ""),
    "c[0": ("`]` is missing at the end", 4, ""),
    "len + 1": ("`(` is missing before `+`", 5, ""),
    "len": ("`(` is missing at the end", 4, ""),
    "1 if a": ("`else` is missing at the end", 7, ""),
    "2 width": ("`width` does not continue the expression", 3, ""),
    "0x10": ("`x10` does not continue the expression", 2, ""),
    "a)": ("`)` does not continue the expression", 2, ""),
    "a.b": ("`.` does not continue the expression", 2, ""),
    "8)": ("`)` does not continue the expression", 2, ""),
    "a + not b": ("a value is missing before `not`", 5, ""),
    "if": ("a value is missing before `if`", 1, ""),
    "2 × 3": ("`×` does not continue the expression", 3, ""),
    "é": ("a value is missing before `é`", 1, ""),
    "a\x00": ("`\\x00` does not continue the expression", 2, ""),
    "a = 1": ("`=` does not continue the expression", 3, "equality is `==`"),
    "a && b": ("`&&` does not continue the expression", 3, "write `and`"),
    "a || b": ("`||` does not continue the expression", 3, "write `or`"),
    "!a": ("a value is missing before `!`", 1, "write `not`"),
    "(a ? b": ("`)` is missing before `?`", 4, "write `x if c else y`"),
    "a ** 2": ("`**` does not continue the expression", 3, "there are no powers: write `a * a`"),
    "act == 'ReLU'": ("a value is missing before `'`", 8, "a name stands without quotes"),
    "round_too(a, 8)": ("there is no function `round_too`", 1, "did you mean `round_to`?"),
    "1 + exec(a)": ("there is no function `exec`", 5, "known: `ceil`, `floor`, `len`, `max`, `min`, `round_to`"),
    "round_to(8)": ("`round_to` takes 2 values, not 1", 1, ""),
    "len()": ("`len` takes 1 value, not 0", 1, ""),
    "1 + min()": ("`min` takes 1 value or more, not 0", 5, ""),
    "9999999999999999999999999999999": (
        "`9999999999999...` is refused: it has 31 digits, and a number has at most 30",
        1,
        "",
    ),
    "1 + 1e31": ("`1e31` is refused: the exponent of a number is at most 30", 5, ""),
}

EVALUATING: dict[str, tuple[str, int, str]] = {
    "reLU": ("there is no variable `reLU`", 0, "did you mean `ReLU`?"),
    "2 * haalf": ("there is no variable `haalf`", 5, "did you mean `half`?"),
    "True": ("there is no variable `True`", 0, "did you mean `true`?"),
    "qqqq": ("there is no variable `qqqq`", 0, ""),
    "a / zero": ("`7 / 0` divides by zero", 3, ""),
    "half // 0": ("`1/2 // 0` divides by zero", 6, ""),
    "1 + a % (1 - 1)": ("`7 % 0` divides by zero", 7, ""),
    "true + 1": ("`+` takes numbers, not `true`", 6, ""),
    "1 * (2 < 3)": ("`*` takes numbers, not `true`", 3, ""),
    "ReLU + 1": ("`+` takes numbers, not the text `ReLU`", 6, ""),
    "-ReLU": ("`-` takes numbers, not the text `ReLU`", 1, ""),
    "c * 2": ("`*` takes numbers, not the list `[16, 24, 40]`", 3, ""),
    "[1, true, ReLU, half, 5, 6] + 1": ("`+` takes numbers, not the list `[1, true, ReLU, 1/2, 5, ...]`", 29, ""),
    "ReLU < 3": ("`<` takes numbers, not the text `ReLU`", 6, ""),
    "1 < 2 < ReLU": ("`<` takes numbers, not the text `ReLU`", 7, ""),
    "ReLU == 3": ("`==` compares numbers, truths or texts with their like, not the text `ReLU` with 3", 6, ""),
    "1 != true": ("`!=` compares numbers, truths or texts with their like, not 1 with `true`", 3, ""),
    "none == none": (
        "`==` compares numbers, truths or texts with their like, not the list `[]` with the list `[]`",
        6,
        "",
    ),
    "c[3]": ("index 3 is out of range 0 to 2", 2, ""),
    "c[-1]": ("index -1 is out of range 0 to 2", 2, ""),
    "none[0]": ("index 0 is out of range: the list is empty", 5, ""),
    "c[half]": ("an index is a whole number, not 1/2", 2, ""),
    "c[true]": ("an index is a whole number, not `true`", 2, ""),
    "a[0]": ("`[...]` takes a value out of a list, not out of 7", 2, ""),
    "len(ReLU)": ("`len` takes a list, not the text `ReLU`", 1, ""),
    "max(c, 1)": ("`max` takes numbers, not the list `[16, 24, 40]`", 1, ""),
    "min(none)": ("`min` of an empty list is nothing", 1, ""),
    "ceil(yes)": ("`ceil` takes numbers, not `true`", 1, ""),
    "floor(c)": ("`floor` takes numbers, not the list `[16, 24, 40]`", 1, ""),
    "round_to(ReLU, 8)": ("`round_to` takes numbers, not the text `ReLU`", 1, ""),
    "round_to(a, 0)": ("`round_to` takes a whole step above zero, not 0", 1, ""),
    "round_to(a, half)": ("`round_to` takes a whole step above zero, not 1/2", 1, ""),
    "[1, [2]]": ("a list in an expression holds no lists", 1, ""),
    "1 if ReLU else 2": ("a condition is true, false or a number, not the text `ReLU`", 3, ""),
    "not c": ("a condition is true, false or a number, not the list `[16, 24, 40]`", 1, ""),
    "yes and ReLU": ("a condition is true, false or a number, not the text `ReLU`", 5, ""),
    "wide * wide * wide": ("`*` gives a number of more than 60 digits", 13, ""),
    "1 / wide / wide / wide": ("`/` gives a number of more than 60 digits", 17, ""),
    "long + 1": ("`+` gives a number of more than 60 digits", 6, ""),
    "[long][long]": ("index a number of more than 60 digits is out of range 0 to 0", 7, ""),
    "nothing + 1": ("`+` takes numbers, not `null`", 9, ""),
    "float * 2": ("`*` takes numbers, not a float", 7, ""),
}


def message(text: str, sentence: str, column: int, hint: str) -> str:
    place = f" (column {column} of `{printable(text, 100)}`)" if column else ""
    id = "unknown-name" if sentence.startswith("there is no ") else "invalid-expression"
    return f"error: {sentence}{place} [{id}]" + (f"\n\nhint: {hint}" if hint else "")


@pytest.mark.parametrize(("text", "expected"), READING.items(), ids=lambda value: repr(value)[:30])
def test_message_when_read(text: str, expected: tuple[str, int, str]) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text)
    assert str(caught.value) == message(text, *expected)


@pytest.mark.parametrize(("text", "expected"), EVALUATING.items(), ids=lambda value: repr(value)[:30])
def test_message_when_evaluated(text: str, expected: tuple[str, int, str]) -> None:
    expression = compile(text)
    with pytest.raises(ExpressionError) as caught:
        expression(ENV | {"long": 10**5000, "nothing": None, "float": 1.5})
    assert str(caught.value) == message(text, *expected)


MANY = "an expression has at most 100 operations and brackets"
LONG = {
    "1" * 501: "an expression has at most 500 characters, this one has 501",
    "(" * 101: f"{MANY} (column 101 of `...{'(' * 41}`)",
    "1" + "+1" * 101: f"{MANY} (column 202 of `...{'+1' * 21}`)",
    "not " * 101 + "a": f"{MANY} (column 401 of `...{'not ' * 11}a`)",
    "a + " * 30 + "ReLU": f"`+` takes numbers, not the text `ReLU` (column 119 of `...{'+ a ' * 10}+ ReLU`)",
    "z + " + "a + " * 30 + "a": f"there is no variable `z` (column 1 of `z + {'a + ' * 9}...`)",
}


@pytest.mark.parametrize(("text", "message"), LONG.items(), ids=lambda value: repr(value)[:30])
def test_a_long_expression_is_shown_where_it_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text)(ENV)
    assert str(caught.value).removesuffix("\n\nhint: did you mean `zero`?").startswith(f"error: {message} [")


class Lazy(dict[str, Any]):
    """Variables that are evaluated when they are asked for, each by the next one."""

    def __missing__(self, name: str) -> Any:
        return compile(f"v{int(name[1:]) + 1} + 1")(self)


def test_variables_that_lead_on_and_on() -> None:
    with pytest.raises(CnnshapeError) as caught:
        compile("v0 + 1")(Lazy())
    assert (
        str(caught.value) == "error: the variables of this expression lead on to too many others [invalid-expression]"
    )
