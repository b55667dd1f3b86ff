"""Ask the tools and write down what they say: ``python -m tests.oracle.measure_tools [--check]``.

It needs the extra `bench`.  ``tests/golden/tools.json`` then holds the versions, the totals of nets as a whole, and
those of single layers drawn at random, which together touch every rule of the tools' tables.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from packaging.version import Version

from cnnshape.analysis import analyze
from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from tests.golden_files import GOLDEN
from tests.oracle.tools import TOOLS, Refused, ask
from tests.places import ROOT
from tests.strategies.all import VALID
from tests.strategies.case import Case

FILE: Final = GOLDEN / "tools.json"
SHARED: Final = ("tests/oracle/recursive.yaml", "specs/seeds/lenet5.yaml")
DRAWN: Final = 200
FIRST: Final = 5
RARE: Final = (Case("GroupNorm", {"num_groups": 1}, ((1, 2, 1, 2, 1, 2),)),)
"""Cases that the strategies do not draw, or rarely."""


def nets() -> list[str]:
    """The specs that are asked about: the zoo, and nets that use a layer several times."""
    return [*SHARED, *(f"specs/zoo/{file.name}" for file in sorted((ROOT / "specs/zoo").glob("*.yaml")))]


def of_case(case: Case) -> Graph:
    """A net of one layer whose inputs are those of the case, batch first."""
    facts = derive(case.layer(), case.inputs)
    inputs = {f"x{place}": shape for place, shape in enumerate(case.inputs)}
    return Graph("case", inputs, (Node("layer", case.op, facts, tuple(range(len(inputs)))),), (len(inputs),))


def alone(case: Case) -> Case:
    """The case at a batch of one where it has one input: ptflops makes that itself, and takes no other."""
    return case if len(case.inputs) > 1 else case._replace(inputs=((1, *case.inputs[0][1:]),))


def asked_of(case: Case, tool: str) -> Graph | None:
    """The net that a tool is asked about; None where it cannot be asked, or where torch refuses the layer itself."""
    if not case.inputs or (tool == "ptflops" and len(case.inputs[0]) == 1):
        return None
    try:
        return of_case(alone(case) if tool == "ptflops" else case)
    except CnnshapeError:
        return None


def said(tool: str, graph: Graph) -> int | None:
    """What a tool says; None where it raises."""
    try:
        return ask(tool, graph)
    except Refused:
        return None


def _drawn(op: str) -> Iterator[Case]:
    cases: list[Case] = []
    quiet = settings(
        max_examples=DRAWN, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    quiet(given(VALID[op])(lambda case: cases.append(case)))()
    cases += [case for case in RARE if case.op == op]
    kept = {key(case): case for case in cases}
    yield from chosen(case for text, case in kept.items() if text)


def key(case: Case) -> str:
    """A case as JSON; empty where it holds what JSON has no word for, such as a fraction."""
    try:
        return json.dumps([case.fields, case.inputs])
    except TypeError:
        return ""


def chosen(cases: Iterable[Case]) -> Iterator[Case]:
    """The first few cases, and those for which a tool has reasons that no case before has together."""
    seen = set()
    for place, case in enumerate(cases):
        reasons = tuple(reasons_of(case, tool) for tool in TOOLS)
        if place < FIRST or reasons not in seen:
            seen.add(reasons)
            yield case


def reasons_of(case: Case, tool: str) -> tuple[str, ...]:
    """The reasons by which our table for a tool departs from the MACs."""
    graph = asked_of(case, tool)
    if graph is None:
        return ("not asked",)
    return tuple(f"{term.name} {term.amount != 0}" for term in CONVENTIONS[tool].terms(graph.nodes[0].facts))


def measured() -> dict[str, Any]:
    """Everything that the file holds."""
    totals = {}
    for name in nets():
        graph = analyze(str(ROOT / name)).graph
        totals[name] = {tool: said(tool, graph) for tool in TOOLS}
        print(name, totals[name], file=sys.stderr)
    layers: dict[str, list[Any]] = {}
    for op in BUILTIN:
        for case in _drawn(op):
            graphs = {tool: asked_of(case, tool) for tool in TOOLS}
            found = {tool: said(tool, graph) for tool, graph in graphs.items() if graph is not None}
            if found:
                layers.setdefault(op, []).append([case.fields, case.inputs, found])
    versions = {tool: str(Version(version(tool))) for tool in ("torch", *TOOLS)}
    return {"versions": versions, "nets": totals, "layers": layers}


def text(data: dict[str, Any]) -> str:
    """As JSON, a line for each net and each layer."""
    parts = [f'"versions": {json.dumps(data["versions"])}']
    nets = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in data["nets"].items()]
    parts.append('"nets": {\n' + ",\n".join(nets) + "\n}")
    layers = [
        f"{json.dumps(op)}: [\n" + ",\n".join(map(json.dumps, cases)) + "\n]" for op, cases in data["layers"].items()
    ]
    parts.append('"layers": {\n' + ",\n".join(layers) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    """Write the file, or say whether it is what the tools say today."""
    new = text(measured())
    if sys.argv[1:] == ["--check"]:
        return 0 if FILE.read_text(encoding="utf-8") == new else 1
    FILE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
