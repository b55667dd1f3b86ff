"""Fuzz the front door: ``python -m tests.fuzz.run --count 10000 --seed 0 --jobs 2``.

Texts and specs that no one meant go through `cnnshape.analyze`, every face, receptive fields, peak memory and a window,
and a few through the command line.  What comes back is a result or an error in our voice, within a second and 500 MB,
for nets of up to 10,000 layers and copies of blocks; everything else is saved under ``found/`` with its
traceback, and the run exits 1.
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Final

from tests.fuzz import pool
from tests.fuzz.cases import made
from tests.fuzz.judge import SECONDS
from tests.fuzz.pool import Answer, Silent, Worker
from tests.places import ROOT

FOUND: Final = Path(__file__).parent / "found"

_ANSWER_WITHIN: Final = 90.0
"""Seconds after which a worker that does not answer is ended: the alarm did not reach it."""

_CASES_PER_WORKER: Final = 500


def answers(count: int, seed: int, jobs: int, seconds: float) -> Iterator[tuple[int, Answer]]:
    """The verdicts on all cases, dealt out to so many workers."""

    def worker() -> Worker:
        words = (str(seed), str(seconds))
        return Worker("tests.fuzz.worker", words, cases=_CASES_PER_WORKER, within=_ANSWER_WITHIN)

    def silent(number: int, error: Silent) -> Answer:
        case = made(seed, number)
        text = base64.b64encode(case.text).decode()
        answer = {"kind": "finding", "what": error.what, "seconds": 0.0, "kilobytes": 0, "detail": error.said}
        return answer | {"text": text, "options": dict(case.options), "mapping": case.mapping}

    yield from sorted(pool.answers(range(count), jobs, worker, silent), key=itemgetter(0))


def _save(answer: Answer, number: int, seed: int, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    text = base64.b64decode(answer["text"])
    file = folder / f"{pool.stem(answer['what'])}-{hashlib.sha256(text).hexdigest()[:8]}.yaml"
    file.write_bytes(text)
    if answer["mapping"] or answer["options"]:
        handed = {"mapping": answer["mapping"], "options": answer["options"]}
        file.with_suffix(".json").write_text(json.dumps(handed) + "\n")
    file.with_suffix(".txt").write_text(f"seed {seed}, case {number}: {answer['what']}\n\n{answer['detail']}\n")
    return file


def command_line(count: int, seed: int) -> list[str]:
    """What is wrong when cases go through the program: only 0 and 2 may come back, and no traceback."""
    problems = []
    options = (
        ("--format", "json"),
        ("--format", "markdown"),
        ("--window", "a@0,0"),
        ("--set", "n=3"),
        ("--batch", "0"),
    )
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            file = Path(folder) / ("net.yaml" if number % 7 else "n\x1b[31m é.yaml")
            file.write_bytes(made(seed, 10**9 + number).text)
            command = [sys.executable, "-m", "cnnshape", "report", os.fspath(file), *options[number % len(options)]]
            ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
            if ran.returncode not in (0, 2) or b"Traceback" in ran.stderr or b"\x1b" in ran.stderr:
                problems.append(f"command line, case {number}: exit {ran.returncode}\n{ran.stderr.decode()[-3000:]}")
    return problems


def main(arguments: list[str] | None = None) -> int:
    """Run the cases and say what became of them."""
    parser = argparse.ArgumentParser(description="Fuzz the front door of cnnshape.")
    parser.add_argument("--count", type=int, default=10_000, help="cases through the library")
    parser.add_argument("--cli", type=int, default=100, help="cases through the command line")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="processor time that a report may take")
    parser.add_argument("--found", type=Path, default=FOUND, help="where findings are saved")
    chosen = parser.parse_args(arguments)
    all_of_them = list(answers(chosen.count, chosen.seed, chosen.jobs, chosen.seconds))
    kinds = Counter(answer["kind"] for _, answer in all_of_them)
    print(f"{chosen.count} cases, seed {chosen.seed}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))
    for what, n in Counter(a["what"] for _, a in all_of_them if a["kind"] == "refused").most_common():
        print(f"  {n:6} {what}")
    for key, unit in (("seconds", "s"), ("kilobytes", "kB")):
        number, most = max(all_of_them, key=lambda pair: pair[1][key], default=(0, {key: 0}))
        print(f"most {key}: {most[key]:.5g} {unit}, case {number}")
    findings = [(number, answer) for number, answer in all_of_them if answer["kind"] == "finding"]
    for what, n in Counter(answer["what"] for _, answer in findings).most_common():
        print(f"FOUND {n:5} {what}")
    for number, answer in findings:
        print(f"  case {number}: {answer['what']}: {_save(answer, number, chosen.seed, chosen.found).name}")
    problems = command_line(chosen.cli, chosen.seed)
    print(*[f"{chosen.cli} cases through the command line, {len(problems)} wrong", *problems], sep="\n")
    return 1 if findings or problems else 0


if __name__ == "__main__":
    sys.exit(main())
