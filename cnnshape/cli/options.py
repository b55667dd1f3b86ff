"""The options that say which net is meant and under which settings, shared by the commands that analyse one."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.analysis.result import Analysis
    from cnnshape.spec.document import Spec

Command = TypeVar("Command", bound=Callable[..., Any])

STDIN: Final = "-"
"""The SPEC that is read from standard input."""

SPEC = click.argument("spec")

_BATCH = click.option("--batch", type=int, default=1, show_default=True, metavar="N", help="Samples in a batch.")
_VARIANT = click.option("--variant", metavar="NAME", help="One of the spec's variants.")
_SIZES = (
    click.option("--set", "settings", multiple=True, metavar="VAR=VALUE", help="Another value of a variable."),
    click.option("--input", "inputs", multiple=True, metavar="[NAME=]HxW", help="Another size of an input."),
)

_NET = (_BATCH, _VARIANT, *_SIZES)

COST = (
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


def given(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    """Give a command these options, in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def built(command: Command) -> Command:
    """Give a command the argument SPEC and the options that say which net it is; `analysis` takes them."""
    return given(command, (SPEC, *_NET))


def set_up(command: Command) -> Command:
    """Give a command the options of `analysed` without the argument, for one that reads its specs by itself."""
    return given(command, (*_NET, *COST))


def analysed(command: Command) -> Command:
    """Give a command those of `built`, and the options that say how its figures are counted; `analysis` takes them."""
    return given(command, (SPEC, *_NET, *COST))


def several(command: Command) -> Command:
    """Give a command that takes several nets the options of `analysed`, without those that say which net is meant."""
    return given(command, (_BATCH, *_SIZES, *COST))


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
    from cnnshape.spec.expressions import is_plain_name

    free = 0
    for axis in reversed(axes[1:]):
        if isinstance(axis, str) and not is_plain_name(axis):
            break
        free += 1
    return free


def loaded(word: str) -> "Spec":
    """The spec in a file, or with ``-`` that of standard input; raises `CnnshapeError` where it cannot be read."""
    from cnnshape.spec.document import load

    if word != STDIN:
        return load(word)
    from cnnshape.spec.yaml.files import STDIN as NAME
    from cnnshape.spec.yaml.files import Stream

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
