"""What an output reads of an axis, in words with numbers, where that is no window that slides."""

from functools import singledispatch

from cnnshape.analysis.receptive.fields import Field
from cnnshape.layers.index_maps import (
    Adaptive,
    Broadcast,
    Interpolate,
    Nearest,
    Reach,
    Shift,
    Stride,
    TransposedWindow,
    Whole,
    Window,
)
from cnnshape.layers.pieces import Blocks, Piece, Repeated
from cnnshape.layers.steps import Overlap, Regroup, Step


def said(reach: Reach | None, before: Field) -> str:
    """What an output reads of the layer before.

    >>> from fractions import Fraction
    >>> said(Whole(7), Field(1, Fraction(1), 0, Fraction(0), 1))
    'every output reads all 7'
    """
    if reach is None:
        return "it reads the axis in several ways"
    text = _words(reach)
    phases = before.smallest is not None and before.size != before.smallest
    return f"{text}; what these see differs from place to place" if phases else text


def rearranged(first: Step, last: Step) -> str:
    """What a layer of several steps does to its input, whose elements keep what they read.

    >>> view = Regroup(1, 2, (64,))
    >>> rearranged(view, view)
    'the same elements in another shape, each reads what it read'
    """
    if isinstance(last, Overlap):
        return "windows that overlap are added up"
    shape = "in another shape" if first is last and isinstance(first, Regroup) else "in other places"
    return f"the same elements {shape}, each reads what it read"


@singledispatch
def _words(reach: Reach) -> str:
    outputs, moved = reach.period
    first, last, _ = reach.taps(0)
    return f"output 0 reads {first} to {last}; {outputs} outputs on, {moved} on"


@_words.register
def _(reach: Window) -> str:
    apart = f", {reach.dilation} apart" if reach.dilation > 1 else ""
    return f"output y reads {reach.kernel} from {_at(reach.stride, -reach.padding)} on{apart}"


@_words.register
def _(reach: TransposedWindow) -> str:
    taps = "j = 0" if reach.kernel == 1 else f"j = 0 to {reach.kernel - 1}"
    times = f"{reach.stride} i" if reach.stride > 1 else "i"
    step = f"{reach.dilation} j" if reach.dilation > 1 else "j"
    left = f"y + {reach.padding}" if reach.padding else "y"
    return f"output y reads each i with {left} = {times} + {step}, {taps}"


@_words.register
def _(reach: Nearest) -> str:
    index = "y + 1/2" if reach.exact else "y"
    if reach.down > 1:
        index = f"{reach.down} ({index})" if reach.exact else f"{reach.down} y"
    return f"output y reads floor({f'({index})' if index == 'y + 1/2' else index} / {reach.up})"


@_words.register
def _(reach: Interpolate) -> str:
    down, up = reach.period
    ratio = f"{up}/{down}" if down > 1 else f"{up}"
    place = f"y {ratio}" if reach.align_corners else f"(y + 1/2) {ratio} - 1/2"
    return f"output y reads up to {2 * reach.order} around {place}"


@_words.register
def _(reach: Adaptive) -> str:
    n, m = reach.size, reach.out
    return f"output y reads floor({n} y / {m}) to ceil({n} (y + 1) / {m}) - 1"


@_words.register
def _(reach: Shift) -> str:
    return f"output y reads {_at(1, -reach.before)}"


@_words.register
def _(reach: Piece) -> str:
    return f"output y reads {_at(1, -reach.before)}"


@_words.register
def _(reach: Blocks) -> str:
    return f"{'output' if reach.out == 1 else 'each group of outputs'} reads its group of {reach.size}"


@_words.register
def _(reach: Stride) -> str:
    return f"output y reads {_at(reach.step, reach.start)}"


@_words.register
def _(reach: Repeated) -> str:
    return "every output reads index 0" if reach.size == 1 else f"output y reads y mod {reach.size}"


@_words.register
def _(reach: Whole) -> str:
    return f"every output reads all {reach.size}"


@_words.register
def _(reach: Broadcast) -> str:
    return "output y reads y" if reach.size == reach.out else "every output reads index 0"


def _at(factor: int, constant: int) -> str:
    """``factor y + constant``.

    >>> _at(1, 0), _at(2, -3), _at(-1, 6)
    ('y', '2 y - 3', '-y + 6')
    """
    text = {1: "y", -1: "-y"}.get(factor, f"{factor} y")
    return text if not constant else f"{text} {'-' if constant < 0 else '+'} {abs(constant)}"
