"""Whole processes, from start to end: a report of each shipped spec, and each peer for one net."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten
from time import perf_counter
from typing import Final, NamedTuple

from measure import Times, interleaved
from peers import DEVICES, PEERS

BAR: Final = ("-c", "import yaml, click, pydantic; pydantic.create_model('Net', width=int)(width=3)")
"""What a small program with checked input costs before it does anything."""


class Run(NamedTuple):
    """What one process took."""

    seconds: float
    busy: float
    """Seconds of the processor."""
    memory: int
    """The most resident memory, in bytes."""


@dataclass(frozen=True)
class Runs:
    """All runs of a command."""

    times: Times
    busy: Times
    """Of the processor."""
    memory: int
    """The most resident memory of any, in bytes."""


@dataclass(frozen=True)
class Process:
    """A command with its runs and those of the bar, which took turns with them, or with what it fails of."""

    name: str
    command: str
    runs: Runs | None = None
    bar: Runs | None = None
    error: str = ""


class Failed(Exception):
    """A process ended with another exit code than 0."""


def run(arguments: Sequence[str]) -> Run:
    """One process of this interpreter; what it prints is not kept."""
    with tempfile.TemporaryFile() as talk:
        actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, talk.fileno(), 2)]
        start = perf_counter()
        child = os.posix_spawn(sys.executable, [sys.executable, *arguments], os.environ, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        seconds = perf_counter() - start
        if status:
            talk.seek(0)
            raise Failed((talk.read().decode(errors="replace").strip().splitlines() or ["it says nothing"])[-1])
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def _measured(commands: dict[str, Sequence[str]], rounds: int) -> list[Process]:
    """All commands in turn, each right behind the bar; a first run of each is off the clock and shows if it fails."""
    errors: dict[str, str] = {}
    visits: dict[tuple[str, bool], Callable[[], list[float]]] = {}
    kept: dict[tuple[str, bool], list[Run]] = {}
    for name, arguments in commands.items():
        try:
            run(arguments)
        except Failed as error:
            errors[name] = shorten(str(error), 160, placeholder=" ...")
            continue
        for key, what in (((name, True), BAR), ((name, False), arguments)):
            kept[key] = []
            visits[key] = partial(_visit, what, kept[key])
    interleaved(visits, rounds)
    runs = {key: _together(found) for key, found in kept.items()}
    return [
        Process(name, _typed(arguments), runs.get((name, False)), runs.get((name, True)), errors.get(name, ""))
        for name, arguments in commands.items()
    ]


def _visit(arguments: Sequence[str], kept: list[Run]) -> list[float]:
    kept.append(run(arguments))
    return [kept[-1].seconds]


def _together(runs: Sequence[Run]) -> Runs:
    seconds, busy, memory = zip(*runs, strict=True)
    return Runs(Times(list(seconds)), Times(list(busy)), max(memory))


def _typed(arguments: Sequence[str]) -> str:
    """The command as one would type it."""
    return " ".join(["python", *(f'"{word}"' if " " in word else word for word in arguments)])


def reports(paths: Sequence[Path], rounds: int) -> list[Process]:
    """A report of each spec, by paths relative to the working directory, and what Python costs at the least."""
    commands: dict[str, Sequence[str]] = {"an interpreter that does nothing": ("-c", "pass")}
    commands |= {path.stem: ("-m", "cnnshape", "report", path.as_posix()) for path in paths}
    return _measured(commands, rounds)


def families(paths: Sequence[Path], rounds: int) -> list[Process]:
    """A report, an expansion and a closed form of the largest net of each family."""
    names = [path.as_posix() for path in paths]
    asked = subprocess.run([sys.executable, "benchmarks/families.py", *names], check=True, capture_output=True)
    commands: dict[str, Sequence[str]] = {}
    for name, variant in json.loads(asked.stdout).items():
        chosen = ("--variant", variant) if variant else ()
        for what in ("report", "expand", "formula"):
            commands[f"{what} {name}"] = ("-m", "cnnshape", what, name, *chosen)
    return _measured(commands, rounds)


def peers(path: Path, rounds: int) -> list[Process]:
    """Import, build and count one net, for each peer on each device; ours, first, is the report of the same net."""
    commands: dict[str, Sequence[str]] = {
        "cnnshape": ("-m", "cnnshape", "report", path.as_posix()),
        "import torch": ("-c", "import torch"),
    }
    for device in DEVICES:
        for peer in PEERS:
            commands[f"{peer} on {device}"] = ("benchmarks/peers.py", peer, device, path.stem)
    return _measured(commands, rounds)


def finished(processes: Sequence[Process]) -> list[tuple[Process, Runs, Runs]]:
    """Those that run, with their runs and the bar's."""
    return [(each, each.runs, each.bar) for each in processes if each.runs and each.bar]
