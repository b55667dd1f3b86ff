"""Which tests can see a mutant of which module, the fast ones first."""

import ast
from pathlib import Path

from tests.mutation.child import Stage

LAYERS, ANALYSIS = Path("cnnshape/layers"), Path("cnnshape/analysis")
ORACLE = [
    f"tests/oracle/test_{name}.py"
    for name in ("defaults", "differential", "three_arithmetics", "brute_force", "reads", "metamorphic")
]
WORKED = ["tests/layers/test_worked.py"]
SHARED = ["tests/layers", "tests/graph/test_build.py", "tests/spec/test_messages.py"]


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


def stages(path: Path, line: int) -> list[Stage]:
    """What to run for a mutant of this line, in turn until something fails."""
    room = path.parts[1]
    if room == ANALYSIS.name:
        return _analysis(path)
    if room != LAYERS.name:
        return _elsewhere(path, room)
    table = families()
    own = users(path.stem) & set(table)
    completeness = ["tests/oracle/test_completeness.py"]
    if path.stem in table:
        ops = concerned(path, line) & set(table[path.stem])
        others = [f"tests/layers/test_{family}.py" for family in sorted(own - {path.stem})]
        few = few_of({family: table[family] for family in own - {path.stem}}) | ops
        first = [f"tests/layers/test_{path.stem}.py", str(path), *others, "tests/layers/test_base.py"]
        return [(WORKED, ops), (first, None), (WORKED, None), (completeness, ops), (ORACLE, few)]
    few = few_of({family: table[family] for family in own})
    own_tests = [str(test) for test in Path("tests/layers").glob(f"test_{path.stem}.py")]
    return [([*own_tests, *SHARED, str(path)], None), (["tests/analysis"], None), (completeness, few), (ORACLE, few)]


def few_of(table: dict[str, list[str]]) -> frozenset[str]:
    """One op of each family, and the last of small selections too: two numbers of axes."""
    ends = [ops[:1] if len(table) > 6 else [ops[0], ops[-1]] for ops in table.values()]
    return frozenset(op for ops in ends for op in ops)


def concerned(path: Path, line: int) -> frozenset[str]:
    """The classes that a line matters to: the one it stands in and those derived from it; all, outside of a class."""
    kinds = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    found = {kind.name for kind in kinds if _start(kind) <= line <= (kind.end_lineno or 0)}
    if not found:
        return frozenset(kind.name for kind in kinds)
    for kind in kinds:  # in a file, a base stands before what is derived from it
        if {ast.unparse(base) for base in kind.bases} & found:
            found.add(kind.name)
    return frozenset(found)


def _start(kind: ast.ClassDef) -> int:
    return min([kind.lineno, *(decorator.lineno for decorator in kind.decorator_list)])


def _analysis(path: Path) -> list[Stage]:
    """The tests named after the module, then those of the package, then whole nets."""
    named = sorted(str(test) for test in Path("tests/analysis").glob(f"test_{path.stem}*.py"))
    quick = [f"tests/analysis/test_{name}.py" for name in ("records", "memory")]
    whole = ["tests/oracle/test_random_graphs.py", "tests/oracle/test_metamorphic.py"]
    return [
        (list(dict.fromkeys([*named, *quick, str(path)])), None),
        (["tests/analysis", "tests/render", "tests/graph/test_build.py"], None),
        (whole, frozenset()),
    ]


WIDER = {
    "core": ["tests/layers", "tests/spec/test_messages.py", "tests/symbolic"],
    "symbolic": [
        "tests/oracle/test_three_arithmetics.py",
        "tests/commands/formula",
        "tests/commands/sweep/test_sweep.py",
    ],
    "spec": [
        "tests/graph/test_build.py",
        "tests/graph/hints",
        "tests/commands/schema",
        "tests/commands/check/test_check.py",
    ],
    "graph": ["tests/spec", "tests/analysis/test_outputs.py", "tests/commands/formula"],
    "render": ["tests/commands/report", "tests/commands/explain", "tests/commands/compare/test_render.py"],
    "cli": ["tests/commands/report", "tests/commands/sweep/test_cli.py", "tests/commands/check/test_cli.py"],
    "interop": [
        "tests/oracle/test_differential.py",
        "tests/commands/diff/test_git.py",
        "tests/commands/check/test_base.py",
    ],
    "commands": ["tests/render", "tests/cli"],
}
"""By room: tests of other rooms that use what is in it."""


def _elsewhere(path: Path, room: str) -> list[Stage]:
    """The tests of the room or of the command, those named after the module first, then what uses it."""
    own = Path("tests", *path.parts[1:-1])
    while not own.is_dir():
        own = own.parent
    own = Path("tests/commands", path.parts[2]) if room == "commands" else own
    named = sorted(str(test) for test in Path("tests", room).rglob(f"test_{path.stem}*.py"))
    return [([*named, str(path), str(own)], None), (WIDER[room], None)]
