"""Which specs are held to which rules: budgets in specs, and budgets in files of their own that name specs."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from glob import glob, has_magic
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias

from typing_extensions import override

from cnnshape.commands.check.fields import BudgetKeys
from cnnshape.commands.check.records import Rule, Skipped
from cnnshape.commands.check.rules import rules
from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import printable
from cnnshape.spec.document import Spec, load, of_document
from cnnshape.spec.library import BlockFile
from cnnshape.spec.yaml import Document
from cnnshape.spec.yaml.files import DISK, Files
from cnnshape.spec.yaml.source import At, Source
from cnnshape.spec.yaml.version import KEY, written

Checked: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Spec"
"""What can be checked: a budget's file, a spec's file, a spec, or a mapping that says what a spec's file would."""


class Place(Protocol):
    """Where budgets and specs are read from: the disk, or a revision."""

    files: Files

    def find(self, home: str, pattern: str) -> list[str]:
        """The files that a glob or name means in the folder of another file, sorted."""
        ...


class OnDisk(Place):
    """The files of this machine."""

    files = DISK

    @override
    def find(self, home: str, pattern: str) -> list[str]:
        folder = os.path.dirname(home)
        if not has_magic(pattern):
            file = os.path.join(folder, pattern)
            return [file] if os.path.exists(file) else []
        found = sorted(glob(pattern, root_dir=folder or None, recursive=True))
        files = [os.path.join(folder, name) for name in found]
        return [file for file in files if not os.path.isdir(file)]  # a link to nothing is a mistake, not nothing


class Held(NamedTuple):
    """A spec and a rule that it is held to."""

    spec: Spec
    rule: Rule
    home: str
    """The file that the call named; empty where it named none."""


class Collected(NamedTuple):
    """What is to be checked."""

    held: list[Held]
    skipped: tuple[Skipped, ...]
    """What globs match and is not a spec."""


def collected(
    sources: Sequence[Checked], given: Sequence[Mapping[str, Any]] | None = None, place: Place | None = None
) -> Collected:
    """The specs of some sources with the rules they are held to, in the order of the rules.

    ``given`` holds rules of a library call, which take the place of those that specs state.

    Raises `SpecError` where a file cannot be read, is no budget and no spec with one, or names specs that are not
    there, and `ShapeError` never: nothing is analysed.
    """
    found: list[Held] = []
    problems: list[Problem] = []
    skipped: dict[Skipped, None] = {}
    stated = None if given is None else _given(given)
    for source in sources:
        try:
            found += _one(source, stated, place or OnDisk(), skipped)
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(*problems)
    return Collected(found, tuple(skipped))


def _given(raw: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    from cnnshape.spec.plain import plain

    return rules(plain(list(raw)), Source(), ())


def _one(source: Checked, given: tuple[Rule, ...] | None, place: Place, skipped: dict[Skipped, None]) -> Iterator[Held]:
    if isinstance(source, Mapping | Spec):
        yield from _of_spec(load(source), given, "")
        return
    file = os.fspath(source)
    document = place.files.document(file)
    if isinstance(document.data, dict) and "layers" not in document.data and "budget" in document.data:
        if given is not None:
            raise SpecError(Problem("this file is a budget, and rules are given beside it", file=printable(file, 4096)))
        yield from _of_budget(document, file, place, skipped)
    else:
        yield from _of_spec(of_document(document, file, place.files), given, file)


def _of_spec(spec: Spec, given: tuple[Rule, ...] | None, file: str) -> Iterator[Held]:
    if given is not None:
        yield from (Held(spec, rule, file) for rule in given)
        return
    if spec.budget is None:
        hint = "add `budget:`, a list of rules such as `- {metric: macs, max: 4.1 GMACs}`"
        raise SpecError(spec.placed(Problem("the spec has no `budget`", hint=hint))._replace(mark=None))
    yield from (Held(spec, rule, file) for rule in rules(spec.budget, spec.source))


def _of_budget(document: Document, file: str, place: Place, skipped: dict[Skipped, None]) -> Iterator[Held]:
    """The rules of a budget's file, each with the specs that it or the file names."""
    source = Source(file, document.marks, place.files)
    if wrong := written(document):
        raise SpecError(source.placed(wrong))
    try:
        known = BudgetKeys.read("a budget", document.data)
    except SpecError as error:
        raise SpecError(*(source.placed(problem, key=True) for problem in error.problems)) from None
    files = _Files(source, place, skipped)
    problems: list[Problem] = []
    found: list[Held] = []
    for rule in rules(known.budget, source, names_specs=True):
        globs, at = (rule.specs, (*rule.at, "specs")) if rule.specs else (known.specs, ("specs",))
        try:
            found += (Held(spec, rule, file) for spec in files.specs(globs, at))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(*dict.fromkeys(problems))
    yield from found


def meant(document: Document, file: str, place: Place) -> list[str]:
    """The files that the globs of a budget's file mean, but those that are something else than a spec.

    Raises `SpecError` if the document is not a budget.
    """
    known = BudgetKeys.read("a budget", document.data)
    source = Source(file, document.marks, place.files)
    files = _Files(source, place, {})
    globs = [each for rule in rules(known.budget, source, names_specs=True) for each in rule.specs or known.specs]
    return [each for pattern in dict.fromkeys(globs) for each in place.find(file, pattern) if files.may_be_spec(each)]


class _Files:
    """The specs that globs name, relative to the file that states them; each is read once."""

    def __init__(self, source: Source, place: Place, skipped: dict[Skipped, None]) -> None:
        self.source, self.place, self.skipped = source, place, skipped
        self.read: dict[str, Spec | None] = {}
        self.known: dict[tuple[str, ...], list[Spec]] = {}

    def specs(self, globs: tuple[str, ...], at: At) -> list[Spec]:
        """The specs, each once, sorted by name for each glob; raises `SpecError` where a glob names none."""
        if globs not in self.known:
            self.known[globs] = [*self._found(globs, at)]
        return self.known[globs]

    def _found(self, globs: tuple[str, ...], at: At) -> Iterator[Spec]:
        if not globs:
            hint = "add `specs: nets/*.yaml`, relative to this file"
            raise SpecError(self.source.placed(Problem("the budget names no specs", hint=hint), ("budget",), key=True))
        files: dict[str, None] = {}
        for glob_ in globs:
            found = self._files(glob_)
            if not found:
                text = f"`{printable(glob_)}` names no spec"
                hint = "specs are looked for in the folder of this file"
                raise SpecError(self.source.placed(Problem(text, hint=hint), at))
            files.update(dict.fromkeys(found))
        for file in files:
            spec = self.read[file]
            assert spec
            yield spec

    def _files(self, pattern: str) -> list[str]:
        """The files that a glob names; of several kinds of files only specs, unless it is the name of one."""
        found = self.place.find(self.source.file, pattern)
        if has_magic(pattern):
            return [file for file in found if self._spec(file)]
        for file in found:
            self.read[file] = self.read.get(file) or load(file, self.place.files)
        return found

    def may_be_spec(self, file: str) -> bool:
        """Whether it is a spec, or was meant to be one."""
        try:
            return self._spec(file) is not None
        except SpecError:
            return True

    def _spec(self, file: str) -> Spec | None:
        """The spec in a file; None where it is a budget, a baseline or a file of blocks, and nothing else."""
        if file not in self.read:
            document = self.place.files.document(file)
            kind = other_kind(document.data)
            if kind:
                self.skipped[Skipped(file, kind)] = None
            self.read[file] = None if kind else of_document(document, file, self.place.files)
        return self.read[file]


_OTHER: Final[dict[Literal["blocks", "budget", "baseline"], Collection[str]]] = {
    "blocks": BlockFile.model_fields,
    "budget": BudgetKeys.model_fields,
    "baseline": {KEY, "baseline"},
}


def other_kind(data: Any) -> Literal["blocks", "budget", "baseline"] | None:
    """What a file of ours is that is not a spec; None for one with any other key, which is a spec or a mistake.

    >>> other_kind({"cnnshape": 1, "blocks": {}}), other_kind({"cnnshape": 1, "blocks": {}, "layer": {}})
    ('blocks', None)
    """
    if not isinstance(data, dict):
        return None
    return next((kind for kind, keys in _OTHER.items() if {KEY, kind} <= data.keys() <= {*keys}), None)
