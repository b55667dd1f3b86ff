"""The options that say which net is meant and how it is counted: one for each field of a `Setup`, taken as one."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final

import click

from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.analysis.memory import RULES
from cnnshape.analysis.setup import PLAIN, Setup
from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.spec.document import Spec

Options = Mapping[str, Callable[[Any], Any]]
"""Options by the field of a setup that each gives a value."""

STDIN: Final = "-"
"""The SPEC that is read from standard input."""

SPEC = click.argument("spec")

NET: Final[Options] = {
    "batch": click.option(
        "--batch", type=int, default=PLAIN.batch, show_default=True, metavar="N", help="Samples in a batch."
    ),
    "variant": click.option("--variant", metavar="NAME", help="One of the spec's variants."),
    "settings": click.option(
        "--set", "settings", multiple=True, callback=lambda _, __, pairs: values(pairs), metavar="VAR=VALUE",
        help="Another value of a variable.",
    ),
    "inputs": click.option(
        "--input", "inputs", multiple=True, callback=lambda _, __, pairs: partial(sizes, pairs) if pairs else {},
        metavar="[NAME=]HxW", help="Another size of an input.",
    ),
}  # fmt: skip
"""What says which net it is."""

SEVERAL: Final[Options] = {name: option for name, option in NET.items() if name != "variant"}
"""The same of several specs, each of which says its variant."""

COST: Final[Options] = {
    "dtype": click.option(
        "--dtype", default=PLAIN.dtype, show_default=True, metavar="NAME", help="Type of every element."
    ),
    "flops": click.option(
        "--flops",
        type=click.Choice([*CONVENTIONS]),
        default=PLAIN.flops,
        show_default=True,
        help="Convention: torch counts 2 per MAC, nothing else, full every scalar operation, the others as that tool.",
    ),
    "memory": click.option(
        "--memory",
        type=click.Choice(RULES),
        default=PLAIN.memory,
        show_default=True,
        help="Rule of the peak: inplace lets elementwise layers write over their input.",
    ),
}
"""What says how its figures are counted."""


def set_up(*groups: Options) -> Callable[[Callable[..., Any]], Any]:
    """Give a command some of these options; what they say comes to it as one argument, ``setup``."""
    options = {name: option for group in groups for name, option in group.items()}

    def decorated(command: Callable[..., Any]) -> Any:
        @wraps(command)
        def run(*args: Any, **given: Any) -> Any:
            setup = Setup(**{name: given.pop(name) for name in options})
            return command(*args, setup=setup, **given)

        found: Any = run
        for option in reversed(options.values()):
            found = option(found)
        return found

    return decorated


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
