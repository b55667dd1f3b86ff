"""Cropping."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import image, per_axis, spread, visit


@st.composite
def _valid(draw: st.DrawFn) -> Case:
    """A legal crop, of a stated size or of that of a second input; shrinks towards the whole of one pixel."""
    size = draw(per_axis(1, 6, 2))
    channels, asked = draw(st.integers(1, 4)), spread(size, 2)
    x = draw(image(channels, asked))
    spare = [h - crop for h, crop in zip(x[2:], asked, strict=True)]
    visit({"half a pixel": any(rest % 2 for rest in spare), "rounds up": any(rest % 4 == 3 for rest in spare)})
    if draw(st.booleans()):
        return Case("CenterCrop", {"size": size}, (x,))
    return Case("CenterCrop", {}, (x, (draw(st.integers(1, 3)), draw(st.integers(1, 4)), *asked)))


@st.composite
def _wild(draw: st.DrawFn) -> Case:
    """A crop that may not fit, or of no size; shrinks towards the whole of one pixel."""
    one = st.integers(1, 4)
    x = (1, 2, draw(one), draw(one), *draw(st.sampled_from([()] * 9 + [(1,)])))
    stated, like = draw(st.sampled_from([(True, False)] * 5 + [(False, True)] * 5 + [(False, False)]))
    fields: dict[str, Any] = {"size": draw(per_axis(1, 4, 2))} if stated else {}
    space = [draw(one), draw(one), *draw(st.sampled_from([()] * 9 + [(1,)]))]
    return Case("CenterCrop", fields, (x, (1, 3, *space)) if like else (x,))


VALID = {"CenterCrop": _valid()}
WILD = {"CenterCrop": _wild()}
