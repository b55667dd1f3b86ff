"""A spec: the raw text of a network as checked data, with the place of every value beside it.

Nothing is evaluated here: numbers may still be expressions, names are not resolved.  `cnnshape.graph.build` does that.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from operator import index
from typing import Annotated, Any, Final

from pydantic_core import SchemaValidator, ValidationError

from cnnshape.core.dims import Open
from cnnshape.core.errors import Problem, SpecError, did_you_mean
from cnnshape.core.text import shown
from cnnshape.layers.fields import Core, fields_schema
from cnnshape.spec.blocks import (
    DICT,
    NAMED,
    NAMES,
    TEXT,
    Layers,
    Template,
    Variables,
    entry_problems,
    name_problems,
    templates,
    variable_problems,
)
from cnnshape.spec.yaml import Document
from cnnshape.spec.yaml.files import DISK, Files
from cnnshape.spec.yaml.reader import DEPTH
from cnnshape.spec.yaml.source import At, Source
from cnnshape.spec.yaml.version import KEY, VERSION, written

_AXIS: Final = {"type": "union", "choices": [{"type": "int", "strict": True}, TEXT], "mode": "left_to_right"}
_AXES: Final = {"type": "list", "strict": True, "items_schema": _AXIS, "min_length": 1, "max_length": 16}
_INPUTS: Final = {**DICT, "min_length": 1, "values_schema": _AXES}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with null for a key that is left out."""
    return {"type": "nullable", "schema": schema}


FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "cnnshape": (VERSION, ...),
    "name": (str, ""),
    "description": (str, ""),
    "input": (Annotated[Any, Core(_maybe(_AXES), "a list of sizes without the batch, such as [3, 224, 224]")], None),
    "inputs": (
        Annotated[
            Any,
            Core(_maybe(_INPUTS), "a mapping of names to sizes, at least one"),
        ],
        None,
    ),
    "vars": (Variables, {}),
    "variants": (Annotated[dict[str, Any], Core(NAMED, "a mapping of names to variables and their values")], {}),
    "include": (Annotated[list[str], Core(NAMES, "a list of files")], []),
    "blocks": (Annotated[dict[str, Any], Core(NAMED, "a mapping of names to blocks")], {}),
    "layers": (Layers, ...),
    "outputs": (
        Annotated[Any, Core(_maybe({"type": "union", "choices": [TEXT, NAMES]}), "a layer's name or a list of names")],
        None,
    ),
    "unused": (Annotated[list[str], Core({**NAMES, "min_length": 0}, "a list of layers' names")], []),
    "budget": (Annotated[Any, Core({"type": "any"}, "a list of rules")], None),  # checked where it is used
    "meta": (Annotated[Any, Core({"type": "any"}, "anything")], None),
}
"""The keys of a spec: annotation and default, ``...`` where there is none."""

MOST_INPUTS: Final = 32
MOST_VALUES: Final = 5_000_000

_LONGEST: Final = 200


@dataclass(frozen=True)
class Spec:
    """The data of a spec file."""

    name: str
    inputs: dict[str, list[Any]]
    vars: dict[str, Any]
    layers: dict[str, Any]
    outputs: tuple[str, ...] = ()
    """Empty: the last layer."""
    unused: tuple[str, ...] = ()
    description: str = ""
    meta: Any = None
    budget: Any = None
    """Its rules as they stand in the file; `cnnshape.commands.check` reads them."""
    single: bool = True
    """Whether the input was written as ``input`` and not under ``inputs``."""
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    blocks: dict[str, Template] = field(default_factory=dict)
    source: Source = field(default=Source(), repr=False, compare=False)

    def placed(self, problem: Problem, at: At = (), path: str = "", *, key: bool = False) -> Problem:
        """The problem with the file and the place: of what it points at itself, below ``at``."""
        return self.source.placed(problem, at, path, key=key)


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


def plain(value: Any, at: tuple[str | int, ...] = ()) -> Any:
    """A value of a library call as a YAML file would give it: text keys, lists, exact rationals; within bounds.

    >>> plain({1: (2.5, 3.0)})
    {'1': [Fraction(5, 2), 3]}
    """
    return _Plain().value(value, at)


class _Plain:
    def __init__(self) -> None:
        self.left = MOST_VALUES

    def value(self, value: Any, at: tuple[str | int, ...]) -> Any:
        self.left -= 1
        if self.left < 0:
            raise SpecError(Problem(f"the mapping holds more than {MOST_VALUES:,} values"))
        if value is None or isinstance(value, bool | str | Open):
            return value
        if len(at) > DEPTH:
            raise SpecError(Problem(f"lists and mappings nest more than {DEPTH} deep"))
        if isinstance(value, Mapping):
            return {key: self.value(item, (*at, key)) for key, item in _texts(value)}
        if isinstance(value, list | tuple):
            return [self.value(item, (*at, place)) for place, item in enumerate(value)]
        return _number(value, at)


def _number(value: Any, at: tuple[str | int, ...]) -> Any:
    """A number as an int, or a fraction where it is not whole."""
    where = ".".join(map(str, at))
    with suppress(TypeError):
        value = index(value)  # numpy has integers of its own
    if not isinstance(value, int):
        from fractions import Fraction

        try:
            value = Fraction(float.__repr__(value)) if isinstance(value, float) else Fraction(value)
        except (TypeError, ValueError, OverflowError):
            raise SpecError(Problem(f"`{where}` is a {type(value).__name__}, which a spec cannot hold")) from None
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _BITS:
        raise SpecError(Problem(f"`{where}` is a number of more than 60 digits, which a spec cannot hold"))
    return value.numerator if value.denominator == 1 else value


_BITS: Final = 199  # of a number of 60 digits


def _texts(mapping: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The items, with keys as text; numbers of thousands of digits have none."""
    for key, item in mapping.items():
        yield (key if isinstance(key, str) else shown(key)), item


_validator: SchemaValidator | None = None


def _checked(data: Any, name: str, source: Source) -> Spec:
    global _validator
    if not isinstance(data, dict):
        hint = "start with `cnnshape: 1`, `input:` and `layers:`"
        raise SpecError(source.placed(Problem("a spec is a mapping, this file holds something else", hint=hint)))
    if _validator is None:
        _validator = SchemaValidator(fields_schema(FIELDS, ...))
    problems: list[Problem] = []
    try:
        known = _validator.validate_python(data)
    except ValidationError as error:
        annotations = {key: annotation for key, (annotation, _) in FIELDS.items()}
        problems = entry_problems("a spec", annotations, data, error.errors(include_url=False))
        problems = [_of_version(problem, data) for problem in problems]
        raise SpecError(*(source.placed(problem, key=True) for problem in problems)) from None
    inputs = known["inputs"] or {}
    if (known["input"] is None) == (known["inputs"] is None):
        problems.append(Problem("a spec has either `input` or `inputs`", hint="write `input: [3, 224, 224]`"))
    elif known["input"] is not None:
        inputs = {"input": known["input"]}
    blocks, found = templates(known["blocks"], source)
    problems += [*_problems(known, inputs), *found]
    if known["include"]:
        from cnnshape.spec.library import included

        for key, template in included(known["include"], source).items():
            if key in blocks:
                text = f"the block `{key}` is in {template.source.file}, too"
                problems.append(Problem(text, at=("blocks", key)))
            blocks[key] = template
    if problems:
        raise SpecError(*(source.placed(problem._replace(at=()), problem.at, key=True) for problem in problems))
    outputs = known["outputs"] or []
    return Spec(
        name=known["name"] or name,
        inputs=inputs,
        vars=known["vars"],
        layers=known["layers"],
        outputs=(outputs,) if isinstance(outputs, str) else tuple(outputs),
        unused=tuple(known["unused"]),
        description=known["description"],
        meta=known["meta"],
        budget=known["budget"],
        single=known["inputs"] is None,
        variants=known["variants"],
        blocks=blocks,
        source=source,
    )


def _of_version(problem: Problem, data: dict[str, Any]) -> Problem:
    """The first mistake of many: the version of the format is missing."""
    if "cnnshape" not in data and problem.text.startswith("a spec needs `cnnshape`"):
        return problem._replace(text="a spec needs `cnnshape`, the version of its format", hint=_FIRST_LINE)
    return problem._replace(hint="write `cnnshape: 1`") if problem.at == ("cnnshape",) else problem


_FIRST_LINE: Final = "add `cnnshape: 1` as the first line"


def _problems(known: dict[str, Any], inputs: dict[str, Any]) -> list[Problem]:
    if len(known["name"]) > _LONGEST:
        text = f"a name has at most {_LONGEST} characters, this one has {len(known['name']):,}"
        return [Problem(text, at=("name",), hint="`description` has room for more")]
    if len(inputs) > MOST_INPUTS:
        return [Problem(f"a net has at most {MOST_INPUTS} inputs, this one has {len(inputs):,}", at=("inputs",))]
    problems = [*name_problems(known["layers"], inputs, ()), *variable_problems(known["vars"], ())]
    for name, settings in known["variants"].items():
        for variable in settings:
            if variable not in known["vars"]:
                text, hint = f"the spec has no variable `{variable[:60]}`", did_you_mean(variable, known["vars"])
                problems.append(Problem(text, at=("variants", name, variable), hint=hint, of_key=True))
    return problems
