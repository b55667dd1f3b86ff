"""The figures that nets had before: of a committed file, or of another state of their specs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cnnshape.analysis.metrics import Metric
from cnnshape.analysis.setup import Setup
from cnnshape.commands.check.measure import Measured, by_part
from cnnshape.commands.check.records import New, Select
from cnnshape.core.errors import Problem, SpecError, UsageError
from cnnshape.core.text import printable
from cnnshape.spec.yaml import BYTES, Document, read_path
from cnnshape.spec.yaml.conflicts import HINT
from cnnshape.spec.yaml.source import Source
from cnnshape.spec.yaml.version import KEY, written

NAME: Final = "cnnshape.baseline.yaml"
"""What a baseline is called, beside the file that states the rules."""

_HEAD: Final = """\
# Figures that `cnnshape check` measures increases from; `cnnshape check --update` writes this file.
cnnshape: 1
baseline:
"""
STATED: Final = "as stated"
_WORD: Final = re.compile(r"[\w.+-]+\Z", re.ASCII)
_PLAIN: Final = re.compile(r"[A-Za-z_][\w./-]*(?:(?:,? |=)[\w./-]+)*\Z", re.ASCII)


class Before(Protocol):
    """What a net was."""

    @property
    def file(self) -> str:
        """The baseline's file; empty where it is worked out."""

    def figure(self, metric: Metric, select: Select, path: str = "", layers: Sequence[str] | None = None) -> int | None:
        """A figure; None if unknown.

        ``path`` is one of the parts of ``take: each``, and ``layers`` are its layers if they are not all layers in it.
        """

    def layers(self, metric: Metric) -> Mapping[str, int] | None:
        """A figure of each layer that had some; None if unknown."""


@dataclass(frozen=True)
class Nothing:
    """No earlier state: the spec, the variant, or something that the rule sets is new."""

    new: New
    file: str = ""

    def figure(self, metric: Metric, select: Select, path: str = "", layers: Sequence[str] | None = None) -> int | None:
        """None, whatever it is."""
        return None

    def layers(self, metric: Metric) -> Mapping[str, int] | None:
        """None, whatever it is."""
        return None


@dataclass(frozen=True)
class Figures:
    """What a baseline holds of one net: figures by metric and selection, and those of layers by metric."""

    totals: dict[str, int] = field(default_factory=dict)
    """Under ``macs, total`` and the like."""
    by_layer: dict[str, dict[str, int]] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    _parts: dict[str, dict[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def figure(self, metric: Metric, select: Select, path: str = "", layers: Sequence[str] | None = None) -> int | None:
        """A figure; None where the baseline has none.  A layer that it does not list had a figure of 0."""
        if not path:
            return self.totals.get(key(metric, select))
        held = self.by_layer.get(metric.key)
        if held is None:
            return None
        if layers is not None:
            return sum([held.get(each, 0) for each in layers])
        if metric.key not in self._parts:
            self._parts[metric.key] = by_part(held)
        return self._parts[metric.key].get(path, 0)

    def layers(self, metric: Metric) -> Mapping[str, int] | None:
        """A figure of each layer that had some; None where the baseline has none."""
        return self.by_layer.get(metric.key)


class Earlier:
    """What a net was, worked out from an earlier state of its spec; each figure once."""

    file = ""

    def __init__(self, net: Measured) -> None:
        self.net = net
        self._layers: dict[str, dict[str, int]] = {}
        self._each: dict[tuple[str, Select], dict[str, int]] = {}
        self._inside: dict[tuple[str, Select], dict[str, int]] = {}

    def figure(self, metric: Metric, select: Select, path: str = "", layers: Sequence[str] | None = None) -> int | None:
        """A figure; None where the earlier net had nothing that is selected.

        A layer keeps its figure whatever its op was, and so does a block whatever it was a copy of.
        """
        if path:
            found = self._parts(metric, select).get(path)
            if found is None:
                found = self.layers(metric).get(path)
            return self._within(metric, select).get(path) if found is None else found
        try:
            value = self.net.figures(metric, select)[0].value
        except SpecError:
            return None
        return value if isinstance(value, int) else None

    def layers(self, metric: Metric) -> Mapping[str, int]:
        """A figure of each layer."""
        if metric.key not in self._layers:
            self._layers[metric.key] = dict(zip(self.net.paths, self.net.layers(metric), strict=False))
        return self._layers[metric.key]

    def _parts(self, metric: Metric, select: Select) -> dict[str, int]:
        """The figure of each part that the selection takes by itself."""
        if (metric.key, select) not in self._each:
            try:
                found = self.net.figures(metric, select)
            except SpecError:
                found = []
            self._each[metric.key, select] = {each.path: each.value for each in found if isinstance(each.value, int)}
        return self._each[metric.key, select]

    def _within(self, metric: Metric, select: Select) -> dict[str, int]:
        """The figures of the layers that the selection takes, whatever block they are in, by the blocks around them."""
        if (metric.key, select) not in self._inside:
            of, chosen = self.net.layers(metric), self.net.parts(select._replace(block="", take="sum"))
            self._inside[metric.key, select] = by_part({path: of[place] for path, (place,) in chosen})
        return self._inside[metric.key, select]


Nets = dict[str, dict[str, Figures]]
"""What a baseline holds: by spec, then by setup."""


def key(metric: Metric, select: Select) -> str:
    """What a figure is called in a baseline.

    >>> from cnnshape.analysis.metrics import metric
    >>> key(metric("macs"), Select(op="Conv2d", take="max"))
    'macs, max of op Conv2d'
    """
    return f"{metric.key}, {select}"


def label(setup: Setup) -> str:
    """What a setup is called in a baseline: what is not as the spec and the defaults have it.

    >>> label(Setup()), label(Setup(variant="half", batch=8, inputs={"input": (64, 64)}))
    ('as stated', 'variant half, batch 8, input input 64x64')
    """
    said: list[str] = []
    for key, held in setup.stated.items():
        if key == "inputs":
            said += [f"input {name} {'x'.join(map(str, sizes))}" for name, sizes in held.items()]
        elif key == "settings":
            said += [f"set {name}={_word(str(value))}" for name, value in held.items()]
        elif key != "registry":
            said.append(held if key == "dtype" else f"{key} {_word(str(held))}")
    return ", ".join(said) or STATED


def _word(text: str) -> str:
    """A name or value that cannot be taken for more than one."""
    return text if _WORD.match(text) else ascii(text)


def read(file: str) -> Nets:
    """What a baseline's file holds; raises `SpecError` where it is none."""
    document = _document(file)
    source, data = Source(file, document.marks), document.data
    hint = "`cnnshape check --update` writes it"
    one = isinstance(data, dict) and type(data.get(KEY)) is int and data[KEY] == 1
    if not one or not isinstance(data.get("baseline"), dict):
        text = "a baseline is a mapping with `cnnshape: 1` and `baseline:`, this file is none"
        raise SpecError(source.placed(Problem(text, hint=hint))._replace(mark=None))
    if wrong := written(document):
        raise SpecError(source.placed(wrong))
    if others := [key for key in data if key not in (KEY, "baseline")]:
        text = f"a baseline has the keys `cnnshape` and `baseline`, not `{printable(others[0])}`"
        raise SpecError(source.placed(Problem(text), (others[0],), key=True))
    found: Nets = {}
    for spec, nets in data["baseline"].items():
        for name, figures in _mapping(nets, source, (spec,)).items():
            found.setdefault(spec, {})[name] = _figures(_mapping(figures, source, (spec, name)), source, (spec, name))
    return found


def _document(file: str) -> Document:
    """What a file holds; of a merge that is not finished, what to do about it."""
    try:
        return read_path(file)
    except SpecError as error:
        hint = "keep either side of each conflict, then run `cnnshape check --update`"
        raise SpecError(*(each._replace(hint=hint) if each.hint == HINT else each for each in error.problems)) from None


def _mapping(raw: Any, source: Source, at: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise SpecError(source.placed(Problem("a baseline holds mappings here"), ("baseline", *at)))
    return raw


def _figures(raw: dict[str, Any], source: Source, at: tuple[str, ...]) -> Figures:
    totals: dict[str, int] = {}
    by_layer: dict[str, dict[str, int]] = {}
    for name, held in raw.items():
        if name.endswith(_LAYERS):
            layers = _mapping(held, source, (*at, name))
            by_layer[name.removesuffix(_LAYERS)] = {
                path: _number(n, source, (*at, name, path)) for path, n in layers.items()
            }
        else:
            totals[name] = _number(held, source, (*at, name))
    return Figures(totals, by_layer, source.file)


_LAYERS: Final = " of layers"


def _number(raw: Any, source: Source, at: tuple[str, ...]) -> int:
    if type(raw) is not int or raw < 0:
        raise SpecError(source.placed(Problem("a figure is a whole number from 0 up"), ("baseline", *at)))
    return raw


def text(nets: Nets) -> str:
    """A baseline as a file: a line for each figure, sorted, so that a review shows what went up.

    Raises `UsageError` where it is longer than a file may be.
    """
    lines = [_HEAD.rstrip("\n")] if nets else [_HEAD.rstrip("\n") + " {}"]
    for spec in sorted(nets):
        if not spec.isprintable() or spec == "<<":  # which YAML takes for a merge key
            raise UsageError(Problem(f"a baseline cannot hold the name `{printable(spec)}`", hint="rename the file"))
        lines.append(f"  {_quoted(spec)}:" + ("" if nets[spec] else " {}"))
        for name in sorted(nets[spec]):
            figures = [*_lines(nets[spec][name])]
            lines.append(f"    {_quoted(name)}:" + ("" if figures else " {}"))
            lines += figures
    said = "\n".join(lines) + "\n"
    if len(said.encode("utf-8", errors="replace")) > BYTES:
        problem = Problem(f"the baseline would be longer than {BYTES // 1_000_000} MB", hint="split the budget")
        raise UsageError(problem)
    return said


def _lines(figures: Figures) -> Iterator[str]:
    """A line for each figure, those of layers in their order in the net."""
    for name in sorted(figures.totals):
        yield f"      {_quoted(name)}: {figures.totals[name]}"
    for metric in sorted(figures.by_layer):
        layers = figures.by_layer[metric]
        yield f"      {_quoted(metric + _LAYERS)}:" + ("" if layers else " {}")
        for path, n in layers.items():
            yield f"        {_quoted(path)}: {n}"


def _quoted(text: str) -> str:
    """A key of YAML that is read as this text."""
    if _PLAIN.match(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
