"""Closed forms as data: expressions that a program can evaluate; `layout.py` says what is where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cnnshape.commands.formula import wording
from cnnshape.commands.formula.python import identifiers
from cnnshape.render.formats import SCHEMA
from cnnshape.render.formulas import shown

if TYPE_CHECKING:
    from cnnshape.commands.formula import layout
    from cnnshape.commands.formula.closed_form import ClosedForm, Divided
    from cnnshape.commands.formula.integer_sets import Sizes
    from cnnshape.core.errors import Problem


def data(form: "ClosedForm", _: object = None) -> "layout.Printed":
    """Everything of a closed form, exactly."""
    names = identifiers([*form.sizes, *form.same])
    reasons = {name: form.reason(name) for name, sizes in form.sizes.items() if sizes is not None}
    return {
        "schema": SCHEMA,
        "net": form.name,
        "metric": form.metric.key,
        "unit": form.metric.unit,
        "layer": form.layer,
        "inputs": {name: [_value(axis, names) for axis in shape] for name, shape in form.inputs.items()},
        "outputs": list(form.outputs),
        "names": names,
        "value": _value(form.value, names),
        "divided": None if form.divided is None else _divided(form.divided),
        "sizes": {name: _legal(sizes) for name, sizes in form.sizes.items()},
        "refused": [_refused({name: found[0]}, found[1]) for name, found in reasons.items() if found],
        "alone": {name: _legal(sizes) for name, sizes in form.alone.items()},
        "assumptions": [each.write("python") for each in wording.assumptions(form, names)],
        "point": dict(form.point),
        "smallest": form.smallest,
        "set_to": form.refused and _refused(*form.refused),
    }


def _value(x: Any, names: Mapping[str, str]) -> "layout.Value":
    if isinstance(x, tuple):
        return [_value(each, names) for each in x]
    return x if isinstance(x, int) else shown(x, "python", names=names)


def _divided(form: "Divided") -> "layout.Divided":
    letters = identifiers(form.lows)
    steps: dict[str, layout.Step] = {
        name: {"step": step, "letter": letters[letter], "rest": rest, "least": form.lows[letter]}
        for name, (step, letter, rest) in form.steps.items()
    }
    return {"value": _value(form.value, letters), "steps": steps}


def _legal(sizes: "Sizes | None") -> "layout.Legal | None":
    if sizes is None:
        return None
    return {
        "words": sizes.words(),
        "first": list(sizes.early),
        "tail": sizes.tail,
        "period": sizes.period,
        "remainders": list(sizes.residues),
    }


def _refused(sizes: Mapping[str, int], problem: "Problem") -> "layout.Refused":
    return {"sizes": dict(sizes), "path": problem.path, "text": problem.text}
