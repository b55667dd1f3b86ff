"""Which specs are held to which rules: budgets in specs, and budgets in files of their own that name specs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from glob import glob, has_magic
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from cnnshape.budget.fields import validated
from cnnshape.budget.records import Rule
from cnnshape.budget.rules import rules
from cnnshape.errors import Problem, SpecError
from cnnshape.layers.fields import Core
from cnnshape.spec import Spec, load, of_document
from cnnshape.templates import NAMES, TEXT
from cnnshape.yamlfile import Document, read_path
from cnnshape.yamlfile.scalars import printable
from cnnshape.yamlfile.source import At, Source

FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "cnnshape": (Literal[1], ...),
    "description": (str, ""),
    "specs": (Annotated[Any, Core({"type": "union", "choices": [TEXT, NAMES]}, "a glob or a list of globs")], ()),
    "budget": (Annotated[Any, Core({"type": "any"}, "a list of rules")], ...),
    "meta": (Annotated[Any, Core({"type": "any"}, "anything")], None),
}
"""The keys of a file that is a budget: annotation and default, ``...`` where there is none."""

Checked: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Spec"
"""What can be checked: a budget's file, a spec's file, a spec, or a mapping that says what a spec's file would."""


class Held(NamedTuple):
    """A spec and a rule that it is held to."""

    spec: Spec
    rule: Rule
    home: str
    """The file that the call named; empty where it named none."""


def held(sources: Sequence[Checked], given: Sequence[Mapping[str, Any]] | None = None) -> list[Held]:
    """The specs of some sources with the rules they are held to, in the order of the rules.

    ``given`` holds rules of a library call, which take the place of those that specs state.

    Raises `SpecError` where a file cannot be read, is no budget and no spec with one, or names specs that are not
    there, and `ShapeError` never: nothing is analysed.
    """
    found: list[Held] = []
    problems: list[Problem] = []
    stated = None if given is None else _given(given)
    for source in sources:
        try:
            found += _one(source, stated)
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(*problems)
    return found


def _given(raw: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    from cnnshape.spec import plain

    return rules(plain(list(raw)), Source(), ())


def _one(source: Checked, given: tuple[Rule, ...] | None) -> Iterator[Held]:
    if isinstance(source, Mapping | Spec):
        yield from _of_spec(load(source), given, "")
        return
    file = os.fspath(source)
    document = read_path(file)
    if isinstance(document.data, dict) and "layers" not in document.data and "budget" in document.data:
        if given is not None:
            raise SpecError(Problem("this file is a budget, and rules are given beside it", file=printable(file, 4096)))
        yield from _of_budget(document, file)
    else:
        yield from _of_spec(of_document(document, file), given, file)


def _of_spec(spec: Spec, given: tuple[Rule, ...] | None, file: str) -> Iterator[Held]:
    if given is not None:
        yield from (Held(spec, rule, file) for rule in given)
        return
    if spec.budget is None:
        hint = "add `budget:`, a list of rules such as `- {metric: macs, max: 4.1 GMACs}`"
        raise SpecError(spec.placed(Problem("the spec has no `budget`", hint=hint))._replace(mark=None))
    yield from (Held(spec, rule, file) for rule in rules(spec.budget, spec.source))


def _of_budget(document: Document, file: str) -> Iterator[Held]:
    """The rules of a budget's file, each with the specs that it or the file names."""
    source = Source(file, document.marks)
    try:
        known = validated("a budget", FIELDS, document.data)
    except SpecError as error:
        raise SpecError(*(source.placed(problem, key=True) for problem in error.problems)) from None
    files = _Files(source)
    shared = [known["specs"]] if isinstance(known["specs"], str) else list(known["specs"])
    problems: list[Problem] = []
    found: list[Held] = []
    for rule in rules(known["budget"], source, names_specs=True):
        globs, at = (rule.specs, (*rule.at, "specs")) if rule.specs else (tuple(shared), ("specs",))
        try:
            found += (Held(spec, rule, file) for spec in files.specs(globs, at))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(*dict.fromkeys(problems))
    yield from found


class _Files:
    """The specs that globs name, relative to the file that states them; each is read once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.folder = os.path.dirname(source.file)
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
        if not has_magic(pattern):
            file = os.path.join(self.folder, pattern)
            if os.path.exists(file):
                self.read[file] = self.read.get(file) or load(file)
            return [file] if file in self.read else []
        found = sorted(glob(pattern, root_dir=self.folder or None, recursive=True))
        files = [os.path.join(self.folder, name) for name in found]
        return [file for file in files if os.path.isfile(file) and self._spec(file)]

    def _spec(self, file: str) -> Spec | None:
        """The spec in a file; None where it is a budget, a baseline or a file of blocks."""
        if file not in self.read:
            document = read_path(file)
            other = isinstance(document.data, dict) and "layers" not in document.data
            self.read[file] = None if other and _OTHER & document.data.keys() else of_document(document, file)
        return self.read[file]


_OTHER: Final = {"budget", "baseline", "blocks"}
