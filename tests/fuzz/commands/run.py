"""Fuzz all commands: ``python -m tests.fuzz.commands.run --count 50000 --seed 0 --jobs 2``.

Specs, budgets, baselines, settings, expressions and command lines that nobody meant go through every command, each line
in a process of its own.  It exits with 0, 1 or 2, explains a 2, leaves no files nobody asked for, and takes at most two
seconds of processor time and 500 MB for nets of up to 2,000 layers and sweeps of up to 20,000 points.  Everything
else is a finding: it is saved under ``found/`` as a case that is smaller and shows the same, and the run exits 1.

``--case 17`` runs one case again and shows what it does; ``--saved FILE`` does so for one under ``found/``.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Final

from tests.fuzz import pool
from tests.fuzz.commands import sandbox
from tests.fuzz.commands.case import Case
from tests.fuzz.commands.cases import made, started
from tests.fuzz.commands.judge import LAYERS, SECONDS, judged
from tests.fuzz.pool import Answer, Silent, Worker

FOUND: Final = Path(__file__).parent / "found"

_ANSWER_WITHIN: Final = 600.0
_CASES_PER_WORKER: Final = 5_000


def answers(numbers: range, seed: int, jobs: int, seconds: float) -> list[tuple[int, Answer]]:
    """The verdicts on all cases; how far it is goes to stderr."""

    def worker() -> Worker:
        words = (str(seed), str(seconds))
        return Worker("tests.fuzz.commands.worker", words, cases=_CASES_PER_WORKER, within=_ANSWER_WITHIN)

    def silent(number: int, error: Silent) -> Answer:
        case = made(seed, number).to_json()
        empty = {"statuses": [], "seconds": 0.0, "kilobytes": 0}
        return {**empty, "found": error.what, "detail": error.said, "case": case}

    found = []
    ordered = sorted(numbers, key=lambda number: started(seed, number)[1] == "verify")  # a process with torch is slow
    for number, answer in pool.answers(ordered, jobs, worker, silent):
        found.append((number, answer))
        if answer["found"]:
            print(f"case {number}: {answer['found']}", file=sys.stderr, flush=True)
        if len(found) % 1_000 == 0:
            print(f"{len(found):,} of {len(numbers):,} cases", file=sys.stderr, flush=True)
    return sorted(found, key=itemgetter(0))


def save(answer: Answer, origin: str, folder: Path) -> Path:
    """Write a finding to a file of its own."""
    folder.mkdir(exist_ok=True)
    data = answer["case"] | {"found": answer["found"], "origin": origin, "detail": answer["detail"]}
    text = json.dumps(data, indent=1) + "\n"
    digest = sha256(json.dumps(answer["case"]).encode()).hexdigest()[:8]
    file = folder / f"{pool.stem(answer['found'])}-{digest}.json"
    file.write_text(text)
    return file


def _table(found: list[tuple[int, Answer]]) -> str:
    """How often each command exited with each status, and the most time and memory that a line of it took."""
    counts: Counter[tuple[str, int]] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    kilobytes: dict[str, int] = defaultdict(int)
    for _, answer in found:
        for command, status in answer["statuses"]:
            for key in (command, "all"):
                counts[key, status] += 1
                seconds[key] = max(seconds[key], answer["seconds"])
                kilobytes[key] = max(kilobytes[key], answer["kilobytes"])
    statuses = sorted({status for _, status in counts})
    rows = [["command", *map(str, statuses), "lines", "most s", "most MB"]]
    for command in sorted(seconds, key=lambda name: (name == "all", name)):
        row = [counts[command, status] for status in statuses]
        rows.append([command, *map(str, row), str(sum(row))])
        rows[-1] += [f"{seconds[command]:.2f}", f"{kilobytes[command] / 1000:.0f}"]
    return "\n".join("  " + row[0].ljust(12) + "".join(cell.rjust(9) for cell in row[1:]) for row in rows)


def _told(found: list[tuple[int, Answer]], chosen: argparse.Namespace) -> int:
    lines = sum(len(answer["statuses"]) for _, answer in found)
    print(f"{len(found):,} cases, seed {chosen.seed}: {lines:,} command lines by exit status")
    print(_table(found))
    findings = [(number, answer) for number, answer in found if answer["found"]]
    for what, n in Counter(answer["found"] for _, answer in findings).most_common():
        print(f"FOUND {n:5} {what}")
    for number, answer in findings:
        name = save(answer, f"seed {chosen.seed}, case {number}", chosen.found).name
        print(f"  case {number}: {answer['found']}: {name}")
    print(f"{len(findings)} findings")
    return 1 if findings else 0


def _replayed(case: Case, seconds: float) -> int:
    sandbox.prepare(LAYERS)
    sandbox.prepare_torch()
    print(json.dumps(case.to_json(), indent=1))
    verdict = judged(case, seconds)
    print(f"{verdict.now}, {verdict.seconds:.2f} s, {verdict.kilobytes:,} kB\n{verdict.detail}")
    return 1 if verdict.found else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the cases and say what became of them."""
    parser = argparse.ArgumentParser(description="Fuzz all commands of cnnshape.")
    parser.add_argument("--count", type=int, default=1_000, help="how many cases")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="processes that share the work")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="processor time that a command line may take")
    parser.add_argument("--found", type=Path, default=FOUND, help="where findings are saved")
    parser.add_argument("--case", type=int, help="run the case with this number only, and show it")
    parser.add_argument("--saved", type=Path, help="run a saved case only, and show it")
    chosen = parser.parse_args(arguments)
    if chosen.case is not None:
        return _replayed(made(chosen.seed, chosen.case), chosen.seconds)
    if chosen.saved is not None:
        return _replayed(Case.of_json(json.loads(chosen.saved.read_text())), chosen.seconds)
    numbers = range(chosen.first, chosen.first + chosen.count)
    return _told(answers(numbers, chosen.seed, chosen.jobs, chosen.seconds), chosen)


if __name__ == "__main__":
    sys.exit(main())
