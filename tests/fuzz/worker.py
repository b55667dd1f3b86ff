"""The process that judges cases, under a limit of memory: a number on each line in, a verdict on each line out."""

import base64
import json
import resource
import sys
import time
from pathlib import Path
from typing import Final

import cnnshape.graph.assembly
from tests.fuzz.cases import Case, made
from tests.fuzz.judge import MEGABYTES, Verdict, judged

LAYERS: Final = 10_000
"""The bound of layers and copies of blocks here: one `repeat` makes the 200,000 of the package, which take longer."""

_TRIES: Final = 60
_PATIENCE: Final = 20.0


def limit_memory() -> None:
    """From here on this process may take `MEGABYTES` more than it holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def smaller(case: Case, verdict: Verdict, seconds: float) -> tuple[Case, Verdict]:
    """A shorter text that shows the same: halves, quarters, ... of its lines or bytes are left out."""
    tries, until = 0, time.monotonic() + _PATIENCE
    for unit in (b"\n", b""):
        pieces = case.text.split(unit) if unit else [bytes((byte,)) for byte in case.text]
        if not unit and len(pieces) > 2000:
            break
        chunk = len(pieces) // 2
        while chunk and tries < _TRIES * (1 + bool(not unit)) and time.monotonic() < until:
            at = 0
            while at < len(pieces) and tries < _TRIES * 2 and time.monotonic() < until:
                tries += 1
                fewer = pieces[:at] + pieces[at + chunk :]
                candidate = case._replace(text=unit.join(fewer))
                found = judged(candidate, seconds)
                if found.kind == "finding" and found.what == verdict.what:
                    case, verdict, pieces = candidate, found, fewer
                else:
                    at += chunk
            chunk //= 2
    return case, verdict


def main() -> None:
    """Judge cases until there are no more numbers."""
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    judged(Case(b"cnnshape: 1\ninput: [3, 8, 8]\nlayers: {conv: {op: Conv2d, out_channels: 4, kernel_size: 3}}\n"))
    limit_memory()
    vars(cnnshape.graph.assembly)["MOST_LAYERS"] = LAYERS
    for line in sys.stdin:
        case = made(seed, int(line))
        verdict = judged(case, seconds)
        answer = verdict._asdict()
        if verdict.kind == "finding":
            case, smallest = smaller(case, verdict, seconds)
            answer |= {"detail": smallest.detail, "text": base64.b64encode(case.text).decode()}
            answer |= {"options": dict(case.options), "mapping": case.mapping}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
