"""The process that judges cases: a number on each line in, a verdict on each line out."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.fuzz.commands import sandbox
from tests.fuzz.commands.case import Case
from tests.fuzz.commands.cases import made
from tests.fuzz.commands.judge import LAYERS, Verdict, command_of, judged

_PATIENCE: Final = 30.0
_SHRUNK: Final = 2


def _fewer(case: Case) -> Iterator[Case]:
    """Cases that lack something: a line, a word, a file, the repository, the lines of a file from large pieces down."""
    for at in range(len(case.lines)):
        if len(case.lines) > 1:
            yield case._replace(lines=case.lines[:at] + case.lines[at + 1 :])
    if case.committed is not None:
        yield case._replace(committed=None)
    yield case._replace(stdin=b"", stdout="file", stderr="file", unbuffered=False)
    for name in case.files:
        yield case._replace(files={other: data for other, data in case.files.items() if other != name})
    for number, words in enumerate(case.lines):
        for length in (2, 1):
            for at in range(1, len(words)):
                shorter = words[:at] + words[at + length :]
                yield case._replace(lines=(*case.lines[:number], shorter, *case.lines[number + 1 :]))
    for name, data in case.files.items():
        pieces = data.split(b"\n")
        chunk = len(pieces) // 2
        while chunk:
            for at in range(0, len(pieces), chunk):
                text = b"\n".join(pieces[:at] + pieces[at + chunk :])
                yield case._replace(files={**case.files, name: text})
            chunk //= 2


def smaller(case: Case, verdict: Verdict, seconds: float) -> tuple[Case, Verdict]:
    """A smaller case with the same finding."""
    until, shrunk = time.monotonic() + _PATIENCE, True
    while shrunk and time.monotonic() < until:
        shrunk = False
        for candidate in _fewer(case):
            if candidate == case or time.monotonic() > until:
                continue
            found = judged(candidate, seconds)
            if found.found == verdict.found:
                case, verdict, shrunk = candidate, found, True
                break
    return case, verdict


def main() -> None:
    """Judge cases until there are no more numbers; of each kind of finding the first few are made smaller."""
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    sandbox.prepare(LAYERS)
    kinds: Counter[str] = Counter()
    for line in sys.stdin:
        case = made(seed, int(line))
        if any(command_of(words) == "verify" for words in case.lines):
            sandbox.prepare_torch()
        verdict = judged(case, seconds)
        answer = verdict._asdict()
        if verdict.found:
            kinds[verdict.found] += 1
            if kinds[verdict.found] <= _SHRUNK and "slow" not in verdict.found:
                case, verdict = smaller(case, verdict, seconds)
            answer |= {"case": case.to_json(), "detail": verdict.detail}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
