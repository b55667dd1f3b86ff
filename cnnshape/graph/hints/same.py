"""``padding: same`` where torch has none: what TensorFlow pads, in numbers, and the line that does it here."""

from typing import Any, Final, NamedTuple

from cnnshape.core.dims import Open
from cnnshape.graph.hints.flow import flow
from cnnshape.layers.base import Layer

_PADS: Final = {
    "zeros": "ZeroPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}
_LOW: Final = "-1e30"  # below every value: what a maximum does not see


def margins(size: int, span: int, stride: int) -> tuple[int, int]:
    """What TensorFlow's SAME pads before and after an axis, for an output of ``ceil(size / stride)``.

    >>> margins(224, 7, 2), margins(225, 3, 2), margins(28, 2, 2)
    ((2, 3), (1, 1), (0, 0))
    """
    total = max((-(-size // stride) - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


_WINDOWS: Final = ("Conv", "MaxPool", "AvgPool", "LPPool", "Unfold")
"""The ops that slide a window over the input; others that have a kernel do not make one output a window."""


class Plan(NamedTuple):
    """What gives a layer the size that it has elsewhere with ``padding: same``: lines of YAML, or none."""

    said: str
    own: str = ""
    """Its own fields."""
    before: str = ""
    """A padding layer before it."""
    after: str = ""
    """A padding layer after it, which crops."""
    exact: str = ""
    """A layer after it, which gives the same pixels, instead of its own fields."""


def hint(layer: Layer, x: tuple[Any, ...], name: str) -> str:
    """The hint for a layer that pads nothing yet and is meant to pad ``same``; empty where there are no numbers.

    ``name`` is that of the layer.
    """
    found = plan(layer, x)
    if found is None:
        return ""
    if found.before:
        return f"{found.said}: add `{found.before}` before `{name}` and leave out its `padding`"
    if found.after:
        return f"{found.said}: leave out `padding` and add `{found.after}` after it"
    if found.own:
        exact = f"; for its exact pixels leave out `padding` and add `{found.exact}` after it" if found.exact else ""
        return f"{found.said}: write `{found.own}`{exact}"
    does = "crops" if type(layer).__name__.startswith("ConvTranspose") else "pads"
    return f"{found.said} and {does} nothing here: leave out `padding`"


def plan(layer: Layer, x: tuple[Any, ...]) -> Plan | None:
    """What pads a layer, which pads nothing yet, for an input of this shape; None where there are no numbers."""
    space, op = x[2:], type(layer).__name__
    if not op.startswith(_WINDOWS) or len(x) not in type(layer).ranks or any(isinstance(size, Open) for size in space):
        return None
    held = {key: _per_axis(value, len(space)) for key, value in layer.__dict__.items()}
    kernel = held.get("kernel_size")
    if kernel is None:
        return None
    stride = held.get("stride") or kernel
    dilation = held.get("dilation") or (1,) * len(space)
    if any(isinstance(number, Open) for number in (*kernel, *stride, *dilation)):
        return None
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if op.startswith("ConvTranspose"):
        return _transposed(f"{len(space)}d", space, spans, stride, dilation)
    pads = [margins(*axis) for axis in zip(space, spans, stride, strict=True)]
    made = [-(-size // s) for size, s in zip(space, stride, strict=True)]
    said = f"TensorFlow's SAME makes {_by(made)} of {_by(space)}"
    if not any(map(any, pads)):
        return Plan(said)
    axes = zip(pads, kernel, stride, strict=True)
    if op.startswith(("MaxPool", "AvgPool")) and all(2 * a <= k and (a == b or s > 1) for (a, b), k, s in axes):
        return Plan(said, own=_own(op, pads))
    return Plan(said, before=_before(layer, op, pads))


def causal(layer: Layer, x: tuple[Any, ...], name: str) -> str:
    """The hint for a convolution over time that is not to see what comes."""
    if len(x) != 3:
        return "pad before the first index with a layer of its own"
    return f"add `{before(layer)}` before `{name}` and leave out its `padding`"


def before(layer: Layer) -> str:
    """The padding layer before a convolution over time that is not to see what comes."""
    (span,) = layer.spans()  # type: ignore[attr-defined]  # only convolutions over L are asked
    return f"{{op: ZeroPad1d, padding: [{span - 1}, 0]}}"


def _per_axis(value: Any, axes: int) -> Any:
    return (value,) * axes if type(value) is int else value


def _by(sizes: Any) -> str:
    return " x ".join(map(str, sizes))


def _one(numbers: Any) -> Any:
    return numbers[0] if len(set(numbers)) == 1 else list(numbers)


def _listed(pads: list[tuple[int, int]]) -> list[int]:
    """Margins as padding layers list them: the last axis first."""
    return [margin for pair in reversed(pads) for margin in pair]


def _own(op: str, pads: list[tuple[int, int]]) -> str:
    """The pool's own padding: it is no part of a maximum, and of a mean neither if told so."""
    words = [f"padding: {flow(_one([before for before, _ in pads]))}"]
    if any(before != after for before, after in pads):
        words.append("ceil_mode: true")  # a last window that ends behind the image
    if op.startswith("Avg"):
        words.append("count_include_pad: false")
    return ", ".join(words)


def _before(layer: Layer, op: str, pads: list[tuple[int, int]]) -> str:
    """A padding layer; zeros count in a mean and in a patch."""
    name, more = _PADS[getattr(layer, "padding_mode", "zeros")], ""
    if op.startswith("MaxPool"):
        name, more = "ConstantPad", f", value: {_LOW}"
    return f"{{op: {name}{len(pads)}d, padding: {flow(_listed(pads))}{more}}}"


def _transposed(dims: str, space: Any, spans: list[int], stride: Any, dilation: Any) -> Plan:
    """What makes ``stride`` times the size, as Keras does, of a transposed convolution."""
    crops = [max(span - s, 0) for span, s in zip(spans, stride, strict=True)]
    both = [(crop + 1) // 2 for crop in crops]
    rest = [2 * p + s - e for p, s, e in zip(both, stride, spans, strict=True)]
    said = f"Keras's `same` makes {_by([n * s for n, s in zip(space, stride, strict=True)])} of {_by(space)}"
    ends = [(-(crop // 2), s - span + crop // 2) for crop, s, span in zip(crops, stride, spans, strict=True)]
    shift = f"{{op: ZeroPad{dims}, padding: {flow(_listed(ends))}}}"
    if not all(a < s or a < d for a, s, d in zip(rest, stride, dilation, strict=True)):
        return Plan(said, after=shift)
    words = [f"{name}: {flow(_one(held))}" for name, held in (("padding", both), ("output_padding", rest)) if any(held)]
    return Plan(said, own=", ".join(words), exact=shift if words and any(crop % 2 for crop in crops) else "")
