"""What a spec says for nothing: variables and blocks that nothing names, inputs that nothing reads.

Such a net is right as it stands, but it is not what its author thinks, or no longer.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cnnshape.core.errors import Problem
from cnnshape.graph.graph import Node
from cnnshape.spec.document import Spec

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_EXPRESSIONS: Final = ("from", "shares")


def notes(spec: Spec, nodes: Iterable[Node]) -> tuple[Problem, ...]:
    """A problem for each thing that could be left out without a change; looked for in the text, variants and all."""
    found = []
    if spec.vars or spec.templates:
        named = set(_words([_entries(spec.layers), spec.inputs, spec.vars, spec.variants]))
        for name in spec.vars:
            if name not in named:
                problem = Problem(f"nothing uses the variable `{name}`", id="unused-variable")
                found.append(spec.placed(problem, ("vars", name), key=True))
        for block in spec.templates.values():
            named.update(_words([_entries(block.layers), block.vars]))
        for name, block in spec.templates.items():
            if name not in named and block.source is spec.source:
                found.append(
                    spec.placed(Problem(f"nothing calls the block `{name}`", id="unused-block"), block.at, key=True)
                )
    if len(spec.inputs) > 1:
        read = {source for node in nodes for source in node.sources}
        for number, name in enumerate(spec.inputs):
            if number not in read:
                problem = Problem(f"nothing reads the input `{name}`", id="unused-input")
                found.append(spec.placed(problem, ("inputs", name), key=True))
    return tuple(found)


def _entries(layers: dict[str, Any]) -> list[Any]:
    """What may hold expressions in the entries of layers."""
    return [
        entry if isinstance(entry, str) else [held for key, held in entry.items() if key not in _NO_EXPRESSIONS]
        for entry in layers.values()
    ]


def _words(value: Any) -> Iterator[str]:
    """All words in a value that may be names.

    >>> sorted(_words({"a": ["2 * width", 3], "b": "n"}))
    ['n', 'width']
    """
    if isinstance(value, str):
        yield from _WORD.findall(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _words(item)
