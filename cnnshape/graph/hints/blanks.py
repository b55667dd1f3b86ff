"""The blanks in the forms of the tables, and names for the layers that they propose."""

import re

from cnnshape.graph.hints.flow import flow


def spelled(form: str, axes: int, x: tuple[int, ...]) -> str:
    """A form for this many spatial axes; ``x`` is the shape of the input, empty where it is not known.

    >>> spelled("{op: Mean, dim: @}", 2, ()), spelled("{op: LayerNorm, normalized_shape: $last}", 1, (1, 7, 16))
    ('{op: Mean, dim: [2, 3]}', '{op: LayerNorm, normalized_shape: 16}')
    """
    n, rank = axes, len(x) or axes + 2
    words = {
        "@": flow(list(range(2, n + 2)) if rank > 2 else [1]),
        "$linear": {1: "linear", 2: "bilinear", 3: "trilinear"}[n],
        "$last": str(x[-1]) if x else "64",
        "$channels": str(x[1]) if len(x) > 1 else "64",
        "$ones": flow([1, 2, *[1] * (rank - 2)][:rank]),
        "$tolast": flow([0, *range(2, rank), 1]),
        "$tofirst": flow([0, rank - 1, *range(1, rank - 1)]),
        "#d": f"{n}d",
    }
    for word in sorted(words, key=len, reverse=True):
        form = form.replace(word, words[word])
    return form


def named(op: str) -> str:
    """A name for a layer of this op.

    >>> named("Conv2d"), named("Linear")
    ('conv', 'fc')
    """
    return {"Linear": "fc"}.get(op) or re.sub(r"[123]d$|[^A-Za-z]", "", op).lower()
