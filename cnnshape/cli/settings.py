"""The options that say which net is meant and under which settings, shared by the commands that analyse one."""

import sys
from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from cnnshape.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.analysis.records import Analysis
    from cnnshape.spec import Spec
    from cnnshape.sweeps.plans import Grid

Command = TypeVar("Command", bound=Callable[..., Any])

STDIN: Final = "-"
"""The SPEC that is read from standard input."""

_SPEC = click.argument("spec")

_BATCH = click.option("--batch", type=int, default=1, show_default=True, metavar="N", help="Samples in a batch.")
_VARIANT = click.option("--variant", metavar="NAME", help="One of the spec's variants.")
_SIZES = (
    click.option("--set", "settings", multiple=True, metavar="VAR=VALUE", help="Another value of a variable."),
    click.option("--input", "inputs", multiple=True, metavar="[NAME=]HxW", help="Another size of an input."),
)

_NET = (_BATCH, _VARIANT, *_SIZES)

_COST = (
    click.option("--dtype", default="float32", show_default=True, metavar="NAME", help="Type of every element."),
    click.option(
        "--flops",
        type=click.Choice(["torch", "full", "fvcore", "ptflops", "thop", "torchinfo"]),
        default="torch",
        show_default=True,
        help="Convention: torch counts 2 per MAC, nothing else, full every scalar operation, the others as that tool.",
    ),
    click.option(
        "--memory",
        type=click.Choice(["separate", "inplace"]),
        default="separate",
        show_default=True,
        help="Rule of the peak: inplace lets elementwise layers write over their input.",
    ),
)


def _given(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def built(command: Command) -> Command:
    """Give a command the argument SPEC and the options that say which net it is; `analysis` takes them."""
    return _given(command, (_SPEC, *_NET))


def set_up(command: Command) -> Command:
    """Give a command the options of `analysed` without the argument, for one that reads its specs by itself."""
    return _given(command, (*_NET, *_COST))


def analysed(command: Command) -> Command:
    """Give a command those of `built`, and the options that say how its figures are counted; `analysis` takes them."""
    return _given(command, (_SPEC, *_NET, *_COST))


def several(command: Command) -> Command:
    """Give a command that takes several nets the options of `analysed`, without those that say which net is meant."""
    return _given(command, (_BATCH, *_SIZES, *_COST))


def several_knobs(command: Command) -> Command:
    """Give a command the argument SPEC and options that take many values; `knob_values` takes them."""
    many = (
        click.option("--set", "settings", multiple=True, metavar="VAR=VALUES", help="Values of a variable."),
        click.option("--input", "inputs", multiple=True, metavar="[NAME=]VALUES", help="Sizes of an input."),
        click.option("--batch", default="1", show_default=True, metavar="VALUES", help="Samples in a batch."),
        click.option("--variant", metavar="NAMES", help="Variants of the spec, a,b,c."),
        click.option("--variants", is_flag=True, help="All variants of the spec."),
        click.option("--yes", is_flag=True, help="Go on where there are more than 100 million points."),
    )
    return _given(command, (_SPEC, *many, *_COST))


_MOST: Final = 10**8
"""Points above which a person is asked: minutes of work."""

_NOTHING = Problem(
    "there is nothing to sweep", hint="give something several values: --set width=16:128:8, --input 128:320:32"
)


def knob_values(
    file: str, batch: str, variant: str | None, settings: tuple[str, ...], inputs: tuple[str, ...], *, variants: bool,
    nothing: Problem = _NOTHING, yes: bool = False,
) -> "tuple[Spec, Grid, dict[str, Any]]":  # fmt: skip
    """The spec, every combination of what has several values, and what holds for all points.

    Raises `UsageError` with ``nothing`` where nothing has several, and for a great many points unless ``yes``.
    """
    from cnnshape.sweeps.parts import VARIANT
    from cnnshape.sweeps.plans import Grid, listed

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
    return spec, Grid(turned), _fixed(spec, fixed, VARIANT)


def _fixed(spec: "Spec", held: dict[str, Any], variant: str) -> dict[str, Any]:
    from cnnshape.knobs import Knobs

    chosen = held.pop(variant, None)
    return {"variant": chosen, **Knobs.of(spec).options(held)}


def _sizes(pair: str, spec: "Spec") -> "list[tuple[tuple[str, ...], Sequence[Any]]]":
    """The knobs of one ``--input``: all sizes at once, or each with values of its own."""
    from cnnshape.knobs import Knobs
    from cnnshape.sweeps.plans import listed

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


def values(pairs: tuple[str, ...], option: str = "--set VAR=VALUE") -> dict[str, str]:
    """The variables that ``--set`` gives another value, or another option that takes such pairs."""
    flag, _, form = option.partition(" ")
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise UsageError(Problem(f"{flag} takes {form}, not `{pair}`"))
        if value.lstrip("+-").lower() in (".nan", ".inf"):
            raise UsageError(Problem(f"{flag} {pair}: `{value}` is not a number", hint="write a finite number"))
        if name in found:
            raise UsageError(Problem(f"{flag} gives `{name}` twice, {found[name]} and {value}"))
        found[name] = value
    return found


def sizes(pairs: tuple[str, ...], spec: "Spec") -> dict[str, tuple[int, ...]]:
    """The inputs of a spec that ``--input`` gives another size."""
    found: dict[str, tuple[int, ...]] = {}
    for pair in pairs:
        name, _, text = pair.rpartition("=")
        if not name and len(spec.inputs) > 1:
            known = ", ".join(f"`{name}`" for name in spec.inputs)
            raise UsageError(Problem(f"--input {pair} does not say which input it is for", hint=f"inputs: {known}"))
        name = name or next(iter(spec.inputs))
        parts = text.lower().split("x")
        if not all(part.isascii() and part.isdigit() and len(part) < 13 for part in parts):
            raise UsageError(Problem(f"--input takes sizes such as 224x224, not `{text}`"))
        if name in found:
            raise UsageError(Problem(f"--input gives `{name}` twice"))
        found[name] = tuple(map(int, parts))
        space = len(spec.inputs.get(name, ())) - 1
        least = _givable(spec.inputs.get(name, ()))
        if len(parts) < least:
            axes = " x ".join(map(str, spec.inputs[name][1:]))
            hint = f"write {'x'.join(parts * least)}" if len(parts) == 1 else ""
            text = f"--input gives {len(parts)} of the {space} sizes of `{name}`, which is {axes} in the spec"
            raise UsageError(Problem(text, hint=hint))
    return found


def _givable(axes: Sequence[Any]) -> int:
    """How many of the last axes of an input are sizes that can be given: those after the last expression."""
    from cnnshape.expressions import is_plain_name

    free = 0
    for axis in reversed(axes[1:]):
        if isinstance(axis, str) and not is_plain_name(axis):
            break
        free += 1
    return free


def loaded(word: str) -> "Spec":
    """The spec in a file, or with ``-`` that of standard input; raises `CnnshapeError` where it cannot be read."""
    from cnnshape.spec import load

    if word != STDIN:
        return load(word)
    from cnnshape.yamlfile.files import STDIN as NAME
    from cnnshape.yamlfile.files import Stream

    if sys.stdin is None:
        raise UsageError(Problem("standard input is closed", hint="name the file of a spec"))
    return load(NAME, Stream(sys.stdin.buffer))


def analysis(
    spec: "str | Spec", batch: int, variant: str | None, settings: tuple[str, ...], inputs: tuple[str, ...],
    dtype: str = "float32", flops: str = "torch", memory: Any = "separate",
) -> "Analysis":  # fmt: skip
    """The analysis that the options ask for; raises `CnnshapeError` with everything that is wrong."""
    from cnnshape.analysis import analyze

    read = loaded(spec) if isinstance(spec, str) else spec
    return analyze(
        read,
        batch=batch,
        dtype=dtype,
        variant=variant,
        settings=values(settings),
        inputs=sizes(inputs, read),
        flops=flops,
        memory=memory,
    )
