"""Mutants of modules, made by the operators of Cosmic Ray; it must be installed: the extra ``mutation``."""

import ast
import difflib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

Spot = tuple[int, int]


class Mutant(NamedTuple):
    """One change of one module: an operator of Cosmic Ray at one of the places where it applies."""

    path: Path
    operator: str
    occurrence: int
    line: int

    @property
    def module(self) -> str:
        """Its dotted name."""
        return ".".join(self.path.with_suffix("").parts)

    def source(self) -> str:
        """The whole module with the change."""
        return _changed(self)

    def diff(self) -> list[str]:
        """The lines that differ, as a unified diff shows them, without its head."""
        before, after = self.path.read_text().splitlines(), self.source().splitlines()
        lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))
        return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def tool() -> str:
    """The tool and its version."""
    return f"cosmic-ray {version('cosmic-ray')}"


@cache
def _changed(mutant: Mutant) -> str:
    mutating = import_module("cosmic_ray.mutating")
    return str(mutating.mutate_code(mutant.path.read_text(), _operators()[mutant.operator], mutant.occurrence))


@cache
def _operators() -> dict[str, Any]:
    """All operators that take no arguments of their own."""
    provider = import_module("cosmic_ray.operators.provider").OperatorProvider()
    kinds = {name: provider[name] for name in provider}
    return {name: kind() for name, kind in kinds.items() if not kind.arguments()}


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module, but for changes that no run can see: see `_static`."""
    trees = import_module("cosmic_ray.ast")
    source = path.read_text()
    tree, static = trees.get_ast(source), list(_static(ast.parse(source)))
    nodes = list(trees.ast_nodes(tree))
    for name, operator in _operators().items():
        spots = (spot for node in nodes for spot, _ in operator.mutation_positions(node))
        for occurrence, spot in enumerate(spots):
            if not any(first <= spot < last for first, last in static):
                yield Mutant(path, name, occurrence, spot[0])


def _static(tree: ast.Module) -> Iterator[tuple[Spot, Spot]]:
    """What is for the type checker only: annotations, ``if TYPE_CHECKING`` and the decorator ``override``."""
    for node in ast.walk(tree):
        found: list[ast.expr | ast.stmt | None] = []
        if isinstance(node, ast.FunctionDef):
            found = [node.returns, *(name for name in node.decorator_list if ast.unparse(name) == "override")]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found = [node.annotation]
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found = [node.test, *node.body]
        for part in found:
            if part is not None and part.end_lineno is not None and part.end_col_offset is not None:
                column = max(part.col_offset - 1, 0)  # a decorator begins at its @
                yield (part.lineno, column), (part.end_lineno, part.end_col_offset)
