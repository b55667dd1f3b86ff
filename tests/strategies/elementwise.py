"""Functions of each element, and the shapes and numbers that the layers of one input share."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case

NUMBERS: SearchStrategy[float] = st.integers(-40, 40).map(lambda tenths: tenths / 10)
"""Tenths from -4 to 4; shrinks towards 0."""


def shapes(low: int, high: int) -> SearchStrategy[tuple[int, ...]]:
    """A shape of ``low`` to ``high`` axes, batch first; shrinks towards few axes of size 1."""

    def of_rank(rank: int) -> SearchStrategy[tuple[int, ...]]:
        largest = [3, 8] + [12 if rank < 5 else 5] * rank
        return st.tuples(*(st.integers(1, size) for size in largest[:rank]))

    return st.integers(low, high).flatmap(of_rank)


def one_input(op: str, shape: SearchStrategy[tuple[int, ...]], **fields: SearchStrategy[Any]) -> SearchStrategy[Case]:
    """A layer of one input, each of the fields left out or drawn; shrinks towards defaults and a small input."""
    return st.builds(Case, st.just(op), st.fixed_dictionaries({}, optional=fields), st.tuples(shape))


def clamps(*, bounds: int) -> SearchStrategy[Case]:
    """A clamp with at least so many bounds, the lower one above the upper at times; shrinks towards ``min: 0``."""

    def with_fields(names: list[str]) -> SearchStrategy[Case]:
        fields = st.fixed_dictionaries(dict.fromkeys(names, NUMBERS))
        return st.builds(Case, st.just("Clamp"), fields, st.tuples(shapes(1, 5)))

    choices = [["min"], ["max"], ["min", "max"], []]
    return st.sampled_from([names for names in choices if len(names) >= bounds]).flatmap(with_fields)


_PLAIN = {op: one_input(op, shapes(1, 5)) for op in ("Sqrt", "Exp", "Log", "Abs", "Neg")}

VALID: dict[str, SearchStrategy[Case]] = _PLAIN | {"Clamp": clamps(bounds=1)}
WILD: dict[str, SearchStrategy[Case]] = _PLAIN | {"Clamp": clamps(bounds=0)}
