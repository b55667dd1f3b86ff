"""Legal sizes against brute force: those that a form names are those that a report takes, whatever a net is made of."""

from itertools import product
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.commands.formula.formula import ClosedForm, formula
from cnnshape.commands.formula.together import holds
from cnnshape.core.errors import CnnshapeError
from tests.commands.formula.nets import built

TALL = 20
"""Heights and widths up to here are built one by one."""

C = 4


def conv(kernel: int, stride: int, padding: int) -> dict[str, Any]:
    return {"op": "Conv2d", "out_channels": C, "kernel_size": kernel, "stride": stride, "padding": padding}


@st.composite
def nets(draw: st.DrawFn) -> dict[str, Any]:
    """Nets whose layers need sizes that match: shapes written out, merges after pools, broadcasting, features."""
    layers: dict[str, Any] = {"first": conv(1, 1, 0)}
    maps = ["first"]

    def add(entry: dict[str, Any], *sources: str) -> str:
        name = f"l{len(layers)}"
        layers[name] = {**entry, "from": list(sources) if len(sources) > 1 else sources[0]}
        return name

    for _ in range(draw(st.integers(1, 5))):
        source = draw(st.sampled_from(maps[-3:]))
        kind = draw(st.sampled_from(KINDS))
        a, b = draw(st.sampled_from([2, 3, 4, 6, 8, 12])), draw(st.sampled_from([1, 2, 3, 4, 8]))
        if kind == "conv":
            maps.append(add(conv(draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(0, 1))), source))
        elif kind == "pool":
            ceil = draw(st.booleans())
            maps.append(add({"op": "MaxPool2d", "kernel_size": 2, "stride": 2, "ceil_mode": ceil}, source))
        elif kind == "up":
            maps.append(add({"op": "Upsample", "scale_factor": 2}, source))
        elif kind == "adaptive":
            maps.append(add({"op": "AdaptiveAvgPool2d", "output_size": draw(st.sampled_from([1, 2, 8]))}, source))
        elif kind == "reshape":
            shape = draw(st.sampled_from([[a, b], [a, -1], [-1, b], [-1, 1], [1, -1]]))
            maps.append(add({"op": "Reshape", "shape": ["batch", C, *shape]}, source))
        elif kind == "shuffle":
            down = add({"op": "PixelUnshuffle", "downscale_factor": draw(st.sampled_from([2, 3]))}, source)
            maps.append(add(conv(1, 1, 0), down))
        elif kind == "transposed":
            maps.append(add({"op": "Transpose", "dim0": 2, "dim1": 3}, source))
        elif kind in ("add", "cat"):
            other = draw(st.sampled_from(maps))
            if kind == "add":
                maps.append(add({"op": draw(st.sampled_from(["Add", "Mul"]))}, source, other))
            else:
                joined = add({"op": "Concat", "dim": draw(st.sampled_from([1, 2, 3]))}, source, other)
                maps.append(add(conv(1, 1, 0), joined))
    if draw(st.integers(0, 3)) == 0:
        flat = add({"op": "Flatten"}, maps[-1])
        features = C * draw(st.sampled_from([1, 4, 6, 16, 25, 64]))
        maps.append(add({"op": "Linear", "in_features": features, "out_features": 2}, flat))
    read = {name for entry in layers.values() for name in _sources(entry)}
    sizes = [draw(st.integers(1, TALL)), draw(st.integers(1, TALL))]
    ends = [name for name in layers if name not in read]
    return {"cnnshape": 1, "name": "net", "input": [3, *sizes], "layers": layers, "outputs": ends}


KINDS = ("conv", "conv", "pool", "pool", "up", "adaptive", "reshape", "reshape", "shuffle", "transposed", "add", "cat")


def _sources(entry: dict[str, Any]) -> list[str]:
    source = entry.get("from", [])
    return source if isinstance(source, list) else [source]


def taken(net: dict[str, Any]) -> set[tuple[int, ...]]:
    """The heights and widths that a report takes."""
    found = set()
    for sizes in product(range(1, TALL + 1), repeat=2):
        try:
            cnnshape.build(net, inputs={"input": sizes})
        except CnnshapeError:
            continue
        found.add(sizes)
    return found


def named(form: ClosedForm) -> set[tuple[int, ...]]:
    """The heights and widths that a form says it holds for: its sizes, and what is assumed beside."""
    sizes = [[size for size in range(1, TALL + 1) if own is None or size in own] for own in form.sizes.values()]
    points = [dict(zip(form.sizes, point, strict=True)) for point in product(*sizes)]
    return {tuple(point.values()) for point in points if holds(form.assumptions, point)}


def literal(height: int, width: int) -> dict[str, Any]:
    """A shape written out and added to its source: only 8 x 8 is legal."""
    layers = {"c": conv(1, 1, 0), "r": {"op": "Reshape", "shape": ["batch", C, 8, 8]}}
    layers |= {"add": {"op": "Add", "from": ["r", "c"]}}
    return {"cnnshape": 1, "name": "net", "input": [3, height, width], "layers": layers, "outputs": ["add"]}


@given(nets())
@example(literal(8, 8))
@example(literal(9, 9))
@example(literal(1, 20))
def test_legal_sizes_are_those_that_a_report_takes(net: dict[str, Any]) -> None:
    legal = taken(net)
    try:
        form = formula(net)
    except CnnshapeError:
        assert not legal  # from any size the legal ones are found
        return
    assert named(form) == legal
    assert all(form.holds(H=h, W=w) == ((h, w) in legal) for h, w in product(range(1, TALL + 1), repeat=2))
    own = (net["input"][1], net["input"][2])
    assert (form.refused is None) == (own in legal)
    assert built(form, form.point) is not None
    for axis, (name, sizes) in enumerate(form.sizes.items()):
        if sizes is not None and not sizes.residues and max(sizes.early) <= TALL and form.assumptions:
            assert {point[axis] for point in legal} == set(sizes.early), name  # none that is legal with no other
