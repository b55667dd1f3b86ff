"""Ways to get a block of the package wrong: every one that a file's data has a place for, each with a name.

A fault changes one thing: a default, a field or an argument, a number, a name or an operator in it, what a layer reads,
whether it is there, what it is, or a field that the file leaves at its default.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from cnnshape.spec.blocks import REQUIRED
from tests.spec.test_std_blocks import blocks_of

Data = dict[str, Any]

TRUTHS: Final = ("bn", "bias", "skip", "bottleneck", "when", "se")
WORDS: Final = ("act", "gate", "se_act", "out_act")
NEVER: Final = "Tanh"
"""No block is drawn with it."""

OTHER: Final = {
    "+": "-", "-": "+", "*": "//", "//": "*", "==": "!=", "!=": "==", ">": ">=", ">=": ">", "<": "<=", "<=": "<",
    "and": "or", "or": "and", "not": "", "max": "min", "min": "max",
}  # fmt: skip
KIN: Final = {
    "Conv1d": "ConvTranspose1d",
    "Conv2d": "ConvTranspose2d",
    "Conv3d": "ConvTranspose3d",
    "ConvTranspose2d": "Conv2d",
    "BatchNorm1d": "InstanceNorm1d",
    "BatchNorm2d": "InstanceNorm2d",
    "BatchNorm3d": "InstanceNorm3d",
    "LayerNorm": "RMSNorm",
    "MaxPool2d": "AvgPool2d",
    "AvgPool2d": "MaxPool2d",
    "AdaptiveAvgPool2d": "AdaptiveMaxPool2d",
    "Add": "Mul",
    "Mul": "Add",
    "Concat": "Add",
    "ChannelShuffle": "Identity",
    "Upsample": "CenterCrop",
    "CenterCrop": "Upsample",
    "Permute": "Transpose",
    "Scale": "Identity",
    "Slice": "Identity",
    "Linear": "Identity",
}
"""By op: one that is taken for it."""

LEARNED: Final = ("Conv2d", "Conv3d", "ConvTranspose2d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "Linear", "Scale")
"""The ops of the blocks that hold something to train."""
UNREAD: Final = ("momentum",)
"""Fields that only training reads."""

TOKEN: Final = re.compile(r"\d+|[A-Za-z_]\w*|//|[=!<>]=|\S")


class Fault(NamedTuple):
    """A file's blocks with something wrong in them."""

    name: str
    blocks: Data


def faults(file: str) -> Iterator[Fault]:
    """Every fault of a file, no two with one name."""
    blocks = blocks_of(file)
    seen: set[str] = set()
    for name, block in blocks.items():
        for said, changed in (*_variables(block), *_layers(block)):
            if repr(changed) != repr(block) and f"{name}: {said}" not in seen:  # the order of layers matters
                seen.add(f"{name}: {said}")
                yield Fault(f"{name}: {said}", {**blocks, name: changed})


def _with(block: Data, group: str, key: str, to: Any) -> Data:
    """A block with another variable or layer."""
    return {**block, group: {**block[group], key: to}}


def _variables(block: Data) -> Iterator[tuple[str, Data]]:
    for key, raw in block.get("vars", {}).items():
        yield f"no variable {key}", {**block, "vars": {name: one for name, one in block["vars"].items() if name != key}}
        if raw == REQUIRED:
            yield f"{key} is not required", _with(block, "vars", key, 8)
        else:
            yield f"{key} is required", _with(block, "vars", key, REQUIRED)
            for said, value in _values(key, raw, block):
                yield f"{key} = {said}", _with(block, "vars", key, value)


def _values(key: str, raw: Any, block: Data) -> Iterator[tuple[str, Any]]:
    """Other values than the one that stands at a key."""
    if isinstance(raw, list):
        for place, item in enumerate(raw):
            for _, value in _values(key, item, block):
                changed = [*raw[:place], value, *raw[place + 1 :]]
                yield _shown(changed), changed
        if raw[::-1] != raw:
            yield _shown(raw[::-1]), raw[::-1]
        return
    if isinstance(raw, bool):
        found: list[Any] = [not raw]
    elif isinstance(raw, int):
        found = [raw + 1, raw - 1, 0, 1]
    elif key in WORDS or key == "op":
        found = [NEVER, "Identity"]
    elif key in TRUTHS:
        found = [f"not ({raw})", True, False]
    else:
        found = [f"({raw}) + 1", f"({raw}) - 1", 0, 1]
    found += _expressions(key, raw, block) if isinstance(raw, str) else []
    yield from ((_shown(value), value) for value in dict.fromkeys(found) if value is not raw)


def _shown(value: Any) -> str:
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else str(value)


def _expressions(key: str, text: str, block: Data) -> Iterator[str]:
    """An expression with one token changed."""
    names = {name: _kind(name) for name in (*block.get("vars", {}), "in_channels")}
    for token in TOKEN.finditer(text):
        one = token.group()
        others = [OTHER[one]] if one in OTHER else []
        if one.isdigit():
            others = [str(int(one) + 1), str(int(one) - 1)]
        elif one in names:
            others = [name for name, kind in names.items() if name not in (one, key) and kind == names[one]]
        for other in others:
            yield (text[: token.start()] + other + text[token.end() :]).strip()


def _kind(name: str) -> str:
    return "truth" if name in TRUTHS else "word" if name in WORDS else "number"


def _layers(block: Data) -> Iterator[tuple[str, Data]]:
    names = list(block["layers"])
    above, before = list(block.get("inputs", ["input"])), block.get("inputs", ["input"])[0]
    for place, (layer, raw) in enumerate(block["layers"].items()):
        entry = {"op": raw} if isinstance(raw, str) else raw
        yield f"no {layer}", _with(block, "layers", layer, {**entry, "when": False})
        yield f"{layer} twice", _reordered(block, [*names[: place + 1], layer, *names[place + 1 :]])
        if place + 1 < len(names):
            swapped = [*names[:place], names[place + 1], layer, *names[place + 2 :]]
            yield f"{layer} after {names[place + 1]}", _reordered(block, swapped)
        for said, changed in (*_entry(entry, block), *_reading(entry, above, before), *_unsaid(entry, block)):
            yield f"{layer}: {said}", _with(block, "layers", layer, changed)
        above.append(before := layer)


def _reordered(block: Data, names: list[str]) -> Data:
    """Layers in another order; the second of one name reads the first."""
    layers: Data = {}
    for name in names:
        raw = block["layers"][name]
        again = {key: value for key, value in ({"op": raw} if isinstance(raw, str) else raw).items() if key != "from"}
        layers |= {f"{name}_again": again} if name in layers else {name: raw}
    return {**block, "layers": layers}


def _entry(entry: Data, block: Data) -> Iterator[tuple[str, Data]]:
    """What is said, said otherwise or not at all."""
    for key, raw in entry.items():
        if key not in ("op", "block"):
            yield f"no {key}", {name: value for name, value in entry.items() if name != key}
        if key == "op" and _ops(raw):
            kin = re.sub(r"[A-Za-z_]\w*", lambda name: KIN.get(name[0], name[0]), raw)
            yield f"op = {kin}", {**entry, "op": kin}
        if key == "block":
            other = "std/conv_bn_act" if raw != "std/conv_bn_act" else "std/depthwise_separable"
            yield f"block = {other}", {**entry, "block": other}
        elif key == "mode":
            yield "mode = nearest", {**entry, "mode": "nearest"}
        elif key != "from" and not (isinstance(raw, str) and raw in BUILTIN):
            for said, value in _values(key, raw, block):
                yield f"{key} = {said}", {**entry, key: value}


def _ops(raw: str) -> list[str]:
    """The ops that an entry's op may be: the one that it names, or those that its expression names."""
    return [name for name in re.findall(r"[A-Za-z_]\w*", raw) if name in BUILTIN]


def _reading(entry: Data, above: list[str], before: str) -> Iterator[tuple[str, Data]]:
    """What is above read in place of what should be."""
    read = entry.get("from", before)
    if isinstance(read, str):
        yield from ((f"from {one}", {**entry, "from": one}) for one in above if one != read)
        return
    if len(read) == 2:
        yield f"from {read[::-1]}", {**entry, "from": read[::-1]}
    for place, old in enumerate(read):
        yield f"not from {old}", {**entry, "from": [one for one in read if one != old]}
        for one in above:
            if one != old:
                yield f"from {one} for {old}", {**entry, "from": [*read[:place], one, *read[place + 1 :]]}


def _unsaid(entry: Data, block: Data) -> Iterator[tuple[str, Data]]:
    """Fields and arguments that are left at their defaults, set to something else."""
    ops = _ops(entry.get("op", ""))
    if set(ops) & set(LEARNED):
        yield "trainable = False", {**entry, "trainable": False}
    if ops:
        kind = layer_type(ops[0], BUILTIN)
        defaults = {
            key: field.default
            for key, field in kind.model_fields.items()
            if not field.is_required() and key not in (*entry, *UNREAD)
        }
    elif "block" in entry:
        name = entry["block"].removeprefix("std/")
        called = blocks_of(name)[name] if name != entry["block"] else block
        defaults = {key: value for key, value in called.get("vars", {}).items() if key not in entry}
        yield "repeat = 2", {**entry, "repeat": 2}
    else:
        return
    for key, default in defaults.items():
        for value in _set(key, default):
            yield f"{key} = {value}", {**entry, key: value}


def _set(key: str, default: Any) -> list[Any]:
    """Values for a field or variable with this default."""
    if isinstance(default, bool):
        return [not default]
    if key in TRUTHS:
        return [True, False]
    if key in WORDS:
        return [NEVER]
    if isinstance(default, tuple):
        return [[n + 1 for n in default]]
    if isinstance(default, int | float):
        return [default + 1]
    return [1, 2] if default is None else []
