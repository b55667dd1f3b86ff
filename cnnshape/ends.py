"""What a net puts out, and which of its layers reach an output."""

from cnnshape.assembly import Assembly
from cnnshape.errors import Problem, did_you_mean
from cnnshape.graph import Node
from cnnshape.scope import Scope
from cnnshape.spec import Spec
from cnnshape.yamlfile.scalars import printable


def outputs(spec: Spec, scope: Scope, assembly: Assembly) -> tuple[int, ...]:
    """The values that the net puts out; the last layer where the spec does not say."""
    found = [] if spec.outputs else [scope.before]
    named: set[str] = set()
    for place, name in enumerate(spec.outputs):
        problem = None
        if not scope.has(name):
            problem = Problem(f"there is no layer `{printable(name)}`", hint=did_you_mean(name, scope.values))
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
    live = set(found)
    first, nodes = assembly.first, assembly.nodes
    for value in range(first + len(nodes) - 1, first - 1, -1):
        if value in live:
            live.update(nodes[value - first].sources)
    marked = [node if value in live else node._replace(live=False) for value, node in enumerate(nodes, first)]
    named = set(spec.unused)
    dead = [node for node in marked if not node.live]
    if not dead and not named:
        return tuple(marked)
    hint = "name it in `outputs`, or in `unused` where it is meant to be left aside"
    for node in {node.top: node for node in reversed(dead) if named.isdisjoint(_above(node.path))}.values():
        source, at = node.used_at[-1] if node.used_at else (node.source, node.at)
        what = "the layer" if node.top == node.path else f"`{node.path}` in it"
        assembly.problems.say((Problem(f"{what} reaches no output", hint=hint),), source, at, node.top)
    aside = {path for node in dead for path in _above(node.path)}
    working = {path for node in marked if node.live for path in _above(node.path)}
    for place, name in enumerate(spec.unused):
        if assembly.problems.enough:
            break
        text = f"`{name}` reaches an output and is not unused" if name in working else ""
        if name not in spec.layers and name not in working and name not in aside:
            text, hint = f"there is no layer `{printable(name)}`", did_you_mean(name, spec.layers)
        if text and name not in aside:
            assembly.problems.say(
                (Problem(text, hint="" if name in working else hint),), spec.source, ("unused", place)
            )
    return tuple(marked)


def _above(path: str) -> set[str]:
    """A path and those of the blocks that it stands in.

    >>> sorted(_above("aux.0.conv"))
    ['aux', 'aux.0', 'aux.0.conv']
    """
    parts = path.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
