"""What does nothing in inference: any rank that torch takes, probabilities with both ends."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import one_input, shapes

_DROPOUTS = ("Dropout", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")


def _dropout(op: str, low: int, high: int, *, beyond: int = 0) -> SearchStrategy[Case]:
    """Dropout with a probability in tenths, up to ``beyond`` outside; shrinks towards the default."""
    p = st.integers(-beyond, 10 + beyond).map(lambda tenths: tenths / 10)
    return one_input(op, shapes(low, high), p=p, inplace=st.booleans())


_IDENTITY = {"Identity": one_input("Identity", shapes(1, 5))}

VALID: dict[str, SearchStrategy[Case]] = (
    _IDENTITY | {op: _dropout(op, 1, 5) for op in _DROPOUTS} | {"Dropout1d": _dropout("Dropout1d", 2, 3)}
)
WILD: dict[str, SearchStrategy[Case]] = (
    _IDENTITY
    | {op: _dropout(op, 1, 5, beyond=2) for op in _DROPOUTS}
    | {"Dropout1d": _dropout("Dropout1d", 1, 4, beyond=1)}
)
