"""Ways to get a fact of a layer wrong: each makes the wrong fact of the right one."""

from collections.abc import Callable
from typing import Any

from cnnshape.analysis.layer import LayerRecord
from cnnshape.core.dims import prod
from cnnshape.layers.base import Ops, Tap
from cnnshape.layers.index_maps import POINTWISE, Reach, Window
from cnnshape.symbolic import Term


def scaled(factor: int) -> Callable[[Any], Any]:
    return lambda right: lambda self, *xs: right(self, *xs)._replace(mac=factor * right(self, *xs).mac)


def without(name: str) -> Callable[[Any], Any]:
    return lambda right: lambda self, *xs: {key: size for key, size in right(self, *xs).items() if key != name}


def _changed(reach: Reach, values: dict[str, Any]) -> Reach:
    return type(reach)(**{**vars(reach), **values})


def reads(**changed: Any) -> Callable[[Any], Any]:
    """Taps whose windows have other fields."""

    def wrong(right: Any) -> Any:
        def taps(self: Any, *xs: Any) -> Any:
            return tuple(
                tuple(Tap(t.axis, _changed(t.reach, changed)) if t and t.reach != POINTWISE else t for t in each)
                for each in right(self, *xs)
            )

        return taps

    return wrong


def always(value: Any) -> Callable[[Any], Any]:
    return lambda right: lambda self, *xs: value


def constant(value: Any) -> Callable[[Any], Any]:
    return lambda right: value


def swapped(right: Any) -> Any:
    """The spatial axes in the wrong order."""
    return lambda self, *xs: (*right(self, *xs)[:2], *right(self, *xs)[:1:-1])


def first_row(right: Any) -> Any:
    """A number where a column should be."""
    return lambda self, x: tuple(n.low if isinstance(n, Term) else n for n in right(self, x))


def one_too_large(right: Any) -> Any:
    return lambda self: tuple(span + 1 for span in right(self))


def one_index(right: Any) -> Any:
    return lambda self, y: (right(self, y)[0], right(self, y)[0], 1)


def once_each(right: Any) -> Any:
    return lambda self, x: prod(x)


def per_left(right: Any) -> Any:
    return lambda self, a, b: Ops(mac=prod(self.output(a, b)) * a[-1])


def per_element(right: Any) -> Any:
    return lambda self, a, b: Ops(mac=prod(self.output(a, b)))


def unshared(record: LayerRecord) -> int:
    return record.node.facts.params


def undead(record: LayerRecord) -> Any:
    return record.node.facts.ops.mac


def ungrouped(right: Any) -> Any:
    return lambda self, x: right(self, x) | {"weight": (self.out_channels, x[1], *self.kernel_size)}


def per_output(right: Any) -> Any:
    return lambda self, x: Ops(mac=prod(self.output(x)) * x[1] // self.groups * prod(self.kernel_size))


def one_tap_more(right: Any) -> Any:
    return lambda self, x: Ops(compare=prod(self.output(x)) * prod(self.kernel_size))


def undilated(right: Any) -> Any:
    return lambda self: tuple(Window(w.kernel, w.stride, w.padding) for w in right(self))


def floored(right: Any) -> Any:
    return lambda self, size, w: (size + 2 * w.padding - w.dilation * (w.kernel - 1) - 1) // w.stride + 1


def odd_one_before(right: Any) -> Any:
    return lambda self: tuple((after, before) for before, after in right(self))


def no_extra(right: Any) -> Any:
    return lambda self, x: right(self.model_copy(update={"output_padding": (0,) * len(self.output_padding)}), x)


def no_holes(right: Any) -> Any:
    return lambda self, y: (*right(self, y)[:2], 1)


def rounded_up(right: Any) -> Any:
    return lambda self, *xs: tuple(n + (self.scale_factor == 1.5) for n in right(self, *xs))


def first_only(right: Any) -> Any:
    return lambda self, x, *others: x


def as_python_compares(right: Any) -> Any:
    return lambda a, b: b % a == 0
