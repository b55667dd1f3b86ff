"""Fields with a schema written by hand, as layers of other packages had them in version 0.1.0; kept for one version.

Write ``Annotated[int, Field(ge=1), Takes("a whole number from 1 up")]`` instead.
"""

from typing import Any, Self

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import override

from cnnshape.layers.fields import Takes, least, takes

Schema = dict[str, Any]


class Core(Takes):
    """The schema of an annotation for pydantic's core, what it takes in words, and what an editor should accept."""

    schema: Schema
    edit: Schema

    @override
    def __new__(cls, schema: Schema, takes: str, edit: Schema | None = None, *, low: int | None = None) -> Self:
        found = super().__new__(cls, takes, low)
        found.schema, found.edit = schema, edit or schema
        return found

    @property
    def takes(self) -> str:
        """The words."""
        return self.words

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """The schema."""
        return self.schema

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        """What an editor should accept."""
        return handler(self.edit)


def core(annotation: Any) -> Core:
    """The schema of one annotation.

    >>> from cnnshape.layers.fields import Size
    >>> core(Size).takes
    'a whole number from 1 up'
    """
    schema = TypeAdapter(annotation, config=ConfigDict(strict=True, allow_inf_nan=False)).core_schema
    return Core(dict(schema), takes(annotation), low=least(annotation))
