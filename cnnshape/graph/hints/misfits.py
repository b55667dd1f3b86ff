"""Better hints for a layer whose inputs are not what it needs: they look at the shapes that it reads."""

from typing import Final

from cnnshape.core.dims import Open
from cnnshape.core.errors import Problem
from cnnshape.graph.hints import same, sizes
from cnnshape.graph.hints.flow import flow
from cnnshape.graph.hints.sizes import Read
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer, Need

SIZES: Final = ", or try another input size"
"""How the hint for a merge of sizes that differ by a little ends, until it is known which input sizes fit."""

_RANKS: Final = {3: "1d", 4: "2d", 5: "3d"}


def improved(
    problems: tuple[Problem, ...], layer: Layer, reads: tuple[Read, ...], name: str, inputs: tuple[Read, ...] = ()
) -> tuple[Problem, ...]:
    """The problems of the layer ``name`` at its place, with better hints where these are known.

    ``inputs`` are those of the net.
    """
    if any(isinstance(size, Open) for read in reads for size in read.shape):
        return problems
    advice = _hint(layer, reads, name, inputs)
    return tuple([problem._replace(hint=advice or problem.hint) for problem in problems])


def _hint(layer: Layer, reads: tuple[Read, ...], name: str, inputs: tuple[Read, ...]) -> str:
    kind = type(layer)
    if not reads:
        return ""
    x = reads[0].shape
    if kind.ranks and len(x) not in kind.ranks:
        return _of_rank(kind, reads[0])
    if any(isinstance(value, Open) for value in layer.__dict__.values()):
        return ""
    if len(reads) > 1 and _differ_a_little(reads):
        return _cropped(reads) + SIZES
    need = _failed(layer, reads)
    if need is None:
        return ""
    if getattr(layer, "padding", None) == "same" and need.text.startswith("padding='same'"):
        return same.hint(layer, x, name)
    if kind.__name__ == "Upsample" and "said" in need.values:
        return _one_size(layer, reads)
    return sizes.hint(layer, need, reads, name, inputs)


def _differ_a_little(reads: tuple[Read, ...]) -> bool:
    """Whether two inputs are images of nearly the same size, as after pooling that leaves a rest."""
    first = reads[0].shape
    for read in reads[1:]:
        if len(read.shape) != len(first) or len(first) < 3:
            return False
        if any(a != b and _CLOSE * abs(a - b) > max(a, b) for a, b in zip(first[2:], read.shape[2:], strict=True)):
            return False
    return any(read.shape[2:] != first[2:] for read in reads)


def _cropped(reads: tuple[Read, ...]) -> str:
    """How two images of different sizes can go together."""
    first = reads[0]
    other = next(read for read in reads if read.shape[2:] != first.shape[2:])
    pairs = list(zip(first.shape[2:], other.shape[2:], strict=True))
    larger, smaller = (first, other) if all(a >= b for a, b in pairs) else (other, first)
    one_way = all(a >= b for a, b in pairs) or all(a <= b for a, b in pairs)
    line = flow({"op": "CenterCrop", "from": [larger.name, smaller.name]})
    crop = f"crop the larger one, `{line}`," if one_way and len(pairs) == 2 else "crop the larger one"
    return f"{crop} or pad the layers before the smaller"


_CLOSE: Final = 4  # sizes that differ by more than a fourth are not meant to be the same


def _failed(layer: Layer, reads: tuple[Read, ...]) -> Need | None:
    """The need that does not hold; None where it is something else that is wrong."""
    try:
        return next((need for need in layer.needs(*[read.shape for read in reads]) if not need.ok), None)
    except TypeError:  # the number of inputs is wrong
        return None


def _of_rank(kind: type[Layer], read: Read) -> str:
    """The hint for an input with more axes than a layer takes, or fewer."""
    rank, own = len(read.shape), read.sample
    other = _for_rank(kind.__name__, rank)
    if read.is_input and rank - 1 in kind.ranks and rank > 3:
        batch = f"the sizes of an input are stated without the batch: {list(own[1:])}"
        return f"`{other}` takes {rank} axes; {batch}" if other and rank == 4 else batch
    if read.is_input and rank + 1 in kind.ranks and kind.axes.startswith("N, C, ") and rank > 2:
        return f"the sizes of an input start with its channels: {[1, *own]}"
    return f"`{other}` takes {rank} axes" if other else ""


def _for_rank(op: str, rank: int) -> str:
    """The same op for so many axes; empty where there is none."""
    other = op[:-2] + _RANKS.get(rank, "")
    return other if op[-2:] in _RANKS.values() and other in BUILTIN and other != op else ""


def _one_size(layer: Layer, reads: tuple[Read, ...]) -> str:
    """The hint where two things set the size of an upsampled image."""
    stated = {name: layer.__dict__[name] for name in ("size", "scale_factor") if layer.__dict__[name] is not None}
    if len(reads) > 1:
        return f"leave {' and '.join(stated)} out: the second input sets the size" if stated else ""
    if len(stated) < 2:
        return ""
    size, factor = (f"`{name}: {flow(_plain(held))}`" for name, held in stated.items())
    return f"write {size} or {factor}, and leave the other out"


def _plain(held: object) -> object:
    if isinstance(held, tuple):
        return [_plain(each) for each in held]
    return int(held) if isinstance(held, float) and held.is_integer() else held
