"""The ways to build a convolution: the sums over their specs against the formulas beside them, and both against torch.

The formulas are evaluated here, from the sizes that were drawn; what a formula prints is never what a figure is
computed from.
"""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import cnnshape
from cnnshape.commands.conv.conv import GROUPS, Way, Ways, compare_conv
from cnnshape.interop.torch_verify import verify

NAMES = [
    "standard", "grouped", "shuffled grouped", "depthwise", "depthwise separable", "spatially separable", "flattened",
    "bottlenecked",
]  # fmt: skip


def evaluated(formula: str, letters: dict[str, int]) -> Fraction:
    """A formula as it is read: letters side by side are multiplied, `^` is a power.

    >>> evaluated("(C k^2 + 2 K) H' / g", {"C": 3, "k": 5, "K": 7, "H'": 2, "g": 4})
    Fraction(89, 2)
    """
    tokens = re.findall(r"[A-Za-z]+'?|\d+|[()^+/]", formula)
    assert "".join(tokens) == formula.replace(" ", "")
    text = ""
    for before, token in zip(["+", *tokens], tokens, strict=False):
        beside = before not in "(^+/" and token not in ")^+/"
        value = {"^": "**"}.get(token) or (f"Fraction({letters[token]})" if token[0].isalpha() else token)
        text += f"{'*' if beside else ''}{value}"
    found: Fraction = eval(text, {"Fraction": Fraction})
    return found


@st.composite
def convs(draw: DrawFn) -> dict[str, Any]:
    """Arguments of a convolution that fits: every other one with the same along all axes, as the blocks take it."""
    dims, same = draw(st.integers(1, 3)), draw(st.booleans())

    def sizes(least: int, most: int) -> list[int]:
        number = st.integers(least, most)
        return [draw(number)] * dims if same else draw(st.lists(number, min_size=dims, max_size=dims))

    kernel, dilation = sizes(1, 5), [1] * dims if draw(st.booleans()) else sizes(1, 2)
    more = draw(st.lists(st.integers(0, 7), min_size=dims, max_size=dims))
    return {
        "in_channels": draw(st.sampled_from([1, 3, 4, 6, 12, 16])),
        "out_channels": draw(st.sampled_from([1, 4, 6, 12, 24, 48])),
        "kernel_size": kernel,
        "size": [d * (k - 1) + 1 + extra for k, d, extra in zip(kernel, dilation, more, strict=True)],
        "stride": sizes(1, 3),
        "padding": None if draw(st.booleans()) else sizes(0, 3),
        "dilation": dilation,
        "bias": draw(st.booleans()),
        "groups": draw(st.none() | st.lists(st.integers(1, 6), min_size=1, max_size=3)),
        "mid": draw(st.none() | st.integers(1, 9)),
    }


def letters_of(given: dict[str, Any]) -> dict[str, int]:
    """What the letters stand for, from the arguments alone."""
    axes = {1: "L", 2: "HW", 3: "DHW"}[len(given["size"])]
    found = {"C": given["in_channels"], "K": given["out_channels"]}
    found["M"] = max(1, found["K"] // 4) if given["mid"] is None else given["mid"]
    for place, letter in enumerate(axes):
        k, d = given["kernel_size"][place], given["dilation"][place]
        p = (k - 1) // 2 * d if given["padding"] is None else given["padding"][place]
        found |= {letter: given["size"][place], f"k{letter.lower()}": k}
        found[f"{letter}'"] = len(range(0, found[letter] + 2 * p - d * (k - 1), given["stride"][place]))
    if len(set(given["kernel_size"])) == 1:
        found["k"] = given["kernel_size"][0]
    return found


def figures(row: Way, letters: dict[str, int]) -> list[tuple[int, Fraction]]:
    """Each figure of a row, and what its formula comes to."""
    known = letters | ({} if row.groups is None else {"g": row.groups})
    pairs = zip((row.params, row.macs), row.formulas, strict=True)
    return [(figure, evaluated(formula, known)) for figure, formula in pairs]


@given(convs())
def test_the_formula_of_a_row_gives_its_figures(given: dict[str, Any]) -> None:
    ways = compare_conv(**given)
    letters = letters_of(given)
    assert ways.letters.items() <= letters.items()
    for row in ways.rows:
        event(f"{row.name} in {len(given['size'])}-D")
        for figure, said in figures(row, letters):
            assert figure == said, row.key


@given(convs())
def test_every_way_puts_out_and_sees_the_same(given: dict[str, Any]) -> None:
    ways = compare_conv(**given)
    standard = ways.rows[0]
    for row in ways.rows:
        assert row.output == standard.output
        assert row.receptive_field == standard.receptive_field
        assert cnnshape.analyze(row.spec).total.macs == row.macs


@given(convs())
def test_nothing_gets_lost(given: dict[str, Any]) -> None:
    """Every way is in the table or left out, and only what cannot be is."""
    ways = compare_conv(**given)
    assert {row.name for row in ways.rows} | {each.name for each in ways.left_out} == set(NAMES)
    absent = {(each.name, each.groups) for each in ways.left_out}
    assert absent.isdisjoint((row.name, row.groups) for row in ways.rows)
    c, k = given["in_channels"], given["out_channels"]
    asked = GROUPS if given["groups"] is None else given["groups"]
    fit = [g for g in asked if c % g == k % g == 0]
    assert [row.groups for row in ways.rows if row.name == "grouped"] == list(dict.fromkeys(fit))
    assert [row.groups for row in ways.rows if row.name == "shuffled grouped"] == fit_last(fit)
    assert (("depthwise", None) in absent) == (k % c > 0)
    assert (("flattened", None) in absent) == (sum(size > 1 for size in given["kernel_size"]) < 2)


def fit_last(fit: list[int] | tuple[int, ...]) -> list[int]:
    """The last of the groups that fit, in the order in which they were first asked for."""
    return list(dict.fromkeys(fit))[-1:]


@given(st.integers(1, 64), st.integers(1, 64), st.sampled_from([1, 3, 5, 7]), st.integers(7, 20))
def test_what_the_papers_say_of_a_row(c: int, k: int, size: int, space: int) -> None:
    ways = compare_conv(c, k, size, (space, space))
    separable = ways["depthwise_separable"]
    assert separable.macs_ratio == separable.params_ratio == Fraction(1, k) + Fraction(1, size**2)  # Howard et al. 2017
    assume(size > 1)
    assert ways["flattened"].params == k * (c + 2 * size)  # C + X + Y for a filter of C X Y, Jin et al. 2014
    if c == k:
        assert ways["spatially_separable"].macs_ratio == Fraction(2, size)  # 33 % less for 3 x 3, Szegedy et al. 2016


CASES: list[dict[str, Any]] = [
    {"in_channels": 8, "out_channels": 16, "kernel_size": 3, "size": (9, 9)},
    {"in_channels": 8, "out_channels": 16, "kernel_size": (3, 5), "size": (9, 11), "stride": 2, "bias": True},
    {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "size": (7, 9, 8), "dilation": 2, "padding": (2, 1, 0)},
    {"in_channels": 4, "out_channels": 8, "kernel_size": 4, "size": 20, "stride": 3, "bias": True},
]


@pytest.mark.parametrize("case", CASES)
def test_torch_builds_every_row_as_it_is_said(case: dict[str, Any]) -> None:
    for row in compare_conv(**case).rows:
        found = verify(row.analysis)
        assert found.ok, (row.key, found.mismatches)


def test_the_rows_are_calls_of_the_library() -> None:
    """Those of two axes of the block that has their name; no spec has a layer that is no call."""
    for case in CASES:
        for row in compare_conv(**case).rows:
            blocks = {call["block"] for call in row.spec["layers"].values()}
            assert all(block.startswith("std/") for block in blocks)
            if case is CASES[0] and row.name not in ("standard", "bottlenecked"):
                assert blocks == {f"std/{row.name.replace(' ', '_')}"}


@given(convs())
def test_along_each_axis_is_what_the_blocks_of_two_axes_are(given: dict[str, Any]) -> None:
    """A third axis along which nothing happens changes no figure: then the row is put together axis by axis."""
    assume(len(given["size"]) == 2)
    flat = compare_conv(**given)
    deep = {**given, "size": [1, *given["size"]], "kernel_size": [1, *given["kernel_size"]]}
    deep |= {"dilation": [1, *given["dilation"]]}
    deep |= {
        key: [least, *given[key]] for key, least in (("stride", 1), ("padding", 0)) if isinstance(given[key], list)
    }
    for row, other in zip(flat.rows, compare_conv(**deep).rows, strict=True):
        assert (row.key, row.params, row.macs) == (other.key, other.params, other.macs)


def _with(ways: Ways, key: str, **changed: Any) -> tuple[int, int]:
    """The figures of a row whose call has another value."""
    spec = ways[key].spec
    name, call = next(iter(spec["layers"].items()))
    total = cnnshape.analyze({**spec, "layers": {name: {**call, **changed}}}).total
    return total.params, total.macs


@pytest.mark.parametrize("changed", [{"k": 5}, {"c": 24}, {"bias": True}, {"stride": 2}, {"bn": True}])
def test_a_wrong_call_would_be_noticed(changed: dict[str, Any]) -> None:
    ways = compare_conv(8, 16, 3, (9, 9))
    letters = {"C": 8, "K": 16, "k": 3, "H": 9, "W": 9, "H'": 9, "W'": 9}
    for key in ("standard", "depthwise_separable", "spatially_separable", "flattened"):
        said = [formula for _, formula in figures(ways[key], letters)]
        assert [ways[key].params, ways[key].macs] == said
        assert list(_with(ways, key, **changed)) != said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"in_channels": 0}, "in_channels=0 is not a whole number from 1 up"),
        ({"kernel_size": 1.5}, "kernel_size=1.5 is not a whole number from 1 up"),
        ({"stride": True}, "stride=True is not a whole number from 1 up"),
        ({"padding": -1}, "padding=-1 is not a whole number from 0 up"),
        ({"size": ()}, "size has 0 numbers, a convolution has 1, 2 or 3 axes of space"),
        ({"size": "9"}, "size='9' is not a whole number from 1 up"),
        ({"mid": 0}, "mid=0 is not a whole number from 1 up"),
    ],
)
def test_numbers_that_cannot_be(given: dict[str, Any], said: str) -> None:
    with pytest.raises(cnnshape.UsageError) as refused:
        compare_conv(**{"in_channels": 8, "out_channels": 8, "kernel_size": 3, "size": (9, 9), **given})
    assert refused.value.problems[0].text == said
