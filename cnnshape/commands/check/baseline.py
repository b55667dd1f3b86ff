"""The figures that nets had before: what a committed file holds of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cnnshape.analysis.metrics import Metric
from cnnshape.analysis.setup import Setup
from cnnshape.commands.check.fields import MetricKeys
from cnnshape.commands.check.measure import by_part
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


Nets = dict[str, dict[str, Figures]]
"""What a baseline holds: by spec, then by setup."""


def key(metric: Metric, select: Select) -> str:
    """What a figure is called in a baseline.

    >>> from cnnshape.analysis.metrics import metric
    >>> key(metric("macs"), Select(op="Conv2d", take="max"))
    'macs, max of op Conv2d'
    >>> key(metric("macs"), Select()), key(metric("macs"), Select(path="total"))
    ('macs, total', 'macs, path total')
    """
    text = str(select)
    return f"{metric.key}, {f'path {text}' if select.path and text == _TOTAL else text}"


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
        if name.endswith(_LAYERS):  # as version 0.1.0 wrote it, and the total of a metric as a number
            layers = _mapping(held, source, (*at, name))
            by_layer[name.removesuffix(_LAYERS)] = {
                path: _number(n, source, (*at, name, path)) for path, n in layers.items()
            }
        elif isinstance(held, dict):
            _add(totals, by_layer, name, _metric(held, source, (*at, name)))
        else:
            totals[name] = _number(held, source, (*at, name))
    return Figures(totals, by_layer, source.file)


_LAYERS: Final = " of layers"
_TOTAL: Final = "total"


def _metric(raw: dict[str, Any], source: Source, at: tuple[str, ...]) -> MetricKeys:
    try:
        return MetricKeys.read("a metric", raw)
    except SpecError as error:
        raise SpecError(*(source.placed(problem, ("baseline", *at)) for problem in error.problems)) from None


def _add(totals: dict[str, int], by_layer: dict[str, dict[str, int]], metric: str, held: MetricKeys) -> None:
    """Take the figures of a metric."""
    if held.total is not None:
        totals[f"{metric}, {_TOTAL}"] = held.total
    totals.update({f"{metric}, {select}": n for select, n in held.selected.items()})
    if held.layers is not None:
        by_layer[metric] = held.layers


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
    """A line for each figure by metric, those of layers in their order in the net."""
    found: dict[str, dict[str, int]] = {metric: {} for metric in figures.by_layer}
    for name, n in sorted(figures.totals.items()):
        metric, _, select = name.partition(", ")
        found.setdefault(metric, {})[select] = n
    for metric in sorted(found):
        yield f"      {_quoted(metric)}:"
        selected = found[metric]
        if _TOTAL in selected:
            yield f"        {_TOTAL}: {selected.pop(_TOTAL)}"
        if selected:
            yield from _mapped("selected", selected)
        if metric in figures.by_layer:
            yield from _mapped("layers", figures.by_layer[metric])


def _mapped(name: str, figures: Mapping[str, int]) -> Iterator[str]:
    yield f"        {name}:" + ("" if figures else " {}")
    yield from (f"          {_quoted(each)}: {n}" for each, n in figures.items())


def _quoted(text: str) -> str:
    """A key of YAML that is read as this text."""
    if _PLAIN.match(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
