"""Specs broken as data: still YAML, with values, names and layers that no one meant."""

import copy
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

from cnnshape import CnnshapeError, build, layer_types, load
from cnnshape.commands.schema.generator import properties
from cnnshape.layers.registry import layer_type

Data = dict[str, Any]

OPS: Final = layer_types()
NUMBERS: Final = (
    0, -1, 1, 2, 3, 7, 64, 255, 256, 4096, 65537, 10**6 + 3, 2**31 - 1, 2**31, 2**32, 10**9, 10**10 + 19, 2**40,
    10**12 - 1, 10**12, 10**12 + 1, 2**53 + 1, 2**63, 10**20, 10**29, 10**30, -(2**31), -(10**12), -(10**13), 0.5,
    1.5, 1e-9, -0.0, 1e15,
)  # fmt: skip
EXPRESSIONS: Final = (
    "in_channels", "batch", "i", "2 * in_channels", "in_channels // 3", "n", "n[0]", "[1, 2, 3]", "[1, 2][5]",
    "1 / 3", "1 / 0", "round_to(in_channels / 3, 8)", "max([])", "min(1, true)", "len(n)", "3 if batch > 1 else 5",
    "ReLU", "ReLU if n else Tanh", "not not n", "1 < 2 < 3", "2 ** 64", "x.y", "__import__('os')", "9" * 40,
    "1e30 * 1e30 * 1e30", "-" * 90 + "1", "(" * 120, " + ".join(["1"] * 101), "a" * 501, "[[1]]", "", " ", "true",
    "None", "n n", "é", "1e31", "ceil(7/2)", "floor(-7/2)", "n % 0",
)  # fmt: skip
WILD: Final[tuple[Any, ...]] = (
    None, True, False, [], {}, "", " ", "a", "input", [None], [[1]], [[[]]], [1, "a"], {"op": "ReLU"},
    {"a": {"a": []}}, "ReLU", "no such thing", "input", "zeros", "same", "a`b", "a|b", "<b>", "\x1b[31m", "a\tb",
    "a\nb", "\u202e", "😀" * 30, "y" * 5000,
)  # fmt: skip
KEYS: Final = (
    "op", "from", "when", "shares", "trainable", "block", "repeat", "first", "vars", "inputs", "input", "layers",
    "outputs", "unused", "meta", "name", "description", "cnnshape", "blocks", "variants", "include", "budget", "",
    "<<", "a b", "dim", "ignore",
)  # fmt: skip


def number(random: Random, low: int = 1) -> Any:
    """A number as specs hold them, now and then an odd one."""
    return low + random.randrange(6) if random.random() < 0.85 else random.choice(NUMBERS)


def wild(random: Random) -> Any:
    """A value of any kind."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(NUMBERS)
    if kind < 0.6:
        return random.choice(EXPRESSIONS)
    if kind < 0.9:
        return copy.deepcopy(random.choice(WILD))
    return [random.choice(NUMBERS) for _ in range(random.choice((1, 2, 3, 17, 100)))]


def drawn(random: Random, schema: Any) -> Any:
    """A value for a field, mostly one that it takes; ``schema`` is what an editor accepts."""
    if random.random() < 0.02:
        return wild(random)
    if "anyOf" in schema:
        return drawn(random, random.choice(schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return random.choice(schema.get("enum") or [schema["const"]])
    kinds = schema.get("type")
    kind = random.choice(kinds) if isinstance(kinds, list) else kinds
    if kind == "null":
        return None
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "integer":
        return number(random, max(schema.get("minimum", 0), -3))
    if kind == "array":
        count = schema.get("maxItems") or random.choice((1, 2, 3, 4, 4))
        return [drawn(random, schema["items"]) for _ in range(count)]
    if kind == "number":
        return random.choice((0.5, 0.1, 1, 2.0, 1e-5, number(random)))
    return wild(random)


ACCEPTED: Final = {op: properties(layer_type(op, OPS)) for op in OPS}


def layer(random: Random, op: str) -> Data:
    """An entry of an op with random fields, drawn from what its class accepts."""
    entry: Data = {"op": op}
    for name, field in layer_type(op, OPS).model_fields.items():
        if field.is_required() or random.random() < 0.25:
            entry[name] = drawn(random, ACCEPTED[op][name])
    return entry


def grown(random: Random) -> Data:
    """A net that grows layer by layer; a layer that is refused is drawn anew, so that most of the net holds."""
    axes = [random.choice((1, 2, 3, 4, 6, 8, 12, 16, 32)) for _ in range(random.choice((1, 2, 2, 3, 3, 3, 3, 4)))]
    if random.random() < 0.1:
        axes[random.randrange(len(axes))] = random.choice((1000, 65536, 10**6, 10**9, 10**12))
    data: Data = {"cnnshape": 1, "input": axes, "vars": {"n": [1, 2, 3], "m": 4}, "layers": {}, "outputs": []}
    layers: Data = data["layers"]
    for place in range(random.choice((1, 2, 4, 8, 16, 30))):
        name = f"l{place}"
        for _ in range(5):
            entry = layer(random, random.choice(list(OPS)))
            if random.random() < 0.3 or entry["op"] in ("Add", "Concat", "MatMul", "Bilinear", "Sub", "Mul", "Stack"):
                entry["from"] = random.choices(["input", *layers], k=random.choice((1, 2, 2, 3)))
            layers[name], data["outputs"] = entry, [*data["outputs"], name]
            if _holds(data):
                break
            del layers[name], data["outputs"][-1]
    if random.random() < 0.15 or not layers:
        broken(random, data, [data])
    return data


def _holds(data: Data) -> bool:
    try:
        build(load(data))
    except CnnshapeError:
        return False
    except Exception:
        pass
    return True


def slots(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: what holds it, and its key."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(value, dict | list):
            yield from slots(value)


def _names(random: Random, data: Data) -> list[Any]:
    layers = data.get("layers")
    known = [*layers] if isinstance(layers, dict) else []
    return [*known, "input", "no_such_layer", random.choice(known) + "x" if known and isinstance(known[0], str) else ""]


def _set_value(random: Random, data: Data, others: Sequence[Data]) -> None:
    holder, key = random.choice(list(slots(data)))
    holder[key] = wild(random)


def _set_number(random: Random, data: Data, others: Sequence[Data]) -> None:
    found = [slot for slot in slots(data) if isinstance(slot[0][slot[1]], int)]
    if found:
        holder, key = random.choice(found)
        holder[key] = number(random) if random.random() < 0.5 else random.choice(NUMBERS)


def _set_expression(random: Random, data: Data, others: Sequence[Data]) -> None:
    holder, key = random.choice(list(slots(data)))
    holder[key] = random.choice(EXPRESSIONS)


def _remove(random: Random, data: Data, others: Sequence[Data]) -> None:
    holder, key = random.choice(list(slots(data)))
    del holder[key]


def _swap(random: Random, data: Data, others: Sequence[Data]) -> None:
    (one, here), (two, there) = random.choices(list(slots(data)), k=2)
    one[here], two[there] = copy.deepcopy(two[there]), copy.deepcopy(one[here])  # copies, or a value could hold itself


def _graft(random: Random, data: Data, others: Sequence[Data]) -> None:
    holder, key = random.choice(list(slots(data)))
    source, place = random.choice(list(slots(random.choice(others))))
    holder[key] = copy.deepcopy(source[place])


def _add_key(random: Random, data: Data, others: Sequence[Data]) -> None:
    holders = [data, *(holder[key] for holder, key in slots(data) if isinstance(holder[key], dict))]
    random.choice(holders)[random.choice(KEYS)] = wild(random)


def _set_names(random: Random, data: Data, others: Sequence[Data]) -> None:
    names = _names(random, data)
    value = random.choice(names) if random.random() < 0.4 else random.choices(names, k=random.choice((0, 1, 2, 5, 40)))
    layers = data.get("layers")
    entries = [entry for entry in layers.values() if isinstance(entry, dict)] if isinstance(layers, dict) else []
    if entries and random.random() < 0.7:
        random.choice(entries)[random.choice(("from", "from", "shares"))] = value
    else:
        data[random.choice(("outputs", "unused"))] = value


def _shuffle(random: Random, data: Data, others: Sequence[Data]) -> None:
    layers = data.get("layers")
    if isinstance(layers, dict):
        entries = list(layers.items())
        entries.insert(
            random.randint(0, len(entries)), entries.pop(random.randrange(len(entries))) if entries else ("a", 1)
        )
        data["layers"] = dict(entries)


def _put_layer(random: Random, data: Data, others: Sequence[Data]) -> None:
    layers = data.get("layers")
    if isinstance(layers, dict):
        entries = list(layers.items())
        name = random.choice((f"new{len(entries)}", "a.b.c", "x" * 200, "x" * 201, "é", "-", "1", *layers))
        op = random.choice([*OPS, "LSTM", "Conv4d", "conv2d", "TopK"])
        entry = layer(random, op) if op in OPS else {"op": op}
        entries.insert(random.randint(0, len(entries)), (name, entry if random.random() < 0.9 else op))
        data["layers"] = dict(entries)


def _set_vars(random: Random, data: Data, others: Sequence[Data]) -> None:
    names = ("n", "m", "width", "batch", "ReLU", "max", "in_channels", "a b")
    data["vars"] = {random.choice(names): wild(random) for _ in range(random.choice((1, 3, 8)))}


_BREAKS: Final[tuple[Callable[[Random, Data, Sequence[Data]], None], ...]] = (
    _set_value, _set_number, _set_number, _set_expression, _remove, _swap, _graft, _add_key, _set_names, _set_names,
    _shuffle, _put_layer, _put_layer, _set_vars,
)  # fmt: skip


def broken(random: Random, data: Data, others: Sequence[Data]) -> None:
    """Change some data in one to five places."""
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        if data:
            random.choice(_BREAKS)(random, data, others)
