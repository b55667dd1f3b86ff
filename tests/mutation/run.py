"""How many small changes of the package the tests notice: ``python -m tests.mutation.run``.

A random sample of the mutants that Cosmic Ray's operators make is judged, one process each.  No file is changed: the
mutated text is put in place of the module when the child imports it.  What the children all need (torch, hypothesis,
pytest) is imported once; nothing of cnnshape may be.  A survivor is either equivalent, and `tests.mutation.survivors`
says why, or the tests lack something.
"""

import argparse
import json
import os
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from tests.mutation.child import judge
from tests.mutation.mutants import Mutant, mutants, tool
from tests.mutation.select import LAYERS, stages
from tests.mutation.survivors import reason

Row = dict[str, Any]

LIMIT = 60  # seconds of computing for one mutant; what takes longer counts as noticed
IMPORTED = ("torch", "torch.utils.flop_counter", "numpy", "sympy", "pandas", "networkx", "yaml", "jsonschema", "click")


def prepare(examples: int) -> None:
    """Import what the tests need, but for cnnshape, and register a profile that does not look for small examples."""
    for name in IMPORTED:
        import_module(name)
    import_module("torch").set_num_threads(1)
    phases = (Phase.explicit, Phase.generate)
    quiet = list(HealthCheck)
    settings.register_profile(
        "mutation",
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=quiet,
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    loaded = sorted(name for name in sys.modules if name.startswith("cnnshape"))
    assert not loaded, f"{loaded} would be shared by all mutants"


def population(rooms: list[str], only: str) -> dict[str, list[Mutant]]:
    """Every mutant of some folders of the package, by folder."""
    files = {room: sorted(Path("cnnshape", room).rglob("*.py")) for room in rooms}
    return {room: [m for path in paths if only in str(path) for m in mutants(path)] for room, paths in files.items()}


def shares(pools: dict[str, list[Mutant]], count: int) -> dict[str, int]:
    """How many of a sample are from each folder: as many as its part of all mutants."""
    total = sum(map(len, pools.values()))
    return {room: -(-count * len(pool) // total) for room, pool in pools.items()}


def sampled(pool: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """A random sample of the mutants that compile."""
    shuffled = random.Random(seed).sample(pool, len(pool))
    found: list[Mutant] = []
    for mutant in shuffled:
        if len(found) < count and _compiles(mutant):
            found.append(mutant)
    return sorted(found)


def _compiles(mutant: Mutant) -> bool:
    """Whether Python takes the text, and without a warning (of `is` with a literal)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(mutant.source(), str(mutant.path), "exec")
        except (SyntaxError, SyntaxWarning):
            return False
    return True


def judged(sample: list[Mutant], limit: int) -> Iterator[Row]:
    """A row per mutant."""
    for mutant in sample:
        path = str(mutant.path)
        verdict = judge(mutant.module, path, mutant.source(), stages(mutant.path, mutant.line), limit)
        row: Row = {**mutant._asdict(), "path": path, "diff": mutant.diff(), **verdict._asdict()}
        sys.stderr.write(f"{verdict.outcome} {verdict.seconds:.1f} s {path}:{mutant.line} {verdict.by}\n")
        if verdict.outcome == "survived":
            sys.stderr.write("\n".join(row["diff"]) + "\n")
        yield row


def confirm(rows: list[Row]) -> None:
    """Run every test that noticed something once more, nothing changed: it must pass."""
    path = LAYERS / "__init__.py"
    tests = sorted({row["by"] for row in rows if "::" in row["by"]})
    verdict = judge("cnnshape.layers", str(path), path.read_text(), [(tests, None)], 30 * LIMIT)
    assert verdict.outcome == "survived", f"unchanged, {verdict.outcome} by {verdict.by}"


def again(rows: list[Row], limit: int) -> Iterator[Row]:
    """The rows of an earlier run, those that survived judged anew; for tests that were added, sources as they were."""
    for row in rows:
        if row["outcome"] != "survived":
            yield row
            continue
        mutant = Mutant(Path(row["path"]), row["operator"], row["occurrence"], row["line"])
        assert mutant.diff() == row["diff"], f"{row['path']} is no longer what was mutated"
        yield from judged([mutant], limit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=410, help="mutants (default 410)")
    parser.add_argument("--rooms", nargs="+", default=["layers", "analysis"], help="folders (default layers analysis)")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"seconds of computing a mutant (default {LIMIT})")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default 0)")
    parser.add_argument("--examples", type=int, default=20, help="hypothesis examples per property (default 20)")
    parser.add_argument("--only", default="", help="paths that contain this text")
    parser.add_argument("--json", type=Path, default=Path("reports/mutation.json"), help="where the result goes")
    parser.add_argument("--again", action="store_true", help="judge only the survivors of the result that is there")
    chosen = parser.parse_args()
    prepare(chosen.examples)
    if chosen.again:
        result = json.loads(chosen.json.read_text())
        work = again(result["rows"], chosen.limit)
    else:
        pools = population(chosen.rooms, chosen.only)
        counts = shares(pools, chosen.sample)
        result = {"tool": tool(), "seed": chosen.seed, "examples": chosen.examples, "limit": chosen.limit}
        result["mutants"] = {name: len(pool) for name, pool in pools.items()}
        sample = [mutant for name, pool in pools.items() for mutant in sampled(pool, counts[name], chosen.seed)]
        work = judged(sample, chosen.limit)
    known = {id(row) for row in result.get("rows", ())}
    rows = []
    for row in work:
        rows.append(row)
        if not chosen.again:
            write(chosen.json, result, rows)
    for row in rows:
        row["reason"] = reason(row["path"], row["diff"]) if row["outcome"] == "survived" else ""
    confirm([row for row in rows if id(row) not in known])  # what an earlier run judged, it has confirmed
    write(chosen.json, result, rows)
    sys.stdout.write(f"{result['mutants']} {result['outcomes']}\n")


def write(path: Path, result: dict[str, Any], rows: list[Row]) -> None:
    """The result so far, as JSON."""
    result |= {"outcomes": dict(Counter(row["outcome"] for row in rows)), "rows": rows}
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
