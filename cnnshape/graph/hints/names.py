"""What to write for an unknown op: the table of other names first, then what is spelled alike.

In a hint, whatever stands in backticks is a layer to write, in this order; a test builds every one of them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cnnshape.core.dims import Open
from cnnshape.core.errors import CnnshapeError, did_you_mean
from cnnshape.core.text import printable
from cnnshape.graph.hints import same, splits
from cnnshape.graph.hints.blanks import named, spelled
from cnnshape.graph.hints.carried import carried, takes
from cnnshape.graph.hints.elsewhere import ACTIVATIONS, FIELDS, NOTES, NOTHING, SAME, STEPS
from cnnshape.graph.hints.flow import flow, layer
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from cnnshape.spec.yaml import read


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
    alike = [op for op in fits if _key(op)[0] == base]
    own = _Own(base, axes, shape, entry, source)
    if alike and not (alike[0] in BUILTIN and any(key in FIELDS or key in _TURNED for key in entry)):
        return f"did you mean `{alike[0]}`?"
    lines = own.lines(alike[0] if alike else "")
    said = "" if alike or ("size" in own.used and base in _SIZED) else _spread(NOTES).get(base, "")
    notes = [note for note in (own.filled(said), *own.notes) if note]
    if lines or "`{op" in said:
        notes += own.left()
    shown = ", ".join(f"`{line}`" for line in lines)
    if lines:
        return "; ".join([f"write {shown}", *notes])
    return "; ".join(notes) or did_you_mean(word, fits)


_TURNED: Final = ("activation", "interpolation")
"""Fields whose values become a layer, or a field of another name."""

_SIZED: Final = ("interpolate", "resize", "resizenearestneighbor", "upsamplingnearest", "upsamplenearest")
"""Ops that take the size of their output."""

_LINEAR: Final = ("dense", "fc", "fullyconnected", "innerproduct", "gemm", "addmm", "affine")
_SHOWN: Final = 4  # parts of a split

Line = tuple[str, str]
"""A layer of a hint, with its name where there are several."""


class _Own:
    """What an entry states, put into the forms of the tables."""

    def __init__(self, base: str, axes: int, x: tuple[int, ...], entry: Mapping[str, Any], source: str) -> None:
        self.base, self.axes, self.x, self.entry, self.source = base, axes, x, entry, source
        self.carried = carried(base, entry, axes)
        self.stated = {name: held for name, held in self.carried.values() if held is not None}
        self.used: set[str] = set()  # the names, here, of the fields that are in the lines
        self.notes: list[str] = []

    def lines(self, alike: str) -> list[str]:
        """The layers that a name stands for; ``alike`` is an op that only has its name written in another way."""
        if self.base in ("chunk", "split", "tensorsplit") and not alike:
            return list(self._chunks())
        if self.base == "activation":
            found = self._activation(self.entry.get("activation") or self.entry.get("function"))
            self.used |= {"activation", "function"}
            return [found] if found else []
        single = _spread(SAME)
        if alike or self.base in single:
            form = {"op": alike} if alike else read(spelled(single[self.base], self.axes, self.x)).data
            entry = self.put({"op": form} if isinstance(form, str) else form, whole=True)
            if "op" not in entry:
                return [flow(entry)]
            before = self._flattened(entry) if self.base in _LINEAR else []
            made = [*before, *self._padded(named(entry["op"]), entry)]
        else:
            steps = _spread(STEPS).get(self.base, ())
            made = [line for step in steps for line in self._step(read(spelled(step, self.axes, self.x)).data)]
        if made and (act := self._activation(self.stated.get("activation"))):
            made.append(("act", act))
            self.used.add("activation")
        several = len(made) > 1 or self.base in _spread(STEPS)
        return [f"{name}: {line}" if several else line for name, line in made]

    def left(self) -> list[str]:
        """What is stated and is not in the lines."""
        lost = [
            f"`{printable(str(key))}`"
            for key, held in self.entry.items()
            if key not in ("op", "from") and held is not None and self.carried.get(key, ("", None))[0] not in self.used
        ]
        if not lost:
            return []
        some = ", ".join(lost[:-1]) + " and " + lost[-1] if len(lost) > 1 else lost[0]
        axis = ": axes are those of torch, channels first" if any(key in self.entry for key in ("axis", "axes")) else ""
        return [f"{some} {'are' if len(lost) > 1 else 'is'} not carried over{axis}"]

    def _activation(self, word: Any) -> str:
        """The layer of an activation; empty for none, and for one that is not known."""
        name = re.sub(r"[^a-z0-9]", "", word.lower()) if isinstance(word, str) else ""
        if name in ("linear", "identity", "none"):
            self.used.add("activation")
        return ACTIVATIONS.get(name, "")

    def _flattened(self, entry: dict[str, Any]) -> list[Line]:
        """A `Flatten` for a layer that reads features, and is given an image."""
        if len(self.x) < 3:
            return []
        if len(self.x) == 3:
            whole = self.x[1] * self.x[2]
            self.notes.append(
                f"it maps the last axis, which has {self.x[2]}: a `Flatten` before it reads all {whole:,}"
            )
            return []
        if self.axes <= 3:
            conv = {"op": f"Conv{self.axes}d", "out_channels": entry["out_features"], "kernel_size": 1}
            self.notes.append(f"to map each position instead, write `{flow(conv)}`")
        source = entry.pop("from", None)
        return [("flat", layer({"op": "Flatten"} | ({} if source is None else {"from": source})))]

    def _padded(self, name: str, entry: dict[str, Any]) -> list[Line]:
        """A layer with the padding that it states as a word, in numbers where torch has no such word."""
        word, op = self.stated.get("padding"), entry["op"]
        if word not in ("same", "causal", "valid") or op not in BUILTIN:
            return [(name, layer(entry))]
        kind = layer_type(op, BUILTIN)
        plain = {key: held for key, held in entry.items() if key not in ("op", "from", "padding")}
        if word == "valid" and "kernel_size" in kind.model_fields:
            self.used.add("padding")
            return [(name, layer(entry))]
        try:
            made = kind(
                **{key: None if held == "in_channels" else held for key, held in plain.items()} | self._of_conv(plain)
            )
        except CnnshapeError:
            return [(name, layer(entry))]
        if word == "causal":
            causal = same.before(made) if op == "Conv1d" else ""
            plan = same.Plan("", before=causal) if causal else None
        elif "padding" in entry and all(each == 1 for each in made.__dict__["stride"]):
            return [(name, layer(entry))]
        else:
            plan = same.plan(made, self.x)
        if plan is None:
            entry.pop("padding", None)
            self.used.discard("padding")
            return [(name, layer(entry))]
        self.used.add("padding")
        source = {"from": entry["from"]} if "from" in entry else {}
        own = read(f"{{{plan.own}}}").data if plan.own else {}
        first = plan.before
        if "from" in entry:
            first = first.replace(", ", f", from: {flow(entry['from'])}, ", 1)
        main = {"op": op, **({} if first else source), **plain, **own}
        lines = [("pad", first)] if first else []
        lines.append((name, layer(main)))
        return [*lines, ("crop", plan.after)] if plan.after else lines

    def _of_conv(self, plain: dict[str, Any]) -> dict[str, Any]:
        """Channels in numbers for a convolution whose own are those of its input."""
        return {key: 1 for key in ("out_channels", "groups") if isinstance(plain.get(key), str)}

    def filled(self, note: str) -> str:
        """A note with its forms filled in."""

        def form(match: re.Match[str]) -> str:
            found = read(spelled(match[1], self.axes, self.x)).data
            return f"`{flow(self.put(found, whole=True)) if isinstance(found, dict) else found}`"

        return re.sub(r"`(\{[^`]+)`", form, note).replace("#d", f"{self.axes}d")

    def _step(self, step: dict[str, Any]) -> list[Line]:
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
        made = self.put(entry, whole=False)
        return self._padded(name, made) if "padding" in made or "kernel_size?" in entry else [(name, layer(made))]

    def put(self, form: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        """A form with what the entry states; ``whole`` takes over fields that the form does not name, too."""
        op = form.get("op", "")
        kind = layer_type(op, BUILTIN) if op in BUILTIN else None
        fields = {} if kind is None else kind.model_fields
        legal = {
            name: held
            for name, held in self.stated.items()
            if name == "from"
            or (kind is None and not isinstance(held, dict | list))
            or (kind is not None and name in fields and takes(kind, name, held))
        }
        found: dict[str, Any] = {}
        for key, example in form.items():
            name = key.removesuffix("?")
            if name == "from" and key != name and isinstance(self.entry.get("from"), list):
                found[name] = self.entry["from"]
                continue
            value = legal.get(name, example) if key != name else example
            if value is not None:
                found[name] = value
            if name in legal and found.get(name) == legal[name]:
                self.used.add(name)
        if whole and kind is not None:
            if op == "Upsample" and "size" in legal:
                found.pop("scale_factor", None)
                self.used.discard("scale_factor")
                legal.pop("scale_factor", None)
            if op == "Upsample" and str(legal.get("mode", found.get("mode", "nearest"))).startswith("nearest"):
                legal.pop("align_corners", None)
            rest = {name: held for name, held in legal.items() if name in fields and name not in found}
            found |= rest
            self.used |= set(rest)
        if whole and "op" in found and "from" in self.entry and "from" not in found:
            listed = self.entry["from"]
            source = listed[0] if isinstance(listed, list) and listed else listed
            found = {"op": found.pop("op"), "from": source, **found}
        many = self.stated.get("depth_multiplier")
        if type(many) is int and found.get("out_channels") == "in_channels":
            found["out_channels"] = f"{many} * in_channels"
            self.used.add("depth_multiplier")
        return found

    def _chunks(self) -> Iterable[str]:
        """Slices that cut an axis in parts."""
        dim = self.stated.get("dim", 1)
        known = bool(self.x) and type(dim) is int and -len(self.x) <= dim < len(self.x)
        if not known and dim != 1:
            return
        ends, used = splits.ends(self.base, self.stated, self.x[dim] if known else None)
        self.used |= {"dim", used} if used else {"dim"}
        for part in range(min(len(ends), _SHOWN)):
            entry = {"op": "Slice", "from": self.source, "dim": dim}
            entry |= {"start": ends[part - 1]} if part else {}
            entry |= {"end": ends[part]} if part < len(ends) - 1 else {}
            yield f"part{part}: {flow(entry)}"
        if len(ends) > _SHOWN:
            self.notes.append(f"and so on, {len(ends)} parts in all")
