"""One convolution and the other ways to build it, side by side: what each holds, computes and sees.

Every figure is that of an analysis of a spec that calls the blocks of the package, a sum over its layers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from typing_extensions import override

from cnnshape.analysis import analyze
from cnnshape.analysis.result import Analysis
from cnnshape.commands.conv import formulas, specs
from cnnshape.commands.conv.convolution import Conv as Conv
from cnnshape.commands.conv.convolution import Sizes, convolution, whole
from cnnshape.commands.conv.formulas import Formulas
from cnnshape.core.dims import Shape
from cnnshape.core.display import Displayed
from cnnshape.core.errors import CnnshapeError, Problem, ShapeError, UsageError, divisors, unknown

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field

GROUPS: Final = (2, 4, 8, 16, 32)
"""The groups that are compared where none are asked for, those of them that divide the channels."""


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """One way to build a convolution."""

    name: str
    groups: int | None
    """How many there are where the name does not say it."""
    spec: dict[str, Any]
    """The net that is nothing but it, as `analyze` takes it."""
    analysis: Analysis
    standard: Analysis
    """That of the standard convolution, which ratios are to."""
    formulas: Formulas
    """What it costs in letters; `Ways.letters` says what they stand for, g is `groups`."""

    @override
    def __repr__(self) -> str:
        return f"Way({self.key}, params={self.params:,}, macs={self.macs:,})"

    @property
    def key(self) -> str:
        """Its name as one word, with its groups where it has some."""
        return _key(self.name, self.groups)

    @property
    def params(self) -> int:
        """Parameters."""
        return self.analysis.total.params

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one sample."""
        return self.analysis.total.macs

    @property
    def params_ratio(self) -> Fraction:
        """Its parameters as a part of those of the standard convolution."""
        return Fraction(self.params, self.standard.total.params)

    @property
    def macs_ratio(self) -> Fraction:
        """Its MACs as a part of those of the standard convolution."""
        return Fraction(self.macs, self.standard.total.macs)

    @property
    def output(self) -> Shape:
        """The shape that comes out of one sample, channels first."""
        return self.analysis.layers[-1].output[1:]

    @property
    def receptive_field(self) -> "dict[str, tuple[Field, ...]]":
        """What its output sees: under ``input`` a field per axis of space."""
        return self.analysis.layers[-1].receptive_field


class LeftOut(NamedTuple):
    """A way that cannot be built of this convolution, and why."""

    name: str
    groups: int | None
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Ways(Displayed):
    """The ways to build a convolution, the standard one first; ``ways["depthwise"]`` is that `Way`."""

    conv: Conv
    rows: tuple[Way, ...]
    left_out: tuple[LeftOut, ...]
    mid: int
    """Channels inside the bottleneck."""

    @override
    def __repr__(self) -> str:
        return f"Ways({', '.join(row.key for row in self.rows)})"

    @property
    def letters(self) -> dict[str, int]:
        """What the letters of the formulas stand for."""
        return formulas.letters(self.conv, self.rows[0].output[1:], self.mid)

    def __getitem__(self, key: str) -> Way:
        """The row with this key; raises `UsageError` where there is none."""
        rows = {row.key: row for row in self.rows}
        if key in rows:
            return rows[key]
        for name, groups, text in self.left_out:
            if key == _key(name, groups):
                raise UsageError(Problem(f"`{key}` is left out: {text}"))
        far = f"known: {', '.join(f'`{name}`' for name in rows)}"
        raise UsageError(unknown(f"there is no row `{key}`", key, rows, far=far))


class _Plan(NamedTuple):
    name: str
    layers: specs.Layers
    formulas: Formulas
    groups: int | None = None


def _key(name: str, groups: int | None) -> str:
    return "_".join([*name.split(), *([] if groups is None else [str(groups)])])


def _in_groups(conv: Conv, asked: Sequence[int] | None) -> "Iterator[_Plan | LeftOut]":
    both = gcd(conv.in_channels, conv.out_channels)
    chosen = [g for g in GROUPS if both % g == 0] if asked is None else list(dict.fromkeys(asked))
    if not chosen:
        channels = f"{conv.in_channels} input and {conv.out_channels} output channels"
        text = f"no g of {', '.join(map(str, GROUPS))} divides both {channels}"
        text += f", these do: {divisors(both).removeprefix('1, ')}" if both > 1 else ""
        yield from (LeftOut(name, None, text) for name in ("grouped", "shuffled grouped"))
        return
    said = formulas.grouped(conv)
    for g in chosen:
        yield _Plan("grouped", specs.grouped(conv, g), said, g)
    g = next((g for g in reversed(chosen) if both % g == 0), chosen[-1])
    yield _Plan("shuffled grouped", specs.shuffled_grouped(conv, g), said, g)


def _in_depth(conv: Conv) -> "Iterator[_Plan | LeftOut]":
    c, k = conv.in_channels, conv.out_channels
    if k % c == 0:
        yield _Plan("depthwise", specs.depthwise(conv), formulas.depthwise(conv))
    else:
        text = f"{k} output channels do not split into {c} groups, one for each input channel"
        yield LeftOut("depthwise", None, text)
    yield _Plan("depthwise separable", specs.depthwise_separable(conv), formulas.depthwise_separable(conv))


def _by_axis(conv: Conv) -> "Iterator[_Plan | LeftOut]":
    if sum(k > 1 for k in conv.kernel_size) > 1:
        yield _Plan("spatially separable", specs.spatially_separable(conv), formulas.spatially_separable(conv))
        yield _Plan("flattened", specs.flattened(conv), formulas.flattened(conv))
        return
    kernel = " x ".join(map(str, conv.kernel_size))
    text = f"a kernel of {kernel} has no two axes to take apart"
    yield from (LeftOut(name, None, text) for name in ("spatially separable", "flattened"))


def _plans(conv: Conv, groups: Sequence[int] | None, mid: int) -> "Iterator[_Plan | LeftOut]":
    """Every way in the order of the table; the standard one stands before them."""
    yield from _in_groups(conv, groups)
    yield from _in_depth(conv)
    yield from _by_axis(conv)
    yield _Plan("bottlenecked", specs.bottlenecked(conv, mid), formulas.bottlenecked(conv))


def _spec(conv: Conv, plan: _Plan) -> dict[str, Any]:
    key, shape = _key(plan.name, plan.groups), [conv.in_channels, *conv.size]
    return {"cnnshape": 1, "name": key, "input": shape, "layers": plan.layers}


def compare_conv(
    in_channels: int, out_channels: int, kernel_size: Sizes, size: Sizes, *, stride: Sizes = 1,
    padding: Sizes | None = None, dilation: Sizes = 1, bias: bool = False, groups: Sequence[int] | None = None,
    mid: int | None = None,
) -> Ways:  # fmt: skip
    """The ways to build one convolution of an input with so many channels and of this size, without the batch.

    Fields are those of ``torch.nn.Conv2d``: a number, or one for each axis of space, of which ``size`` has one to
    three.  Without ``padding`` it is half the kernel.  ``groups`` lists those that are compared, `GROUPS` where none
    are; ``mid`` is the number of channels inside the bottleneck, a quarter of those that come out.

    Raises `UsageError` where a number cannot be what it stands for, and `ShapeError` where the kernel does not fit.

    >>> ways = compare_conv(128, 128, 3, (56, 56))
    >>> ways["depthwise_separable"], ways["depthwise_separable"].macs_ratio == Fraction(1, 128) + Fraction(1, 9)
    (Way(depthwise_separable, params=17,536, macs=54,992,896), True)
    >>> ways["depthwise_separable"].formulas.macs
    "(C k^2 + K C) H' W'"
    """
    conv = convolution(in_channels, out_channels, kernel_size, size, stride, padding, dilation, bias)
    mid = max(1, conv.out_channels // 4) if mid is None else whole("mid", mid)
    for g in groups or ():
        whole("groups", g)
    plan = _Plan("standard", specs.standard(conv), formulas.standard(conv))
    spec = _spec(conv, plan)
    try:
        standard = analyze(spec)
    except CnnshapeError as error:  # what is wrong stands in the call, not in the block that it is found in
        raise type(error)(*(Problem(problem.text, hint=problem.hint) for problem in error.problems)) from None
    rows, left_out = [Way(plan.name, None, spec, standard, standard, plan.formulas)], []
    for each in _plans(conv, groups, mid):
        if isinstance(each, LeftOut):
            left_out.append(each)
            continue
        spec = _spec(conv, each)
        try:
            rows.append(Way(each.name, each.groups, spec, analyze(spec), standard, each.formulas))
        except ShapeError as error:
            left_out.append(LeftOut(each.name, each.groups, error.problems[0].text))
    return Ways(conv, tuple(rows), tuple(left_out), mid)
