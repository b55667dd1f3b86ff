"""How torch does each op, as a table that is read both ways: a layer gives a call, and a call gives the layer.

Fields have the names of torch's arguments, so that a row lists them in torch's order and nothing else.  Validation
of a layer takes every form in which torch keeps an argument: a number for equal ones, -1 for a size left open.
"""

import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache, reduce
from typing import Any, Final, NamedTuple

from cnnshape.core.dims import Shape
from cnnshape.interop.torch_ops import Tensor, copied, torch
from cnnshape.layers import BUILTIN, is_own
from cnnshape.layers.base import Layer
from cnnshape.layers.registry import layer_type


class Row(NamedTuple):
    """One op: what torch calls for it, and its arguments."""

    target: str
    """The name of a class of ``torch.nn``, a function, or a method of the first input; looked up when it is called."""
    fields: tuple[str, ...] = ()
    """Arguments that are fields of the same name, in torch's order; those of a function come after the inputs."""
    inputs: Mapping[str, tuple[int, int]] = {}
    """Arguments that the inputs give where the field is not stated: the number of the input, and its axis."""
    written: Mapping[str, Callable[[Any], Any]] = {}
    """Fields that torch takes in another form."""
    kept: Mapping[str, Callable[[Any], Any]] = {}
    """Arguments that a module keeps in another form, each read off the module."""
    operands: int | None = 1
    """How many inputs a function takes at most; None for a list of them."""
    copies: bool = False
    """Whether torch returns a view in another order, which a net would copy."""


_ANY: Final = 10**9  # operands, two at a time


def _sizes(value: Any) -> list[int]:
    """Sizes as torch writes them: -1 for one left open."""
    return [-1 if size is None else size for size in value]


def _unflattened(value: Any) -> Any:
    return tuple(_sizes(value)) if isinstance(value, tuple | list) else value


def _number(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _scalar(value: float | None) -> Tensor | None:
    return None if value is None else torch.tensor(value)


def _biased(part: Any) -> bool:
    """Whether a bias is asked for; a norm without any weights has none to tell, so that it says what is the default."""
    return part.bias is not None or part.weight is None


FUNCTIONS: Final[dict[str, Row]] = {
    "Add": Row("operator.add", ("value",), operands=_ANY),
    "Sub": Row("operator.sub", ("value",), operands=2),
    "Mul": Row("operator.mul", ("value",), operands=_ANY),
    "Div": Row("operator.truediv", ("value",), operands=2),
    "Pow": Row("operator.pow", ("value",), operands=2),
    "Maximum": Row("torch.maximum", ("value",), written={"value": _scalar}, operands=_ANY),
    "Concat": Row("torch.cat", ("dim",), operands=None),
    "Stack": Row("torch.stack", ("dim",), operands=None),
    "MatMul": Row("torch.matmul", operands=2),
    "Sqrt": Row("torch.sqrt"),
    "Exp": Row("torch.exp"),
    "Log": Row("torch.log"),
    "Abs": Row("torch.abs"),
    "Neg": Row("torch.neg"),
    "Clamp": Row("torch.clamp", ("min", "max")),
    "Reshape": Row("torch.reshape", ("shape",), written={"shape": _sizes}),
    "Squeeze": Row("torch.squeeze", ("dim",)),
    "Unsqueeze": Row("torch.unsqueeze", ("dim",)),
    "Permute": Row("torch.permute", ("dims",), copies=True),
    "Transpose": Row("torch.transpose", ("dim0", "dim1"), copies=True),
    "Select": Row("torch.select", ("dim", "index"), copies=True),
    "Expand": Row("Tensor.expand", ("sizes",), written={"sizes": _sizes}, copies=True),
    "Repeat": Row("Tensor.repeat", ("repeats",)),
    "Roll": Row("torch.roll", ("shifts", "dims")),
    "Mean": Row("torch.mean", ("dim", "keepdim")),
    "Sum": Row("torch.sum", ("dim", "keepdim")),
    "Amax": Row("torch.amax", ("dim", "keepdim")),
}
"""By op: functions of torch."""

_APART: Final[dict[str, dict[str, Any]]] = {
    "Bilinear": {"inputs": {"in1_features": (0, -1), "in2_features": (1, -1)}},
    "LPPool1d": {"written": {"kernel_size": _number, "stride": _number}},
    "Unflatten": {"written": {"unflattened_size": _unflattened}},
    "MultiheadAttention": {
        "kept": {
            "bias": lambda part: part.in_proj_bias is not None,
            "add_bias_kv": lambda part: part.bias_k is not None,
        }
    },
}
"""By name: modules of which the row is more than the rule gives."""


@cache
def module_row(kind: type[Layer]) -> Row:
    """The row of a layer that names a module of ``torch.nn``: the arguments of its constructor that are fields.

    >>> from cnnshape.layers.linear import Linear
    >>> module_row(Linear).fields, module_row(Linear).inputs
    (('in_features', 'out_features', 'bias'), {'in_features': (0, -1)})
    """
    target = f"torch.nn.{kind.torch_name}"
    names = inspect.signature(_found(target)).parameters
    fields = tuple(name for name in names if name in kind.model_fields)
    inputs = {name: (0, axis) for name, axis in kind.torch_from_input.items()}
    row = Row(target, fields, inputs, kept={"bias": _biased} if "bias" in fields else {})
    return row._replace(**_APART.get(kind.torch_name, {}))


def op_of(layer: Layer) -> str:
    """The name under which the tables of this folder know a layer: that of its class; none for one of a plug-in."""
    return type(layer).__name__ if is_own(type(layer)) else ""


def arguments(layer: Layer, xs: Sequence[Shape]) -> dict[str, Any]:
    """What torch's constructor is called with: the fields that it knows, and sizes of the input that are not stated.

    >>> from cnnshape.layers.linear import Linear
    >>> arguments(Linear(out_features=10), [(1, 320)])
    {'in_features': 320, 'out_features': 10, 'bias': True}
    """
    row = module_row(type(layer))
    given = {name: row.written.get(name, _as_is)(getattr(layer, name)) for name in row.fields}
    for name, (which, axis) in row.inputs.items():
        if given.get(name) is None:
            given[name] = xs[which][axis]
    return given


def apply(layer: Layer, xs: Sequence[Tensor]) -> Tensor:
    """What the function of a layer makes of its inputs."""
    row = FUNCTIONS[op_of(layer)]
    values = [row.written.get(name, _as_is)(getattr(layer, name)) for name in row.fields]
    function = _found(row.target)
    if row.operands is None:
        made = function(xs, *values)
    elif "value" in row.fields:
        operands = [*xs, *(value for value in values if value is not None)]
        if not 2 <= len(operands) <= row.operands:
            raise TypeError(f"{row.target} takes 2 operands or up to {row.operands}, not {len(operands)}")
        made = reduce(function, operands)
    else:
        made = function(*xs, *values)
    return copied(made) if row.copies else made


def _found(target: str) -> Any:
    """What a row names, as it is now: a tool that counts may have put its own in its place."""
    room, _, name = target.rpartition(".")
    if room == "Tensor":
        return lambda x, *given: getattr(x, name)(*given)
    return getattr({"operator": operator, "torch": torch, "torch.nn": torch.nn}[room], name)


def _as_is(value: Any) -> Any:
    return value


@cache
def _ops_by_target() -> dict[Any, str]:
    """The op of every function, name of a method, and module that one stands for."""
    rows = FUNCTIONS | {op: module_row(kind) for op in BUILTIN if (kind := layer_type(op, BUILTIN)).torch_name}
    names = {op: row.target.rpartition(".") for op, row in rows.items()}
    return {name if room == "Tensor" else _found(f"{room}.{name}"): op for op, (room, _, name) in names.items()}


def layer_of(part: torch.nn.Module) -> Layer:
    """The layer that a module of ``torch.nn`` is; sizes that the input gives are left out.

    Raises `KeyError` for a module that is not a layer here.

    >>> layer_of(torch.nn.Conv2d(3, 8, 3, padding="same", bias=False))
    Conv2d(out_channels=8, bias=False, kernel_size=(3, 3), padding='same')
    """
    kind = layer_type(_ops_by_target()[type(part)], BUILTIN)
    row = module_row(kind)
    stated = [name for name in row.fields if name not in row.inputs]
    return kind(**{name: row.kept[name](part) if name in row.kept else getattr(part, name) for name in stated})


def layer_of_call(target: Callable[..., Any] | str, given: Sequence[Any], **named: Any) -> Layer:
    """The layer that a call of a function or method is: by position and by name, the arguments after its inputs.

    Raises `KeyError` for a function that is not a layer here.

    >>> layer_of_call(torch.mean, [(2, 3)], keepdim=True)
    Mean(dim=(2, 3), keepdim=True)
    """
    op = _ops_by_target()[target]
    return layer_type(op, BUILTIN)(**dict(zip(FUNCTIONS[op].fields, given, strict=False)), **named)
