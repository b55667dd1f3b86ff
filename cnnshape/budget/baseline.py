"""The figures that nets had before: of a committed file, or of another state of their specs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cnnshape.budget.measure import Measured
from cnnshape.budget.records import Select, Setting
from cnnshape.errors import Problem, SpecError, UsageError
from cnnshape.metrics import Metric
from cnnshape.yamlfile import BYTES, read_path
from cnnshape.yamlfile.scalars import printable
from cnnshape.yamlfile.source import Source

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
    """What a net was before."""

    @property
    def file(self) -> str:
        """The baseline's file; empty where it is worked out."""

    def figure(self, metric: Metric, select: Select, path: str) -> int | None:
        """A figure; None where nothing is known of it."""

    def layers(self, metric: Metric) -> Mapping[str, int] | None:
        """A figure of each layer that had some; None where nothing is known."""


def _part(layers: Mapping[str, int] | None, path: str) -> int | None:
    """The figure of a layer, or of all layers in a block; 0 where there was none."""
    if layers is None:
        return None
    return layers.get(path, 0) + sum(n for name, n in layers.items() if name.startswith(f"{path}."))


@dataclass(frozen=True)
class Figures:
    """What a baseline holds of one net: figures by metric and selection, and those of layers by metric."""

    totals: dict[str, int] = field(default_factory=dict)
    """Under ``macs, total`` and the like."""
    by_layer: dict[str, dict[str, int]] = field(default_factory=dict)
    file: str = field(default="", compare=False)

    def figure(self, metric: Metric, select: Select, path: str) -> int | None:
        """A figure; None where the baseline has none."""
        if path:
            return _part(self.layers(metric), path)
        return self.totals.get(key(metric, select))

    def layers(self, metric: Metric) -> Mapping[str, int] | None:
        """A figure of each layer that had some; None where the baseline has none."""
        return self.by_layer.get(metric.key)


@dataclass(frozen=True)
class Earlier:
    """What a net was, worked out from an earlier state of its spec."""

    net: Measured
    file: str = ""

    def figure(self, metric: Metric, select: Select, path: str) -> int | None:
        """A figure; None where the earlier net had nothing that is selected."""
        if path:
            return _part(self.layers(metric), path)
        try:
            value = self.net.figures(metric, select)[0].value
        except SpecError:
            return None
        return value if isinstance(value, int) else None

    def layers(self, metric: Metric) -> Mapping[str, int]:
        """A figure of each layer."""
        return dict(zip(self.net.paths, self.net.layers(metric), strict=False))


Nets = dict[str, dict[str, Figures]]
"""What a baseline holds: by spec, then by variant and setting."""


def key(metric: Metric, select: Select) -> str:
    """What a figure is called in a baseline.

    >>> from cnnshape.metrics import metric
    >>> key(metric("macs"), Select(op="Conv2d", take="max"))
    'macs, max of op Conv2d'
    """
    return f"{metric.key}, {select}"


def label(variant: str | None, setting: Setting) -> str:
    """What a variant and setting are called in a baseline: what is not as the spec and the defaults have it.

    >>> label(None, Setting()), label("half", Setting(batch=8, inputs=(("input", (64, 64)),)))
    ('as stated', 'variant half, batch 8, input input 64x64')
    """
    said = [] if variant is None else [f"variant {_word(variant)}"]
    said += [f"batch {setting.batch}"] if setting.batch != 1 else []
    said += [setting.dtype] if setting.dtype != "float32" else []
    said += [f"input {name} {'x'.join(map(str, sizes))}" for name, sizes in setting.inputs]
    said += [f"set {name}={_word(str(held))}" for name, held in setting.settings]
    said += [f"flops {setting.flops}"] if setting.flops != "torch" else []
    said += [f"memory {setting.memory}"] if setting.memory != "separate" else []
    return ", ".join(said) or STATED


def _word(text: str) -> str:
    """A name or value that cannot be taken for more than one."""
    return text if _WORD.match(text) else ascii(text)


def read(file: str) -> Nets:
    """What a baseline's file holds; raises `SpecError` where it is none."""
    document = read_path(file)
    source, data = Source(file, document.marks), document.data
    hint = "`cnnshape check --update` writes it"
    if not isinstance(data, dict) or data.get("cnnshape") != 1 or not isinstance(data.get("baseline"), dict):
        text = "a baseline is a mapping with `cnnshape: 1` and `baseline:`, this file is none"
        raise SpecError(source.placed(Problem(text, hint=hint))._replace(mark=None))
    found: Nets = {}
    for spec, nets in data["baseline"].items():
        for name, figures in _mapping(nets, source, (spec,)).items():
            found.setdefault(spec, {})[name] = _figures(_mapping(figures, source, (spec, name)), source, (spec, name))
    return found


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
