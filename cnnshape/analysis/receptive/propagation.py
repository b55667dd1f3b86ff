"""One axis of one input followed through the net: what every value reads of it, layer by layer.

A layer says by which steps it reads each of its inputs; the terms that come in are taken through these and put
together.  Where no output axis follows an axis, every output reads it whole.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnnshape.analysis.receptive.advance import Advance
from cnnshape.analysis.receptive.blurs import SHARP, Asking, are_mixed, blurred, by_figures, by_parts, takes_parts
from cnnshape.analysis.receptive.periodic import IDENTITY
from cnnshape.analysis.receptive.terms import Digit, State, Term, carries
from cnnshape.analysis.receptive.twins import FIRST, Twin, Twins, fits, renamed
from cnnshape.analysis.receptive.unions import Unions
from cnnshape.analysis.receptive.ways import Leg, Way, is_still, ways
from cnnshape.analysis.receptive.work import Unkept, Work
from cnnshape.core.dims import settled
from cnnshape.graph.graph import Graph, Node


class Step(NamedTuple):
    """What a layer makes of what comes in, whatever its name."""

    edges: tuple[tuple[int, State], ...]
    """What comes in, by place in the sources; those that bring nothing are left out."""
    state: State
    reads_all: bool
    """Whether there is a part that every output reads, from end to end."""
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


class Followed(NamedTuple):
    """An axis of an input, followed through the net."""

    number: int
    """Of the input."""
    name: str
    axis: int
    readings: tuple[Reading, ...]
    first: tuple[Reading, ...]
    """Those of the first axis of the input: where a reading is the same one, all is told alike of both axes."""


class Walk:
    """All layers in order, for one axis of one input at a time; equal steps, of two axes or layers, are taken once.

    Channels that a concatenation joins are taken together where nothing later takes some of them only; ``apart`` keeps
    all of them apart.
    """

    def __init__(self, graph: Graph, *, apart: bool = False) -> None:
        self.graph, self._apart = graph, apart
        self.algebra = Unions(Work(len(graph.nodes)))
        self._advance = Advance(self.algebra)
        self._states: dict[State, State] = {}
        self._steps: dict[tuple[int, ...], Step] = {}
        self._twins: dict[tuple[int, int], tuple[Twin, Step]] = {}
        self._followed: list[Followed] = []
        known: dict[int, tuple[Way | None, ...]] = {}
        for node in graph.nodes:
            if id(node.facts) not in known:
                known[id(node.facts)] = ways(node.facts)
        self.ways = [known[id(node.facts)] for node in graph.nodes]
        joins = {id(all_): next((way[-1].piece for way in all_ if way), None) for all_ in known.values()}
        self._joins = [joins[id(all_)] for all_ in self.ways]
        first, count = len(graph.inputs), len(graph.nodes)
        cut = not apart and 1 in joins.values() and any(map(takes_parts, known.values()))
        asking = Asking(graph, self.ways)
        parts = asking.blurs(by_parts)[first:] if cut else [None] * count
        self._parted = [part is not None for part in parts]
        split = any(parted and axis == 1 for parted, axis in zip(self._parted, self._joins, strict=True))
        self._asked = asking.blurs(by_figures)[first:] if split else [SHARP] * count
        self._mixed = [are_mixed(all_, asked) for all_, asked in zip(self.ways, self._asked, strict=True)]
        marks: dict[object, int] = {}
        self._marks = [marks.setdefault(kind, len(marks)) for kind in self._kinds()]

    def _kinds(self) -> Iterator[object]:
        """For each node, what its steps depend on besides what comes in."""
        still = {id(all_): len(all_) == 1 and is_still(all_[0]) for all_ in self.ways}
        kinds = zip(self.graph.nodes, self.ways, self._parted, self._asked, self._mixed, strict=True)
        for node, all_, parted, asked, mixed in kinds:
            if still[id(all_)] and asked is SHARP and not node.facts.layer.global_statistics:
                yield None
            else:
                yield id(node.facts), parted, asked, mixed

    def origins(self) -> Iterator[tuple[int, str, int]]:
        """Number, name and axis of every axis of the inputs from axis 2 on."""
        for number, (name, shape) in enumerate(self.graph.inputs.items()):
            for axis in range(2, len(shape)):
                yield number, name, axis

    def seen(self) -> list[int]:
        """For each value, the inputs that it sees, as bits."""
        found = [1 << number for number in range(len(self.graph.inputs))]
        for node, read in zip(self.graph.nodes, self.ways, strict=True):
            bits = 0
            for source, way in zip(node.sources, read, strict=True):
                bits |= 0 if way is None else found[source]
            found.append(bits)
        return found

    def origin(self, number: int, axis: int) -> State:
        """What an input reads of itself: each index of an axis its own."""
        extent = settled(self.graph.shapes[number][axis])
        return self._state((Term((Digit(axis, 1, extent, IDENTITY),)),))

    def followed(self) -> Iterator[Followed]:
        """Each axis of each input, with what every node has of it; followed once, however often it is asked for."""
        for place, (number, name, axis) in enumerate(self.origins()):
            if place == len(self._followed):
                self._followed.append(self._follow(number, name, axis))
            self.algebra.extent = settled(self.graph.shapes[number][axis])
            yield self._followed[place]

    def _follow(self, number: int, name: str, axis: int) -> Followed:
        """One axis; what is like along the first one of its input is not redone."""
        if axis == FIRST:
            like = readings = tuple(self.readings(number, axis))
        else:
            like = self._followed[-1].first
            twins = Twins(self.graph, self.ways, number, axis).found
            readings = tuple(self._readings(number, axis, self._fitting(twins, like), like))
        return Followed(number, name, axis, readings, like)

    def readings(self, number: int, axis: int) -> Iterator[Reading]:
        """Each node, with what it has of an axis of an input."""
        return self._readings(number, axis, [None] * len(self.graph.shapes), ())

    def _fitting(self, twins: list[Twin | None], like: Sequence[Reading]) -> list[Twin | None]:
        """The twins of values that carry the first axis where these say."""
        known: dict[tuple[int, int], Twin | None] = {}
        found: list[Twin | None] = [None] * len(self.graph.inputs)
        for twin, reading in zip(twins[len(found) :], like, strict=True):
            if twin is not None:
                key = id(reading.step), id(twin)
                if key not in known:
                    known[key] = twin if fits(reading.step.state, twin) else None
                twin = known[key]
            found.append(twin)
        return found

    def _readings(self, number: int, axis: int, twins: list[Twin | None], like: Sequence[Reading]) -> Iterator[Reading]:
        """The same; of a value that has it just as the first axis, what it has of that one."""
        first = len(self.graph.inputs)
        states = [self._state(())] * first
        states[number] = self.origin(number, axis)
        extent = settled(self.graph.shapes[number][axis])
        via, meet = [""] * first, [""] * first
        for value, node in enumerate(self.graph.nodes, first):
            twin = twins[value]
            if twin is None:
                self.algebra.extent = extent  # another axis may have been followed meanwhile
                read = [self._own(states[at], twins[at]) for at in node.sources]
                step = self._step(value - first, node, read)
                seen = _first(via, node, step) if step.reads_all else ""
                reading = Reading(node, step, seen, _first(meet, node, step) if step.drifts else "")
            else:
                reading = like[value - first]
                if not twin.level:
                    reading = reading._replace(step=self._renamed(reading.step, twin))
            states.append(reading.step.state)
            via.append(reading.via)
            meet.append(reading.meet)
            yield reading

    def _own(self, state: State, twin: Twin | None) -> State:
        """The state of an axis, where that of the first one stands for it."""
        return self._state(renamed(state, twin)) if twin and twin.level and twin.pairs else state

    def _renamed(self, step: Step, twin: Twin) -> Step:
        """A step of the first axis as one of another."""
        key = id(step), id(twin)
        if key not in self._twins:
            edges = tuple([(place, self._state(renamed(state, twin))) for place, state in step.edges])
            state = self._state(renamed(step.state, twin))
            self._twins[key] = twin, Step(edges, state, step.reads_all, drifts(state))
        return self._twins[key][1]

    def _step(self, place: int, node: Node, states: list[State]) -> Step:
        key = (self._marks[place], self.algebra.extent, *map(id, states))  # this object holds them all
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = self._taken(place, node, states)
        return found

    def _taken(self, place: int, node: Node, states: list[State]) -> Step:
        bits, edges = 0 if self._joins[place] is None else self._pieces(place, states), []
        for number, (state, way) in enumerate(zip(states, self.ways[place], strict=True)):
            if way is not None and state:
                edges.append((number, self._carried(state, way, bits, node)))
        if len(edges) == 1:
            state = edges[0][1]
        else:
            terms = [term for _, side in edges for term in side]
            state = self._state(self.algebra.united(terms, node.facts.output))
        asked = self._asked[place]
        if asked != SHARP and carries(state, 1):
            width, size = 0 if asked is None else asked.width, settled(node.facts.output[1])
            taken = [blurred(self.algebra, term, width, size) for term in state]
            state = self._state(self.algebra.united(taken, node.facts.output))
        whole = [term for term in state if term.covers and not term.digits]
        return Step(tuple(edges), state, bool(whole), drifts(state))

    def _pieces(self, place: int, states: list[State]) -> int:
        """The axes on which the inputs of a concatenation are kept apart: bits of the output."""
        axis = self._joins[place]
        assert axis is not None
        if axis != 1 or self._apart:
            return 1 << axis
        carried = any(carries(state, axis) for state in states)
        if self._parted[place]:
            return 0 if not carried and self._mixed[place] else 1 << axis
        stacked = any(way is not None and len(way) > 1 for way in self.ways[place])
        return 0 if stacked or not carried else 1 << axis

    def _state(self, state: State) -> State:
        """The state itself, or the one just like it that came before."""
        return self._states.setdefault(state, state)

    def _carried(self, state: State, way: Way, bits: int, node: Node) -> State:
        """A state as one input of a layer turns it."""
        leg = way[-1]
        alike = leg.same or (leg.piece is not None and not bits)  # as it is, or a side that is taken with the others
        if len(way) == 1 and not node.facts.layer.global_statistics and (alike or _stays(state, leg)):
            return state
        local = self._through(state, way, bits)
        if node.facts.layer.global_statistics:
            far = tuple([self._spread(term) for term in state])
            seen = self._through(tuple([term for term in far if term is not None]), way, bits)
            local = self.algebra.united([*local, *seen], node.facts.output)
        return self._state(local)

    def _through(self, state: State, way: Way, bits: int) -> State:
        for leg in way:
            pieces = (1 << leg.piece) & bits if leg.piece is not None else 0
            state = self._advance.through(state, leg, pieces)
        return state

    def _spread(self, term: Term) -> Term | None:
        """The same term when all axes after the channels are read whole."""
        found: Term | None = term
        for axis in sorted(axis for axis in term.axes if axis >= 2):
            try:
                found = found and self.algebra.whole(found, axis)
            except Unkept:
                found = self.algebra.everything(term)
        return found


def _stays(state: State, leg: Leg) -> bool:
    """Whether a step moves no axis that a value carries anything on."""
    moved = leg.moved
    if moved is None or leg.piece is not None:
        return False
    for term in state:
        for digit in term.digits:
            if digit.axis in moved:
                return False
        if term.parts and not moved.isdisjoint([part.axis for part in term.parts]):
            return False
    return True


def _first(names: list[str], node: Node, step: Step) -> str:
    """The layer at which something began: that of the first source that has one, else this one."""
    for place, _ in step.edges:
        name = names[node.sources[place]]
        if name:
            return name
    return node.path


def drifts(state: State) -> bool:
    """Whether paths with different jumps run along one axis."""
    if len(state) < 2:
        return False
    moving = [term for term in state if term.digits and not term.parts and term.moves]
    if len(moving) < 2:
        return False
    axes = {frozenset([digit.axis for digit in term.digits]) for term in moving}
    return len(moving) > len(axes)
