"""The normal form on formulas at random and on every layer: multiplied out, divided, and as sympy sees it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnshape.commands.formula.bounds import Bounds
from cnnshape.commands.formula.closed_form import evaluated
from cnnshape.commands.formula.expansion import Expansion, undecided
from cnnshape.core import dims
from cnnshape.interop.sympy_terms import to_sympy
from cnnshape.layers import BUILTIN
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import order, value
from cnnshape.symbolic.nodes import Node
from cnnshape.testing.open_numbers import figures, letter, sizes, traced
from tests.strategies.all import VALID
from tests.strategies.case import Case
from tests.symbolic.formulas import NAMES, TREES, worked_out

HIGH = 40
POINTS = st.fixed_dictionaries({name: st.integers(1, HIGH) for name in NAMES})


def term_of(tree: Any) -> Any:
    space = Space(undecided, undecided)
    return worked_out(tree, {name: space.variable(name, 1, HIGH) for name in NAMES})


def expansion(kept: tuple[str, ...] = (), lows: dict[str, int] | None = None) -> Expansion:
    space = Space(undecided, undecided)
    held = lows or {}
    return Expansion(space, {name: space.variable(name, held.get(name, 1), HIGH) for name in NAMES}, kept, held)


@given(TREES, POINTS, st.sets(st.sampled_from(NAMES)))
def test_a_formula_multiplied_out_is_the_same(tree: Any, point: dict[str, int], kept: set[str]) -> None:
    form = expansion(tuple(kept)).of(term_of(tree))
    assert value(form, point) == worked_out(tree, point)


@given(TREES, POINTS, POINTS)
def test_least_values_change_nothing_above_them(tree: Any, lows: dict[str, int], more: dict[str, int]) -> None:
    point = {name: min(HIGH, lows[name] + more[name] - 1) for name in NAMES}
    form = expansion(("H", "W"), lows).of(term_of(tree))
    assert value(form, point) == worked_out(tree, point)


def of_names(most: int) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({name: st.integers(1, most) for name in NAMES})


@given(TREES, of_names(10), of_names(5), of_names(6))
def test_steps_taken_out_of_sizes_change_nothing(
    tree: Any, rests: dict[str, int], steps: dict[str, int], counts: dict[str, int]
) -> None:
    space = Space(undecided, undecided)
    variables = {name: steps[name] * space.variable(f"{name}_n", 0, 6) + rests[name] for name in NAMES}
    point = {name: steps[name] * counts[name] + rests[name] for name in NAMES}
    form = Expansion(space, variables).of(term_of(tree))
    assert value(form, {f"{name}_n": count for name, count in counts.items()}) == worked_out(tree, point)


@given(TREES, POINTS, POINTS)
def test_what_is_never_negative_is_not(tree: Any, lows: dict[str, int], more: dict[str, int]) -> None:
    point = {name: min(HIGH, lows[name] + more[name] - 1) for name in NAMES}
    form = expansion((), lows).of(term_of(tree))
    if Bounds(lows).never_negative(form):
        assert value(form, point) >= 0


def test_products_are_multiplied_out() -> None:
    space = Space(undecided, undecided)
    h, w = space.variable("H", 1, HIGH), space.variable("W", 1, HIGH)
    product = (h + 2) * (w + 3) * (h + 2)
    plain = expansion().of(product)
    assert isinstance(plain, Term)
    assert (len(plain.parts), plain.constant) == (5, 12)
    kept = expansion(("H", "W")).of(product + (2 * h + 4) * (3 * w + 9) * (h + 2))
    assert isinstance(kept, Term)
    assert [factor for _, factor in kept.parts] == [7]


def test_the_largest_leaves_out_what_never_is() -> None:
    space = Space(undecided, undecided)
    h = space.variable("H", 1, HIGH)
    largest = expansion(lows={"H": 9}).of(dims.maximum(dims.maximum(h * h, 9 * h), 3 * h + 5))
    assert largest.kind == "product"


@pytest.mark.parametrize("op", BUILTIN)
def test_every_layer(op: str) -> None:
    @settings(max_examples=max(settings().max_examples // 10, 5))
    @given(VALID[op])
    def check(case: Case) -> None:
        own = sizes(case.layer(), case.inputs)
        plain = dict(figures(case.layer(), case.inputs))
        point = {letter(at): size for at, size in own.items()}
        found = traced(case.layer(), case.inputs, {at: max(1, 3 * size) for at, size in own.items()})
        nodes = [one for one in found.values() if isinstance(one, Node)]
        variables = {node.args[0]: node for node in order(nodes) if node.kind == "variable"}
        space = Space(undecided, undecided)
        anew = {
            name: space.variable(name, node.low, node.high)
            for name, node in variables.items()
            if isinstance(node, Term)
        }
        expanded = Expansion(space, anew)
        for name, form in found.items():
            assert evaluated(expanded.of(form), point) == plain[name], name

    check()


SYMPY_TREES = TREES.filter(lambda tree: "gcd" not in repr(tree))


@settings(max_examples=max(settings().max_examples // 2, 5))
@given(SYMPY_TREES, POINTS)
def test_sympy_agrees(tree: Any, point: dict[str, int]) -> None:
    form = expansion().of(term_of(tree))
    other = to_sympy(form)
    assert other.subs({symbol: point[symbol.name] for symbol in other.free_symbols}) == worked_out(tree, point)


def test_sympy_of_claims_and_shapes() -> None:
    space = Space(undecided, undecided)
    h = space.variable("H", 1, HIGH)
    claim = dims.both(h >= 3, dims.divides(2, h))
    assert isinstance(claim, Claim)
    found = to_sympy(claim)
    assert [bool(found.subs(dict.fromkeys(found.free_symbols, size))) for size in (2, 3, 4)] == [
        False,
        False,
        True,
    ]
    assert [str(one) for one in to_sympy((1, h, h // 2))] == ["1", "H", "floor(H/2)"]


def test_the_smaller_of_two_quotients_is_found() -> None:
    space = Space(undecided, undecided)
    h = space.variable("H", 1, HIGH)
    half = (h + 1) // 2
    pooled = dims.minimum(dims.ceil_div(half - 3, 2) + 1, (half - 1) // 2 + 1)
    smaller = expansion().of(pooled)
    assert smaller.kind == "floor"
    assert [value(smaller, {"H": size}) for size in range(1, HIGH)] == [
        min(-(-((size + 1) // 2 - 3) // 2) + 1, ((size + 1) // 2 - 1) // 2 + 1) for size in range(1, HIGH)
    ]
