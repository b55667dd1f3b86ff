"""A setup: which net of a spec is meant and how its figures are counted, for every command, call and rule alike."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Self, TypeAlias

from typing_extensions import TypedDict, Unpack

from cnnshape.analysis.flop_conventions import Convention, convention
from cnnshape.analysis.memory import Rule, itemsize, rule
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec, load
from cnnshape.spec.variables import Inputs, Settings

Source: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Spec
"""A spec file, a mapping that says what one would, or a spec."""

InputsOf: TypeAlias = Callable[[Spec], Inputs]

JUDGES: Final[Mapping[str, Callable[[str], object]]] = {"dtype": itemsize, "flops": convention, "memory": rule}
"""The check of each field that holds a name; an unknown name raises `UsageError`."""

_NET: Final = ("variant", "batch", "settings", "inputs", "registry")
"""The fields that say which net is built; the others say how it is counted."""


class SetupOptions(TypedDict, total=False):
    """The fields of a `Setup` as keyword arguments of a call, and ``setup``, from which those not given are taken."""

    setup: "Setup"
    variant: str | None
    batch: int
    dtype: str
    inputs: Inputs | InputsOf
    settings: Settings
    flops: str
    memory: Rule
    registry: Registry | None


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Which net of a spec is meant, and how its figures are counted.

    Raises `UsageError` for an unknown dtype, convention or memory rule.

    >>> Setup(batch=8, dtype="float16").item
    2
    """

    variant: str | None = None
    """One of the spec's."""
    batch: int = 1
    dtype: str = "float32"
    """The type of every element."""
    inputs: Inputs | InputsOf = field(default_factory=dict, hash=False)
    """Other sizes of inputs by name, of their last axes, where None leaves one as it is; or what gives those of a spec.
    """
    settings: Settings = field(default_factory=dict, hash=False)
    """Other values of variables."""
    flops: str = "torch"
    """The convention of FLOPs."""
    memory: Rule = "separate"
    """The rule of the peak."""
    registry: Registry | None = field(default=None, hash=False, repr=False)
    """The layers that there are; those built in and those of installed packages where it is None."""

    def __post_init__(self) -> None:
        for name, judge in JUDGES.items():
            judge(getattr(self, name))
        for name in ("inputs", "settings"):  # the caller may change what it holds
            if isinstance(held := getattr(self, name), Mapping):
                object.__setattr__(self, name, dict(held))

    @classmethod
    def of(cls, **options: Unpack[SetupOptions]) -> Self:
        """The setup that the keyword arguments of a call ask for.

        >>> Setup.of(setup=Setup(batch=8, flops="full"), batch=2)
        Setup(variant=None, batch=2, dtype='float32', inputs={}, settings={}, flops='full', memory='separate')
        """
        stated: dict[str, Any] = {**options}
        base = stated.pop("setup", None)
        return cls(**stated) if base is None else replace(base, **stated)

    @property
    def item(self) -> int:
        """Bytes of one element."""
        return itemsize(self.dtype)

    @property
    def convention(self) -> Convention:
        """The convention of FLOPs."""
        return convention(self.flops)

    @property
    def counting(self) -> dict[str, Any]:
        """The fields that say how a net is counted, whichever it is."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _NET}

    @property
    def net(self) -> dict[str, Any]:
        """The fields that say which net is built."""
        return {name: getattr(self, name) for name in _NET}

    @property
    def stated(self) -> dict[str, Any]:
        """The fields that are not as by default."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in held.items() if value != getattr(PLAIN, name)}

    def inputs_of(self, spec: Spec) -> Inputs:
        """The sizes that inputs of a spec are given."""
        return self.inputs if isinstance(self.inputs, Mapping) else self.inputs(spec)

    def on(self, spec: Spec) -> Self:
        """The same where the inputs are those of a spec."""
        return self if isinstance(self.inputs, Mapping) else replace(self, inputs=self.inputs_of(spec))

    def turned(self, spec: Spec, knobs: Mapping[str, Any]) -> Self:
        """The same with other values of some knobs, see `cnnshape.spec.knobs`, which may be open numbers."""
        from cnnshape.spec.knobs import Knobs

        return replace(self, **Knobs.of(spec).options(knobs, self.batch, self.settings, self.inputs_of(spec)))

    def build(self, source: Source) -> Graph:
        """The graph of a spec; raises what `cnnshape.build` raises."""
        spec = load(source)
        return build(spec, **self.on(spec).net)


PLAIN: Final = Setup()
"""The net as its spec states it: a batch of one, float32."""
