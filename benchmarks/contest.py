"""One net, all contestants, in one process."""

import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from measure import Count, Times, interleaved, same, settle, visit
from ours import contestants

from cnnshape import analyze

Key = tuple[str, str]
"""The name of a contestant and the device of its net, which we have none of."""


@dataclass(frozen=True)
class Entry:
    """A contestant with its times and what it says, or with what it fails of."""

    name: str
    device: str
    times: Times | None = None
    said: Count | None = None
    error: str = ""

    @property
    def label(self) -> str:
        """The name as a table has it."""
        return f"{self.name} on {self.device}" if self.device else self.name


@dataclass(frozen=True)
class Contest:
    """The entries for one net."""

    net: str
    layers: int
    size: tuple[int, ...]
    reference: Count | None
    """What is right; None where the peer that says so did not take part."""
    entries: list[Entry]


class _Field:
    """Who takes part: what each said in its first call, which is off the clock, and how each is visited."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.said: dict[Key, Count] = {}
        self.errors: dict[Key, str] = {}
        self.visits: dict[Key, Callable[[], list[float]]] = {}

    def ours(self, path: Path) -> None:
        for name, work in contestants(path).items():
            self.said[name, ""] = work()
            self.visits[name, ""] = partial(visit, same(work), self.calls)

    def peers(self, net: str) -> None:
        """Each peer on each device; its first call imports it."""
        from nets import SIZES, built
        from peers import DEVICES, PEERS, count, one_line

        warnings.simplefilter("ignore")  # of the peers, about the future of torch
        for device in DEVICES:
            pattern = built(net, device)
            for peer in PEERS:
                prepare = partial(_ready, partial(count, peer), pattern, SIZES[net], device)
                try:
                    self.said[peer, device] = prepare()()
                except Exception as error:  # whatever it is, the report says it
                    self.errors[peer, device] = one_line(error)
                else:
                    self.visits[peer, device] = partial(visit, prepare, self.calls)


def _ready(count: Callable[..., Count], pattern: Any, size: tuple[int, ...], device: str) -> Callable[[], Count]:
    """A call for a net that nobody had before."""
    return partial(count, deepcopy(pattern), size, device)


def contest(path: Path, *, rounds: int, calls: int, peers: bool) -> Contest:
    """Times and totals for a spec: ours, and the peers' for the same net in torch."""
    graph = analyze(path).graph
    field = _Field(calls)
    field.ours(path)
    reference = None
    if peers:
        from peers import REFERENCE

        field.peers(path.stem)
        reference = field.said.get(REFERENCE)
    settle()
    times = interleaved(field.visits, rounds)
    entries = [Entry(*key, times[key], said) for key, said in field.said.items()]
    entries += [Entry(*key, error=error) for key, error in field.errors.items()]
    return Contest(path.stem, len(graph.nodes), next(iter(graph.inputs.values())), reference, entries)


def running(contest: Contest) -> list[tuple[Entry, Times, Count]]:
    """The entries that run."""
    entries = contest.entries
    return [(entry, entry.times, entry.said) for entry in entries if entry.times is not None and entry.said is not None]
