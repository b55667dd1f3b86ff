"""One axis of one input followed through the net: at each layer a band for every path with a jump of its own.

A layer says which of its output axes follow which axis of its input; a band that is carried on an axis goes on along
those.  Where no output axis follows, every output reads the axis whole: the band has jump 0 from there on and is
carried on no axis.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any, Final, NamedTuple

from cnnshape.analysis.bands import IDENTITY, LOST, Band, Work, after, effort, union, unkept
from cnnshape.dims import settled
from cnnshape.facts import Facts
from cnnshape.graph import Graph, Node
from cnnshape.reach import Reach, TransposedWindow, Whole

Route = dict[int, list[tuple[int, Reach]]]
"""For an axis of an input, the output axes that follow it; an axis that is not there is read whole by every output."""


def routes(facts: Facts) -> tuple[Route | None, ...]:
    """How a layer reads each of its inputs; None for one of which it takes no more than the shape."""
    found: list[Route | None] = []
    for taps in facts.taps():
        route: Route = {}
        for axis, tap in enumerate(taps):
            if tap is not None:
                route.setdefault(tap.axis, []).append((axis, tap.reach))
        no_axis_is_read = not taps and len(facts.output) > 0  # a single number has no axes and reads all
        unread = no_axis_is_read or any(_nothing(tap.reach) for tap in taps if tap is not None)
        found.append(None if unread else route)
    return tuple(found)


def _nothing(reach: Reach) -> bool:
    """Whether no output reads anything."""
    if isinstance(reach, TransposedWindow):
        return False  # some output stands under each index, maybe after very many that do not
    for y in range(reach.period[0]):
        first, last, _ = reach.taps(y)
        if last >= first:
            return False
    return True


def is_identity(reach: Reach) -> bool:
    """Whether every output reads the index of its own number and nothing else."""
    return reach.period == (1, 1) and reach.taps(0) == (0, 0, 1)


State = dict[tuple[int | None, tuple[int, int]], Band]
"""Bands by the axis that carries them and by their jump in lowest terms."""

GLOBAL: Final = (None, (0, 1))
"""The key of the band of what every output reads."""

MOST_JUMPS: Final = 32
"""More jumps than these on one axis are not followed."""


class Step(NamedTuple):
    """What a layer makes of what comes in, whatever its name."""

    edges: tuple[tuple[int, State], ...]
    """What comes in, by place in the sources; those that bring nothing are left out."""
    state: State
    reads_all: bool
    """Whether there is a part that every output reads."""
    drifts: bool
    """Whether paths with different jumps run along one axis."""


class Reading(NamedTuple):
    """What a node has of the axis that is followed."""

    node: Node
    step: Step
    via: str
    """The layer that first read the axis whole, on the first path that has it so; empty where there is none."""
    meet: str
    """The layer at which paths with different jumps first met."""


class Walk:
    """All layers in order, for one axis of one input at a time; equal steps, of two axes or layers, are taken once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.work = Work(len(graph.nodes))
        self.after = cache(partial(after, work=self.work))
        self.union = cache(self._united)
        self._states: dict[tuple[Any, ...], State] = {}
        self._steps: dict[tuple[int, ...], Step] = {}
        known: dict[int, tuple[Route | None, ...]] = {}
        for node in graph.nodes:
            if id(node.facts) not in known:
                known[id(node.facts)] = routes(node.facts)
        self.routes = [known[id(node.facts)] for node in graph.nodes]

    def origins(self) -> Iterator[tuple[int, str, int]]:
        """Number, name and axis of every axis of the inputs from axis 2 on."""
        for number, (name, shape) in enumerate(self.graph.inputs.items()):
            for axis in range(2, len(shape)):
                yield number, name, axis

    def seen(self) -> list[int]:
        """For each value, the inputs that it sees, as bits."""
        found = [1 << number for number in range(len(self.graph.inputs))]
        for node, ways in zip(self.graph.nodes, self.routes, strict=True):
            bits = 0
            for source, route in zip(node.sources, ways, strict=True):
                bits |= 0 if route is None else found[source]
            found.append(bits)
        return found

    def readings(self, number: int, axis: int) -> Iterator[Reading]:
        """Each node, with what it has of an axis of an input."""
        first = len(self.graph.inputs)
        states = [self._state({})] * first
        states[number] = self._state({(axis, (1, 1)): IDENTITY})
        via, meet = [""] * first, [""] * first
        for node, ways in zip(self.graph.nodes, self.routes, strict=True):
            step = self._step(node.facts, ways, [states[source] for source in node.sources])
            before = [node.sources[place] for place, _ in step.edges]
            via.append(next((via[source] for source in before if via[source]), node.path) if step.reads_all else "")
            meet.append(next((meet[source] for source in before if meet[source]), node.path) if step.drifts else "")
            states.append(step.state)
            yield Reading(node, step, via[-1], meet[-1])

    def _step(self, facts: Facts, ways: tuple[Route | None, ...], states: list[State]) -> Step:
        key = (id(facts), *map(id, states))  # the graph holds the facts, this object the states
        found = self._steps.get(key)
        if found is None:
            edges = tuple(
                [
                    (place, self._carried(state, route, facts, place))
                    for place, (state, route) in enumerate(zip(states, ways, strict=True))
                    if route is not None and state
                ]
            )
            state = edges[0][1] if len(edges) == 1 else self._state(self._merged([side for _, side in edges]))
            found = self._steps[key] = Step(edges, state, GLOBAL in state, drifts(state))
        return found

    def _state(self, state: State) -> State:
        """The state itself, or the one just like it that came before."""
        return self._states.setdefault(tuple(state.items()), state)

    def _carried(self, state: State, route: Route, facts: Facts, place: int) -> State:
        """A state as one input of a layer turns it."""
        shape, statistics = facts.inputs[place], facts.layer.global_statistics
        found: State = {}
        for (carrier, _), band in state.items():
            if carrier is None:
                self._put(found, None, band)
                continue
            for out, reach in route.get(carrier, ()):
                self._put(found, out, self.after(band, reach))
            if carrier not in route or (statistics and carrier >= 2):
                self._put(found, None, self.after(band, Whole(settled(shape[carrier]))))
        return self._state(found)

    def _merged(self, sides: list[State]) -> State:
        found: State = {}
        for side in sides:
            for (carrier, _), band in side.items():
                self._put(found, carrier, band)
        return found

    def _united(self, one: Band, two: Band) -> Band:
        return union(one, two) if self.work.pays(effort(one, two)) else unkept(one.P, one.Q)

    def _put(self, state: State, carrier: int | None, band: Band) -> None:
        if band.empty:
            return
        carrier = carrier if band.Q else None
        if band is not LOST and (carrier, band.rate) in state:
            band = self.union(state[carrier, band.rate], band)
        elif len(state) >= MOST_JUMPS and sum(at == carrier for at, _ in state) >= MOST_JUMPS:
            band = LOST
        if (carrier, LOST.rate) in state:
            return
        if band is LOST:
            for key in [key for key in state if key[0] == carrier]:
                del state[key]
        state[carrier, band.rate] = band


def drifts(state: State) -> bool:
    """Whether paths with different jumps run along one axis, or did before they were lost."""
    if any(rate == LOST.rate for _, rate in state):
        return True
    if len(state) < 2:
        return False
    carriers = [carrier for carrier, _ in state if carrier is not None]
    return len(carriers) > len(set(carriers))
