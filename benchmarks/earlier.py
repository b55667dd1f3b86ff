"""This version beside an earlier commit, each in a process of its own, asked in turn.

As a program it is one of the two: it imports the package below the folder that is named, and prints the seconds of each
call that a line asks for.
"""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from measure import Times, interleaved, once

ROOT: Final = Path(__file__).parents[1]

NETS: Final = ("resnet.yaml@resnet152", "efficientnet.yaml@efficientnet_b7", "densenet.yaml@densenet201")
"""Nets of many equal blocks, and of many unequal ones."""


@dataclass(frozen=True)
class Earlier:
    """One kind of work, by both."""

    work: str
    net: str
    then: Times
    now: Times


def earlier(revision: str, rounds: int) -> list[Earlier]:
    """Each kind of work, by the revision and by what stands here."""
    with TemporaryDirectory() as place:
        then = Path(place, "then")
        git = ["git", "worktree", "add", "--detach", "--quiet", str(then), revision]
        subprocess.run(git, cwd=ROOT, check=True)
        try:
            with _started(then) as old, _started(ROOT) as new:
                return [_compared(old, new, work, net, rounds) for work in WORK for net in WORK[work].nets]
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(then)], cwd=ROOT, check=True)


Ask = Callable[[str, str], list[float]]


def _compared(old: Ask, new: Ask, work: str, net: str, rounds: int) -> Earlier:
    asked = {"then": partial(old, work, net), "now": partial(new, work, net)}
    for ask in asked.values():
        ask()  # what is imported late is there afterwards
    times = interleaved(asked, rounds)
    return Earlier(work, net, times["then"], times["now"])


@contextmanager
def _started(root: Path) -> Iterator[Ask]:
    """A process with the package of a folder, as a function from work and net to seconds."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, __file__, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdin
        assert process.stdout
        into, out = process.stdin, process.stdout

        def ask(work: str, net: str) -> list[float]:
            into.write(f"{work}\t{net}\n")
            into.flush()
            return [float(out.readline())]

        yield ask
        into.close()


# ---------------------------------------------------------------------- in one of the two processes


def _named(net: str) -> tuple[Path, str | None]:
    file, _, variant = net.partition("@")
    return ROOT / "specs" / "zoo" / file, variant or None


def _totals(net: str) -> None:
    from cnnshape import analyze

    path, variant = _named(net)
    assert analyze(path, variant=variant).total.macs


def _text(net: str) -> None:
    from cnnshape.cli import program

    path, variant = _named(net)
    with redirect_stdout(io.StringIO()) as shown:
        program(["report", str(path), "--variant", str(variant)], standalone_mode=False)
    assert shown.getvalue()


def _sweep(net: str) -> None:
    from cnnshape import sweep

    assert sweep(_named(net)[0], {"H": range(64, 1088), "W": range(64, 128)}, grid=True)


def _chain(net: str) -> None:
    from growth import KINDS, analyse

    analyse(KINDS[net](10_000))


@dataclass(frozen=True)
class Work:
    """What is done, and with which nets."""

    do: Callable[[str], None]
    nets: tuple[str, ...]


WORK: Final = {
    "YAML to totals": Work(_totals, NETS),
    "text report": Work(_text, NETS),
    "sweep of 65,536 points": Work(_sweep, ("resnet50.yaml",)),
    "analysis of 10,000 layers": Work(_chain, ("chain", "chain with sums")),
}


def main(root: str) -> None:
    """Answer each line of work and net by the seconds that it took."""
    sys.path.insert(0, root)
    import cnnshape

    assert Path(cnnshape.__file__).is_relative_to(root), cnnshape.__file__
    for line in sys.stdin:
        work, net = line.rstrip("\n").split("\t")
        print(once(partial(WORK[work].do, net)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
