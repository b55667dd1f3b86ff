"""What is noticed about a net: it runs, and is not what its author takes it for, or not all of it is needed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.core.errors import Problem
from cnnshape.core.text import quoted
from cnnshape.graph.graph import Node

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Merge
    from cnnshape.analysis.result import Analysis


class Finding(NamedTuple):
    """Something that a reader should look at."""

    id: str
    """One of `cnnshape.core.ids.WARNINGS`."""
    problem: Problem

    @property
    def text(self) -> str:
        """One line; names stand in backticks."""
        subject = f"{quoted(self.problem.path)}: " if self.problem.path else ""
        advice = f"; {self.problem.hint}" if self.problem.hint else ""
        return f"{subject}{self.problem.text}{advice}"


def findings(analysis: "Analysis") -> tuple[Finding, ...]:
    """Misaligned merges, mixed samples, and what is not used, unless the spec ignores it."""
    graph = analysis.graph
    found = [Finding("misaligned-merge", problem) for _, problem in _misaligned(analysis)]
    mixed = [each for each in analysis.mixed_batches if "mixed-samples" not in analysis[each.path].node.ignore]
    found += [Finding("mixed-samples", problem) for problem in mixed]
    found += map(_unused, _dead(analysis).items())
    return (*found, *(Finding(problem.id, problem) for problem in graph.notes if problem.id not in graph.ignore))


def _dead(analysis: "Analysis") -> dict[str, list[Node]]:
    """The layers that reach no output, by what stands at the top of the file."""
    found: dict[str, list[Node]] = {}
    for node in analysis.graph.nodes:
        if not node.live and "unused-layer" not in node.ignore:
            found.setdefault(node.top, []).append(node)
    return found


def _unused(pair: tuple[str, list[Node]]) -> Finding:
    top, nodes = pair
    one, first = len(nodes) == 1, nodes[0]
    subject = "the layer reaches no output; its" if one else f"{len(nodes)} layers reach no output; their"
    text = f"{subject} parameters count, {'its' if one else 'their'} work and memory do not"
    source, at = first.used_at[-1] if first.used_at else (first.source, first.at)
    return Finding("unused-layer", Problem(text, first.path if one else top, source.file, source.mark(at, key=True)))


def _misaligned(analysis: "Analysis") -> "list[tuple[Merge, Problem]]":
    """One problem for each merge; axes and inputs that are off by the same are said once."""
    graph = analysis.graph
    found: dict[tuple[Any, ...], list[Merge]] = {}
    for merge in analysis.misaligned:
        if "misaligned-merge" in analysis[merge.path].node.ignore:
            continue
        found.setdefault((merge.path, merge.kind, merge.offset), []).append(merge)
    problems = []
    for (path, *_), merges in found.items():
        text = merges[0].sentence
        if len({merge.axis for merge in merges}) > 1:
            text += ", on the other axes alike"
        if len(graph.inputs) > 1:
            names = dict.fromkeys(quoted(merge.input) for merge in merges)
            text += f" (of {' and '.join(names)})"
        problems.append((merges[0], Problem(text, path, graph.file, graph.mark(analysis[path].node))))
    return problems


def brief(analysis: "Analysis") -> list[Finding]:
    """The findings for people: of misaligned merges one of each kind, the largest, with their number."""
    others = [finding for finding in analysis.findings if finding.id != "misaligned-merge"]
    return [*_largest(analysis), *others]


def _largest(analysis: "Analysis") -> Iterator[Finding]:
    """The merge that is off the most, of those that drift and of those that are offset."""
    found = _misaligned(analysis)
    for kind, what in (("jump", "drifts"), ("centre", "offsets")):
        merges = [(abs(merge.offset), -place) for place, (merge, _) in enumerate(found) if merge.kind == kind]
        if merges:
            problem = found[-max(merges)[1]][1]
            more = f"; the largest of {len(merges):,} {what}, `--format json` lists all" if len(merges) > 1 else ""
            yield Finding("misaligned-merge", problem._replace(text=problem.text + more))
