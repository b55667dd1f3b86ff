"""Notation: what is written of a term is worth what the term is, in the words that a person would use."""

import re
from fractions import Fraction
from math import ceil, floor, gcd
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cnnshape.core import dims
from cnnshape.render.breaking import broken, cut
from cnnshape.render.notation import written
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import value
from tests.symbolic.formulas import NAMES, TREES, worked_out
from tests.symbolic.test_terms import POINTS, space, undecided, variables

FUNCTIONS: dict[str, Any] = {"max": max, "min": min, "gcd": gcd, "floor": floor, "ceil": ceil}


class Divides:
    """What stands between two numbers in ``a | divides | b``."""

    def __init__(self, does: bool, number: Any = None) -> None:
        self.does, self.number = does, number

    def __ror__(self, number: Any) -> "Divides":
        return Divides(self.does, number)

    def __or__(self, number: Any) -> bool:
        return (number % self.number == 0) is self.does


_TOKEN = re.compile(r"(?:floor|ceil|max|min|gcd)\(|does not divide|\w+(?:,\d{3})*'*|>=|<=|!=|\S")
_WORDS = {"if", "else", "and", "or", "not"}
_SIGNS = {"=": "==", "^": "**", "mod": "%", "divides": "| DIVIDES |", "does not divide": "| DOES_NOT |"}


def read(text: str, names: dict[str, int]) -> Any:
    """The value of a formula in the notation of a terminal."""
    out: list[str] = []
    operand = False
    for token in _TOKEN.findall(text):
        starts = token.endswith("(") or (token[0].isalnum() and token not in _SIGNS and token not in _WORDS)
        if operand and starts:
            out.append("*")
        operand = token == ")" or (token[0].isalnum() and not token.endswith("(") and token not in {*_SIGNS, *_WORDS})
        number = token.replace(",", "")
        out.append(f"F({number})" if number.isdigit() else _SIGNS.get(token, token.replace("'", "_")))
    code = re.sub(r"\*\* F\((\d+)\)", r"** \1", " ".join(out))
    known = {name.replace("'", "_"): Fraction(n) for name, n in names.items()}
    whole = {name: lambda *args, rule=rule: Fraction(rule(*[int(arg) for arg in args])) for name, rule in
             FUNCTIONS.items() if name not in ("floor", "ceil")}  # fmt: skip
    scope = FUNCTIONS | whole | known | {"F": Fraction, "DIVIDES": Divides(True), "DOES_NOT": Divides(False)}
    return eval(code, {"__builtins__": {}}, scope)


def claims(where: Space, tree: Any) -> Any:
    """Claims over the numbers of two trees, joined in some ways."""
    leaves = variables(where)
    a, b, mode = worked_out(tree[0], leaves), worked_out(tree[1], leaves), tree[2]
    one, other = a >= b, dims.equal(a, b)
    if mode == "divides":
        one = dims.divides(dims.maximum(b, 1), a)
    if mode in ("both", "either"):
        one = getattr(dims, mode)(one, dims.either(other, a < 3))
    return one.negated() if mode == "not" and isinstance(one, Claim) else other if mode == "equal" else one


@given(TREES, POINTS)
def test_as_python_it_is_worth_what_the_term_is(tree: Any, point: dict[str, int]) -> None:
    term = worked_out(tree, variables(space()))
    assert eval(written(term, "python"), {"__builtins__": {}}, FUNCTIONS | point) == value(term, point)


@given(TREES, POINTS)
def test_as_text_it_is_worth_what_the_term_is(tree: Any, point: dict[str, int]) -> None:
    term = worked_out(tree, variables(space()))
    assert read(written(term), point) == value(term, point), written(term)
    filled = written(term, names={name: f"{n:,}" for name, n in point.items()})
    assert read(filled, {}) == value(term, point), filled


@given(st.tuples(TREES, TREES, st.sampled_from(["least", "equal", "divides", "both", "either", "not"])), POINTS)
def test_claims_hold_where_what_is_written_holds(tree: Any, point: dict[str, int]) -> None:
    claim = claims(space(), tree)
    event("a claim" if isinstance(claim, Claim) else "decided")
    holds = bool(value(claim, point))
    assert bool(read(written(claim).replace("true", "0 = 0").replace("false", "0 = 1"), point)) is holds, written(claim)
    if isinstance(claim, Claim):
        assert bool(eval(written(claim, "python"), {"__builtins__": {}}, FUNCTIONS | point)) is holds


@given(TREES, TREES, POINTS)
def test_with_a_part_under_a_name_it_is_worth_the_same(tree: Any, part: Any, point: dict[str, int]) -> None:
    where = space()
    leaves = variables(where)
    inner = worked_out(part, leaves)
    term = worked_out(tree, leaves | {"H": inner, "width": 2 * inner - 1})
    if isinstance(inner, Term) and inner.kind != "variable":
        text = written(term, shared={inner: "T'"})
        event("named" if "T'" in text else "not in it")
        assert read(text, point | {"T'": value(inner, point)}) == value(term, point), text


@given(TREES)
def test_latex_is_balanced(tree: Any) -> None:
    assert_balanced(written(worked_out(tree, variables(space())), "latex"))


@given(TREES, POINTS, st.integers(1, 60))
def test_a_formula_that_is_cut_is_the_same(tree: Any, point: dict[str, int], room: int) -> None:
    term = worked_out(tree, variables(space()))
    lines = broken(written(term), room)
    event("in lines" if len(lines) > 1 else "in one line")
    assert "".join(lines).replace(" ", "") == written(term).replace(" ", "")
    code = "\n".join(broken(written(term, "python"), room))
    assert eval(f"({code})", {"__builtins__": {}}, FUNCTIONS | point) == value(term, point)
    parts = cut(written(term, "latex"))
    for part in parts:
        assert_balanced(part)
    whole = " ".join(parts).replace(r"\bigl(", r"\left(").replace(r"\bigr)", r"\right)")
    assert whole == written(term, "latex")


@pytest.mark.parametrize("text", [r"\begin{cases} a + b & \text{if } c \\ d - e & \text{otherwise} \end{cases}",
                                  r"\max\left( a, b \right) \, \left( c \right)"])  # fmt: skip
def test_what_belongs_together_is_not_cut(text: str) -> None:
    assert cut(text) == [text]


def assert_balanced(text: str) -> None:
    """Fail where braces, ``\\left`` and ``\\right``, or environments do not come in pairs."""
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0, text
    assert depth == 0, text
    for opening, closing in ((r"\\left\b", r"\\right\b"), (r"\\begin\b", r"\\end\b")):
        assert len(re.findall(opening, text)) == len(re.findall(closing, text)), text


def test_an_unbalanced_text_would_be_noticed() -> None:
    for text in ("\\frac{1}{2", "1}{", "\\left( 1", "\\begin{cases} 1"):
        with pytest.raises(AssertionError):
            assert_balanced(text)


def _letters() -> dict[str, Any]:
    where = Space(undecided, undecided)
    found = {name: where.variable(name, 1, 10**6) for name in ("N", "K", "C", "k", "H", "W", "s", "g", "d")}
    return found | {"p": where.variable("p", 0, 10**6)}


def _cases() -> list[tuple[Any, str, str, str]]:
    v = _letters()
    n, k_out, c, k, h, w, s, g, d, p = (v[name] for name in ("N", "K", "C", "k", "H", "W", "s", "g", "d", "p"))
    out = (h + 2 * p - d * (k - 1) - 1) // s + 1
    fl, fr = r"\left\lfloor ", r" \right\rfloor"
    cl, cr = r"\left\lceil ", r" \right\rceil"
    return [
        (7, "7", "7", "7"),
        (-1234, "-1,234", "-1{,}234", "-1234"),
        (True, "true", "true", "true"),
        (78430208 * h * w, "78,430,208 H W", r"78{,}430{,}208 \, H \, W", "78430208 * H * W"),
        (k * k * c + k_out, "C k^2 + K", r"C \, k^2 + K", "C * k**2 + K"),
        (3 - h, "3 - H", "3 - H", "3 - H"),
        (-h, "-H", "-H", "-H"),
        (-h - 2 * w, "-H - 2 W", r"-H - 2 \, W", "-H - 2 * W"),
        ((h + 1) // 2, "ceil(H / 2)", rf"{cl}\frac{{H}}{{2}}{cr}", "(H + 1) // 2"),
        (dims.ceil_div(h, 3), "ceil(H / 3)", rf"{cl}\frac{{H}}{{3}}{cr}", "(H + 2) // 3"),
        (dims.ceil_div(h + 2 * p, s), "ceil((H + 2 p) / s)", rf"{cl}\frac{{H + 2 \, p}}{{s}}{cr}",
         "-((-H - 2 * p) // s)"),
        ((h + s - 1) // s, "ceil(H / s)", rf"{cl}\frac{{H}}{{s}}{cr}", "(H + s - 1) // s"),
        ((h - 3) // 2 + 1, "floor((H - 1) / 2)", rf"{fl}\frac{{H - 1}}{{2}}{fr}", "(H - 1) // 2"),
        ((h - 11) // 4 + 1, "floor((H - 7) / 4)", rf"{fl}\frac{{H - 7}}{{4}}{fr}", "(H - 7) // 4"),
        (out, "floor((H + 2 p - d (k - 1) - 1) / s) + 1",
         rf"{fl}\frac{{H + 2 \, p - d \, \left( k - 1 \right) - 1}}{{s}}{fr} + 1",
         "(H + 2 * p - d * (k - 1) - 1) // s + 1"),
        (n * (2 * h + 4), "2 N (H + 2)", r"2 \, N \, \left( H + 2 \right)", "2 * N * (H + 2)"),
        (h // (2 * s), "floor(H / (2 s))", rf"{fl}\frac{{H}}{{2 \, s}}{fr}", "H // (2 * s)"),
        (dims.maximum(dims.maximum(h, w), 8), "max(H, W, 8)", r"\max\left( H, W, 8 \right)", "max(H, W, 8)"),
        (dims.gcd(c, g) + 1, "gcd(C, g) + 1", r"\gcd\left( C, g \right) + 1", "gcd(C, g) + 1"),
        ((h + 1) % 2 + w, "((H + 1) mod 2) + W", r"\left( \left( H + 1 \right) \bmod 2 \right) + W",
         "(H + 1) % 2 + W"),
        (dims.where(h >= w, h, w + 1), "H if H >= W else W + 1",
         r"\begin{cases} H & \text{if } H \ge W \\ W + 1 & \text{otherwise} \end{cases}", "H if H >= W else W + 1"),
        (h >= 33, "H >= 33", r"H \ge 33", "H >= 33"),
        (h < 33, "H <= 32", r"H \le 32", "H <= 32"),
        (h > w, "H > W", "H > W", "H > W"),
        (h + 2 * p >= d * (k - 1) + 3, "H + 2 p >= d (k - 1) + 3", r"H + 2 \, p \ge d \, \left( k - 1 \right) + 3",
         "H + 2 * p >= d * (k - 1) + 3"),
        ((h + 1) // 2 // 2 >= 7, "H >= 27", r"H \ge 27", "H >= 27"),
        (-(h // 3) >= -5, "H <= 17", r"H \le 17", "H <= 17"),
        (dims.equal(w, 2 * h), "W = 2 H", r"W = 2 \, H", "W == 2 * H"),
        (dims.equal(w, 2 * h).negated(), "W != 2 H", r"W \ne 2 \, H", "W != 2 * H"),
        (dims.divides(4, c), "4 divides C", r"4 \mid C", "C % 4 == 0"),
        (dims.divides(g, c).negated(), "g does not divide C", r"g \nmid C", "C % g != 0"),
        (dims.both(h >= 3, dims.either(w >= 4, dims.equal(c, 5))), "H >= 3 and (W >= 4 or C = 5)",
         r"H \ge 3 \text{ and } \left( W \ge 4 \text{ or } C = 5 \right)", "H >= 3 and (W >= 4 or C == 5)"),
    ]  # fmt: skip


@pytest.mark.parametrize(("x", "text", "latex", "python"), _cases(), ids=[case[1] for case in _cases()])
def test_as_a_person_would_write_it(x: Any, text: str, latex: str, python: str) -> None:
    assert (written(x), written(x, "latex"), written(x, "python")) == (text, latex, python)
    assert written(x, "markdown") == f"${latex}$"
    assert_balanced(latex)


def test_values_filled_in_get_a_sign_between_them() -> None:
    v = _letters()
    term = (v["H"] + 2 * v["p"] - v["d"] * (v["k"] - 1) - 1) // v["s"] + 1
    names = {"H": "1,024", "p": "3", "d": "1", "k": "7", "s": "2"}
    assert written(term, names=names) == "floor((1,024 + 2 * 3 - 1 * (7 - 1) - 1) / 2) + 1"
    assert written(v["k"] * v["k"] * v["C"], "latex", names={"k": "7", "C": "-3"}) == r"\left( -3 \right) \cdot 7^2"
    assert written(v["k"] - v["p"], names={"k": "7", "p": "-3"}) == "7 - (-3)"


def test_names_of_parts_and_quotients_that_are_whole() -> None:
    v = _letters()
    out = (v["H"] - v["k"]) // v["s"] + 1
    macs = v["N"] * v["K"] * out * out * (v["C"] // v["g"])
    whole = [v["C"] // v["g"]]
    assert written(macs, shared={out: "H'"}, whole=whole) == "N K H'^2 (C / g)"
    assert written(macs, "latex", shared={out: "H'"}, whole=whole) == r"N \, K \, {H'}^2 \, \frac{C}{g}"
    assert written(macs * v["k"], shared={out: "H'"}, whole=whole) == "N K H'^2 (C / g) k"
    values = {"N": "1", "K": "64", "H'": "112", "C": "3", "g": "1"}
    assert written(macs, names=values, shared={out: "H'"}, whole=whole) == "1 * 64 * 112^2 * (3 / 1)"
    assert written(64 * out + 5, shared={out: "H'"}) == "64 H' + 5"
    assert written(64 * v["W"] * out, shared={out: "H'"}) == "64 W H'"
    padded = v["H"] + 2
    assert written(v["H"] - 1, shared={padded: "H'"}) == "H - 1"
    assert written(v["H"] * 3 + 6, shared={padded: "H'"}) == "3 H'"


@pytest.mark.parametrize(
    ("name", "latex"),
    [("k_h", "k_h"), ("x1", "x_1"), ("H'", "H'"), ("H2'", "H_2'"), ("num_heads", r"\mathrm{num\_heads}"),
     ("C2_h", "C_{2, h}"), ("12", "12"), ("k_10", r"\mathrm{k\_10}")],
)  # fmt: skip
def test_names_in_latex(name: str, latex: str) -> None:
    assert written(space().variable("a", 1, 9), "latex", names={"a": name}) == latex


def test_a_name_that_is_shown_is_one_of_the_trees() -> None:
    assert {"H", "W"} < {*NAMES}
