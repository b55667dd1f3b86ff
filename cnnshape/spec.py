"""A spec: the raw text of a network as checked data, with the place of every value beside it.

Nothing is evaluated here: numbers may still be expressions, names are not resolved.  `cnnshape.builder` does that.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from operator import index
from typing import Annotated, Any, Final, Literal

from pydantic_core import SchemaValidator, ValidationError

from cnnshape.errors import Mark, Problem, SpecError
from cnnshape.expressions import WORDS
from cnnshape.layers.fields import Core, field_problems, fields_schema, shown
from cnnshape.yamlfile import read_path
from cnnshape.yamlfile.marks import Marks
from cnnshape.yamlfile.reader import DEPTH

_TEXT: Final = {"type": "str", "strict": True}
_AXIS: Final = {"type": "union", "choices": [{"type": "int", "strict": True}, _TEXT], "mode": "left_to_right"}
_AXES: Final = {"type": "list", "strict": True, "items_schema": _AXIS, "min_length": 1, "max_length": 16}
_NAMES: Final = {"type": "list", "strict": True, "items_schema": _TEXT, "min_length": 1}
_DICT: Final = {"type": "dict", "strict": True, "keys_schema": _TEXT}
_LAYER: Final = {"type": "union", "choices": [_TEXT, _DICT], "mode": "left_to_right"}
_SOME: Final = {"min_length": 1}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with null for a key that is left out."""
    return {"type": "nullable", "schema": schema}


FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "cnnshape": (Literal[1], ...),
    "name": (str, ""),
    "description": (str, ""),
    "input": (Annotated[Any, Core(_maybe(_AXES), "a list of sizes without the batch, such as [3, 224, 224]")], None),
    "inputs": (
        Annotated[
            Any,
            Core(_maybe({**_DICT, **_SOME, "values_schema": _AXES}), "a mapping of names to sizes, at least one"),
        ],
        None,
    ),
    "vars": (Annotated[dict[str, Any], Core(_DICT, "a mapping of names to values")], {}),
    "layers": (
        Annotated[
            dict[str, Any],
            Core({**_DICT, **_SOME, "values_schema": _LAYER}, "a mapping of names to layers, at least one"),
        ],
        ...,
    ),
    "outputs": (
        Annotated[
            Any, Core(_maybe({"type": "union", "choices": [_TEXT, _NAMES]}), "a layer's name or a list of names")
        ],
        None,
    ),
    "unused": (Annotated[list[str], Core({**_NAMES, "min_length": 0}, "a list of layers' names")], []),
    "meta": (Annotated[Any, Core({"type": "any"}, "anything")], None),
}
"""The keys of a spec: annotation and default, ``...`` where there is none."""

LAYER_KEYS: Final = ("op", "from", "when", "shares", "trainable")
"""The keys of a layer's entry that are not fields of the op."""

MOST_INPUTS: Final = 32
MOST_VALUES: Final = 5_000_000

_LONGEST: Final = 200
_LETTERS: Final = "the letters a to z and A to Z, digits"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:+-]{0,199}\Z")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")


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
    file: str = ""
    single: bool = True
    """Whether the input was written as ``input`` and not under ``inputs``."""
    marks: Marks | None = field(default=None, repr=False, compare=False)

    def mark(self, at: tuple[str | int, ...], *, key: bool = False) -> Mark | None:
        """Where the value at these keys stands in the file, or its key."""
        return self.marks.find(at, key=key) if self.marks else None

    def placed(self, problem: Problem, at: tuple[str | int, ...] = (), path: str = "", *, key: bool = False) -> Problem:
        """The problem with the file and the place: of what it points at itself, below ``at``."""
        at = at + problem.at
        return problem._replace(
            file=self.file,
            mark=self.mark(at, key=problem.of_key or (key and not problem.at)),
            at=at,
            path=path or problem.path,
        )


def load(source: "str | os.PathLike[str] | Mapping[str, Any] | Spec") -> Spec:
    """Read a spec from a YAML file, or take it from a mapping that says what such a file would.

    Raises `SpecError` with everything that is wrong with its text and its top level.

    >>> load({"cnnshape": 1, "input": [3, 8, 8], "layers": {"act": "ReLU"}}).inputs
    {'input': [3, 8, 8]}
    """
    if isinstance(source, Spec):
        return source
    if isinstance(source, Mapping):
        return _checked(plain(source), "", "net", None)
    file = os.fspath(source)
    document = read_path(file)
    stem = os.path.basename(file).partition(".")[0]
    return _checked(document.data, file, stem or "net", document.marks)


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
        if value is None or isinstance(value, bool | str):
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


def _checked(data: Any, file: str, name: str, marks: Marks | None) -> Spec:
    global _validator
    unplaced = Spec(name, {}, {}, {}, file=file, marks=marks)
    if not isinstance(data, dict):
        hint = "start with `cnnshape: 1`, `input:` and `layers:`"
        raise SpecError(unplaced.placed(Problem("a spec is a mapping, this file holds something else", hint=hint)))
    if _validator is None:
        _validator = SchemaValidator(fields_schema(FIELDS, ...))
    problems: list[Problem] = []
    try:
        known = _validator.validate_python(data)
    except ValidationError as error:
        annotations = {key: annotation for key, (annotation, _) in FIELDS.items()}
        problems = field_problems("a spec", annotations, data, error.errors(include_url=False))
        raise SpecError(*(unplaced.placed(problem, key=True) for problem in problems)) from None
    inputs = known["inputs"] or {}
    if (known["input"] is None) == (known["inputs"] is None):
        problems.append(Problem("a spec has either `input` or `inputs`", hint="write `input: [3, 224, 224]`"))
    elif known["input"] is not None:
        inputs = {"input": known["input"]}
    problems += _name_problems(known, inputs)
    if problems:
        raise SpecError(*(unplaced.placed(problem._replace(at=()), problem.at, key=True) for problem in problems))
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
        file=file,
        single=known["inputs"] is None,
        marks=marks,
    )


def _name_problems(known: dict[str, Any], inputs: dict[str, Any]) -> list[Problem]:
    if len(known["name"]) > _LONGEST:
        text = f"a name has at most {_LONGEST} characters, this one has {len(known['name']):,}"
        return [Problem(text, at=("name",), hint="`description` has room for more")]
    if len(inputs) > MOST_INPUTS:
        return [Problem(f"a net has at most {MOST_INPUTS} inputs, this one has {len(inputs):,}", at=("inputs",))]
    rule = f"a name holds {_LETTERS} and _ . / : + -"
    problems = [
        Problem(f"`{name[:60]!s}` cannot be the name of {what}", at=(where, name), hint=rule)
        for where, what, names in (("inputs", "an input", inputs), ("layers", "a layer", known["layers"]))
        for name in names
        if not _NAME.match(name)
    ]
    for name in known["vars"]:
        if not _VARIABLE.match(name):
            text = f"`{name[:60]}` cannot be the name of a variable"
            problems.append(Problem(text, at=("vars", name), hint=f"a variable holds {_LETTERS} and _"))
        elif name in WORDS or name in ("in_channels", "batch", "i"):
            problems.append(Problem(f"`{name}` is a word of the language and cannot be a variable", at=("vars", name)))
    for name in known["layers"]:
        if name in inputs:
            problems.append(Problem(f"`{name}` is the name of an input and of a layer", at=("layers", name)))
    return problems
