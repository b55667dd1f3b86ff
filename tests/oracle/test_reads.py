"""What every layer says that its outputs read, against gradients, along all axes, batch and channels included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from tests.oracle.compare import assert_same_reads
from tests.strategies.all import VALID
from tests.strategies.case import Case


@st.composite
def looked_at(draw: st.DrawFn, op: str) -> tuple[Case, list[tuple[int, ...]]]:
    """A case with some positions of its output: the first, the last and others between."""
    case = draw(VALID[op])
    made = derive(case.layer(), case.inputs).output
    others = st.lists(st.tuples(*(st.integers(0, size - 1) for size in made)), max_size=3)
    return case, [tuple(0 for _ in made), tuple(size - 1 for size in made), *draw(others)]


@pytest.fixture(scope="session")
def following(device: str) -> str:
    """Where gradients are followed: the device meta has none."""
    return "cpu" if device == "meta" else device


@pytest.mark.parametrize("op", BUILTIN)
def test_reads(op: str, following: str) -> None:
    @given(looked_at(op))
    def check(drawn: tuple[Case, list[tuple[int, ...]]]) -> None:
        assert_same_reads(*drawn, following)

    check()
