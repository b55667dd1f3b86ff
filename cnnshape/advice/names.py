"""What to write for an unknown op: the table of other names first, then what is spelled alike.

In a hint, whatever stands in backticks is a layer to write, in this order; a test builds every one of them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cnnshape.advice.elsewhere import FIELDS, NOTES, NOTHING, SAME, STEPS
from cnnshape.advice.flow import flow, layer
from cnnshape.dims import Open
from cnnshape.errors import did_you_mean
from cnnshape.layers import BUILTIN
from cnnshape.registry import layer_type
from cnnshape.yamlfile import read


def _spread(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: held for names, held in table.items() for name in names.split()}


def _key(word: str) -> tuple[str, int | None]:
    """A name as the tables have it, without the number of axes, and that number.

    >>> _key("tf.keras.layers.Conv2DTranspose"), _key("adaptive_avg_pool2d"), _key("LazyConv3d"), _key("Dense")
    (('convtranspose', 2), ('adaptiveavgpool', 2), ('conv', 3), ('dense', None))
    """
    name = re.sub(r"[^a-z0-9]", "", word.rpartition(".")[2].lower()).removeprefix("lazy")
    found = re.fullmatch(r"(.*?)([123])d(.*)", name)
    return (found[1] + found[3], int(found[2])) if found else (re.sub(r"\d+$", "", name) or name, None)


def names() -> list[str]:
    """All names that there are hints for, without the number of axes."""
    return [*_spread(SAME), *_spread(STEPS), *_spread(NOTES)]


def is_known(word: str) -> bool:
    """Whether another framework has an op of this name.

    >>> is_known("Swish"), is_known("width")
    (True, False)
    """
    base, _ = _key(word)
    return any(base in _spread(table) for table in (SAME, STEPS, NOTES))


def instead(
    word: str, known: Iterable[str], x: tuple[Any, ...] | None, entry: Mapping[str, Any], source: str = "x"
) -> str:
    """The hint for an unknown op: what does the same, else the name that is spelled most alike.

    ``x`` is the shape of the first input if that is known, and ``source`` its name; an op for another number of axes
    is never named.

    >>> instead("Dense", [], (1, 320), {"op": "Dense", "units": 10})
    'write `{op: Linear, out_features: 10}`'
    >>> instead("Conf2d", ["Conv2d", "Conv3d"], (1, 3, 8, 8), {})
    'did you mean `Conv2d`?'
    """
    if not isinstance(word, str) or len(word) > 100:
        return ""
    base, stated = _key(word)
    shape = () if x is None or any(isinstance(size, Open) for size in x) else x
    axes = len(shape) - 2 if 2 < len(shape) < 6 else 1 if len(shape) == 2 else stated or 2
    if base == "layernorm" and stated and len(shape) == 4:
        base = "layernorm#"
    if base in NOTHING.split():
        return ""
    fits = [op for op in known if _key(op)[1] in (None, axes)]
    own = _Own(axes, shape, entry, source)
    alike = [op for op in fits if _key(op)[0] == base]
    if alike and alike[0] in BUILTIN and any(key in FIELDS for key in entry):
        return f"write `{layer(own.put({'op': alike[0]}, whole=True))}`"
    if alike:
        return f"did you mean `{alike[0]}`?"
    lines = own.lines(base)
    note = own.filled(_spread(NOTES).get(base, ""))
    if lines:
        return "write " + ", ".join(f"`{line}`" for line in lines) + (f"; {note}" if note else "")
    return note or did_you_mean(word, fits)


class _Own:
    """What an entry states, put into the forms of the tables."""

    def __init__(self, axes: int, x: tuple[int, ...], entry: Mapping[str, Any], source: str) -> None:
        self.axes, self.x, self.entry, self.source = axes, x, entry, source
        self.stated = {FIELDS.get(key, key): held for key, held in entry.items() if held is not None}
        if "block_size" in entry:
            self.stated["downscale_factor"] = entry["block_size"]

    def lines(self, base: str) -> list[str]:
        """The layers that a name stands for."""
        if base in ("chunk", "split", "tensorsplit"):
            return list(self._chunks())
        if base == "activation":
            held = self.entry.get("activation") or self.entry.get("function")
            return [held] if isinstance(held, str) else []
        if base in (same := _spread(SAME)):
            found = read(self._axes(same[base])).data
            entry = self.put({"op": found} if isinstance(found, str) else found, whole=True)
            return [layer(entry) if "op" in entry else flow(entry)]
        steps = _spread(STEPS).get(base, ())
        return [self._step(read(self._axes(step)).data) for step in steps]

    def filled(self, note: str) -> str:
        """A note with its forms filled in."""

        def form(match: re.Match[str]) -> str:
            found = read(self._axes(match[1])).data
            return f"`{flow(self.put(found, whole=True)) if isinstance(found, dict) else found}`"

        return re.sub(r"`([^`]+)`", form, note).replace("#d", f"{self.axes}d")

    def _step(self, step: dict[str, Any]) -> str:
        ((name, held),) = step.items()
        entry = {"op": held} if isinstance(held, str) else held
        read_, given = entry.get("from"), self.entry.get("from")
        names = {"x": self.source}
        if isinstance(given, list):
            names |= dict(zip("qkv" if len(given) == 3 else "ab", map(str, given), strict=False))
        if isinstance(read_, list):
            entry = {**entry, "from": [names.get(each, each) for each in read_]}
        elif read_ is not None:
            entry = {**entry, "from": names.get(read_, read_)}
        return f"{name}: {layer(self.put(entry, whole=False))}"

    def put(self, form: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        """A form with what the entry states; ``whole`` takes over fields that the form does not name, too."""
        found: dict[str, Any] = {}
        for key, example in form.items():
            name = key.removesuffix("?")
            value = self.stated.get(name, example) if key != name else example
            if key == name or value is not None:
                found[name] = value
        if "size" in self.stated and found.get("op") == "Upsample":
            keras = "upsampling" in _key(str(self.entry.get("op")))[0]
            found["scale_factor" if keras else "size"] = self.stated["size"]
            if not keras and "scale_factor" not in self.stated:
                found.pop("scale_factor", None)
        if whole and "op" in found:
            fields = layer_type(found["op"], BUILTIN).annotations
            rest = {key: held for key, held in self.stated.items() if key in fields and key not in found}
            found |= {key: held for key, held in rest.items() if key != "size"}
            if "from" in self.entry and "from" not in found:
                listed = self.entry["from"]
                found["from"] = listed[0] if isinstance(listed, list) and listed else listed
                found = {"op": found.pop("op"), "from": found.pop("from"), **found}
        many = self.stated.get("depth_multiplier")
        if many is not None and found.get("out_channels") == "in_channels":
            found["out_channels"] = f"{many} * in_channels"
        return found

    def _axes(self, form: str) -> str:
        """A form for this many axes."""
        n, rank = self.axes, len(self.x) or self.axes + 2
        words = {
            "@": flow(list(range(2, n + 2)) if rank > 2 else [1]),
            "$linear": {1: "linear", 2: "bilinear", 3: "trilinear"}[n],
            "$last": str(self.x[-1]) if self.x else "64",
            "$channels": str(self.x[1]) if len(self.x) > 1 else "64",
            "$ones": flow([1, 2, *[1] * (rank - 2)][:rank]),
            "$tolast": flow([0, *range(2, rank), 1]),
            "$tofirst": flow([0, rank - 1, *range(1, rank - 1)]),
            "#d": f"{n}d",
        }
        for word in sorted(words, key=len, reverse=True):
            form = form.replace(word, words[word])
        return form

    def _chunks(self) -> Iterable[str]:
        """Slices that cut an axis in equal parts."""
        parts = self.stated.get("chunks", self.stated.get("num_or_size_splits", 2))
        parts = parts if type(parts) is int and parts >= 2 else 2
        dim = self.stated.get("dim", 1)
        known = bool(self.x) and type(dim) is int and -len(self.x) <= dim < len(self.x)
        if not known and dim != 1:
            return
        size = -(-self.x[dim] // parts) if known else 0
        for part in range(min(parts, 4)):
            name = f"part{part}"
            start, end = (at * size if known else f"{at} * in_channels // {parts}".removeprefix("1 * ")
                          for at in (part, part + 1))  # fmt: skip
            entry = {"op": "Slice", "from": self.source, "dim": dim}
            entry |= {"start": start} if part else {}
            entry |= {"end": end} if part < parts - 1 else {}
            yield f"{name}: {flow(entry)}"
