"""Better hints for what is wrong with the entry of a layer: they look at its words and at the shape that it reads."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from cnnshape.core.dims import Shape
from cnnshape.core.errors import CnnshapeError, Problem
from cnnshape.core.text import escaped, printable, shown
from cnnshape.graph.hints import same
from cnnshape.graph.hints.calls import of_call, of_values
from cnnshape.graph.hints.elsewhere import FIELDS
from cnnshape.graph.hints.flow import decimal, flow
from cnnshape.graph.hints.names import instead
from cnnshape.graph.hints.variables import NONES, TRUTHS, as_list
from cnnshape.layers import REFUSED
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import takes as words
from cnnshape.layers.registry import Registry, layer_type
from cnnshape.spec.variables import evaluate

_PADDINGS: Final = ("same", "valid", "causal", "full")


def improved(
    problems: tuple[Problem, ...], entry: Mapping[str, Any], env: Mapping[str, Any], registry: Registry,
    x: Shape | None, source: str, name: str,
) -> list[Problem]:  # fmt: skip
    """The problems of an entry with better hints where these are known; ``x`` is what it reads, from ``source``.

    ``name`` is that of the layer.
    """
    op = _op(entry.get("op"), env)
    if op not in registry:
        found = problems if op in env else [_of_op(one, op, entry, registry, x, source) for one in problems]
    else:
        kind = layer_type(op, registry)
        found = list(dict.fromkeys([_of_field(problem, kind, op, entry, env, x, name) for problem in problems]))
        found = [problem for problem in found if "without a name" in problem.text] or found
    return [problem._replace(hint=escaped(problem.hint)) for problem in found]


def _op(raw: Any, env: Mapping[str, Any]) -> str:
    if not isinstance(raw, str):
        return ""
    try:
        value = evaluate(raw, env)
    except CnnshapeError:
        return raw
    return value if isinstance(value, str) else raw


def _of_op(
    problem: Problem, op: str, entry: Mapping[str, Any], registry: Registry, x: Shape | None, source: str
) -> Problem:
    """A problem with an unknown op."""
    if problem.at[:1] != ("op",) or op in REFUSED or not isinstance(entry.get("op"), str):
        return problem
    line = of_call(op) or of_values(op.split()[0], op.split()[1:]) if op.strip() else ""
    if line:
        return problem._replace(text=f"`{printable(op, 60)}` is not the name of an op", hint=f"write `{line}`")
    known = problem.text.startswith("there is no op")
    if not known and not (op.isidentifier() or re.fullmatch(r"[A-Za-z_][\w.]*", op)):
        return problem
    hint = instead(op, registry, x, entry, source)
    return problem._replace(text=f"there is no op `{printable(op)}`", hint=hint) if op.isascii() else problem


def _of_field(
    problem: Problem, kind: type[Layer], op: str, entry: Mapping[str, Any], env: Mapping[str, Any], x: Shape | None,
    name: str,
) -> Problem:  # fmt: skip
    """A problem with a field."""
    key = problem.at[0] if problem.at else ""
    if not isinstance(key, str) or key not in entry:
        return problem
    raw = entry[key]
    takes = words(kind.model_fields[key]) if key in kind.model_fields else ""
    pads = key == "padding" and isinstance(raw, str) and raw.lower() in _PADDINGS and raw.lower() not in takes
    if problem.of_key and not (pads and "kernel_size" in kind.model_fields):
        return _of_key(problem, kind, op, entry, key)
    if key == "when" and _is_none(raw, env):
        return problem._replace(hint="write `when: false`")
    if not takes and not pads:
        return problem
    if pads:
        hint = _padding(raw.lower(), kind, entry, env, x, name)
        return problem._replace(text=f"{op} has no padding `{raw}`", hint=hint or problem.hint)
    if isinstance(raw, str) and (hint := as_list(raw)) and "list" in takes:
        return problem._replace(text=f"{key} takes {takes}, not `{printable(raw)}`", hint=hint)
    if isinstance(raw, str) and (pair := re.fullmatch(r"(\d+)((?:[xX]\d+)+)", raw)) and "list" in takes:
        sizes = [int(size) for size in (pair[1] + pair[2]).lower().split("x")]
        return problem._replace(
            text=f"{key} takes {takes}, not `{printable(raw)}`", hint=f"write a list: `{flow(sizes)}`"
        )
    if _is_none(raw, env):
        return problem._replace(text=f"{key} takes {takes}, not {shown(raw)}", hint=_missing(key, raw, kind, takes))
    if "true or false" in takes and (truth := _truth(raw)):
        return problem._replace(text=f"{key} takes {takes}, not {shown(raw)}", hint=f"write `{key}: {truth}`")
    if key == "mode" and raw == "area" and op == "Upsample":
        size = entry.get("size", 7)
        axes = len(x) - 2 if x is not None and 3 <= len(x) <= 5 else 2
        return problem._replace(hint=f"write `{{op: AdaptiveAvgPool{axes}d, output_size: {flow(size)}}}`")
    return problem._replace(hint=_whole(key, raw, env) or problem.hint)


def _of_key(problem: Problem, kind: type[Layer], op: str, entry: Mapping[str, Any], key: str) -> Problem:
    """A problem with a key that is not a field."""
    nameless = [name for name, held in entry.items() if held is None and name not in kind.model_fields]
    if key in nameless:
        line = of_values(op, nameless) if len(nameless) > 0 else ""
        text = f"{op} has values without a name: {printable(', '.join(nameless), 60)}"
        return Problem(text, hint=f"write `{line}`" if line else problem.hint, at=("op",))
    meant = FIELDS.get(key, "")
    if key == "block_size" and "downscale_factor" in kind.model_fields:
        meant = "downscale_factor"
    if meant in kind.model_fields and meant not in entry:
        return problem._replace(hint=f"did you mean `{meant}`?")
    return problem


def _is_none(raw: Any, env: Mapping[str, Any]) -> bool:
    """Whether a value is a word for a missing one, or a list with such a word."""
    if isinstance(raw, list):
        return any(isinstance(each, str) and _is_none(each, env) for each in raw)
    return raw is None or (isinstance(raw, str) and raw in NONES and raw not in env)


def _missing(key: str, raw: Any, kind: type[Layer], takes: str) -> str:
    """The hint for a missing value: what the field takes instead."""
    if isinstance(raw, list):
        line = [None if isinstance(each, str) and each in NONES else each for each in raw]
        return f"write `{key}: {flow(line)}`" if "null" in takes else "state every size"
    if takes.endswith("null"):
        return f"write `{key}: null`"
    if takes == "true or false":
        return f"write `{key}: false`"
    return f"leave out `{key}`" if _may_miss(kind, key) else "state a value"


def _may_miss(kind: type[Layer], key: str) -> bool:
    return key not in kind.model_fields or not kind.model_fields[key].is_required()


def _truth(raw: Any) -> str:
    """The truth value that is meant."""
    if isinstance(raw, str):
        return TRUTHS.get(raw) or {"False": "false", "True": "true"}.get(raw, "")
    return {0: "false", 1: "true"}.get(raw, "") if type(raw) is int else ""


def _whole(key: str, raw: Any, env: Mapping[str, Any]) -> str:
    """The hint for a number that is not whole."""
    try:
        value = evaluate(raw, env)
    except CnnshapeError:
        return ""
    if not isinstance(value, Fraction):
        return ""
    if isinstance(raw, str) and re.search(r"(?<!/)/(?!/)", raw):
        line = re.sub(r"(?<!/)/(?!/)", "//", raw)
        rounded = evaluate(line, env)
        if type(rounded) is int:
            return f"{decimal(value)} rounds down to {rounded} with `{key}: {line}`"
    if isinstance(raw, str):
        return f"round it: `{key}: floor({raw})` is {value.numerator // value.denominator}"
    low = value.numerator // value.denominator
    return f"write a whole number: `{key}: {low}` or `{key}: {low + 1}`" if low > 0 else ""


def _padding(
    word: str, kind: type[Layer], entry: Mapping[str, Any], env: Mapping[str, Any], x: Shape | None, name: str
) -> str:
    """The hint for padding that torch does not have."""
    if word == "valid":
        what = "`padding`" if _may_miss(kind, "padding") else "the layer"
        return f"leave out {what}, `valid` pads nothing"
    generic = "state the padding as a number"
    try:
        stated = {
            key: evaluate(raw, env) for key, raw in entry.items() if key in kind.model_fields and key != "padding"
        }
        layer = kind(**stated)
    except CnnshapeError:
        return generic
    if x is None:
        return generic
    if word == "causal" and kind.__name__ == "Conv1d":
        return same.causal(layer, x, name)
    return (same.hint(layer, x, name) if word == "same" else "") or generic
