"""Claims over several variables: what they leave to each is what looking at every combination finds."""

from itertools import product
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from cnnshape.commands.formula.domains import Assumed, atomic
from cnnshape.commands.formula.expansion import undecided
from cnnshape.commands.formula.integer_sets import Sizes
from cnnshape.commands.formula.nearest import nearest
from cnnshape.commands.formula.together import holds, together
from cnnshape.core import dims
from cnnshape.symbolic import Claim, Space

FREE = Sizes((), 1, 1, (0,))
TALL = 24

PARTS = st.tuples(st.integers(1, 4), st.integers(0, 3))


@st.composite
def claims(draw: st.DrawFn) -> tuple[Any, Any, list[Claim]]:
    """Two variables, and claims such as ``floor((H + 1) / 2) floor(W / 3) = 12``."""
    space = Space(undecided, undecided)
    h, w = space.variable("H", 1, 10**12), space.variable("W", 1, 10**12)
    found = []
    for _ in range(draw(st.integers(1, 3))):
        (by, more), (by_w, more_w) = draw(PARTS), draw(PARTS)
        a, b = (h + more) // by, (w + more_w) // by_w
        number = draw(st.integers(1, 40))
        found.append(
            draw(
                st.sampled_from(
                    [
                        dims.equal(a * b, number), a * b <= number, dims.equal(a, b), a + b <= number,
                        dims.divides(by + 1, a * b), dims.either(dims.equal(a, b), dims.equal(w, 1)), a * b >= number,
                    ]
                )
            )
        )  # fmt: skip
    return h, w, [claim for claim in found if isinstance(claim, Claim)]


@settings(max_examples=2 * settings().max_examples)
@given(claims())
def test_what_is_left_is_what_every_combination_says(drawn: tuple[Any, Any, list[Claim]]) -> None:
    assumed = [part for claim in drawn[2] for part in atomic(claim, True)]
    joint = [one for one in assumed if len(one.claim.names) > 1]
    left = together({"H": FREE, "W": FREE}, joint)
    points = [{"H": h, "W": w} for h, w in product(range(1, TALL), repeat=2)]
    legal = [point for point in points if holds(joint, point)]
    sizes = {name: FREE if own is None else own for name, own in left.sizes.items()}
    named = [p for p in points if all(p[name] in sizes[name] for name in p) and holds(left.rest, p)]
    assert named == legal


@settings(max_examples=2 * settings().max_examples)
@given(claims(), st.integers(1, 40), st.integers(1, 40))
def test_the_nearest_sizes_are_as_claimed(drawn: tuple[Any, Any, list[Claim]], height: int, width: int) -> None:
    """Sizes that are named are legal, and legal ones stay; of several that depend on each other, none may be found."""
    assumed = [Assumed(claim, True) for claim in drawn[2]]
    found = nearest(assumed, {"H": height, "W": width})
    event("found" if found else "none found")
    assert found is None or holds(assumed, found)
    if holds(assumed, {"H": height, "W": width}):
        assert found == {"H": height, "W": width}
