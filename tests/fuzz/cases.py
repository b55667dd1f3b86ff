"""A case for every number: the same for the same seed, whatever else has run."""

import copy
from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from tests.fuzz import corpus, mutate, recipes, structure


class Case(NamedTuple):
    """A text as a file holds it, and how it is handed over."""

    text: bytes
    options: Mapping[str, Any] = MappingProxyType({})
    """What is handed to `cnnshape.analyze` beside it."""
    mapping: bool = False
    """Whether the data that PyYAML finds in the text is handed over instead."""


def _options(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if random.random() < 0.1:
        found["batch"] = random.choice((2, 7, 10**6, 10**12, 10**30, 0, -1))
    if random.random() < 0.1:
        found |= {"memory": "inplace", "flops": "full", "dtype": random.choice(("int8", "float64", "int64"))}
    if random.random() < 0.05:
        found["settings"] = {random.choice(("n", "m", "width", "classes", "x" * 300)): structure.wild(random)}
    if random.random() < 0.05:
        sizes = [structure.number(random) for _ in range(random.choice((1, 2, 2, 5)))]
        found["inputs"] = {random.choice(("input", "input", "rgb", "\x1b")): sizes}
    return found


def dumped(random: Random, data: object) -> bytes:
    """The data as YAML; a text that YAML cannot hold is left to the escapes of PyYAML."""
    flow = random.choice((False, None, None, True))
    text = yaml.safe_dump(
        data, sort_keys=False, allow_unicode=random.random() < 0.5, default_flow_style=flow, width=10**6
    )
    return text.encode("utf-8", "surrogatepass")


def made(seed: int, number: int) -> Case:
    """The case with this number."""
    random = Random(f"{seed}:{number}")
    kind, options = random.random(), _options(random)
    if kind < 0.25:
        return Case(mutate.mutated(random, corpus.shipped()), options, random.random() < 0.1)
    if kind < 0.27:
        return Case(corpus.long_text(random), options)
    if kind < 0.52:
        data = copy.deepcopy(random.choice(corpus.parsed()))
        structure.broken(random, data, corpus.parsed())
    elif kind < 0.87:
        data = structure.grown(random)
    else:
        data = random.choice(recipes.RECIPES)(random)
        if random.random() < 0.1:
            structure.broken(random, data, corpus.parsed())
    text = dumped(random, data)
    if random.random() < 0.05:
        text = mutate.mutated(random, (text,))
    return Case(text, options, random.random() < 0.15)
