"""Frozen records that declare their fields as annotations.  Imports nothing of ours.

What a dataclass would be, without writing methods for every class when it is made: for the layers and reaches that one
report imports, that takes a tenth of its cold start.
"""

from inspect import get_annotations
from typing import Any, ClassVar, get_origin

from typing_extensions import override


class Record:
    """Equal to another of the same class with the same values; how the values come in is left to `__init__`."""

    annotations: ClassVar[dict[str, Any]] = {}
    """``{field: annotation}`` of this class and those it derives from."""
    defaults: ClassVar[dict[str, Any]] = {}
    """``{field: default}`` of the fields that have one."""

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        declared: dict[str, Any] = get_annotations(cls)
        own = {name: kind for name, kind in declared.items() if "ClassVar" not in str(get_origin(kind))}
        cls.annotations = cls.annotations | own
        cls.defaults = cls.defaults | {name: cls.__dict__[name] for name in own if name in cls.__dict__}

    @override
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: cannot set {name}")

    @override
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    @override
    def __hash__(self) -> int:
        return hash((type(self), *map(self.__dict__.get, self.annotations)))

    @override
    def __repr__(self) -> str:
        said = {k: v for k, v in self.__dict__.items() if k not in self.defaults or self.defaults[k] != v}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in said.items())})"
