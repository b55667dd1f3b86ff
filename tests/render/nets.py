"""The three nets of the golden files, and a graph whose names are hostile to every format."""

from functools import cache

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers.activation import ReLU
from cnnshape.layers.conv import Conv2d
from cnnshape.layers.facts import derive
from tests.golden_files import GOLDEN

NETS = ("chain", "branches", "volume")
ALL = (*NETS, "hostile")


@cache
def analysed(name: str) -> Analysis:
    return hostile() if name == "hostile" else cnnshape.analyze(GOLDEN / f"{name}.yaml")


HOSTILE = (
    "a|b",
    "<script>alert('x')</script>",
    "``code`` `",
    "line\nbreak",
    "*bold* _it_ [a](b)",
    "\x1b[31mred",
    '"quoted", =1+1',
    "&amp;",
    "网络层",
    "`",
)


@cache
def hostile() -> Analysis:
    """A chain whose layers, input and net have names that no spec can give but a graph made by hand can."""
    nodes = []
    shape = (1, 2, 8, 8)
    for value, path in enumerate(HOSTILE):
        layer = ReLU() if value % 2 else Conv2d(out_channels=2, kernel_size=1)
        facts = derive(layer, (shape,))
        nodes.append(Node(path, f"Op|{path}", facts, (value,)))
        shape = facts.output
    graph = Graph("<b>|`net`|</b>\n", {"in|put\n<i>": (1, 2, 8, 8)}, tuple(nodes), (len(nodes),))
    return cnnshape.analyze(graph)
