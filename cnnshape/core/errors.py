"""What can go wrong, as data: one message per problem, in one voice.  Imports nothing of ours.

A message names the fact in the present tense with its values, then the place, then the evidence, then a hint::

    error: `layer3.0.conv2`: 48 input channels do not split into groups=5 [shape-mismatch]
      --> nets/mine.yaml:31:7
      input from `layer3.0.relu1`: (1, 48, 28, 28)

    hint: groups must divide 48: 1, 2, 3, 4, 6, 8, 12, 16, 24, 48
"""

from collections.abc import Iterable
from math import isqrt
from typing import Any, ClassVar, Final, NamedTuple

from typing_extensions import override

SHOWN: Final = 20
"""How many problems a person is shown at once; the others are counted."""

MOST_PROBLEMS: Final = 100
"""After so many problems nobody looks for more: each may cost a search for the nearest name."""

LINE: Final = 1000
"""The length to which a line of a message is cut."""

_EVIDENCE: Final = 6  # lines of evidence that are shown


class Mark(NamedTuple):
    """A place in a file; lines and columns count from one."""

    line: int
    column: int


class Problem(NamedTuple):
    """One thing that is wrong, where it stands, what shows it, and what to do."""

    text: str
    path: str = ""
    file: str = ""
    mark: Mark | None = None
    evidence: tuple[str, ...] = ()
    hint: str = ""
    at: tuple[str | int, ...] = ()  # the keys that lead to the value in the data, for who knows its marks
    of_key: bool = False  # whether the last of these keys is meant, not its value
    id: str = ""  # of the kind of problem: one of `cnnshape.core.ids`; if empty, that of the exception that holds it

    def render(self, level: str = "error") -> str:
        """The message as a person reads it, without a final newline.

        >>> print(Problem("no such thing", path="conv1", hint="look again").render())
        error: `conv1`: no such thing
        <BLANKLINE>
        hint: look again
        """
        subject = f"`{self.path}`: " if self.path else ""
        lines = [f"{level}: {subject}{self.text}{f' [{self.id}]' if self.id else ''}"]
        if self.file and self.mark:
            lines.append(f"  --> {self.file}:{self.mark.line}:{self.mark.column}")
        elif self.file:
            lines.append(f"  --> {self.file}")
        lines += [f"  {line}" for line in self.shown]
        if self.hint:
            lines += ["", f"hint: {self.hint}"]
        return "\n".join(map(_line, lines))

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines of evidence that a person is shown."""
        more = len(self.evidence) - _EVIDENCE
        return self.evidence if more <= 0 else (*self.evidence[:_EVIDENCE], f"and {more:,} more")


def clipped(text: str) -> str:
    """A line cut in the middle where it is very long."""
    return text if len(text) <= LINE else f"{text[: LINE // 2]} ... {text[-LINE // 2 :]}"


def _line(text: str) -> str:
    """A line without anything that would move the cursor, cut where it is very long."""
    text = clipped(text)
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class CnnshapeError(Exception):
    """Every error a user can cause: one or more problems, in the order of the file."""

    id: ClassVar[str] = "invalid-usage"
    """The id of its problems that have none of their own."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple([each if each.id else each._replace(id=self.id) for each in problems])
        super().__init__(*self.problems)

    @override
    def __str__(self) -> str:
        shown = [problem.render() for problem in self.problems[:SHOWN]]
        more = len(self.problems) - len(shown)
        if more:
            shown.append(f"and {more:,} more problem{'s' if more > 1 else ''}")
        return "\n\n".join(shown)


class SpecError(CnnshapeError):
    """What the text of a spec says cannot be read, or names something that is not there."""

    id = "invalid-spec"


class ShapeError(CnnshapeError):
    """The layers are well written and do not fit together."""

    id = "shape-mismatch"


class UsageError(CnnshapeError):
    """A call or a command line asks for something that does not exist."""


class PluginError(UsageError):
    """A layer of another package cannot be imported, or fails."""

    id = "plugin-failed"


class MissingPackage(CnnshapeError):
    """The call needs an optional package; the hint holds the command that installs it."""

    id = "missing-package"

    @classmethod
    def of(cls, error: ModuleNotFoundError) -> "MissingPackage":
        """The problem with a module that is not installed; re-raises the error if no extra installs it.

        >>> print(MissingPackage.of(ModuleNotFoundError(name="numpy")))
        error: this needs the package numpy, which is not installed [missing-package]
        <BLANKLINE>
        hint: pip install 'cnnshape[sweep]'
        """
        if error.name not in _EXTRAS:
            raise error
        text = f"this needs the package {error.name}, which is not installed"
        return cls(Problem(text, hint=f"pip install 'cnnshape[{_EXTRAS[error.name]}]'"))


_EXTRAS: Final = {"numpy": "sweep", "matplotlib": "plot"}
"""The extra that brings a package."""


_LONGEST: Final = 100  # characters of a word for which a nearest one is sought
_COMPARED: Final = 200  # names with which a word is compared closely; of more, only those one edit away are near


def _one_edit(word: str) -> set[str]:
    """The words that come from a word by one character left out, put in or replaced, or by two that change places."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = {*word, *"abcdefghijklmnopqrstuvwxyz0123456789_.-"}
    found = {head + tail[1:] for head, tail in parts if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    return found | {head + letter + tail[keep:] for head, tail in parts for letter in letters for keep in (0, 1)}


def _holding(word: str, names: list[str]) -> list[str]:
    """The one name that a word is a whole part of, as ``b7`` is of ``efficientnet_b7``."""
    parts = word.lower().replace("-", "_").split("_")
    found = [name for name in names if f"_{'_'.join(parts)}_" in f"_{name.lower().replace('-', '_')}_"]
    return found if len(found) == 1 else []


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """The hint for a word that is not known: the nearest one, else all when they are few.

    >>> did_you_mean("Con2d", ["Conv2d", "Linear"])
    'did you mean `Conv2d`?'
    """
    from difflib import get_close_matches  # only a message pays for it

    if not isinstance(word, str) or len(word) > _LONGEST:
        return ""
    names = sorted(set(known))
    near = [name for name in names if name.lower() == word.lower()]
    if not near and len(names) > _COMPARED:
        near = sorted(_one_edit(word).intersection(names))
    elif not near:
        near = _holding(word, names) or get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if 0 < len(names) <= 12:
        return "known: " + ", ".join(f"`{name}`" for name in names)
    return ""


def unknown(text: str, word: object, known: Iterable[str], *, hint: str = "", far: str = "", **more: Any) -> Problem:
    """The problem with a name that does not exist, with the nearest of those that do as a hint.

    ``hint`` takes its place, ``far`` is the hint if no name is near.

    >>> unknown("there is no op `Con2d`", "Con2d", ["Conv2d", "Linear"]).hint
    'did you mean `Conv2d`?'
    """
    return Problem(text, hint=hint or did_you_mean(word, known) or far, id="unknown-name", **more)


def divisors(n: int) -> str:
    """The divisors of a size, as a hint lists them.

    >>> divisors(48)
    '1, 2, 3, 4, 6, 8, 12, 16, 24, 48'
    """
    small = [d for d in range(1, min(isqrt(n), 10_000) + 1) if n % d == 0]
    found = sorted({*small, *(n // d for d in small)})
    return ", ".join(map(str, found[:16])) + (", ..." if len(found) > 16 else "")
