"""What is meant by a text that YAML has cut at a comma, or takes for keys."""

import re

from cnnshape.graph.hints.calls import of_call, of_flow
from cnnshape.graph.hints.variables import as_list


def begins(text: str) -> str:
    """What to write for what a text begins with; empty where nothing is known.

    >>> begins("(3, 3), padding: 1}"), begins("{op: Conv2d, 3, 8, 3}")
    ('write a list: `[3, 3]`', '{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}')
    >>> begins("nn.Conv2d(3, 8, kernel_size=(3, 3)), b: ReLU}")
    'write `{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: [3, 3]}`'
    """
    if text.startswith("{"):
        return of_flow(text)
    match = re.match(r"[A-Za-z_.0-9]*\((?:[^()]|\([^()]*\))*\)", text)
    if match is None:
        return ""
    entry = of_call(match[0])
    return f"write `{entry}`" if entry else as_list(match[0])
