"""Blocks as a spec states them: templates of layers with inputs and variables of their own."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from cnnshape.core.errors import Problem
from cnnshape.core.late import late
from cnnshape.core.text import escaped
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.fields import Takes, field_problems
from cnnshape.spec.expressions import WORDS
from cnnshape.spec.keys import Keys
from cnnshape.spec.yaml.source import At, Source

if TYPE_CHECKING:
    Entries = dict[str, Any]  # layers are given, and become entries
else:
    Entries = Annotated[
        dict[str, str | dict[str, Any]], Field(min_length=1), Takes("a mapping of names to layers, at least one")
    ]
Variables = Annotated[dict[str, Any], Takes("a mapping of names to values")]


class Block(Keys):
    """The keys of a block."""

    description: str = Field(default="", description="a text; it changes no figure")
    inputs: Annotated[list[str], Field(min_length=1), Takes("a list of names, at least one")] = Field(
        default=["input"],
        description="names of what a call reads, where it is more than one; `input` where it is not stated",
    )
    vars: Variables = Field(
        default={},
        description="the variables of the block with their defaults; `required` where every call must give one",
    )
    layers: Entries = Field(description="names and layers, in order; a call has the value of the last one")


LAYER_KEYS: Final = ("op", "from", "when", "shares", "trainable", "ignore")
"""The keys of a layer's entry that are not fields of the op."""

CALL_KEYS: Final = ("block", "from", "when", "repeat", "first", "shares", "op", "trainable", "ignore")
"""The keys of a call's entry that are not variables of the block."""

REQUIRED: Final = "required"
"""What a block writes for a variable that every call must give."""

STD: Final = "std"
"""Where the blocks that come with the package are named from: ``std/NAME``."""

NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:+-]{0,199}\Z")
"""The name of a layer or an input."""

VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
"""The name of a variable or a block."""

_LETTERS: Final = "the letters a to z and A to Z, digits"


@dataclass(frozen=True)
class Template:
    """A block: what a call of it makes layers of."""

    name: str
    inputs: tuple[str, ...]
    vars: dict[str, Any]
    layers: dict[str, Any]
    source: Source = field(repr=False, compare=False)
    at: At = field(repr=False, compare=False)
    family: Mapping[str, "Template"] = field(repr=False, compare=False)
    """The blocks that it may call by name."""


def name_problems(layers: Mapping[str, Any], inputs: Collection[str], at: At) -> list[Problem]:
    """What is wrong with the names of layers and inputs."""
    rule = f"a name holds {_LETTERS} and _ . / : + -"
    problems = [
        Problem(f"`{name[:60]!s}` cannot be the name of {what}", at=(*at, where, name), hint=rule)
        for where, what, names in (("inputs", "an input", inputs), ("layers", "a layer", layers))
        for name in names
        if not NAME.match(name)
    ]
    for name in layers:
        if name in inputs:
            problems.append(Problem(f"`{name}` is the name of an input and of a layer", at=(*at, "layers", name)))
    return problems


def variable_problems(names: Mapping[str, Any], at: At, taken: tuple[str, ...] = ()) -> list[Problem]:
    """What is wrong with the names of variables; ``taken`` names those that have a meaning of their own here."""
    problems = []
    for name in names:
        if not VARIABLE.match(name):
            text, hint = f"`{name[:60]}` cannot be the name of a variable", f"a variable holds {_LETTERS} and _"
            problems.append(Problem(text, at=(*at, "vars", name), hint=hint))
        elif name in WORDS or name in ("in_channels", "batch", "i", STD, *taken):
            text = f"`{name}` is a word of the language and cannot be a variable"
            problems.append(Problem(text, at=(*at, "vars", name)))
    return problems


def entry_problems(what: str, model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError) -> list[Problem]:
    """What is wrong with the keys of a spec or a block, with hints for layers that are written as a list."""
    problems = field_problems(what, model, raw, error)
    if not isinstance(raw.get("layers"), list):
        return problems
    text = "layers takes a mapping of names to layers, not a list"
    hint = escaped(late("as_mapping")(raw["layers"]))
    return [
        problem._replace(text=text, hint=hint) if problem.at[:1] == ("layers",) else problem for problem in problems
    ]


def templates(raw: Mapping[str, Any], source: Source) -> tuple[dict[str, Template], list[Problem]]:
    """The blocks under the key ``blocks`` of a file, and what is wrong with them."""
    found: dict[str, Template] = {}
    problems: list[Problem] = []
    for name, entry in raw.items():
        at: At = ("blocks", name)
        try:
            block = Block.model_validate(entry)
        except ValidationError as error:
            said = entry_problems(f"block `{name}`", Block, entry, error)
            problems += [problem._replace(at=(*at, *problem.at)) for problem in said]
            continue
        if not VARIABLE.match(name):
            text, hint = f"`{name[:60]}` cannot be the name of a block", f"a block's name holds {_LETTERS} and _"
            problems.append(Problem(text, at=at, hint=hint))
        elif name in BUILTIN or name in REFUSED or name in WORDS or name in ("in_channels", "batch", "i", STD):
            problems.append(Problem(f"`{name}` is the name of an op or a word, and no block can have it", at=at))
        problems += name_problems(block.layers, block.inputs, at)
        problems += variable_problems(block.vars, at, CALL_KEYS)
        if len(set(block.inputs)) < len(block.inputs):
            problems.append(Problem("two inputs have the same name", at=(*at, "inputs")))
        found[name] = Template(name, tuple(block.inputs), block.vars, block.layers, source, at, found)
    return found, problems
