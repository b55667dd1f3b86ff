"""Amounts with units, as a budget states its limits: exact, and never without the unit that they need.

=============================  ===================================================================
a count                        ``4.1 GMACs``, ``4.1 G``, ``25.6 M params``, ``25,557,032 params``
bytes                          ``512 KiB`` (1,024 each), ``512 kB`` (1,000 each), ``784 B``
layers, depth, pixels          ``18``, ``18 layers``, ``35 px``
``max_increase``               each of these, and ``3 %`` of the baseline
=============================  ===================================================================

A count needs a prefix or its word, bytes their unit; a plain 0 needs neither.  Prefixes are k M G T P E.
"""

import re
from fractions import Fraction
from typing import Any, Final, NamedTuple

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.check.records import Kind, Limit
from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import printable, shown
from cnnshape.layers.fields import LARGEST
from cnnshape.spec.yaml.scalars import NUMBER, exact

PREFIXES: Final[dict[str, int]] = {letter: 1000**power for power, letter in enumerate("kMGTPE", 1)}

BYTES: Final[dict[str, int]] = {
    "B": 1,
    **{f"{letter}B": n for letter, n in PREFIXES.items()},
    **{f"{letter.upper()}iB": 1024**power for power, letter in enumerate("kMGTPE", 1)},
}

_AMOUNT: Final = re.compile(
    rf"(?P<sign>[-+]?)\s*(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|{NUMBER})(?P<unit>.*)"
)
_WORDS: Final = {"params": ("parameters",), "px": ("pixels",), "ops": ("operations",)}
_OTHERS: Final = ("MACs", "FLOPs", "params", "elements", "layers", "ops", "px", "B")


class _Unit(NamedTuple):
    """What a metric is counted in."""

    metric: Metric

    @property
    def bare(self) -> bool:
        """Whether a number needs no unit."""
        return self.metric.unit == "pixels" or self.metric.word == "layers"

    @property
    def example(self) -> str:
        """How an amount of it is written."""
        if self.metric.unit == "bytes":
            return "512 KiB"
        return f"18 {self.metric.word}" if self.bare else f"4.1 M {self.metric.word}"

    def is_word(self, text: str) -> bool:
        """Whether a text is the word of the metric, in the singular or plural."""
        words = {self.metric.word, *_WORDS.get(self.metric.word, ())}
        return text.lower() in {form.lower() for word in words for form in (word, word.removesuffix("s"))}

    def scale(self, text: str) -> int | None:
        """How much one of a unit is; None where it is not a unit of this metric."""
        if self.metric.unit == "bytes":
            return BYTES.get(text)
        if self.is_word(text):
            return 1
        rest = text[1:].strip()
        if text[:1] in PREFIXES and not self.bare and (not rest or self.is_word(rest)):
            return PREFIXES[text[0]]
        return None


def limit(kind: Kind, raw: Any, metric: Metric) -> Limit:
    """A limit of a metric as a budget states it; raises `SpecError` with one problem for what it cannot be.

    >>> from cnnshape.analysis.metrics import metric
    >>> limit("max", "4.1 GMACs", metric("macs")).value, limit("max", "1.5 KiB", metric("weight_bytes")).value
    (4100000000, 1536)
    >>> limit("max_increase", "3 %", metric("params")).value
    Fraction(3, 100)
    """
    if metric.unit == "shape":
        return _shapes(kind, raw, metric)
    if metric.unit == "flag":
        return _flag(kind, raw, metric)
    unit = _Unit(metric)
    if isinstance(raw, int | Fraction) and not isinstance(raw, bool):
        return Limit(kind, _bare(kind, raw, unit), shown(raw))
    if not isinstance(raw, str):
        raise _refused(f"{kind} takes an amount such as `{unit.example}`, not {shown(raw)}")
    text = raw.strip()
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise _refused(f"{kind} takes an amount such as `{unit.example}`, not {shown(raw)}")
    try:
        number = Fraction(exact(found["number"].replace(",", "")))
    except ValueError as error:
        raise _refused(str(error)) from None
    if found["sign"] == "-" and number:
        raise _refused(f"{kind}={printable(text)} is below 0")
    return Limit(kind, _value(kind, number, found["unit"].strip(), printable(text), unit), text)


def _value(kind: Kind, number: Fraction, suffix: str, text: str, unit: _Unit) -> Any:
    """An amount in ones, or a part of the baseline."""
    if suffix == "%":
        if kind != "max_increase":
            raise _refused(f"{kind}={text} is a part of nothing", "`max_increase: 3 %` is measured from the baseline")
        return number / 100
    if not suffix:
        return _bare(kind, number.numerator if number.denominator == 1 else number, unit)
    scale = unit.scale(suffix)
    if scale is None:
        raise _wrong_unit(kind, text, suffix, unit)
    return _whole(kind, number * scale, text, unit)


def _bare(kind: Kind, number: int | Fraction, unit: _Unit) -> int:
    """A number that stands without a unit."""
    if number < 0:
        raise _refused(f"{kind}={shown(number)} is below 0")
    if number and not unit.bare:
        text = f"{kind}={shown(number)} does not say its unit"
        raise _refused(text, f"write for example `{unit.example}`")
    return _whole(kind, Fraction(number), shown(number), unit)


def _whole(kind: Kind, number: Fraction, text: str, unit: _Unit) -> int:
    if number.denominator != 1:
        what = "bytes" if unit.metric.unit == "bytes" else unit.metric.word
        raise _refused(f"{kind}={text} is not a whole number of {what}")
    return number.numerator


def _wrong_unit(kind: Kind, text: str, suffix: str, unit: _Unit) -> SpecError:
    """What is said of a unit that is not the metric's."""
    metric = unit.metric
    if metric.unit == "bytes":
        said = f"{kind}={text}: `{printable(suffix)}` is not a unit of bytes"
        stem = suffix.upper().removesuffix("B").removesuffix("I")[:1]
        small = "k" if stem == "K" else stem
        if stem in tuple("KMGTPE"):
            return _refused(said, f"{small}B counts in powers of 1000, {stem}iB in powers of 1024")
        return _refused(said, f"write for example `{unit.example}`")
    if unit.bare:
        return _refused(f"{kind}={text}: `{metric.key}` is a plain number", f"write for example `{unit.example}`")
    word = suffix[1:].strip() if suffix[:1] in "kKmMgGtTpPeE" and not unit.is_word(suffix) else suffix
    if (not word or unit.is_word(word)) and suffix[0].swapcase() in PREFIXES:
        right = suffix[0].swapcase()
        return _refused(f"{kind}={text}: the prefix is `{right}`, not `{suffix[0]}`", "prefixes are k, M, G, T, P, E")
    hint = f"write for example `{unit.example}`"
    if {metric.word, *(other for other in _OTHERS if other.lower() == word.lower())} == {"MACs", "FLOPs"}:
        hint = "a MAC is two FLOPs under the convention torch; `macs` and `flops.torch` are metrics of their own"
    return _refused(f"{kind}={text}: `{metric.key}` is in {metric.word}, not in `{printable(suffix)}`", hint)


def _shapes(kind: Kind, raw: Any, metric: Metric) -> Limit:
    """The shapes of the outputs: one, or a list of them."""
    if kind != "equals":
        raise _refused(f"`{metric.key}` is a shape and has no {kind}", "`equals: [1, 1000]` states it, batch first")
    shapes = raw if isinstance(raw, list) and raw and all(isinstance(each, list) for each in raw) else [raw]
    for each in shapes:
        sizes = each if isinstance(each, list) else [None]
        if not sizes or not all(type(size) is int and 0 <= size <= LARGEST for size in sizes):
            raise _refused(f"equals takes a shape such as [1, 1000], or a list of them, not {shown(raw)}")
    return Limit(kind, tuple(tuple(each) for each in shapes), shown(raw))


def _flag(kind: Kind, raw: Any, metric: Metric) -> Limit:
    """True or false."""
    if kind != "equals":
        raise _refused(f"`{metric.key}` is true or false and has no {kind}", "`equals: false` states it")
    if not isinstance(raw, bool):
        raise _refused(f"equals takes true or false, not {shown(raw)}")
    return Limit(kind, raw, shown(raw))


def _refused(text: str, hint: str = "") -> SpecError:
    return SpecError(Problem(text, hint=hint, id="invalid-value"))
