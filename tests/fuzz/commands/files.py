"""What is in the folder of a case: specs, budgets, baselines, and places that are not files."""

import copy
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.check import baseline as baselines
from cnnshape.commands.check.fields import RuleKeys, SelectionKeys
from tests.fuzz import corpus, mutate, recipes, structure
from tests.fuzz.cases import dumped
from tests.fuzz.corpus import Data

BASELINE: Final = baselines.NAME

FAMILY: Final = b"""\
cnnshape: 1
name: family
input: [3, 32, 32]
vars: {width: 16, depth: 2, k: 3, act: ReLU}
variants: {half: {width: 8}, deep: {depth: 3}}
blocks:
  unit:
    vars: {c: required, k: 3, act: ReLU}
    layers:
      conv: {op: Conv2d, out_channels: c, kernel_size: k, padding: k // 2, groups: 4}
      norm: BatchNorm2d
      act: {op: act}
layers:
  stem: {op: Conv2d, out_channels: width, kernel_size: 3, stride: 2, padding: 1}
  body: {block: unit, repeat: depth, c: width, k: k, act: act}
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
  flatten: Flatten
  fc: {op: Linear, out_features: 10}
budget:
  - {metric: macs, max: 1 MMACs, max_increase: 1 %}
  - {metric: params, select: {block: unit, take: each}, max: 10 k}
  - {metric: peak_memory, max: 128 KiB, batch: 2, dtype: int8, level: warn}
"""

_TWO_INPUTS: Final = b"""\
cnnshape: 1
inputs: {left: [3, 2 * h, 16], right: [3, 2 * h, 16]}
vars: {h: 8}
layers:
  a: {op: Conv2d, from: left, out_channels: 4, kernel_size: 3, padding: 1}
  b: {shares: a, from: right}
  both: {op: Concat, from: [a, b]}
  map: {op: MaxPool2d, kernel_size: 2}
  tokens: {op: Flatten, start_dim: 2, from: both}
outputs: [map, tokens]
"""

_INCLUDES: Final = b"""\
cnnshape: 1
include: [blocks.yaml]
input: [8, 20]
layers:
  one: {block: pair, c: 8}
  sum: {op: Add, from: [one, input]}
"""

BLOCKS: Final = b"""\
cnnshape: 1
blocks:
  pair:
    vars: {c: required}
    layers:
      conv: {op: Conv1d, out_channels: c, kernel_size: 3, padding: 1}
      act: ReLU
"""

TINY: Final = b"""\
cnnshape: 1
input: [1, 28, 28]
layers: {flatten: Flatten, fc: {op: Linear, out_features: 10}}
"""

FRIENDLY: Final = (FAMILY, FAMILY, _TWO_INPUTS, _INCLUDES, TINY)

NAMES: Final = ("net.yaml", "other.yaml", "nets/tiny.yaml", "budget.yaml", "blocks.yaml", BASELINE)

ODD_NAMES: Final = (
    "n\x1b[31m é.yaml", "a=b.yaml", "a@b.yaml", "-x.yaml", "a b.yaml", "net", "net.json", "*.yaml", "\udcff.yaml",
    "\ue000.yaml", "x" * 200 + ".yaml", "HEAD:net.yaml", "sub/../net.yaml", "<<", "a\nb.yaml",
)  # fmt: skip

PLACES: Final = ("folder", "fifo", "link.yaml", "dangling.yaml", "loop.yaml", "locked.yaml", "gone/net.yaml")
"""Names that are in every folder beside the files of a case, but for the last one; `sandbox` makes them."""


class Spec(NamedTuple):
    """A file, and what its names are, as far as they are known."""

    text: bytes
    data: Mapping[str, Any]


def _broken(random: Random, text: bytes, data: Data) -> Spec:
    changed = copy.deepcopy(data)
    structure.broken(random, changed, corpus.parsed())
    return Spec(dumped(random, changed), changed)


def _varied(random: Random, text: bytes, data: Data, alone: float) -> Spec:
    """A spec as it is with some probability, otherwise broken as data or as text."""
    kind = random.random()
    if kind < alone:
        return Spec(text, data)
    if kind < alone + 0.7 * (1 - alone):
        return _broken(random, text, data)
    return Spec(mutate.mutated(random, (text, *corpus.shipped()[:50]))[:1_000_000], data)


def spec(random: Random) -> Spec:
    """A spec: a small one that has everything, one of the repository, or one that nobody meant."""
    kind = random.random()
    if kind < 0.5:
        return small(random)
    if kind < 0.9:
        pairs = corpus.nets() if random.random() < 0.9 else corpus.pairs()
        return _varied(random, *random.choice(pairs), 0.65)
    data = structure.grown(random) if kind < 0.96 else random.choice(recipes.RECIPES)(random)
    return Spec(dumped(random, data), data)


def small(random: Random) -> Spec:
    """A small spec, or one that was made from it."""
    text = random.choice(FRIENDLY)
    return _varied(random, text, corpus.loaded(text), 0.8)


def near(random: Random, one: Spec | None) -> Spec:
    """A spec that was changed from another, or one of its own."""
    if one is None or not one.data or random.random() < 0.3:
        return spec(random)
    return _varied(random, one.text, dict(one.data), 0.4)


def _amount(random: Random) -> Any:
    number = random.choice(("0", "1", "4.1", "25,557", "1e3", "-1", "0.5", str(random.choice(structure.NUMBERS))))
    unit = random.choice(("", " MACs", " MMACs", " k", " M params", " KiB", " kB", " B", " %", " px", " layers", " KB"))
    return random.choice((0, number + unit, number + unit, number + unit, structure.wild(random)))


def _limit(random: Random, metric: str, kind: str) -> Any:
    """A limit that fits its metric."""
    unit, word = METRICS[metric].unit, METRICS[metric].word
    if unit == "shape":
        return [1, 10]
    if kind == "max_increase" and random.random() < 0.5:
        return random.choice(("3 %", "0.5 %", "0 %"))
    number = random.choice((0, 1, 4, 40, 600))
    units = {"bytes": ("B", "KiB", "MB"), "pixels": ("px", "")}.get(
        unit, ("",) if word == "layers" else (f"M {word}", "k")
    )
    return f"{number} {random.choice(units)}".strip()


def _select(random: Random, names: Sequence[str]) -> Any:
    kinds = {"path": [*names, "*", "*.conv"], "op": ["Conv2d", "*Norm*", "ReLU"], "block": ["unit", "std/*", "pair"]}
    kinds["take"] = ["sum", "max", "each"]
    if random.random() < 0.4:
        return random.choice([*names, "total", "*", "body.*", "["])
    return {key: random.choice(kinds.get(key, ["*"])) for key in SelectionKeys.model_fields if random.random() < 0.5}


def _rule(random: Random, known: Mapping[str, Any]) -> Any:
    """A rule of a budget; a new key is drawn by itself."""
    names = layer_names(known)
    drawn: dict[str, Callable[[], Any]] = {
        "metric": lambda: random.choice([*METRICS]),
        "select": lambda: _select(random, names),
        **dict.fromkeys(("max", "min", "max_increase"), lambda: _amount(random)),
        "equals": lambda: random.choice(([1, 10], [[1, 10], [1, 8, 20]], _amount(random))),
        "batch": lambda: structure.number(random),
        "dtype": lambda: random.choice(("int8", "float16", "float64")),
        "input": lambda: random.choice(([64, 64], {"input": [8]}, {"left": [16, 16]}, [structure.number(random)])),
        "variant": lambda: random.choice(("half", "*", ["half", "deep"], "no")),
        "set": lambda: {random.choice(("width", "depth", "k", "h", "n")): structure.number(random)},
        "flops": lambda: random.choice(("torch", "full")),
        "memory": lambda: "inplace",
        "level": lambda: random.choice(("error", "warn")),
        "specs": lambda: random.choice(("*.yaml", "nets/**", "net.yaml", ["other.yaml"])),
    }
    metric = drawn["metric"]()
    kind = "equals" if metric == "output" else random.choice(("max", "max", "min", "max_increase"))
    rule = {"metric": metric, kind: _limit(random, metric, kind) if random.random() < 0.95 else _amount(random)}
    for key in RuleKeys.model_fields:
        if random.random() < 0.015:
            rule[key] = drawn.get(key, lambda: structure.wild(random))() if random.random() < 0.9 else _wild(random)
    return rule if random.random() < 0.98 else _wild(random)


def _wild(random: Random) -> Any:
    return structure.wild(random)


def rules(random: Random, known: Mapping[str, Any]) -> Any:
    """The rules of a budget."""
    if random.random() < 0.03:
        return _wild(random)
    return [_rule(random, known) for _ in range(random.choice((1, 1, 2, 3, 6)))]


def budget(random: Random, known: Mapping[str, Any]) -> bytes:
    """A budget in a file of its own."""
    globs = random.choice(
        ("net.yaml", "net.yaml", "*.yaml", "**/*.yaml", ["net.yaml", "other.yaml"], "nets/*", "no.yaml")
    )
    data: Data = {"cnnshape": 1, "specs": globs, "budget": rules(random, known)}
    if random.random() < 0.15:
        structure.broken(random, data, [data])
    text = dumped(random, data)
    return mutate.mutated(random, (text,)) if random.random() < 0.1 else text


def baseline(random: Random, known: Mapping[str, Any], file: str) -> bytes:
    """A baseline that somebody has edited, merged or made up."""
    names = [*layer_names(known), "total", "layers", "a b"]
    figures: Data = {}
    for key in random.sample([*METRICS], 3):
        figures[f"{key}, total"] = structure.number(random)
        figures[key] = {"total": structure.number(random), "selected": {"op Conv2d": structure.number(random)}}
        figures[f"{key} of layers"] = {random.choice(names): structure.number(random) for _ in range(3)}
    nets: Data = {"as stated": figures, random.choice(("variant half", "batch 2, int8", "x")): copy.deepcopy(figures)}
    data: Data = {"cnnshape": random.choice((1, 1, 1, 1, True, 1.0, 2)), "baseline": {file: nets}}
    if random.random() < 0.3:
        structure.broken(random, data, [data])
    text = dumped(random, data)
    if random.random() < 0.1:
        text = b"<<<<<<< HEAD\n" + text + b"=======\n" + text + b">>>>>>> other\n"
    return mutate.mutated(random, (text,)) if random.random() < 0.15 else text


def layer_names(data: Mapping[str, Any]) -> list[str]:
    """The paths of a net's layers, of those in blocks the first level, as far as its data shows them."""
    layers, blocks = data.get("layers"), data.get("blocks")
    found = []
    for name, entry in layers.items() if isinstance(layers, dict) else ():
        found.append(str(name))
        block = entry.get("block") if isinstance(entry, dict) else None
        inner = blocks.get(block) if isinstance(blocks, dict) and isinstance(block, str) else None
        inner = inner.get("layers") if isinstance(inner, dict) else None
        for below in inner if isinstance(inner, dict) else ():
            found += [f"{name}.{below}", f"{name}.0.{below}"]
    return found[:100] or ["a"]
