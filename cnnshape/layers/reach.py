"""How one output axis reads one input axis: what `index_maps` and `pieces` are made of."""

from abc import ABC, abstractmethod
from inspect import get_annotations
from typing import Any, ClassVar, Literal, Self, dataclass_transform

from typing_extensions import override

from cnnshape.core.dims import Open, settled

Outside = Literal["zeros", "reflect", "replicate", "circular"]
Taps = tuple[int, int, int]

NOTHING: Taps = (0, -1, 1)


@dataclass_transform(frozen_default=True)
class Reach(ABC):
    """How one output axis reads one input axis.

    A frozen dataclass, but for the methods of each class: writing these would be a tenth of a cold report.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = [name for name, kind in get_annotations(cls).items() if "ClassVar" not in str(kind)]
        cls._names = (*cls._names, *own)
        cls._defaults = cls._defaults | {name: vars(cls)[name] for name in cls._names if name in vars(cls)}

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(self._defaults)
        self.__dict__.update(zip(self._names, values, strict=False), **named)

    @override
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: cannot set {name}")

    @override
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    @override
    def __hash__(self) -> int:
        return hash((type(self), *map(self.__dict__.get, self._names)))

    @override
    def __repr__(self) -> str:
        said = {k: v for k, v in self.__dict__.items() if k not in self._defaults or self._defaults[k] != v}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in said.items())})"

    def known(self) -> Self:
        """Itself with numbers that are known: the position of pixels depends on their values."""
        values = self.__dict__
        for value in values.values():
            if isinstance(value, Open):
                return type(self)(**{name: settled(value) for name, value in values.items()})
        return self

    @property
    def outside(self) -> Outside:
        """What an index outside the image reads."""
        return "zeros"

    @property
    @abstractmethod
    def period(self) -> tuple[int, int]:
        """``(P, Q)``: P outputs further on, everything is read Q indices further on; Q = 0 reads the same for all."""

    @abstractmethod
    def taps(self, y: int) -> Taps:
        """First and last index that output ``y`` reads, unclipped, and the step between."""
