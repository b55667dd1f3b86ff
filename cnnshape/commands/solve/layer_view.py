"""How the settings of a layer that give what is asked for show themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cnnshape.commands.solve.table import choices
from cnnshape.commands.solve.view import Options
from cnnshape.core.bounds import worded
from cnnshape.core.text import shown
from cnnshape.render.document import (
    Block,
    Code,
    Document,
    Heading,
    Paragraph,
    Section,
    Table,
    Text,
    listed,
    spans,
    table_of,
)  # fmt: skip
from cnnshape.render.formats import SCHEMA, View

if TYPE_CHECKING:
    from cnnshape.commands.solve import layout
    from cnnshape.commands.solve.layer import Choice, Choices

_MOST: Final = 20  # settings that a person is shown


def _document(answer: "Choices", _: Options) -> Document:
    wanted = [f"an output of {_sizes(answer.output)}"] if answer.output else []
    wanted += [f"a receptive field of {answer.receptive_field:,}"] if answer.receptive_field is not None else []
    tried = listed([[Code(name), f" {_tried(values)}"] for name, values in answer.tried.items()])
    count = len(answer.found)
    settings = f"{count:,} setting{'s' if count != 1 else ''}" if count else "no setting"
    given = f" give{'s' if count < 2 else ''} {' and '.join(wanted)}"
    rest: Text = [Code(answer.path), f" ({answer.op}): {settings} of ", *spans(tried), given]
    heading = Heading(Code(answer.net), rest)
    if answer.found or not answer.nearest:
        return [heading, *_rows(answer.found)]
    return [heading, Section("nearest", _rows(answer.nearest))]


def _rows(choices: "Sequence[Choice]") -> list[Block]:
    """The first settings, and how many more there are."""
    found: list[Block] = [_table(choices)] if choices else []
    more = len(choices) - _MOST
    return [*found, Paragraph(f"and {more:,} more")] if more > 0 else found


def _table(choices: "Sequence[Choice]") -> Table:
    seen = any(each.receptive_field is not None for each in choices)
    header = [*choices[0].fields, "output", *(["receptive field"] if seen else [])]
    cells = [
        [*map(str, each.fields.values()), _sizes(each.output), *([_field(each)] if seen else [])]
        for each in choices[:_MOST]
    ]
    return table_of(header, cells, [True] * len(header))


def _field(choice: "Choice") -> str:
    return "" if choice.receptive_field is None else worded(f"{choice.receptive_field:,}", choice.bound)


def _sizes(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))


def _tried(values: Sequence[int]) -> str:
    """The values of a field that were tried, in short.

    >>> _tried((1, 2, 3)), _tried(tuple(range(25)))
    ('1, 2, 3', '0 to 24')
    """
    whole = len(values) > 4 and list(values) == list(range(values[0], values[-1] + 1))
    return f"{values[0]} to {values[-1]}" if whole else ", ".join(map(shown, values))


def _choice(choice: "Choice") -> "layout.Choice":
    return {
        "fields": dict(choice.fields),
        "output": list(choice.output),
        "receptive_field": choice.receptive_field,
        "bound": choice.bound,
    }


def _data(answer: "Choices", _: Options) -> "layout.Choices":
    """Everything of an answer, with exact figures."""
    return {
        "schema": SCHEMA,
        "net": answer.net,
        "layer": answer.path,
        "op": answer.op,
        "output": None if answer.output is None else list(answer.output),
        "receptive_field": answer.receptive_field,
        "tried": {name: list(values) for name, values in answer.tried.items()},
        "found": list(map(_choice, answer.found)),
        "nearest": list(map(_choice, answer.nearest)),
    }


VIEW: Final = View(_document, _data, choices, options=Options)
