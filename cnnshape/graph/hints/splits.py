"""Where the parts of a split end."""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

_PARTS: Final = (
    "split_size", "split_size_or_sections", "num_or_size_splits", "chunks", "sections", "indices",
    "indices_or_sections", "num_outputs", "split",
)  # fmt: skip
"""The fields that say into which parts an axis is split."""

_MOST: Final = 1000  # parts; an axis that is cut into more is halved in the example


def ends(base: str, stated: Mapping[str, Any], size: int | None) -> tuple[list[Any], str]:
    """Where each part of an axis ends, and the field that says so; halves where no field fits the axis.

    ``size`` is that of the axis, None for channels that are not known.

    >>> ends("split", {"split_size": 3}, 8), ends("split", {"split_size": [2, 6]}, 8)
    (([3, 6, 8], 'split_size'), ([2, 8], 'split_size'))
    >>> ends("chunk", {"chunks": 3}, 7), ends("tensorsplit", {"sections": 3}, 7)
    (([3, 6, 7], 'chunks'), ([3, 5, 7], 'sections'))
    """
    name = next((name for name in _PARTS if name in stated), "")
    held, each = stated.get(name), name in ("split_size", "split_size_or_sections")
    if isinstance(held, list) and held and all(type(part) is int and part > 0 for part in held):
        at = name in ("indices", "indices_or_sections")
        found = held if at else list(accumulate(held))
        if found == sorted(set(found)) and size is not None and (found[-1] < size if at else found[-1] == size):
            return ([*found, size] if at else found), name
    if type(held) is int and each and size is not None and 0 < held < size <= held * _MOST:
        return [*range(held, size, held), size], name
    fits = type(held) is int and not each and 2 <= held <= min(_MOST, size or _MOST)
    count: int = held if type(held) is int and fits else 2
    used = name if fits else ""
    if size is None:
        return [f"{at} * in_channels // {count}".removeprefix("1 * ") for at in range(1, count + 1)], used
    if base == "tensorsplit":
        return list(accumulate(size // count + (part < size % count) for part in range(count))), used
    step = -(-size // count)
    return [*range(step, size, step), size], used
