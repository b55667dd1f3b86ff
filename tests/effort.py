"""How much a run looks at: a share that is always the same; everything in the profiles ``full`` and ``deep``."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from hypothesis import settings

_T = TypeVar("_T")

FULL: Final = settings.get_current_profile_name() in ("full", "deep")
"""Whether the run was asked to take its time, as by ``HYPOTHESIS_PROFILE=full``."""


def share(items: Iterable[_T], every: int) -> list[_T]:
    """All of them in a full run, else the first of every so many."""
    return list(items)[:: 1 if FULL else every]


def one_of_each(items: Iterable[_T], family: Callable[[_T], object]) -> list[_T]:
    """All of them in a full run, else one of each family: of the first family the first, of the next the second, ..."""
    families: dict[object, list[_T]] = {}
    for item in items:
        families.setdefault(family(item), []).append(item)
    return [each for place, of in enumerate(families.values()) for each in (of if FULL else [of[place % len(of)]])]
