"""One case before the judge: every line exits with 0, 1 or 2, explains a 2, and leaves no files nobody asked for."""

import ast
import csv
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

from cnnshape.cli import COMMANDS
from cnnshape.commands.check.baseline import NAME as BASELINE
from cnnshape.core.errors import CnnshapeError
from tests.fuzz.commands import sandbox
from tests.fuzz.commands.case import Case
from tests.fuzz.commands.sandbox import Ran
from tests.fuzz.judge import MEGABYTES

SECONDS: Final = 2.0
"""The processor time that a line may take with nets of an ordinary size,"""

VERIFYING: Final = 10.0
"""and one that also builds the net in PyTorch and runs it there,"""

HOLDING: Final = 2_000
"""which holds its weights and may take so many megabytes."""

LAYERS: Final = 2_000
"""The bound of layers here: a net of an ordinary size has no more,"""

POINTS: Final = 20_000
"""and an ordinary sweep no more points."""

_FINDERS: Final = frozenset({"check", "diff", "solve", "verify"})
"""The commands that exit with 1 for what they find."""

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]|\\\\u(?:e[0-9a-f]{3}|f[0-8][0-9a-f]{2})", re.I)
_ERROR: Final = re.compile(r"^(?:error|Error): \S", re.M)
_FULL: Final = re.compile(rb"^error: .*(?:not enough|out of) memory", re.M)
_HELP: Final = re.compile(r"Usage: cnnshape \[OPTIONS\] COMMAND")
_USAGE: Final = re.compile(r"Usage: cnnshape [a-z]+ \[OPTIONS\]")
_TRACE: Final = re.compile(
    r"Traceback \(most recent call last\)|Exception ignored|\.py:\d+: \w*Warning|Fatal Python error"
)


class Verdict(NamedTuple):
    """What became of a case."""

    statuses: tuple[tuple[str, int], ...] = ()
    """The command and the exit status of each line that ran."""
    found: str = ""
    """What is wrong; empty if nothing is."""
    seconds: float = 0.0
    """Those of the line that took the most,"""
    kilobytes: int = 0
    """and its memory."""
    detail: str = ""

    @property
    def now(self) -> str:
        """The exit statuses, or what is wrong."""
        return self.found or " ".join(str(status) for _, status in self.statuses)


class Wrong(Exception):
    """What a line did is not what it may do."""


def command_of(words: Sequence[str]) -> str:
    """The command that a line names; ``-`` if it names none."""
    return words[0] if words and words[0] in COMMANDS else "-"


def judged(case: Case, seconds: float = SECONDS) -> Verdict:
    """Run the lines of a case and say what became of them; stops at the first line with something wrong."""
    verdict = _judged(case, seconds)
    for _ in range(2):
        if verdict.found.startswith("slow"):  # what is slow once may be the machine
            verdict = min(verdict, _judged(case, seconds), key=lambda each: each.seconds)
    return verdict


def _judged(case: Case, seconds: float) -> Verdict:
    verdict = Verdict()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        sandbox.fill(folder, case)
        for words in case.lines:
            before = sandbox.held(folder)
            ran = sandbox.run(words, case, folder)
            statuses = (*verdict.statuses, (command_of(words), ran.status))
            most = max(verdict.seconds, ran.seconds), max(verdict.kilobytes, ran.kilobytes)
            verdict = Verdict(statuses, "", *most)
            try:
                for check in _CHECKS:
                    check(words, case, ran)
                _left(words, case, ran, folder, before)
                _bounded(words, ran, seconds)
            except Wrong as wrong:
                return verdict._replace(found=f"{wrong} in {command_of(words)}", detail=_shown(words, ran))
    return verdict


def _shown(words: Sequence[str], ran: Ran) -> str:
    out, err = (data[-4000:].decode(errors="backslashreplace") for data in (ran.out, ran.err))
    shown = [word[:200] for word in words]
    return f"{shown!r}\nexit {ran.status} in {ran.seconds:.2f} s\nout:\n{out}\nerr:\n{err}"


def _ended(words: Sequence[str], case: Case, ran: Ran) -> None:
    said = (ran.out + ran.err).decode(errors="replace")
    if found := _TRACE.search(said):
        raise Wrong(_place(said) if found[0].startswith("Traceback") else found[0].split(":")[-1].strip())
    if ran.waited:
        raise Wrong("waits for ever")
    if ran.status < 0:
        raise Wrong("stopped, too slow" if -ran.status in (24, 9) else f"dies with signal {-ran.status}")
    if ran.status == sandbox.OUTSIDE:
        raise Wrong("writes outside of its folder")
    allowed = {0, 2} | ({1} if command_of(words) in _FINDERS else set())
    allowed |= {141} if case.stdout == "pipe" or "pipe" in case.stderr else set()
    if ran.status not in allowed:
        raise Wrong(f"exit {ran.status}")


def _place(said: str) -> str:
    """The kind of the error in a traceback, and the last function of ours before it."""
    trace = said[said.rindex("Traceback (most recent call last)") :]
    ours = re.findall(r'File ".*[/\\]cnnshape[/\\](\S+)\.py", line \d+, in (\S+)', trace)
    kinds = re.findall(r"^([A-Za-z_.]*(?:Error|Exception|Exit|Interrupt|Iteration|Warning|Failed)\w*)\b", trace, re.M)
    where = "{}.{}".format(*ours[-1]) if ours else "?"
    return f"{kinds[-1] if kinds else 'traceback'} at {where}"


def _shown_in(text: str, way: str) -> str:
    """A text without the colors and the progress bars that a terminal is sent."""
    return re.sub("\x1b\\[[0-9;?]*[A-Za-z]|\r", "", text) if way == "terminal" else text


def _explained(words: Sequence[str], case: Case, ran: Ran) -> None:
    said = _shown_in(ran.err.decode(errors="replace"), case.stderr)
    if case.stderr in ("file", "stuck", "terminal"):
        if ran.status == 2 and not _ERROR.search(said) and not (not words and _HELP.match(said)):
            raise Wrong("exit 2 without a message")
        if ran.status in (0, 1) and _ERROR.search(said):
            raise Wrong(f"exit {ran.status} with an error")
    if found := _CONTROL.search(said):
        raise Wrong(f"U+{ord(found[0]):04X} in a message")


def _no_secrets(words: Sequence[str], case: Case, ran: Ran) -> None:
    """No character that the program uses for its own purposes comes out."""
    given = "\n".join([*words, *(name + data.decode(errors="replace") for name, data in case.files.items())])
    said = (ran.out + ran.err).decode(errors="replace")
    if (found := _PRIVATE.search(said)) and not _PRIVATE.search(given) and "\\U" not in given:
        raise Wrong(f"private character {found[0]!a}")


def _whole(words: Sequence[str], case: Case, ran: Ran) -> None:
    """Standard output is complete and well formed, or empty if the line was refused."""
    if case.stdout not in ("file", "stuck", "terminal"):
        if case.stdout == "full" and ran.status == 0 and not any(word.startswith("--output") for word in words):
            raise Wrong("exit 0 on a full disk")
        return
    kind = _format(words)
    if ran.status == 2:
        partly = {"diff": True, "check": kind == "github", "sweep": kind == "csv"}
        if ran.out and case.stdout == "file" and not partly.get(command_of(words), False):
            raise Wrong("exit 2 with output")
        return
    try:
        said = _shown_in(ran.out.decode(), case.stdout)
    except UnicodeDecodeError:
        raise Wrong("output that is not UTF-8") from None
    if said and kind in _FORMS and not _USAGE.match(said):
        _well_formed(said, kind)
    elif found := _CONTROL.search(said.replace("\r\n", "\n")):
        raise Wrong(f"U+{ord(found[0]):04X} in the output")


def _well_formed(text: str, kind: str) -> None:
    try:
        _FORMS[kind](text)
    except Exception as error:
        raise Wrong(f"output that is not {kind}: {type(error).__name__}") from None


def _rows(text: str) -> None:
    csv.field_size_limit(10**9)
    if len({len(row) for row in csv.reader(text.splitlines())}) > 1:
        raise ValueError


_FORMS: Final[Mapping[str, Callable[[str], object]]] = {
    "json": json.loads, "sarif": json.loads, "csv": _rows, "python": ast.parse, "junit": ElementTree.fromstring,
}  # fmt: skip


def _values(words: Sequence[str], option: str) -> list[str]:
    """What a line gives an option, as far as one can see without knowing the others."""
    after = [words[at + 1] for at, word in enumerate(words[:-1]) if word == option]
    return after + [word.removeprefix(f"{option}=") for word in words if word.startswith(f"{option}=")]


def _format(words: Sequence[str]) -> str:
    return (_values(words, "--format") or [""])[-1]


def _left(words: Sequence[str], case: Case, ran: Ran, folder: Path, before: Mapping[str, bytes | str]) -> None:
    """Only files that were asked for are there or changed, and none of those that were read."""
    after = sandbox.held(folder)
    named = {name for word in words for name in _names(word, folder)}
    written = {name for word in _values(words, "--output") for name in _names(word, folder)}
    refused = ran.status == 2
    may = {"diff"} | ({"check"} if any("--summary" in word for word in words) or _format(words) == "github" else set())
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        update = os.path.basename(name) == BASELINE and any(word.startswith("--u") for word in words)
        if name not in after:
            raise Wrong("a file is gone")
        if name not in named and not update:
            raise Wrong("a file is left" if name not in before else "a file is changed")
        if os.path.realpath(folder / name) in ran.read and name in before and "--update" not in words:
            raise Wrong("writes over what it read")
        if refused and command_of(words) not in may:
            raise Wrong("exit 2 with a file written")
        kind, data = os.path.splitext(name)[1].lstrip("."), after[name]
        if ran.status in (0, 1) and not _format(words) and kind in ("json", "csv") and name in written:
            assert isinstance(data, bytes)
            _well_formed(data.decode(), kind)


def _names(word: str, folder: Path) -> Iterator[str]:
    """The files that a word may name, from the folder on, links followed."""
    for text in (word, word.partition("=")[2]):
        with suppress(ValueError):  # no file has a NUL or a lone surrogate in its name
            yield os.path.relpath(os.path.realpath(folder / text), os.path.realpath(folder))


def _points(words: Sequence[str]) -> int:
    """About how many points a line asks for."""
    from cnnshape.commands.sweep.plans import listed

    counts = []
    for word in words:
        for part in word.rpartition("=")[2].split("x") if re.search("[:,]", word) else ():
            try:
                counts.append(len(listed(part, "")))
            except (CnnshapeError, RecursionError):
                continue
    return prod(counts)


def _bounded(words: Sequence[str], ran: Ran, seconds: float) -> None:
    verifies = command_of(words) == "verify"
    most = max(seconds, VERIFYING) if verifies else seconds
    if ran.seconds > most and _points(words) <= POINTS:
        raise Wrong("slow")
    full = _FULL.search(ran.err) and not verifies
    if (full or ran.kilobytes > (HOLDING if verifies else MEGABYTES) * 1000) and _points(words) <= POINTS:
        raise Wrong("too much memory")
    if len(ran.out) > 50_000_000:
        raise Wrong("more than 50 MB of output")


_CHECKS: Final = (_ended, _explained, _no_secrets, _whole)
