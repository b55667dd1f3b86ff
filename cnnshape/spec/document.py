"""A spec: the raw text of a network as checked data, with the place of every value beside it.

Nothing is evaluated here: numbers may still be expressions, names are not resolved.  `cnnshape.graph.build` does that.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import Field, PrivateAttr, ValidationError
from typing_extensions import override

from cnnshape.core.errors import Problem, SpecError, unknown
from cnnshape.layers.fields import Takes
from cnnshape.spec.blocks import (
    Entries,
    Template,
    Variables,
    entry_problems,
    name_problems,
    templates,
    variable_problems,
)
from cnnshape.spec.keys import WARNING_IDS, Anything, Keys, Named
from cnnshape.spec.plain import plain
from cnnshape.spec.yaml import Document
from cnnshape.spec.yaml.files import DISK, Files
from cnnshape.spec.yaml.source import At, Source
from cnnshape.spec.yaml.version import KEY, VERSION, written

MOST_INPUTS: Final = 32

_LONGEST: Final = 200

_NO_VERSION: Final = Problem(
    f"a spec needs `{KEY}`, the version of its format", hint=f"add `{KEY}: 1` as the first line", id="missing-key"
)

Axes = Annotated[list[int | str], Field(min_length=1, max_length=16)]

if TYPE_CHECKING:  # as they are read: null and a single name are only given
    Inputs = dict[str, list[Any]]
    Outputs = Sequence[str]
else:
    Inputs = Annotated[dict[str, Axes], Field(min_length=1)] | None
    Outputs = str | Annotated[list[str], Field(min_length=1)] | None


class _Read(Keys):
    """Base of a spec: how it is read, and what it is beside its keys."""

    _source: Source = PrivateAttr(default_factory=Source)
    _templates: dict[str, Template] = PrivateAttr(default_factory=dict)

    def __init__(self, /, **keys: Any) -> None:
        self._read({KEY: 1} | plain(keys), Source(), "net")

    @classmethod
    def of(cls, data: dict[str, Any], source: Source, name: str) -> Self:
        """What a file says, or a mapping of a library call; ``name`` is for one that states none."""
        spec = cls.__new__(cls)
        spec._read(data, source, name)
        return spec

    def _read(self, data: dict[str, Any], source: Source, name: str) -> None:
        """Take the keys; raises `SpecError` with all that is wrong with them."""
        problems = [] if KEY in data else [_NO_VERSION]
        try:
            super().__init__(**{KEY: 1} | data)
        except ValidationError as error:
            found = entry_problems("a spec", type(self), data, error)
            problems += [each._replace(hint=f"write `{KEY}: 1`") if each.at == (KEY,) else each for each in found]
        if problems:
            raise SpecError(*(source.placed(problem, key=True) for problem in problems))
        self._source = source
        self._settle(name)

    def _settle(self, name: str) -> None:
        """Work out what follows from the keys."""


class Spec(_Read):
    """The keys of a spec, read from a file or built from layers.

    Raises `SpecError` with all that is wrong with them, but for what only building the net shows.

    >>> from cnnshape.layers.conv import Conv2d
    >>> spec = Spec(input=[3, 32, 32], layers={"conv": Conv2d(out_channels=8, kernel_size=3)})
    >>> print(spec.to_yaml())
    cnnshape: 1
    name: net
    input: [3, 32, 32]
    layers:
      conv: {op: Conv2d, out_channels: 8, kernel_size: 3}
    <BLANKLINE>
    """

    cnnshape: VERSION = Field(default=1, description="the version of the language")
    name: str = Field(default="", description="the name of the net; the file's name where it is not stated")
    description: str = Field(default="", description="a text; it changes no figure")
    input: Annotated[Axes | None, Takes("a list of sizes without the batch, such as [3, 224, 224]")] = Field(
        default=None, description="the shape of one sample, without the batch: [3, 224, 224]"
    )
    inputs: Annotated[Inputs, Takes("a mapping of names to sizes, at least one")] = Field(
        default={}, description="names and shapes of several inputs, without the batch"
    )
    """Where there is one input, its name is ``input``."""
    vars: Variables = Field(default={}, description="names and values of variables, which expressions may name")
    variants: Annotated[Named, Takes("a mapping of names to variables and their values")] = Field(
        default={}, description="names of settings of these variables: the members of a family, chosen with --variant"
    )
    include: Annotated[list[str], Field(min_length=1), Takes("a list of files")] = Field(
        default=[], description="files with more blocks, in the folder of the spec or below"
    )
    blocks: Annotated[Named, Takes("a mapping of names to blocks")] = Field(
        default={}, description="templates of layers with variables of their own, called as {block: name}"
    )
    layers: Entries = Field(description="names and layers, in order: a layer reads what stands above it")
    outputs: Annotated[Outputs, Takes("a layer's name or a list of names")] = Field(
        default=(), description="what the net puts out, a name or a list; the last layer where it is not stated"
    )
    """Empty: the last layer."""
    unused: Annotated[list[str], Takes("a list of layers' names")] = Field(
        default=[], description="layers that are meant to reach no output"
    )
    ignore: Annotated[list[str], Field(min_length=1), Takes(WARNING_IDS)] = Field(
        default=[], description="ids of warnings that are not shown, such as unused-variable"
    )
    budget: Annotated[Any, Takes("a list of rules")] = Field(
        default=None, description="limits that `cnnshape check` holds the net to"
    )
    """Its rules as they stand in the file; `cnnshape.commands.check` reads them."""
    meta: Anything = Field(default=None, description="anything; cnnshape does not read it")

    @property
    def source(self) -> Source:
        """Where it was read."""
        return self._source

    @property
    def templates(self) -> dict[str, Template]:
        """Its blocks, and those that it includes."""
        return self._templates

    @property
    def single(self) -> bool:
        """Whether the input was written as ``input`` and not under ``inputs``."""
        return self.input is not None

    @override
    def __eq__(self, other: object) -> bool:
        """Whether they say the same, wherever that stands."""
        return isinstance(other, Spec) and (self.__dict__, self._templates) == (other.__dict__, other._templates)

    @override
    def _settle(self, name: str) -> None:
        problems: list[Problem] = []
        inputs = self.inputs or {}
        if (self.input is None) == (not inputs):
            problems.append(Problem("a spec has either `input` or `inputs`", hint="write `input: [3, 224, 224]`"))
        elif self.input is not None:
            inputs = {"input": list(self.input)}
        self._templates, found = templates(self.blocks, self._source)
        problems += [*_problems(self, inputs), *found]
        if self.ignore:
            from cnnshape.spec.ignored import id_problems

            problems += id_problems(self.ignore)
        if self.include:
            from cnnshape.spec.library import included

            for key, template in included(self.include, self._source).items():
                if key in self._templates:
                    text = f"the block `{key}` is in {template.source.file}, too"
                    problems.append(Problem(text, at=("blocks", key)))
                self._templates[key] = template
        if problems:
            placed = (self._source.placed(problem._replace(at=()), problem.at, key=True) for problem in problems)
            raise SpecError(*placed)
        outputs = (self.outputs,) if isinstance(self.outputs, str) else tuple(self.outputs or ())
        self.__dict__.update(name=self.name or name, inputs=inputs, outputs=outputs)

    def placed(self, problem: Problem, at: At = (), path: str = "", *, key: bool = False) -> Problem:
        """The problem with the file and the place: of what it points at itself, below ``at``."""
        return self._source.placed(problem, at, path, key=key)

    def to_yaml(self) -> str:
        """The text of a file that says the same: its keys in their usual order, a line for each layer."""
        from cnnshape.spec.yaml.writer import lines

        stated = self.model_fields_set | {KEY, "name"}
        return "\n".join([*lines({key: held for key, held in self.__dict__.items() if key in stated}), ""])


def load(source: "str | os.PathLike[str] | Mapping[str, Any] | Spec", files: Files = DISK) -> Spec:
    """Read a spec from a YAML file, or take it from a mapping that says what such a file would.

    ``files`` says where the file is, and those that it includes, if they are not on the disk.
    Raises `SpecError` with everything that is wrong with its text and its top level.

    >>> load({"cnnshape": 1, "input": [3, 8, 8], "layers": {"act": "ReLU"}}).inputs
    {'input': [3, 8, 8]}
    """
    if isinstance(source, Spec):
        return source
    if isinstance(source, Mapping):
        data = plain(source)
        if isinstance(source.get(KEY), float):
            data[KEY] = str(source[KEY])  # which is not 1, as in a file
        return _checked(data, "net", Source())
    file = os.fspath(source)
    return of_document(files.document(file), file, files)


def of_document(document: Document, file: str, files: Files = DISK) -> Spec:
    """The spec that a file holds, where that is read already; raises `SpecError` as `load` does."""
    place = Source(file, document.marks, files)
    if found := written(document):
        raise SpecError(place.placed(found))
    return _checked(document.data, files.stem(file) or "net", place)


def _checked(data: Any, name: str, source: Source) -> Spec:
    if not isinstance(data, dict):
        hint = "start with `cnnshape: 1`, `input:` and `layers:`"
        raise SpecError(source.placed(Problem("a spec is a mapping, this file holds something else", hint=hint)))
    return Spec.of(data, source, name)


def _problems(spec: Spec, inputs: dict[str, list[Any]]) -> list[Problem]:
    if len(spec.name) > _LONGEST:
        text = f"a name has at most {_LONGEST} characters, this one has {len(spec.name):,}"
        return [Problem(text, at=("name",), hint="`description` has room for more")]
    if len(inputs) > MOST_INPUTS:
        return [Problem(f"a net has at most {MOST_INPUTS} inputs, this one has {len(inputs):,}", at=("inputs",))]
    problems = [*name_problems(spec.layers, inputs, ()), *variable_problems(spec.vars, ())]
    for name, settings in spec.variants.items():
        for variable in settings:
            if variable not in spec.vars:
                text, at = f"the spec has no variable `{variable[:60]}`", ("variants", name, variable)
                problems.append(unknown(text, variable, spec.vars, at=at, of_key=True))
    return problems
