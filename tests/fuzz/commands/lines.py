"""Command lines, drawn from the parameters that the commands themselves declare, and broken as people break them."""

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Final

import click

from cnnshape.cli import COMMANDS, program
from tests.fuzz.commands.values import WILD_WORDS, Around, value, wild

Words = list[str]

SHARES: Final[Mapping[str, int]] = {"check": 18, "sweep": 14, "solve": 12, "formula": 12, "explain": 10, "report": 10,
                                    "diff": 10, "compare": 10, "schema": 1, "verify": 1}  # fmt: skip
"""How often a command is drawn; one that is not listed, because it is new, 5 times."""

LIKELY: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sweep": (("settings",), ("inputs",), ("batch", "inputs")),
    "solve": (("vary", "maximize"), ("vary", "minimize"), ("layer", "output_size"), ("layer", "receptive_field")),
    "check": (("updates",), ("updates",), ()),
}  # fmt: skip
"""Options without which a command has little to do: mostly those of one of these groups are there."""

COUNTS: Final[Mapping[str, tuple[int, ...]]] = {"nets": (2, 2, 2, 2, 2, 2, 2, 2, 3, 1, 0)}
"""How many values an argument is given that takes several."""

NEEDS: Final[Mapping[str, str]] = {"variant": "variants", "variants": "variants", "settings": "variables"}
"""Options that take names of which a spec may have none; mostly they are left out then."""


@cache
def parameters(command: str) -> tuple[click.Parameter, ...]:
    """The arguments and options of a command."""
    found = program.get_command(click.Context(program), command)
    assert found
    return tuple(found.params)


def drawn_command(random: Random) -> str:
    """The name of a command."""
    return random.choices([*COMMANDS], [SHARES.get(name, 5) for name in COMMANDS])[0]


def option(random: Random, parameter: click.Option, around: Around) -> Words:
    """An option with its value."""
    flag = random.choice([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag or parameter.count:
        return [flag]
    text = value(random, parameter, around)
    return [f"{flag}={text}"] if flag.startswith("--") and random.random() < 0.1 else [flag, text]


def _arguments(random: Random, parameter: click.Argument, around: Around) -> list[Words]:
    if parameter.nargs == 1 and (parameter.required or random.random() < 0.7):
        return [[value(random, parameter, around)]]
    count = random.choice(COUNTS.get(parameter.name or "", (0, 1, 1, 1, 2))) if parameter.nargs != 1 else 0
    found = [value(random, parameter, around) for _ in range(count)]
    for at, word in enumerate(found):
        if word in found[:at] and random.random() < 0.8:
            found[at] = value(random, parameter, around)
    return [[word] for word in found]


def _chosen(random: Random, command: str, around: Around) -> list[click.Option]:
    """The options of a line: those that are required, mostly one of those that are likely, and some others."""
    options = [each for each in parameters(command) if isinstance(each, click.Option)]
    if random.random() < 0.9:
        options = [each for each in options if getattr(around, NEEDS.get(each.name or "", "files"))]
    found = [each for each in options if each.required and random.random() < 0.98]
    if command in LIKELY and random.random() < 0.9:
        likely = random.choice(LIKELY[command])
        found += [each for each in options if each.name in likely]
    found += random.choices(options, k=random.choice((0, 0, 0, 1, 1, 2, 4)))
    once = {each.name: each for each in found}
    again = [each for each in found if each.multiple or random.random() < 0.03]
    return [*once.values(), *(each for each in again if each is not once[each.name] or random.random() < 0.15)]


def line(random: Random, command: str, around: Around) -> Words:
    """A command line that may well be right."""
    groups = [option(random, each, around) for each in _chosen(random, command, around)]
    arguments = [each for each in parameters(command) if isinstance(each, click.Argument)]
    places = [words for each in arguments for words in _arguments(random, each, around)]
    if random.random() < 0.3:  # options first, or in between
        for words in groups:
            places.insert(random.randint(0, len(places)), words)
        groups = []
    return [command, *(word for words in (*places, *groups) for word in words)]


Break = Callable[[Random, Words, Around], None]


def _place(random: Random, words: Words) -> int:
    return random.randrange(len(words))


def _drop(random: Random, words: Words, around: Around) -> None:
    del words[_place(random, words)]


def _double(random: Random, words: Words, around: Around) -> None:
    at = _place(random, words)
    words[at:at] = words[at : at + random.choice((1, 2))] * random.choice((1, 1, 30))


def _swap(random: Random, words: Words, around: Around) -> None:
    one, two = _place(random, words), _place(random, words)
    words[one], words[two] = words[two], words[one]


def _insert(random: Random, words: Words, around: Around) -> None:
    words.insert(random.randint(random.random() < 0.9, len(words)), wild(random, around))


def _replace(random: Random, words: Words, around: Around) -> None:
    words[_place(random, words)] = wild(random, around)


def _join(random: Random, words: Words, around: Around) -> None:
    at = _place(random, words)
    words[at : at + 2] = [random.choice(("=", "", " ", ",")).join(words[at : at + 2])]


def _abbreviate(random: Random, words: Words, around: Around) -> None:
    at = _place(random, words)
    words[at] = words[at][: random.randint(0, len(words[at]))]


def _characters(random: Random, words: Words, around: Around) -> None:
    """A word with some characters gone, there twice, or between them something special."""
    at = _place(random, words)
    word = words[at]
    first = random.randint(0, len(word))
    last = min(len(word), first + random.choice((1, 1, 2, 10)))
    kind = random.random()
    if kind < 0.3:
        words[at] = word[:first] + word[last:]
    elif kind < 0.5:
        words[at] = word[:last] + word[first:last] * random.choice((1, 2, 300)) + word[last:]
    else:
        words[at] = word[:first] + random.choice(WILD_WORDS) + word[first:]


def _other_command(random: Random, words: Words, around: Around) -> None:
    words[0] = random.choice([*COMMANDS, "reprt", "REPORT", ""])


def _foreign_option(random: Random, words: Words, around: Around) -> None:
    """An option of another command, or none that there is."""
    options = [each for each in parameters(random.choice([*COMMANDS])) if isinstance(each, click.Option)]
    found = option(random, random.choice(options), around) if random.random() < 0.7 else ["--no-such-option"]
    at = random.randint(0, len(words))
    words[at:at] = found


def _no_value(random: Random, words: Words, around: Around) -> None:
    options = [each for each in parameters(random.choice([*COMMANDS])) if isinstance(each, click.Option)]
    words.append(random.choice(options).opts[0])


_BREAKS: Final[tuple[Break, ...]] = (
    _drop, _double, _swap, _insert, _insert, _replace, _replace, _join, _abbreviate, _characters, _characters,
    _other_command, _foreign_option, _foreign_option, _no_value,
)  # fmt: skip


def broken(random: Random, words: Words, around: Around) -> None:
    """Change a line in one to four places."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        if words:
            random.choice(_BREAKS)(random, words, around)
