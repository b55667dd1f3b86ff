"""The cut of the package, as executable sentences: who may import whom, what stays cheap, what formulas may not say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import is_size
from cnnshape.layers.registry import layer_type

PACKAGE = Path(__file__).parents[1] / "cnnshape"

# Rooms from the ground up; a module imports from its own room and from those below it.
ROOMS = ("core", "symbolic", "layers", "spec", "graph", "analysis", "render", "cli", "interop", "commands", "testing")
ROOT = {"__init__.py", "__main__.py", "py.typed"}
HEAVY = ("torch", "numpy", "sympy", "networkx", "onnx", "pandas", "pyarrow", "matplotlib")


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    return ".".join(("cnnshape", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def _is_moved(path: Path) -> bool:
    """Whether a file only hands on an old import path."""
    return path.read_text().startswith('"""Moved: see ')


def _imports(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports at any time, but for types alone."""
    tree = ast.parse(path.read_text())
    for_types = {id(each) for node in ast.walk(tree) if _is_for_types(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and id(node) not in for_types
            and (node.module or "").startswith("cnnshape")
        ):
            yield from {
                inner if inner in NAMES else str(node.module)
                for inner in [f"{node.module}.{alias.name}" for alias in node.names]
            }


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


MODULES = [path for path in _modules() if not _is_moved(path)]
NAMES = {_name(path) for path in MODULES}
IMPORTS = {_name(path): sorted(_imports(path)) for path in MODULES}


def test_the_root_has_a_folder_for_each_room() -> None:
    entries = {path for path in PACKAGE.iterdir() if path.name not in ROOT | {"__pycache__"}}
    rooms = {path.name for path in entries if path.is_dir() and not _is_moved(path / "__init__.py")}
    assert rooms == {*ROOMS}
    assert all(_is_moved(path) for path in entries if path.is_file())


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_to_the_ground(room: str) -> None:
    below = tuple(f"cnnshape.{name}" for name in ROOMS[: ROOMS.index(room) + 1])
    mine = [name for name in NAMES if name.startswith(f"cnnshape.{room}")]
    assert [(name, found) for name in mine for found in IMPORTS[name] if not found.startswith(below)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    ends = {name: {found for found in IMPORTS[name] if found != name} for name in NAMES}
    assert list(TopologicalSorter(ends).static_order())


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=_name)
def test_every_room_says_what_it_is_for(path: Path) -> None:
    assert len(ast.get_docstring(ast.parse(path.read_text())) or "") > 20


def _loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after some code."""
    script = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


ANALYSE = """
import cnnshape
layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}, "bn": "BatchNorm2d", "relu": "ReLU"}
analysis = cnnshape.analyze({"cnnshape": 1, "input": [3, 8, 8], "layers": layers})
analysis.total.macs, analysis.peak_memory, analysis.fields, analysis.depth
"""


def test_an_analysis_loads_nothing_heavy() -> None:
    assert _loaded(ANALYSE).isdisjoint(HEAVY)


def test_the_check_for_heavy_modules_would_notice() -> None:
    assert "networkx" in _loaded(ANALYSE + "analysis.graph.to_networkx()")


def test_a_check_loads_nothing_heavy() -> None:
    net = ANALYSE.partition("analysis")[0] + "net = {'cnnshape': 1, 'input': [3, 8, 8], 'layers': layers}"
    check = 'cnnshape.check(net, rules=[{"metric": key, "max": "1 G"} for key in ("macs", "params")])'
    assert _loaded(f"{net}\n{check}").isdisjoint(HEAVY)


AROUND = ("__init__", "facts", "fields", "index_maps", "pieces", "plugins", "registry", "symbolic_fields")
"""Modules of the room that hold no formula of a layer."""


def _layer_trees() -> list[tuple[str, ast.Module]]:
    files = sorted((PACKAGE / "layers").glob("*.py"))
    return [(path.name, ast.parse(path.read_text())) for path in files if path.stem not in AROUND]


@pytest.mark.parametrize(("name", "tree"), _layer_trees(), ids=[name for name, _ in _layer_trees()])
def test_formulas_are_polymorphic(name: str, tree: ast.Module) -> None:
    assert list(_unpolymorphic(tree)) == []


def _unpolymorphic(tree: ast.Module) -> Iterator[str]:
    """What runs on ints and not on arrays or symbols: division, floats, builtins that compare, branches on sizes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield f"line {node.lineno}: / is not exact"
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called in ("min", "max", "round", "float", "abs", "int", "divmod"):
            yield f"{ast.unparse(node)}: {called}() runs on ints only"
        if isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node):
            yield f"line {node.lineno}: math runs on ints only"
    for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for function in (node for node in kind.body if isinstance(node, ast.FunctionDef)):
            yield from _branches(function)


def _branches(function: ast.FunctionDef) -> Iterator[str]:
    """Tests of a branch that name a size: an unpacked axis of an input, or a field that holds amounts."""
    sizes = _size_names(function)
    for node in ast.walk(function):
        tests: list[ast.expr] = []
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            tests = [node.test]
        elif isinstance(node, ast.comprehension):
            tests = node.ifs
        for test in tests:
            for part in _values(test):
                text = ast.unparse(part)
                if text in sizes or text.removeprefix("self.") in SIZE_FIELDS:
                    yield f"line {test.lineno}: a branch on the size {text}"


def _values(test: ast.expr) -> Iterator[ast.expr]:
    """The names that a test looks into; `is None`, `len(x)`, `isinstance` and comparison with a text are modes."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _values(value)
    elif isinstance(test, ast.UnaryOp):
        yield from _values(test.operand)
    elif isinstance(test, ast.Compare):
        modes = any(isinstance(op, ast.Is | ast.IsNot) for op in test.ops)
        modes |= any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in test.comparators)
        if not modes:
            for part in (test.left, *test.comparators):
                yield from _values(part)
    elif isinstance(test, ast.Name | ast.Attribute | ast.Subscript):
        yield test


def _size_names(function: ast.FunctionDef) -> set[str]:
    """Names that hold axes of an input in one function: what is unpacked from an argument."""
    arguments = {argument.arg for argument in function.args.args if argument.arg != "self"}
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in arguments:
            for target in node.targets:
                found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    starred = {
        part.value.id
        for node in ast.walk(function)
        for part in ast.walk(node)
        if isinstance(part, ast.Starred) and isinstance(part.value, ast.Name)
    }
    return found - starred - arguments


def _size_fields() -> set[str]:
    kinds: list[type[Layer]] = [layer_type(op, BUILTIN) for op in BUILTIN]
    fields = {(name, is_size(field)) for kind in kinds for name, field in kind.model_fields.items()}
    return {name for name, size in fields if size} - {name for name, size in fields if not size}


SIZE_FIELDS = _size_fields()


@pytest.mark.parametrize(
    "line",
    [
        "return x[1] / 2",
        "return max(x[1], 2)",
        "n, c = x\n        if c > 2: return 1",
        "n, c = x\n        return 1 if c else 2",
        "if self.out_channels > 3: return 1",
        "import math",
    ],
)
def test_the_check_for_polymorphic_formulas_bites(line: str) -> None:
    source = f"class Conv:\n    def output(self, x):\n        {line}\n"
    assert list(_unpolymorphic(ast.parse(source)))


def test_classes_are_abstract_or_final() -> None:
    for op in BUILTIN:
        kind = layer_type(op, BUILTIN)
        assert getattr(kind, "__final__", False), f"{op} is not final"
        assert kind.__name__ == op


def test_a_fact_with_a_body_is_not_overridden() -> None:
    facts = ("output", "ops", "taps", "weights", "buffers", "needs", "indices")
    for op in BUILTIN:
        bodies = layer_type(op, BUILTIN).__mro__
        for fact in facts:
            owners = [kind.__name__ for kind in bodies if fact in vars(kind) and kind is not Layer]
            assert len(owners) <= 1, f"{op}.{fact} stands in {owners}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
