"""From a traced figure to its closed form: what is assumed becomes sets of sizes, and the figure is multiplied out."""

from collections.abc import Iterable, Iterator, Mapping
from math import lcm
from typing import Any, Final

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.formula.closed_form import ClosedForm, Divided, Refused
from cnnshape.commands.formula.domains import Assumed, Unknown, atomic, legal_sizes, period
from cnnshape.commands.formula.expansion import Expansion, undecided
from cnnshape.commands.formula.integer_sets import Sizes
from cnnshape.commands.formula.nearest import Point
from cnnshape.commands.formula.together import AllSizes, together
from cnnshape.commands.formula.tracing import OpenNet, Trace
from cnnshape.core.dims import Dim
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import order
from cnnshape.symbolic.nodes import Node

_LONGEST: Final = 10**6
"""A step beyond this is not taken out of a size: nobody reads such a form."""

_LETTERS: Final = "hwdlnckmqstuvxyz"


def normal(
    net: OpenNet, trace: Trace, point: Point, metric: Metric, layer: str | None, value: Any,
    unlike: Refused | None = None,
) -> ClosedForm:  # fmt: skip
    """The closed form of a figure; ``unlike`` are the sizes that the net is set to where the point is another."""
    same = _same(trace.assumed())
    kept = _axes(net)
    first = _Over({name: Sizes((), 1, 1, (0,)) for name in net.free}, same, kept)
    sizes, rest = _legal([name for name in net.free if name not in same], first.assumed(trace.assumed()))
    sizes, rest = together(sizes, _Over(sizes, same, kept).assumed(rest))
    last = _Over(sizes, same, kept)
    for shape in trace.graph.shapes:  # sizes come before what is made of them, and so they are written
        last.expansion.of(tuple([axis for axis in shape if isinstance(axis, Term) and len(axis.names) == 1]))
    form = last.expansion.of(value)
    left = tuple(last.assumed(rest))
    is_shapes = metric.unit == "shape" and layer is None
    return ClosedForm(
        name=trace.graph.name,
        metric=metric,
        layer=layer,
        value=form,
        divided=_divided(value, form, sizes, same, point),
        sizes=sizes,
        assumptions=left,
        same=same,
        point=point,
        inputs={name: last.expansion.of(shape) for name, shape in trace.graph.inputs.items()},
        outputs=tuple([trace.graph.paths[output] for output in trace.graph.outputs]) if is_shapes else (),
        alone=_alone(trace.assumed(), point, same) if left else {},
        refused=unlike,
        _source=net,
        _noted=dict(trace.noted),
    )


def _axes(net: OpenNet) -> frozenset[str]:
    """The open numbers that are sizes of an input."""
    axes = {axis for shape in net.spec.inputs.values() for axis in shape if isinstance(axis, str)}
    return frozenset(name for name, knob in net.free.items() if knob.is_size or name in axes)


def _same(assumed: list[Assumed]) -> dict[str, str]:
    """The names that are assumed to be another's."""
    found: dict[str, str] = {}
    for claim, holds in assumed:
        term = claim.args[0]
        if claim.kind == "zero" and holds and term.kind == "sum" and not term.constant:
            parts = dict(term.parts)
            if len(parts) == 2 and sum(parts.values()) == 0 and all(part.kind == "variable" for part in parts):
                one, other = (part.args[0] for part in sorted(parts, key=lambda part: part.number))
                while one in found:
                    one = found[one]
                if other != one:
                    found[other] = one
    return found


class _Over:
    """A space whose variables have these legal sizes, and what is written anew in it."""

    def __init__(self, sizes: Mapping[str, Sizes | None], same: Mapping[str, str], kept: Iterable[str] = ()) -> None:
        space = Space(undecided, undecided)
        lows = {name: held.smallest if held else 1 for name, held in sizes.items()}
        variables: dict[str, Dim] = {name: space.variable(name, lows[name], _most(sizes[name])) for name in sizes}
        for name, one in same.items():
            variables[name] = variables[one]
        self.expansion = Expansion(space, variables, frozenset(kept), lows)

    def assumed(self, assumed: Iterable[Assumed]) -> list[Assumed]:
        """What is left to assume here."""
        found: dict[Assumed, None] = {}
        for claim, holds in assumed:
            written = self.expansion.of(claim)
            if isinstance(written, Claim):
                found |= dict.fromkeys(part for part in atomic(written, holds) if not self._is_so(part))
        return list(found)

    def _is_so(self, part: Assumed) -> bool:
        term = part.claim.args[0]
        return part.claim.kind == "least" and self.expansion.bounds.never_negative(term if part.holds else -term - 1)


def _most(held: Sizes | None) -> int:
    return LARGEST if held is None or held.residues else held.early[-1]


def _legal(names: Iterable[str], assumed: list[Assumed]) -> tuple[AllSizes, list[Assumed]]:
    """The legal sizes of each name, and what is assumed beside."""
    sizes: AllSizes = {}
    rest = [one for one in assumed if len(one.claim.names) > 1]
    for name in names:
        own = [one for one in assumed if one.claim.names == {name}]
        try:
            sizes[name] = legal_sizes(name, own)
        except Unknown:
            sizes[name] = None
            rest += own
    return sizes, rest


def _alone(assumed: list[Assumed], point: Point, same: Mapping[str, str]) -> AllSizes:
    """What is left to each name where the others are as at the point."""
    found: AllSizes = {}
    for name in point:
        if name not in same:
            fixed = {other: Sizes((size,), size + 1, 1, ()) for other, size in point.items() if other != name}
            free = Sizes((), 1, 1, (0,))
            alike = {other: one for other, one in same.items() if one == name}
            held = {other: sizes for other, sizes in fixed.items() if other not in alike}
            found |= _legal([name], _Over({name: free, **held}, alike).assumed(assumed))[0]
    return found


def _divided(value: Any, form: Any, sizes: AllSizes, same: Mapping[str, str], point: Point) -> Divided | None:
    """The figure with the steps of its strides taken out of the sizes; None where that changes nothing."""
    steps = {name: _step(name, form, held) for name, held in sizes.items()}
    if all(step == 1 for step in steps.values()):
        return None
    space, taken = Space(undecided, undecided), set(sizes)
    variables: dict[str, Dim] = {}
    found: dict[str, tuple[int, str, int]] = {}
    lows: dict[str, int] = {}
    for name, step in steps.items():
        letter = _letter(name, taken) if step > 1 else name
        taken.add(letter)
        held = sizes[name]
        rest = _rest(point[name], step, held)
        lows[letter] = max(0, -(-((held.smallest if held else 1) - rest) // step))
        count = space.variable(letter, lows[letter], max((_most(held) - rest) // step, lows[letter]))
        variables[name] = step * count + rest
        found[name] = (step, letter, rest)
    for name, one in same.items():
        variables[name] = variables[one]
    return Divided(Expansion(space, variables, lows=lows).of(value), found, lows)


def _rest(size: int, step: int, held: Sizes | None) -> int:
    """What is left of a size without its steps: nothing, or else the smallest legal size with the same rest."""
    rest = size % step
    if rest and held:
        rest = next(legal for legal in held if legal % step == rest)
    return rest


def _step(name: str, form: Any, held: Sizes | None) -> int:
    """The step that takes the floors out of a figure, and that of the legal sizes."""
    own = held.step if held else 1
    try:
        step = lcm(own, *[period([node]) for node in _rounded(form) if name in node.names])
    except Unknown:
        return own
    return step if step <= _LONGEST else own


def _rounded(x: Any) -> Iterator[Node]:
    if isinstance(x, tuple):
        for one in x:
            yield from _rounded(one)
    elif isinstance(x, Node):
        yield from (node for node in order([x]) if node.kind in ("floor", "mod"))


def _letter(name: str, taken: Iterable[str]) -> str:
    """The letter that counts the steps of a size: ``h`` for ``H``."""
    prefix, dot, last = name.rpartition(".")
    small = prefix + dot + last.lower()
    if len(last) == 1 and small != name and small not in taken:
        return small
    others: tuple[str, ...] = (*_LETTERS, f"{name}_steps")
    return next(letter for letter in others if letter not in taken)
