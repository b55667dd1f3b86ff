"""The options of commands that ask about many points: values of variables, sizes, batches and variants."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, Final

import click

from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, SPEC, loaded, set_up, values
from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.commands.sweep.plans import Grid
    from cnnshape.spec.document import Spec


def several_knobs(command: Callable[..., Any]) -> Any:
    """Give a command the argument SPEC and options that take many values; `knob_values` takes them."""
    many = (
        click.option("--set", "settings", multiple=True, metavar="VAR=VALUES", help="Values of a variable."),
        click.option("--input", "inputs", multiple=True, metavar="[NAME=]VALUES", help="Sizes of an input."),
        click.option("--batch", default="1", show_default=True, metavar="VALUES", help="Samples in a batch."),
        click.option("--variant", metavar="NAMES", help="Variants of the spec, a,b,c."),
        click.option("--variants", is_flag=True, help="All variants of the spec."),
        click.option("--yes", is_flag=True, help="Go on where there are more than 100 million points."),
    )
    found = set_up(COST)(command)
    for option in reversed((SPEC, *many)):
        found = option(found)
    return found


_MOST: Final = 10**8
"""Points above which a person is asked: minutes of work."""

_NOTHING = Problem(
    "there is nothing to sweep", hint="give something several values: --set width=16:128:8, --input 128:320:32"
)


def knob_values(
    file: str, setup: Setup, batch: str, variant: str | None, settings: tuple[str, ...], inputs: tuple[str, ...], *,
    variants: bool, nothing: Problem = _NOTHING, yes: bool = False,
) -> "tuple[Spec, Grid, Setup]":  # fmt: skip
    """The spec, every combination of what has several values, and the setup that holds for all points.

    Raises `UsageError` with ``nothing`` where nothing has several, and for a great many points unless ``yes``.
    """
    from cnnshape.commands.sweep.parts import VARIANT
    from cnnshape.commands.sweep.plans import Grid, listed

    spec = loaded(file)
    groups: list[tuple[tuple[str, ...], Sequence[Any]]] = []
    if variants and variant:
        raise UsageError(Problem("--variant and --variants say two things", hint="give one of them"))
    if variants and not spec.variants:
        raise UsageError(Problem(f"`{file}` has no variants"))
    named = [*spec.variants] if variants else [name.strip() for name in variant.split(",")] if variant else []
    groups += [((VARIANT,), named)] if named else []
    groups += [((name,), listed(text, name)) for name, text in values(settings).items()]
    for pair in inputs:
        groups += _sizes(pair, spec)
    if batch != "1" or not any(name in ("N", "batch") for names, _ in groups for name in names):
        groups += [(("N",), listed(batch, "N"))]
    names = [name for names, _ in groups for name in names]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(Problem(f"`{name}` is given values twice"))
    turned = [group for group in groups if len(group[1]) > 1]
    fixed = {name: held[0] for names, held in groups if len(held) == 1 for name in names}
    if not turned:
        raise UsageError(nothing)
    points = prod(len(held) for _, held in turned)
    if points > _MOST and not yes:
        text = f"there are {points:,} points, more than {_MOST:,}"
        raise UsageError(Problem(text, hint="give fewer values or a larger step, or go on with `--yes`"))
    return spec, Grid(turned), replace(setup, variant=fixed.pop(VARIANT, None)).turned(spec, fixed)


def _sizes(pair: str, spec: "Spec") -> "list[tuple[tuple[str, ...], Sequence[Any]]]":
    """The knobs of one ``--input``: all sizes at once, or each with values of its own."""
    from cnnshape.commands.sweep.plans import listed
    from cnnshape.spec.knobs import Knobs

    name, _, text = pair.rpartition("=")
    if not name and len(spec.inputs) > 1:
        known = ", ".join(f"`{name}`" for name in spec.inputs)
        raise UsageError(Problem(f"--input {pair} does not say which input it is for", hint=f"inputs: {known}"))
    knobs, name = Knobs.of(spec), name or next(iter(spec.inputs))
    space = knobs.space(name)
    if found := knobs.expressions(name):
        said = "the expression " + " and ".join(f"`{size}`" for size in found)
        raise UsageError(Problem(f"input `{name}` has {said}, which --input {pair} cannot set",
                                 hint="--set gives the variables in it values"))  # fmt: skip
    if not space:
        raise UsageError(Problem(f"input `{name}` has {len(spec.inputs[name])} axes, and --input sets 1 to 4"))
    names = tuple(dict.fromkeys(knob.variable or knob.name for knob in space))
    parts = text.lower().split("x")
    if len(parts) == 1:
        return [(names, listed(text, names[0]))]
    if len(parts) != len(names):
        said = f"--input gives {len(parts)} sizes, and {len(names)} can be set: {', '.join(names)}"
        raise UsageError(Problem(said))
    return [((knob,), listed(part, knob)) for knob, part in zip(names, parts, strict=True)]
