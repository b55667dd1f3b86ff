"""What one position of a layer reads of the inputs, borders included, as text."""

from collections.abc import Sequence

from cnnshape.analysis.result import Analysis

_AXES = {1: ("positions",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}


def span(indices: frozenset[int], size: int) -> str:
    """Indices of an axis: from the first to the last, and how many of these where there are holes.

    >>> span(frozenset({0, 2, 4}), 32), span(frozenset(range(3)), 32), span(frozenset(), 32)
    ('0..4 of 32, 3 of these', '0..2 of 32', 'none of 32, all of it is padding')
    """
    if not indices:
        return f"none of {size}, all of it is padding"
    first, last = min(indices), max(indices)
    holes = f", {len(indices)} of these" if len(indices) <= last - first else ""
    return f"{first}..{last} of {size}{holes}"


def render(analysis: Analysis, path: str, position: Sequence[int | None]) -> str:
    """A line for each axis of each input that the position of the layer reads; None stands for all of an axis."""
    read = analysis.window(path, position)
    at = ",".join("*" if index is None else str(index) for index in position)
    lines = [f"`{path}` at {at} reads{'' if read.exact else ' at most'}"]
    for name, axes in read.items():
        sizes = analysis.graph.inputs[name][2:]
        words = _AXES.get(len(sizes)) or tuple(f"axis {axis}" for axis in range(2, len(sizes) + 2))
        for word, indices, size in zip(words, axes, sizes, strict=True):
            lines.append(f"  {name}: {word} {span(indices, size)}")
    return "\n".join(lines if read else [f"{lines[0]} no input"]) + "\n"
