"""Which tests can see a mutant of which module, the fast ones first."""

import ast
from pathlib import Path

from tests.mutation.child import Stage

LAYERS, ANALYSIS = Path("cnnshape/layers"), Path("cnnshape/analysis")
ORACLE = [
    f"tests/oracle/test_{name}.py"
    for name in ("completeness", "differential", "three_arithmetics", "brute_force", "reads", "metamorphic")
]
SHARED = ["tests/layers", "tests/test_registry.py", "tests/test_build.py", "tests/test_messages.py"]


def families() -> dict[str, list[str]]:
    """The ops of each module of layers, read from the table without importing it."""
    tree = ast.parse((LAYERS / "__init__.py").read_text())
    table = next(node for node in tree.body if isinstance(node, ast.AnnAssign))
    assert table.value is not None
    return {module: ops.split() for module, ops in ast.literal_eval(table.value).items()}


def users(module: str) -> set[str]:
    """The modules of layers that import one, whatever the number of steps between, and itself."""
    reads = {path.stem: _imported(path) for path in LAYERS.glob("*.py")}
    found = {module}
    while more := {name for name, others in reads.items() if others & found} - found:
        found |= more
    return found


def _imported(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    names = {node.module for node in nodes if node.module}
    return {name.rpartition(".")[2] for name in names if name.startswith("cnnshape.layers.")}


def stages(path: Path) -> list[Stage]:
    """What to run for a mutant of this module, in turn until something fails."""
    if path.parent == ANALYSIS:
        return _analysis(path)
    ops = families()
    own = users(path.stem) & set(ops)
    if path.stem in ops:
        others = [f"tests/layers/test_{family}.py" for family in sorted(own - {path.stem})]
        return [([f"tests/layers/test_{path.stem}.py", str(path), *others], None), (ORACLE, _all(ops, own))]
    few = frozenset(ops[family][0] for family in own)  # of a base of many families: one op of each, then all
    later: list[Stage] = [(ORACLE, few)]
    if len(own) < len(ops) // 2:
        later = [(ORACLE, _all(ops, own))]
    return [([*SHARED, str(path)], None), *later]


def _all(ops: dict[str, list[str]], own: set[str]) -> frozenset[str]:
    return frozenset(op for family in own for op in ops[family])


def _analysis(path: Path) -> list[Stage]:
    named = sorted(str(test) for test in Path("tests/analysis").glob(f"test_{path.stem}*.py"))
    quick = ["tests/analysis/test_records.py", "tests/analysis/test_memory.py", "tests/test_build.py"]
    quick = [test for test in quick if Path(test).exists()]
    return [
        ([*named, *quick], None),
        (["tests/analysis", "tests/render", str(path)], None),
        (["tests/oracle/test_random_graphs.py", "tests/oracle/test_metamorphic.py", "tests/cli"], frozenset()),
    ]
