"""What each way to build a convolution costs, in letters: for people to read, and never what figures are computed from.

C channels go in and K come out, k is the kernel, g the groups and M the channels inside a bottleneck; H and W are the
input's sizes, H' and W' the output's, with D before them for three axes and L in their place for one.  A kernel whose
sizes differ is kh, kw and kd.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from cnnshape.commands.conv.convolution import Conv
from cnnshape.commands.conv.specs import AXES


class Formulas(NamedTuple):
    """What a way comes to; letters side by side are multiplied."""

    params: str
    macs: str


class _Part(NamedTuple):
    """One convolution of a way."""

    weights: str
    at: str
    """How many positions its kernel is laid at."""
    makes: str
    """How many channels it puts out, which have a bias each."""


def _kernel(conv: Conv, axis: int | None = None) -> str:
    """The size of the kernel: of all of it, or along one axis."""
    if len(set(conv.kernel_size)) == 1:
        return "k" if axis is not None or conv.dims == 1 else f"k^{conv.dims}"
    each = [f"k{letter.lower()}" for letter in AXES[conv.dims]]
    return " ".join(each) if axis is None else each[axis]


def _at(conv: Conv, done: int) -> str:
    """The positions once the window has been laid along so many axes."""
    return " ".join(f"{letter}'" if axis < done else letter for axis, letter in enumerate(AXES[conv.dims]))


def _sum(terms: Iterable[str]) -> str:
    return " + ".join(term if times == 1 else f"{times} {term}" for term, times in Counter(terms).items())


def _formulas(conv: Conv, parts: Sequence[_Part], split: str = "") -> Formulas:
    params = _sum(part.weights for part in parts) + split
    if conv.bias:
        params += f" + {_sum(part.makes for part in parts)}"
    terms = []
    for at, there in groupby(parts, key=lambda part: part.at):
        weights = [part.weights for part in there]
        terms.append(f"({_sum(weights)}) {at}" if len(weights) > 1 else f"{weights[0]} {at}")
    return Formulas(params, " + ".join(terms) + split)


def standard(conv: Conv) -> Formulas:
    """K C k^2."""
    return _formulas(conv, [_Part(f"K C {_kernel(conv)}", _at(conv, conv.dims), "K")])


def grouped(conv: Conv) -> Formulas:
    """A g-th of that, shuffled or not."""
    return _formulas(conv, [_Part(f"K C {_kernel(conv)}", _at(conv, conv.dims), "K")], " / g")


def depthwise(conv: Conv) -> Formulas:
    """With g = C, K k^2."""
    return _formulas(conv, [_Part(f"K {_kernel(conv)}", _at(conv, conv.dims), "K")])


def depthwise_separable(conv: Conv) -> Formulas:
    """C k^2 + K C."""
    out = _at(conv, conv.dims)
    return _formulas(conv, [_Part(f"C {_kernel(conv)}", out, "C"), _Part("K C", out, "K")])


def spatially_separable(conv: Conv) -> Formulas:
    """K C k + K^2 k."""
    parts = [
        _Part(f"{'K^2' if place else 'K C'} {_kernel(conv, axis)}", _at(conv, axis + 1), "K")
        for place, axis in enumerate(conv.moves)
    ]
    return _formulas(conv, parts)


def flattened(conv: Conv) -> Formulas:
    """K C + K k + K k."""
    along = [_Part(f"K {_kernel(conv, axis)}", _at(conv, axis + 1), "K") for axis in conv.moves]
    return _formulas(conv, [_Part("K C", _at(conv, 0), "K"), *along])


def bottlenecked(conv: Conv) -> Formulas:
    """M C + M^2 k^2 + K M."""
    out = _at(conv, conv.dims)
    parts = [_Part("M C", _at(conv, 0), "M"), _Part(f"M^2 {_kernel(conv)}", out, "M"), _Part("K M", out, "K")]
    return _formulas(conv, parts)


def letters(conv: Conv, out: Sequence[int], mid: int) -> dict[str, int]:
    """What the letters stand for, all but g, which is that of the row."""
    axes = AXES[conv.dims]
    found = {"C": conv.in_channels, "K": conv.out_channels, "M": mid}
    if len(set(conv.kernel_size)) == 1:
        found["k"] = conv.kernel_size[0]
    else:
        found |= {f"k{letter.lower()}": k for letter, k in zip(axes, conv.kernel_size, strict=True)}
    found |= dict(zip(axes, conv.size, strict=True))
    return found | {f"{letter}'": size for letter, size in zip(axes, out, strict=True)}
