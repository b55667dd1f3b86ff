"""What a layer is: declared fields and five pure facts, from which everything else is derived outside.

========== ================================================== ==============================================
fact       what it gives                                      what is derived from it
========== ================================================== ==============================================
`needs`    pairs of condition and sentence, yielded           an error, a validity mask, an assumption
`output`   the output shape                                   activation bytes, peak memory
`weights`  ``{name: shape}`` as torch names them              parameters, bytes, fan-in, fan-out
`ops`      work by kind of scalar operation                   MACs, and FLOPs under any named convention
`taps`     what each output axis reads of which input axis    receptive fields
========== ================================================== ==============================================

Facts take the full shape of each input, batch first.  They are written in polymorphic integers (see
`cnnshape.core.dims`): no ``if`` on a size, no ``/``, no float, no builtin ``min`` or ``max``.  A class is abstract or
final; a fact that has a body is never overridden.  How many inputs a layer takes is the signature of its `output`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import override

from cnnshape.core.dims import Dim, Open, Shape, Truth, equal, prod, where
from cnnshape.core.errors import SpecError
from cnnshape.layers.fields import field_problems
from cnnshape.layers.pieces import Blocks
from cnnshape.layers.steps import Chain as Chain
from cnnshape.layers.steps import Regroup as Regroup
from cnnshape.layers.steps import Row as Row
from cnnshape.layers.steps import Tap as Tap
from cnnshape.layers.steps import Taps as Taps
from cnnshape.layers.steps import in_place


class Need(NamedTuple):
    """Something that must hold.  The sentence is a template, formatted with its values only when it is shown."""

    ok: Truth
    text: str
    values: Mapping[str, Any] = {}
    hint: str | Callable[[], str] = ""

    @property
    def sentence(self) -> str:
        """What does not hold, with the values in it."""
        return self.text.format_map(self.values)

    @property
    def advice(self) -> str:
        """The hint with the values in it; none where they are open."""
        if any(isinstance(value, Open) for value in self.values.values()):
            return ""
        return self.hint.format_map(self.values) if isinstance(self.hint, str) else self.hint()


class Ops(NamedTuple):
    """Scalar operations by kind, for one forward pass in inference mode.

    ``mac`` is one multiply-accumulate of a convolution, linear layer, bilinear layer or matrix product; everything
    else is counted under what it is: ``add`` (and subtract), ``mul``, ``div``, ``compare`` (min, max, a test
    against a bound), ``exp`` (any transcendental function), ``sqrt``.
    """

    mac: Dim = 0
    add: Dim = 0
    mul: Dim = 0
    div: Dim = 0
    compare: Dim = 0
    exp: Dim = 0
    sqrt: Dim = 0

    @override
    def __add__(self, other: tuple[Dim, ...]) -> "Ops":
        """The sum of the counts, kind by kind."""
        return Ops(*[mine + theirs for mine, theirs in zip(self, other, strict=True)])

    def kinds(self) -> dict[str, Dim]:
        """``{kind: count}`` of all kinds, in a fixed order."""
        return self._asdict()


KINDS: tuple[str, ...] = Ops._fields
FREE = Ops()


class Layer(BaseModel, ABC):
    """Base of all layers.  A leaf is `final`; its fields are those of a pydantic model, as torch.nn names them.

    Open numbers are put into a layer by ``model_copy(update=...)``, which does not validate them.

    >>> from cnnshape.layers.conv import Conv2d
    >>> Conv2d(out_channels=8, kernel_size=3).output((1, 3, 32, 32))
    (1, 8, 30, 30)
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        defer_build=True,  # most classes of a module are not used by a net
        ignored_types=(object,),  # what has no annotation is no field
        protected_namespaces=(),
    )

    ranks: ClassVar[tuple[int, ...]] = ()
    """How many axes the first input may have, batch included; empty where any will do."""
    axes: ClassVar[str] = ""
    """The names of these axes, as an error shows them: ``N, C, H, W``."""
    torch_name: ClassVar[str] = ""
    """The module of ``torch.nn``; empty for a function of torch, a row of ``interop/torch_table.py``."""
    torch_from_input: ClassVar[Mapping[str, int]] = {}
    """Arguments of torch's constructor that the input gives, with the axis of the first input that holds each."""
    view: ClassVar[bool] = False
    """Keeps order and number of elements: its output shares the storage of its first input."""
    in_place: ClassVar[bool] = False
    """Could write its output over its first input."""
    weighted: ClassVar[bool] = False
    """A convolution or linear layer: counts in depth and in ``conv_activations``."""
    reads_indices: ClassVar[bool] = False
    """Its second input is not the values of that layer but the indices it keeps."""
    batch_in: ClassVar[str] = ""
    """A field that lists a shape with the batch first, which a spec must not write as a number of its own."""

    def __init__(self, /, **values: Any) -> None:
        """Validate the values; raises `SpecError` with one problem for each that is wrong."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SpecError(*field_problems(type(self).__name__, type(self), values, error)) from None

    @override
    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))  # pydantic's is the same for all classes

    @override
    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        fields = type(self).model_fields
        return ((name, held) for name, held in self.__dict__.items() if fields[name].default != held)

    @override
    def __str__(self) -> str:
        return repr(self)

    @classmethod
    def space(cls) -> list[str]:
        """The names of the spatial axes: ``["H", "W"]``."""
        return cls.axes.split(", ")[2:]

    @property
    def global_statistics(self) -> bool:
        """Whether every output, beside what its taps say, depends on statistics of the axes behind the channels."""
        return False

    def needs(self, *xs: Any, **kw: Any) -> Iterator[Need]:
        """What must hold for these inputs, in order; a later need may rely on an earlier one."""
        yield from ()

    @abstractmethod
    def output(self, *xs: Any, **kw: Any) -> Shape:
        """The output shape, for inputs that meet the needs."""

    def weights(self, *xs: Any, **kw: Any) -> dict[str, Shape]:
        """``{name: shape}`` of the parameters, named and ordered as torch's ``named_parameters()``."""
        return {}

    def buffers(self, *xs: Any, **kw: Any) -> dict[str, Shape]:
        """``{name: shape}`` of the buffers; a counter has the shape ``()``."""
        return {}

    @abstractmethod
    def ops(self, *xs: Any, **kw: Any) -> Ops:
        """The work of one forward pass in inference mode."""

    @abstractmethod
    def taps(self, *xs: Any, **kw: Any) -> tuple[Taps | Chain, ...]:
        """For each input, what each output axis reads of it; a chain of steps where axes are regrouped on the way."""

    def indices(self, *xs: Any, **kw: Any) -> Shape | None:
        """The shape of the int64 indices that the layer puts out beside its output, if it does."""
        return None

    def torch_module(self, *xs: Any, **kw: Any) -> Any:
        """In a plug-in, the `torch.nn.Module` that does the same, for inputs of these shapes; None if not stated.

        It imports torch itself, when it is called, and needs none of it where ``torch_name`` says enough.
        """
        return None


class Elementwise(Layer):
    """Partial base of layers of one input that keep the shape and read each element for itself."""

    in_place = True

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (pointwise(x),)


def pointwise(x: Shape) -> Taps:
    """Every output axis follows the same axis of the input."""
    return in_place(len(x))


def group_taps(size: Dim, out: Dim, groups: Dim) -> Tap | None:
    """How channels that are made in groups read ``size`` channels: their own group's; None where there is one group."""
    if type(groups) is int and groups == 1:
        return None
    found: Tap | None = where(equal(groups, 1), None, Tap(1, Blocks(size // groups, out // groups)))
    return found


def stated(name: str, value: Dim | None, found: Dim) -> Iterator[Need]:
    """The need that a stated size, such as ``in_channels``, is what the input has; nothing where none is stated."""
    if value is not None:
        text = "{name}={value} is stated and the input has {found}"
        values = {"name": name, "value": value, "found": found}
        yield Need(equal(value, found), text, values, "leave {name} out: it is read from the input")


def elements(x: Shape) -> Dim:
    """How many elements a tensor of this shape has."""
    return prod(x)
