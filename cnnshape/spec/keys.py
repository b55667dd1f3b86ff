"""Mappings of a file that have stated keys and no others: a spec, a block, a budget, a rule."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cnnshape.core.errors import SpecError
from cnnshape.layers.fields import Takes, as_tuple, field_problems

Named = dict[str, dict[str, Any]]
Anything = Annotated[Any, Takes("anything")]

WARNING_IDS: Final = "a list of ids of warnings, at least one"
"""What ``ignore`` takes, of a net and of an entry."""


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else as_tuple(value)


def one_or_more(words: str) -> Any:
    """The type of a key with one text or a list of them, at least one; kept as a tuple."""
    names = Annotated[tuple[str, ...], Field(min_length=1)]
    return Annotated[names, BeforeValidator(_listed, json_schema_input_type=str | names), Takes(words)]


class Keys(BaseModel):
    """Base of the mappings that a file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    @classmethod
    def read(cls, what: str, raw: Mapping[str, Any]) -> Self:
        """The mapping of a file; raises `SpecError` with all that is wrong with it, which is called ``what``."""
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            raise SpecError(*field_problems(what, cls, raw, error)) from None
