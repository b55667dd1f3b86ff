"""A case for every number: the same for the same seed, whatever else has run."""

from random import Random
from typing import Final

from tests.fuzz import structure
from tests.fuzz.cases import dumped
from tests.fuzz.commands import files, lines
from tests.fuzz.commands.case import STREAMS, Case
from tests.fuzz.commands.values import Around

_IN_GIT: Final = 0.05
_LONGEST: Final = 100_000  # characters of a word; a system takes no more than 128 KiB


def _folder(random: Random, command: str) -> tuple[dict[str, bytes], Around]:
    """Files, and what can be named in them."""
    main = files.small(random) if command == "verify" else files.spec(random)  # torch runs it
    text, data = main
    if isinstance(data, dict) and random.random() < (0.8 if command == "check" else 0.02):
        data = {**data, "budget": files.rules(random, data)}
        text = dumped(random, data)
    name = random.choice(files.ODD_NAMES) if random.random() < 0.04 else "net.yaml"
    held = {name: text}
    if command in ("compare", "diff", "check") or random.random() < 0.05:
        held["other.yaml"] = files.near(random, main).text
    held["blocks.yaml"] = files.BLOCKS
    if command == "check" or random.random() < 0.02:
        held["budget.yaml"] = files.budget(random, data)
        held["nets/tiny.yaml"] = files.TINY
        if random.random() < 0.3:
            held[files.BASELINE] = files.baseline(random, data, name)
    return held, Around.of([*held], data)


def _lines(random: Random, command: str, around: Around) -> list[list[str]]:
    found = [lines.line(random, command, around)]
    if command == "check" and random.random() < 0.3:
        found.insert(0, ["check", *found[0][1:2], "--update"])
    if random.random() < 0.2:
        lines.broken(random, found[-1], around)
    return found


def started(seed: int, number: int) -> tuple[Random, str]:
    """What a case is drawn from, and the command that it is about."""
    random = Random(f"commands:{seed}:{number}")
    return random, lines.drawn_command(random)


def made(seed: int, number: int) -> Case:
    """The case with this number."""
    random, command = started(seed, number)
    held, around = _folder(random, command)
    words = _lines(random, command, around)
    committed = None
    if random.random() < (0.25 if command == "diff" else _IN_GIT):
        names = [name for name in held if random.random() < 0.9]
        committed = {name: held[name] if random.random() < 0.5 else files.near(random, None).text for name in names}
        if command in ("check", "diff") and "--update" not in words[-1] and random.random() < 0.8:
            words[-1] += ["--base", random.choice(("HEAD", "main", "HEAD~1"))]
    stdin = random.choice((b"", held[next(iter(held))], structure.EXPRESSIONS[0].encode()))
    out, err = (random.choice(STREAMS) if random.random() < 0.02 else "file" for _ in range(2))
    typed = tuple(tuple(word[:_LONGEST] for word in line) for line in words)
    return Case(typed, held, committed, stdin, out, err, random.random() < 0.1)
