"""Receptive fields: which pixels of the input an output depends on, through branches, dilation and upsampling.

`summaries` says it for every layer, on an endless image; `window` says it for one position, borders included;
`misaligned` names the merges that put together what does not lie at the same place.

References: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", Distill.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache, partial
from math import lcm
from typing import Literal, NamedTuple

from cnnshape.analysis.bands import IDENTITY, LIMIT, LOST, Band, Work, together
from cnnshape.analysis.border import window as window
from cnnshape.analysis.merges import Merge as Merge
from cnnshape.analysis.merges import misaligned as misaligned
from cnnshape.analysis.runs import Run
from cnnshape.analysis.walk import GLOBAL, Reading, State, Walk
from cnnshape.graph import Graph


class Field(NamedTuple):
    """What an output sees of one axis of an input, on an endless image; indices and lengths in pixels of the input.

    ============ ================================= ============== =========== ===========
    .            behind strided layers only        upsampled      drifting    global
    ============ ================================= ============== =========== ===========
    `size`       of the window                     largest        of outputs  of `whole`
    `jump`       from output to output             on average     None        0
    `start`      first index that output 0 reads   the same       the same    of `whole`
    `centre`     middle of what output 0 reads     on average     None        of `whole`
    ============ ================================= ============== =========== ===========

    Paths with different jumps drift apart: they have no jump, and their size is the largest over all real outputs.
    None also where a table is too long to be kept, where so many jumps meet that none is followed, or where the axis
    of the input has become two axes of the output.
    """

    size: int | None
    """From the first pixel to the last that an output reads, at most; for a global field, of the whole part."""
    jump: Fraction | None
    """Pixels from one output to the next; 0 where all outputs read the same, negative where the axis is flipped."""
    start: int | None
    """The first pixel that output 0 reads: negative where it lies in the padding; None also if it reads nothing."""
    centre: Fraction | None
    """Output y is centred on ``centre + jump y``."""
    reads: int | None
    """Pixels that an output really reads, at most; fewer than `size` where there are holes."""
    whole: tuple[int, int] | None = None
    """First and last pixel of what every output reads, beside its window or alone."""
    smallest: int | None = None
    """The size of the output that sees least; less than `size` behind an upsampled grid only."""
    jumps: tuple[Fraction, ...] = ()
    """The jumps of the windows; several where paths drift apart, none where there is the global part only."""
    via: str = ""
    """The layer that first read the axis whole; empty where there is no global part."""
    meet: str = ""
    """The layer at which the paths that drift apart first met."""
    bound: Literal["upper"] | None = None
    """"upper" where the truth may be smaller than `size` (and `whole`, `reads`) says; None where they are exact."""

    @property
    def is_global(self) -> bool:
        """Whether every output reads the same."""
        return self.jump == 0

    @property
    def has_holes(self) -> bool:
        """Whether an output reads less than lies between its first and last pixel."""
        return self.size is not None and self.reads is not None and self.reads < self.size


def summaries(graph: Graph, walk: Walk | None = None) -> tuple[dict[str, tuple[Field, ...]], ...]:
    """For each value, for each input of the net that it sees, a field per axis from axis 2 on.

    >>> from cnnshape.builder import build
    >>> from cnnshape.spec import load
    >>> conv = {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1}
    >>> net = build(load({"cnnshape": 1, "input": [1, 32], "layers": {"conv1": conv, "conv2": conv}}))
    >>> field = summaries(net)[net.number("conv2")]["input"][0]
    >>> field.size, field.jump, field.start
    (7, Fraction(4, 1), -3)
    """
    walk = walk or Walk(graph)
    names = list(graph.inputs)
    found: list[dict[str, list[Field]]] = [
        {name: [] for number, name in enumerate(names) if bits >> number & 1} for bits in walk.seen()
    ]
    known = cache(partial(_field, Work()))  # not the walk's, or its bands would hang on who asks first
    for number, name, axis in walk.origins():
        found[number][name].append(known((IDENTITY,), None, None, "", ""))
        for value, reading in enumerate(walk.readings(number, axis), len(names)):
            if name in found[value]:
                state = reading.step.state
                local = tuple([band for (carrier, _), band in state.items() if carrier is not None])
                outputs = _outputs(reading, state) if len(local) > 1 else None
                field = known(local, state.get(GLOBAL), outputs, reading.via, reading.meet)
                found[value][name].append(field)
    return tuple([{name: tuple(fields) for name, fields in mine.items()} for mine in found])


def one_side(reading: Reading, state: State) -> Field:
    """The field of a layer as if it read one of its inputs only; ``state`` is what comes in there."""
    local = tuple([band for (carrier, _), band in state.items() if carrier is not None])
    outputs = _outputs(reading, state) if len(local) > 1 else None
    via, meet = (reading.via if GLOBAL in state else ""), (reading.meet if len(local) > 1 else "")
    return _field(Work(), local, state.get(GLOBAL), outputs, via, meet)


def _outputs(reading: Reading, state: State) -> int | None:
    """How many outputs several paths run along; None where they run along several axes."""
    carriers = {carrier for carrier, _ in state if carrier is not None}
    return int(reading.node.facts.output[carriers.pop()]) if len(carriers) == 1 else None


def _field(
    work: Work, local: tuple[Band, ...], everywhere: Band | None, outputs: int | None, via: str, meet: str
) -> Field:
    """The field of these bands; ``outputs`` is given where paths on one axis drift apart."""
    far = everywhere.table if everywhere else None
    whole = (far[0].first, far[0].last) if far else None
    jumps = tuple(sorted([band.jump for band in local if band.jump is not None]))
    if len(local) > 1 or LOST in local:
        size, start, reads = (None, None, None) if LOST in local else _drifting(work, local, outputs)
        return Field(size, None, start, None, reads, whole, None, jumps, via, meet)
    band = local[0] if local else everywhere
    if band is None:
        return Field(0, None, None, None, 0, smallest=0)
    if band.table is None:
        return Field(None, band.jump, None, None, None, whole, None, jumps, via)
    sizes = [run.size for run in band.table]
    start = band.table[0].first if sizes[0] else None
    return Field(max(sizes), band.jump, start, band.centre, _most(band.table), whole, min(sizes), jumps, via)


def _drifting(work: Work, local: tuple[Band, ...], outputs: int | None) -> tuple[int | None, int | None, int | None]:
    """Size, start and reads of paths that drift apart: they are widest at the first or the last outputs."""
    length, at = lcm(*[band.P for band in local]), list[int]()
    if outputs is not None and outputs <= LIMIT:
        at = [*range(outputs)]
    elif outputs is not None and length <= LIMIT:
        at = [*range(length), *range(outputs - length, outputs)]
    runs = together(local, at) if at and work.pays(len(at) * len(local)) else None
    if runs is None:
        return None, None, None
    start = runs[0].first if runs[0].size else None
    return max([run.size for run in runs]), start, _most(runs) if len(runs) == outputs else None


def _most(runs: Sequence[Run]) -> int | None:
    """The most indices that one of these holds; None where only the ends of one are known."""
    counts = [run.reads for run in runs]
    known = [count for count in counts if count is not None]
    return max(known) if len(known) == len(counts) else None
