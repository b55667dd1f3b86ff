"""The letters of a layer: one for each number that its formulas rest on, named as papers name them.

A number of which the layer needs that it is another's, such as the width of two inputs that are added, has one letter.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from cnnshape.core.dims import Open, Shape
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import LARGEST, least
from cnnshape.layers.plugins import heard
from cnnshape.symbolic import Claim, Space
from cnnshape.symbolic.evaluation import value as value_of

Slot: TypeAlias = tuple[Any, int | None]
"""Where a number stands: ``("kernel_size", 0)``, ``("groups", None)``, or ``(1, 2)`` for axis 2 of the second input."""

_FIELDS: Final = {
    "kernel_size": "k",
    "stride": "s",
    "padding": "p",
    "output_padding": "a",
    "dilation": "d",
    "groups": "g",
    "out_channels": "K",
    "out_features": "K",
    "output_size": "m",
    "num_heads": "h",
    "num_groups": "G",
    "upscale_factor": "r",
    "downscale_factor": "r",
}
_AXES: Final = {1: "N", 2: "N, C", 3: "N, C, L", 4: "N, C, H, W", 5: "N, C, D, H, W"}
_CHANNELS_LAST: Final = {2: "N, C", 3: "N, L, C", 4: "N, H, W, C", 5: "N, D, H, W, C"}
_SIDES: Final = ("l", "r", "t", "b", "f", "e")


class Letter(NamedTuple):
    """A letter of a formula: what it stands for here, and where that stands."""

    name: str
    value: int
    term: Any
    """The variable of the terms; its value where the layer needs that it is this very number."""
    slots: tuple[Slot, ...]


def axis_names(layer: Layer, rank: int) -> list[str]:
    """The letters of the axes of an input or output with so many."""
    names = layer.axes.split(", ") if layer.axes else []
    if len(names) == rank and "..." not in names:
        if not getattr(layer, "batch_first", True):
            names[:2] = reversed(names[:2])
        return names
    last = -1 in layer.torch_from_input.values()
    known = (_CHANNELS_LAST if last else _AXES).get(rank)
    return known.split(", ") if known else [f"x{axis}" for axis in range(1, rank + 1)]


def amounts(layer: Layer) -> Iterator[tuple[Slot, int, int]]:
    """Every number among the fields of a layer: where it stands, what it is, and the least that it may be."""
    for name, field in type(layer).model_fields.items():
        low, held = least(field), getattr(layer, name)
        if low is None or isinstance(held, bool):
            continue
        for place, each in enumerate(held) if isinstance(held, tuple) else [(None, held)]:
            if type(each) is int:
                yield (name, place), each, low


class Opened(NamedTuple):
    """A layer whose numbers are letters."""

    space: Space
    layer: Layer
    inputs: tuple[Shape, ...]
    letters: tuple[Letter, ...]
    asked: list[Claim]
    """The claims that were decided at the values of the letters, in the order in which they came up."""

    @property
    def point(self) -> dict[str, int]:
        """The values of the letters."""
        return {letter.name: letter.value for letter in self.letters}


class _Slots:
    """The numbers of a layer, in groups that have one letter."""

    def __init__(self, layer: Layer, inputs: tuple[Shape, ...]) -> None:
        self.layer, self.inputs = layer, inputs
        self.values: dict[Slot, int] = {}
        self.lows: dict[Slot, int] = {}
        for place, shape in enumerate(inputs):
            for axis, size in enumerate(shape):
                self.values[place, axis], self.lows[place, axis] = size, min(1, size)
        for slot, number, low in amounts(layer):
            self.values[slot], self.lows[slot] = number, min(low, number)
        self.group = {slot: slot for slot in self.values}
        self.fixed: set[Slot] = set()
        for slot in self.values:
            held = [each for each in self.values if each[0] == slot[0]]
            if isinstance(slot[0], str) and len({self.values[each] for each in held}) == 1:
                self.group[slot] = held[0]

    def opened(self, names: Mapping[Slot, str]) -> Opened:
        """The layer with a variable for each group, under these names."""
        point: dict[str, int] = {}
        asked: list[Claim] = []

        def decide(claim: Claim) -> bool:
            asked.append(claim)
            return bool(value_of(claim, point))

        space = Space(decide, lambda term: int(value_of(term, point)))
        letters = []
        for slot in sorted(names, key=lambda slot: self._turn(slot, names[slot])):
            number = self.values[slot]
            point[names[slot]] = number
            members = tuple(each for each in self.values if self.group[each] == slot)
            low, high = (number, number) if slot in self.fixed else (self.lows[slot], LARGEST)
            letters.append(Letter(names[slot], number, space.variable(names[slot], low, high), members))
        terms = {slot: letter.term for letter in letters for slot in letter.slots}
        fields: dict[str, Any] = {}
        for name in type(self.layer).model_fields:
            held = getattr(self.layer, name)
            if (name, None) in terms:
                fields[name] = terms[name, None]
            elif isinstance(held, tuple):
                fields[name] = tuple([terms.get((name, place), each) for place, each in enumerate(held)])
        shapes = tuple([tuple([terms[p, a] for a in range(len(shape))]) for p, shape in enumerate(self.inputs)])
        return Opened(space, self.layer.model_copy(update=fields), shapes, tuple(letters), asked)

    def _turn(self, slot: Slot, name: str) -> tuple[int, int]:
        """The batch and what comes out first, then the axes, then the small letters: the order of factors."""
        order = 0 if slot == (0, 0) else 1 if name[:1].isupper() and isinstance(slot[0], str) else 2
        return (3 if name[:1].islower() else order), list(self.values).index(slot)

    def unite(self, one: Slot, two: Slot) -> None:
        """Give two numbers one letter: that of the first input, or of the field where there is none."""
        keep, drop = sorted((self.group[one], self.group[two]), key=list(self.values).index)
        for slot, group in self.group.items():
            if group == drop:
                self.group[slot] = keep

    def groups(self) -> list[Slot]:
        """The first of each group."""
        return [slot for slot, group in self.group.items() if slot == group]

    def names(self) -> dict[Slot, str]:
        """A name for each group; numbered where several would have the same."""
        wanted = {slot: self._wanted(slot) for slot in self.groups()}
        for slot in self.fixed:
            if isinstance(slot[0], int) and slot[0]:
                wanted[slot] += str(slot[0] + 1)
        found: dict[Slot, str] = {}
        for slot, name in wanted.items():
            alike = [each for each in wanted if wanted[each] == name]
            found[slot] = name if len(alike) == 1 else f"{name}{alike.index(slot) + 1}"
        return found

    def _wanted(self, slot: Slot) -> str:
        owner, place = slot
        if isinstance(owner, int):
            assert place is not None
            return axis_names(self.layer, len(self.inputs[owner]))[place]
        letter = str(_FIELDS.get(owner, owner))
        held = [each for each in self.values if each[0] == owner]
        if place is None or all(self.group[each] == slot for each in held):
            return letter
        space = axis_names(self.layer, len(self.inputs[0]))[2:] if self.inputs else []
        complete = held == [(owner, at) for at in range(len(held))]
        if complete and len(held) == len(space):
            return f"{letter}_{space[place].lower()}"
        sided = complete and len(held) == 2 * len(space) and place < len(_SIDES)
        return f"{letter}_{_SIDES[place]}" if sided else f"{letter}{place + 1}"


def opened(layer: Layer, inputs: tuple[Shape, ...]) -> Opened:
    """A layer at these inputs with letters for its numbers.

    >>> from cnnshape.layers.conv import Conv2d
    >>> found = opened(Conv2d(out_channels=8, kernel_size=3), ((1, 3, 32, 32),))
    >>> [f"{letter.name} = {letter.value}" for letter in found.letters]
    ['N = 1', 'K = 8', 'C = 3', 'H = 32', 'W = 32', 'g = 1', 'k = 3', 's = 1', 'p = 0', 'd = 1']
    """
    slots = _Slots(layer, inputs)
    marks = {slot: f"v{place}" for place, slot in enumerate(slots.groups())}
    trial = slots.opened(marks)
    of = {name: slot for slot, name in marks.items()}
    for need in heard(trial.layer).needs(*trial.inputs):
        if isinstance(need.ok, Claim):
            _unite(need.ok, slots, of, trial.point)
        elif not isinstance(need.ok, Open) and not need.ok:
            break
    return slots.opened(slots.names())


def _unite(claim: Claim, slots: _Slots, of: Mapping[str, Slot], point: Mapping[str, int]) -> None:
    """Give one letter to what a need says is equal, and no other value to what it says is a number."""
    if claim.kind == "both":
        for each in claim.args:
            _unite(each, slots, of, point)
    elif claim.kind == "either":
        _unite(next(each for each in claim.args if value_of(each, point)), slots, of, point)
    elif claim.kind == "zero":
        parts, constant = claim.args[0].parts, claim.args[0].constant
        variables = [of[term.args[0]] for term, _ in parts if term.kind == "variable"]
        if len(parts) == len(variables) == 2 and not constant and sum(factor for _, factor in parts) == 0:
            slots.unite(*variables)
        elif len(parts) == len(variables) == 1:  # a size of 1 that is stretched, a stride of 1
            slots.fixed.add(slots.group[variables[0]])
