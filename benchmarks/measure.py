"""What is measured, and how: contestants in turn, so that whatever else the machine does hits all alike."""

import gc
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Final, TypeVar

SLOW: Final = 1.0
"""Seconds of a call above which a visit makes no second one."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Count:
    """What a contestant says of a net."""

    macs: int
    params: int


@dataclass(frozen=True)
class Times:
    """Seconds of each call."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.seconds)

    @property
    def least(self) -> float:
        """The one that was disturbed least."""
        return min(self.seconds)


def settle() -> None:
    """Collect garbage, and let later collections pass over all that is alive now."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def once(work: Callable[[], object]) -> float:
    """Seconds on the clock for one call; the garbage collector has just run and is off meanwhile."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        work()
        return perf_counter() - start
    finally:
        gc.enable()


def busy(work: Callable[[], object]) -> float:
    """Seconds of the processor for one call; the garbage collector has just run and runs as it does in use.

    On a machine with other work a long call is interrupted more often than a short one, which looks like growth; time
    of the processor does not count that.
    """
    gc.collect()
    start = process_time()
    work()
    return process_time() - start


def visit(
    prepare: Callable[[], Callable[[], object]], calls: int, time: Callable[[Callable[[], object]], float] = once
) -> list[float]:
    """Seconds of some calls in a row, each prepared anew and off the clock."""
    seconds: list[float] = []
    while len(seconds) < calls and (not seconds or seconds[-1] < SLOW):
        seconds.append(time(prepare()))
    return seconds


def same(work: Callable[[], object]) -> Callable[[], Callable[[], object]]:
    """The preparation of a call that needs none."""
    return lambda: work


def interleaved(contestants: Mapping[Key, Callable[[], list[float]]], rounds: int) -> dict[Key, Times]:
    """The times of all contestants, which take turns; each round starts with another of them.

    >>> found = interleaved({"a": lambda: [1.0], "b": lambda: [2.0, 4.0]}, rounds=2)
    >>> found["a"].seconds, found["b"].median
    ([1.0, 1.0], 3.0)
    """
    names = list(contestants)
    found: dict[Key, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        start = number % len(names) if names else 0
        for name in names[start:] + names[:start]:
            found[name] += contestants[name]()
    return {name: Times(seconds) for name, seconds in found.items()}
