"""A case for every number: the same for the same seed, whatever else has run."""

import copy
from random import Random
from typing import NamedTuple

import yaml

from tests.fuzz import corpus, mutate, structure


class Case(NamedTuple):
    """A text as a file holds it, and how it is handed over."""

    text: bytes
    batch: int = 1
    mapping: bool = False
    """Whether the data that PyYAML finds in the text is handed over instead."""


def _dumped(random: Random, data: object) -> bytes:
    """The data as YAML; a text that YAML cannot hold is left to the escapes of PyYAML."""
    flow = random.choice((False, None, None, True))
    text = yaml.safe_dump(
        data, sort_keys=False, allow_unicode=random.random() < 0.5, default_flow_style=flow, width=10**6
    )
    return text.encode("utf-8", "surrogatepass")


def made(seed: int, number: int) -> Case:
    """The case with this number."""
    random = Random(f"{seed}:{number}")
    kind = random.random()
    batch = random.choice((2, 7, 10**6, 10**12, 10**30)) if random.random() < 0.1 else 1
    if kind < 0.38:
        return Case(mutate.mutated(random, corpus.shipped()), batch)
    if kind < 0.68:
        data = copy.deepcopy(random.choice(corpus.parsed()))
        structure.broken(random, data, corpus.parsed())
    elif kind < 0.93:
        data = structure.grown(random)
    elif kind < 0.99:
        data = random.choice(corpus.RECIPES)(random)
        if random.random() < 0.2:
            structure.broken(random, data, corpus.parsed())
    else:
        return Case(corpus.long_text(random), batch)
    text = _dumped(random, data)
    if random.random() < 0.05:
        text = mutate.mutated(random, (text,))
    return Case(text, batch, random.random() < 0.15)
