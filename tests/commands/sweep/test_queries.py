"""Conditions over the rows of a sweep, beside Python's own evaluation of each row."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cnnshape.commands.sweep.figures import figures
from cnnshape.commands.sweep.queries import Query
from cnnshape.commands.sweep.reasons import Reason, Reasons
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import UsageError

Row = Mapping[str, Any]
FIGURES = ("macs", "peak_memory", "params@body.0.conv", "macs@conv1", "output[1]", "flops.full")
NUMBERS = (*FIGURES, "n", "left.H", "scale")
LEVELS = (0, 1, 2, 999, 1000, 1024, 1500, 3_000_000, 5 * 1024**2, 2**62)
UNITS = {"": 1, "k": 10**3, " M": 10**6, "G": 10**9, "B": 1, " KiB": 1024, "MB": 10**6, "MiB": 2**20}
WORDS = ("", " MACs", " FLOPs")
UNITED = "macs + peak_memory + flops.full > 0 - 1"  # always so; it names a figure of each unit
COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
            "!=": operator.ne}  # fmt: skip


class Said(NamedTuple):
    """Some words, and what they mean at a row."""

    text: str
    of: Callable[[Row], Any]


def amount(number: str, unit: str, word: str) -> Said:
    value = Fraction(number) * UNITS[unit]
    return Said(f"{number}{unit}{'' if unit.endswith('B') else word}", lambda row: value)


AMOUNTS = st.builds(amount, st.sampled_from(("0", "1", "2", "1.5", ".5", "1e3", "3")), st.sampled_from(sorted(UNITS)),
                    st.sampled_from(WORDS))  # fmt: skip
COLUMNS = st.sampled_from(NUMBERS).map(lambda key: Said(key, lambda row: row[key]))


def both(a: Said, sign: str, b: Said) -> Said:
    how: Any = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    return Said(f"({a.text} {sign} {b.text})", lambda row: how(a.of(row), b.of(row)))


def chosen(a: Said, claim: Said, b: Said) -> Said:
    return Said(f"({a.text} if {claim.text} else {b.text})", lambda row: a.of(row) if claim.of(row) else b.of(row))


def compared(a: Said, sign: str, b: Said) -> Said:
    return Said(f"{a.text} {sign} {b.text}", lambda row: COMPARED[sign](a.of(row), b.of(row)))


def named(sign: str, name: str) -> Said:
    return Said(f"variant {sign} {name}", lambda row: COMPARED[sign](row["variant"], name))


def joined(a: Said, word: str, b: Said) -> Said:
    how: Any = {"and": lambda x, y: x and y, "or": lambda x, y: x or y}[word]
    return Said(f"({a.text} {word} {b.text})", lambda row: how(a.of(row), b.of(row)))


JOINED = st.sampled_from(("and", "or"))
CONDITIONS: st.SearchStrategy[Said] = st.deferred(
    lambda: (
        ATOMS
        | st.builds(joined, CONDITIONS, JOINED, CONDITIONS)
        | CONDITIONS.map(lambda c: Said(f"(not {c.text})", lambda row: not c.of(row)))
    )
)
TERMS: st.SearchStrategy[Said] = COLUMNS | st.builds(both, COLUMNS, st.sampled_from("+-*"), COLUMNS | AMOUNTS)
TERMS |= st.builds(chosen, COLUMNS, st.deferred(lambda: ATOMS), COLUMNS)
ATOMS: st.SearchStrategy[Said] = st.builds(compared, TERMS, st.sampled_from(sorted(COMPARED)), AMOUNTS | TERMS)
ATOMS |= st.builds(named, st.sampled_from(("==", "!=")), st.sampled_from(("plain", "deep")))


@st.composite
def tables(draw: st.DrawFn) -> Sweep:
    """A sweep that has found anything, some of it missing, some rows no nets."""
    size = draw(st.integers(1, 8))

    def some(values: Any) -> list[Any]:
        return draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    knobs = {
        "n": Values.of("n", some((1, 2, 3))),
        "left.H": Values.of("left.H", some((32, 64, 999))),
        "scale": Values.of("scale", some((0.5, 1, 1.25))),
        "variant": Values.of("variant", some(("plain", "deep"))),
    }
    columns = {key: numpy.array(some(LEVELS[:8] if key != "macs" else LEVELS), dtype=numpy.int64) for key in FIGURES}
    missing = {key: numpy.array(some((True, False, False, False))) for key in FIGURES[2:4]}
    reasons = Reasons.none(size)
    reasons.add(numpy.flatnonzero(some((True, False, False, False))), Reason("no"))
    return Sweep("net", knobs, figures(FIGURES), columns, missing, reasons)


def right(condition: Said, found: Sweep, keys: tuple[str, ...]) -> list[bool]:
    """Which rows are kept: those that have all that the condition names, and for which it holds."""
    kept = []
    knobs = {name: [values.distinct[code] for code in values.codes] for name, values in found.knobs.items()}
    for at in range(len(found)):
        row = {name: held[at] for name, held in knobs.items()}
        row |= {key: int(found.columns[key][at]) for key in FIGURES}
        there = found.valid[at] and all(found.has(key)[at] for key in keys if key in found.columns)
        kept.append(bool(there and condition.of(row)))
    return kept


@given(tables(), CONDITIONS)
def test_a_condition_is_what_python_makes_of_it(found: Sweep, condition: Said) -> None:
    try:
        query = Query(f"({condition.text}) and {UNITED}")
    except UsageError:
        event("too long")
        return
    kept = query.mask(found).tolist()
    event(f"{sum(kept)} of {len(kept)}")
    assert kept == right(condition, found, query.keys), condition.text


def table() -> Sweep:
    knobs = {
        "width": Values.of("width", [8, 16, 32]),
        "act": Values.of("act", ["ReLU", "SiLU", "ReLU"]),
        "pool": Values.of("pool", [True, False, True]),
        "n": Values.of("n", [[1, 2], [3], [1, 2]]),
    }
    keys = ("macs", "weight_bytes", "output", "output[1]", "params@a/b-c.0")
    columns = {key: numpy.array([1000, 2000, 3_000_000]) for key in keys}
    columns["output"] = numpy.array([None] * 3, dtype=object)
    return Sweep("net", knobs, figures(keys), columns, {}, Reasons.none(3))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("macs<2k", [True, False, False]),
        ("macs <= 2 kMACs", [True, True, False]),
        ("macs / 1 M >= 3", [False, False, True]),
        ("weight_bytes > 1 KiB", [False, True, True]),
        ("weight_bytes >= 2 kB and width != 16", [False, False, True]),
        ("act == ReLU", [True, False, True]),
        ("act == SiLU or width > 16", [False, True, True]),
        ("pool", [True, False, True]),
        ("pool == false", [False, True, False]),
        ("n[0] == 1", [True, False, True]),
        ("output[1] == 2e3 and params@a/b-c.0 < 1 M", [False, True, False]),
        ("width * 125 == macs", [True, True, False]),
        ("macs < 3M if width < 16 else macs > 3M", [True, False, False]),
        ("1 < 2", [True, True, True]),
        ("false", [False, False, False]),
    ],
)
def test_conditions_worked_by_hand(text: str, kept: list[bool]) -> None:
    assert Query(text).mask(table()).tolist() == kept


WRONG = {
    "macs <": "a value is missing at the end (column 7)",
    "macs < 3 X": "`X` does not continue the expression (column 10)",
    "params@a/b-c.0 + macs <": "a value is missing at the end (column 24)",
    "macs < 300M and and": "a value is missing before `and` (column 17)",
    "macs = 3": "`=` does not continue the expression (column 6)",
    "macs < 3 MFLOPs": "nothing in it is in FLOPs: `macs` is in MACs",
    "macs < 3 KiB": "nothing in it is in bytes, as KiB says",
    "3 MACs > 2": "nothing in it is in MACs: no figure is named",
    "macs < 1e99": "`1e99` is refused: the exponent of a number is at most 30",
    "macs + 1 / (width - 8) > 1": "`1 / 0` divides by zero (column 10)",
    "act < 3": None,
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        Query(text).mask(table())
    problem = refused.value.problems[0]
    assert problem.text.startswith(f"`{text}`: ")
    assert WRONG[text] is None or problem.text == f"`{text}`: {WRONG[text]}"
    assert "figure_" not in str(refused.value)


def test_the_units_are_named_where_one_is_wrong() -> None:
    with pytest.raises(UsageError, match="k, M, G, T, P, E, bytes as in 4 MiB"):
        Query("macs < 300m")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("macs", "`macs` is not a condition"),
        ("output == 3", "`output == 3`: `output` is a shape and cannot be compared"),
    ],
)
def test_what_has_no_truth(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Query(text).mask(table())
    assert refused.value.problems[0].text == said
    assert refused.value.problems[0].hint


@pytest.mark.parametrize("depth", [60, 200, 5000])
def test_a_deep_condition_is_refused_or_read(depth: int) -> None:
    text = f"{'(' * depth}macs < 2k{')' * depth}"
    try:
        assert Query(text).mask(table()).tolist() == [True, False, False]
    except UsageError:
        assert depth > 90
