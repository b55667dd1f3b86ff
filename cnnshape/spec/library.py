"""Blocks from other files: those that a spec includes, and those that come with the package as ``std/NAME``."""

import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from cnnshape.core.errors import Problem, SpecError, unknown
from cnnshape.core.text import printable
from cnnshape.layers.fields import Takes
from cnnshape.spec.blocks import STD, Template, templates
from cnnshape.spec.keys import Anything, Keys, Named
from cnnshape.spec.yaml import Document, read
from cnnshape.spec.yaml.files import STDIN, Outside
from cnnshape.spec.yaml.source import Source
from cnnshape.spec.yaml.version import VERSION, written


class BlockFile(Keys):
    """The keys of a file of blocks."""

    cnnshape: VERSION = Field(description="the version of the language")
    description: str = Field(default="", description="a text; it changes no figure")
    blocks: Annotated[Named, Takes("a mapping of names to blocks")] = Field(
        description="templates of layers with variables of their own, called as {block: name}"
    )
    meta: Anything = Field(default=None, description="anything; cnnshape does not read it")


def included(names: list[str], source: Source) -> dict[str, Template]:
    """The blocks of the files that a spec includes, which stand in its own folder or below.

    Raises `SpecError` for a file that is not there or stands elsewhere, and for a block that two files bring.
    """
    found: dict[str, Template] = {}
    for place, name in enumerate(names):
        at = ("include", place)
        if source.file in ("", STDIN):
            text = "only a spec read from a file can `include` others"
            raise SpecError(source.placed(Problem(text), at))
        try:
            file = source.files.beside(source.file, name)
        except Outside:
            text = f"`{printable(name)}` is not in the folder of the spec or below"
            raise SpecError(source.placed(Problem(text, hint="a spec reads nothing from elsewhere"), at)) from None
        if file is None:
            missing = os.path.join(os.path.dirname(source.file), name)
            raise SpecError(source.placed(Problem(f"there is no file `{printable(missing)}`"), at))
        document = source.files.document(file)
        for key, template in _blocks(document, file).items():
            if key in found:
                text = f"two files bring the block `{key}`: {found[key].source.file} and {file}"
                raise SpecError(source.placed(Problem(text), at))
            found[key] = template
    return found


def _blocks(document: Document, file: str) -> dict[str, Template]:
    """The blocks of a file that holds nothing else."""
    source, data = Source(file, document.marks), document.data
    if not isinstance(data, dict):
        raise SpecError(source.placed(Problem("a file of blocks is a mapping, this one holds something else")))
    if wrong := written(document):
        raise SpecError(source.placed(wrong))
    try:
        blocks = BlockFile.read("a file of blocks", data).blocks
    except SpecError as error:
        raise SpecError(*(source.placed(problem, key=True) for problem in error.problems)) from None
    found, problems = templates(blocks, source)
    if problems:
        raise SpecError(*(source.placed(problem, key=True) for problem in problems))
    return found


@cache
def standard() -> tuple[str, ...]:
    """The names of the blocks that come with the package."""
    folder = files("cnnshape.spec.std")
    return tuple(sorted(f"{STD}/{file.name[:-5]}" for file in folder.iterdir() if file.name.endswith(".yaml")))


@cache
def _standard(name: str) -> Template:
    file = files("cnnshape.spec.std").joinpath(f"{name.partition('/')[2]}.yaml")
    return _blocks(read(file.read_bytes(), f"{name}.yaml"), f"{name}.yaml")[name.partition("/")[2]]


def block(name: str, family: Mapping[str, Template]) -> Template:
    """The block of a name, of a family or ``std/NAME``; raises `SpecError` where there is none."""
    if name in family:
        return family[name]
    if name.startswith(f"{STD}/") and name in standard():
        return _standard(name)
    known = standard() if name.startswith(f"{STD}/") else family
    raise SpecError(unknown(f"there is no block `{printable(name)}`", name, known))
