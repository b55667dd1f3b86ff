"""What a net puts out, and which of its layers reach an output."""

from itertools import chain
from typing import Final

from cnnshape.core.errors import Problem, unknown
from cnnshape.core.text import printable
from cnnshape.graph.assembly import Assembly
from cnnshape.graph.graph import Node
from cnnshape.graph.scope import Scope
from cnnshape.spec.document import Spec
from cnnshape.spec.yaml.source import At, Source


def outputs(spec: Spec, scope: Scope, assembly: Assembly) -> tuple[int, ...]:
    """The values that the net puts out; the last layer where the spec does not say."""
    found = [] if spec.outputs else [scope.before]
    named: set[str] = set()
    for place, name in enumerate(spec.outputs):
        problem = None
        if not scope.has(name):
            problem = unknown(f"there is no layer `{printable(name)}`", name, scope.values)
        elif name in named:
            problem = Problem(f"`{name}` is named twice")
        else:
            found.append(scope.value(name))
        named.add(name)
        if problem:
            assembly.problems.say((problem,), spec.source, ("outputs", place))
        if assembly.problems.enough:
            break
    if any(value is not None and value < assembly.first for value in found):
        what = "an input is named as an output" if spec.outputs else "the last layer stands for an input"
        hint = "" if spec.outputs else "its `when` or `repeat` leaves it out; name another layer in `outputs`"
        assembly.problems.say((Problem(f"{what}: nothing is computed", hint=hint),), spec.source, ("outputs",))
    return tuple(dict.fromkeys([value for value in found if value is not None]))


def alive(spec: Spec, assembly: Assembly, found: tuple[int, ...]) -> tuple[Node, ...]:
    """The nodes, with those marked that reach no output; what each is part of is named in ``unused``."""
    first, nodes = assembly.first, assembly.nodes
    read = {*found, *chain.from_iterable([node.sources for node in nodes])}
    if not spec.unused and read.issuperset(range(first, first + len(nodes))):
        return tuple(nodes)  # each leads on to another, the last to an output
    live = set(found)
    for value in range(first + len(nodes) - 1, first - 1, -1):
        if value in live:
            live.update(nodes[value - first].sources)
    marked = [node if value in live else node._replace(live=False) for value, node in enumerate(nodes, first)]
    named = set(spec.unused)
    dead = [node for node in marked if not node.live]
    if not dead and not named:
        return tuple(marked)
    lost = [node for node in dead if named.isdisjoint(_above(node.path))]
    if lost:
        path = lost[0].top if len({node.top for node in lost}) == 1 else ""
        assembly.problems.say((_lost(spec, assembly, marked, lost, found),), *_place(lost[0]), path)
    aside = {path for node in dead for path in _above(node.path)}
    working = {path for node in marked if node.live for path in _above(node.path)}
    for place, name in enumerate(spec.unused):
        if assembly.problems.enough:
            break
        if name in aside:
            continue
        if name in working:
            problem = Problem(f"`{name}` reaches an output and is not unused")
        elif name in spec.layers:
            continue
        else:
            problem = unknown(f"there is no layer `{printable(name)}`", name, spec.layers)
        assembly.problems.say((problem,), spec.source, ("unused", place))
    return tuple(marked)


def _place(node: Node) -> tuple[Source, At]:
    """Where the net's own layers hold a node."""
    return node.used_at[-1] if node.used_at else (node.source, node.at)


def _lost(spec: Spec, assembly: Assembly, marked: list[Node], lost: list[Node], found: tuple[int, ...]) -> Problem:
    """All layers that reach no output, as one problem, with the line that settles it."""
    parts: dict[str, list[str]] = {}
    for node in lost:
        parts.setdefault(node.top, []).append(node.path)
    alive = {node.top for node in marked if node.live}
    names = [paths[0] if top in alive and len(paths) == 1 else top for top, paths in parts.items()]
    read = {assembly.names[source] for node in marked if not node.live for source in node.sources}
    ends = [node.path for node in lost if node.path not in read]
    what, these = f"{len(lost):,} layers reach no output: {_listed(names)}", "them"
    if len(names) == 1:
        (top,), these = parts, "it"
        inside = f"{_listed(parts[top])} in it {'reach' if len(lost) > 1 else 'reaches'}"
        what = f"{inside if names != [top] or top in alive else 'the layer reaches'} no output"
    hint = f"add `unused: [{', '.join([*spec.unused, *names])}]` to set {these} aside"
    if len(ends) <= _ENDS:
        outputs = [assembly.names[value] for value in found]
        hint += f", or `outputs: [{', '.join([*outputs, *ends])}]` to return {_listed(ends)}"
    return Problem(what, hint=hint, id="dead-layer")


_ENDS: Final = 3  # dead ends that a hint names as outputs
_NAMED: Final = 8  # layers that a sentence names


def _listed(paths: list[str]) -> str:
    """Some names, the first of many.

    >>> _listed(["a", "b", "c"]), _listed(["a"])
    ('`a`, `b` and `c`', '`a`')
    """
    shown = [f"`{path}`" for path in paths]
    if len(shown) > _NAMED:
        shown = [*shown[: _NAMED - 1], f"{len(shown) - _NAMED + 1:,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _above(path: str) -> set[str]:
    """A path and those of the blocks that it stands in.

    >>> sorted(_above("aux.0.conv"))
    ['aux', 'aux.0', 'aux.0.conv']
    """
    parts = path.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
