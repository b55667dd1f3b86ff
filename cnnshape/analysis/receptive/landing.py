"""Where the taps of an output fall on an axis that has ends."""

from collections.abc import Iterable

from cnnshape.layers.index_maps import Reach


def landed(reach: Reach, outputs: Iterable[int], size: int) -> set[int]:
    """The indices of an axis of this size that some outputs read: those outside are dropped, or read another one.

    >>> from cnnshape.layers.index_maps import Window
    >>> landed(Window(kernel=3, padding=1, dilation=2), [0], 8), landed(Window(3, padding=2), [0], 8)
    ({1, 3}, {0})
    """
    found: set[int] = set()
    outside = reach.outside
    for y in outputs:
        first, last, step = reach.taps(y)
        if outside == "zeros":
            first, last = max(first, first % step), min(last, size - 1)
        found.update(range(first, last + 1, step))
    if outside == "replicate":
        return {min(max(index, 0), size - 1) for index in found}
    if outside == "circular":
        return {index % size for index in found}
    if outside == "reflect":
        return {size - 1 - abs(index % max(2 * size - 2, 1) - (size - 1)) for index in found}
    return found
