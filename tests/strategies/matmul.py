"""The matrix product."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.merge import operand

_SIDE = st.integers(1, 6)


@st.composite
def matmul(draw: st.DrawFn) -> Case:
    """Vectors and matrices, batches that broadcast; shrinks towards two vectors of one element."""
    k = draw(_SIDE)
    batch = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    shapes = []
    for vector, matrix in (((k,), (draw(_SIDE), k)), ((k,), (k, draw(_SIDE)))):
        of_batch = operand(draw, batch) if batch else ()
        shapes.append(draw(st.sampled_from([vector, matrix, (*of_batch, *matrix), (*of_batch, *matrix)])))
    if min(map(len, shapes)) == 1:
        event("a vector")
    if max(map(len, shapes)) > 2:
        event("a batch")
    return Case("MatMul", {}, tuple(shapes))


def _wild() -> SearchStrategy[Case]:
    """Shapes that need not fit; shrinks towards two vectors."""
    shape = st.lists(st.sampled_from([1, 2, 2, 3]), min_size=1, max_size=4).map(tuple)
    return st.builds(Case, st.just("MatMul"), st.just({}), st.tuples(shape, shape))


VALID: dict[str, SearchStrategy[Case]] = {"MatMul": matmul()}
WILD: dict[str, SearchStrategy[Case]] = {"MatMul": matmul() | _wild()}
