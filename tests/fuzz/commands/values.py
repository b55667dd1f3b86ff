"""What people write after an option or as an argument: mostly something that fits, drawn by what the help calls it."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple

import click

from cnnshape.analysis.memory import ITEMSIZES
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.report.columns import COLUMNS
from tests.fuzz import structure
from tests.fuzz.commands.files import ODD_NAMES, PLACES, layer_names

WILD_WORDS: Final = (
    "", " ", "-", "--", "=", "@", ":", ",", "\0", "\t", "a\nb", "\x1b[31m", "\x7f", "\u2028", "\u202e", "\u200b",
    "\ufeff", "\ue000", "\uf8ff", "\ud800", "\udcff", "é", "e\u0301", "😀" * 30, "0", "-1", "1" * 30, "9" * 5000,
    "1e400", "-1e-400", "nan", "inf", "1_000", "\u0663", "²", "0x10", "1.5", "1/3", "True", "None", "null", "[]", "{}",
    "[[1]", "%s", "{0}",
    "$(id)", "`id`", "*", "**/*.yaml", "~", "/", "//", ".", "..", "../..", "/dev/null", "/dev/full", "/dev/zero",
    "/proc/self/mem", "/nonexistent/x", "C:\\x", "file:///x", "x" * 10_000, "(" * 2000, "a." * 500, "a,b,c", "=,=",
    "HEAD", "HEAD~1", "@{-1}", "main:net.yaml", ":net.yaml", "--help", "-h", "--version", "nx1", "0x0", "1x1x1x1x1x1x1",
)  # fmt: skip
"""Words that programs have trouble with."""


class Around(NamedTuple):
    """What a line can name: the files of its folder, and the names in the main spec."""

    files: Sequence[str]
    layers: Sequence[str]
    variables: Sequence[str]
    variants: Sequence[str]
    inputs: Sequence[str]

    @classmethod
    def of(cls, files: Sequence[str], data: Mapping[str, Any]) -> "Around":
        """The names in the data of a spec, as far as it is one."""

        def keys(key: str) -> list[str]:
            held = data.get(key)
            return [*map(str, held)] if isinstance(held, dict) else []

        return cls(files, layer_names(data), keys("vars"), keys("variants"), keys("inputs") or ["input"])


Draw = Callable[[Random, Around], str]


def file(random: Random, around: Around) -> str:
    """The file of a spec, now and then something else."""
    kind = random.random()
    if kind < 0.85:
        return around.files[0]
    if kind < 0.97:
        return random.choice(around.files)
    return random.choice((*PLACES, *ODD_NAMES, "/dev/null", "-", "."))


def output(random: Random, around: Around) -> str:
    """Where to write."""
    if random.random() < 0.8:
        endings = (".md", ".json", ".csv", ".html", ".tex", ".py", ".parquet", ".yaml", "", ".pdf")
        return f"out{'.txt' if random.random() < 0.4 else random.choice(endings)}"
    return random.choice(
        (*around.files, *PLACES, *ODD_NAMES, "folder/out.txt", "/dev/null", "/dev/full", "gone/x", ".")
    )


def _several(random: Random, draw: Callable[[], str], most: int = 4) -> str:
    return ",".join(draw() for _ in range(random.randint(1, most)))


def number(random: Random, _: Around) -> str:
    """A number, rarely a huge one."""
    return str(random.choice((1, 2, 3, 4, 8, 60)) if random.random() < 0.9 else random.choice(structure.NUMBERS))


def _span(random: Random) -> str:
    """Values of a knob: few, but for a span that is too long for anybody."""
    first, step = random.choice((1, 4, 8, 16, 32)), random.choice((1, 2, 4, 8))
    last = first + step * random.choice((0, 1, 2, 3, 8, 15))
    huge = random.choice(("1:1000000000000", "1:10000000000:0.001", "0:0:0", "9:1", "1:9:-1", "1:", ":", "1:8:*1"))
    ranges = (
        f"{first}:{last}:{step}",
        f"{first}:{last}:{step}",
        f"{first}:{first * 8}:*2",
        f"{first},{last}",
        f"{first}",
    )
    odd = (huge, "1e-13:2:1", "0.5:1.5:0.25", "ReLU,SiLU", "true,false", "[1, 2],[3]", "8", random.choice(WILD_WORDS))
    return random.choice(ranges if random.random() < 0.85 else odd)


def _value(random: Random) -> str:
    kind = random.random()
    if kind < 0.75:
        return str(random.choice((1, 2, 3, 4, 8, 16, 32)))
    return str(random.choice(structure.NUMBERS if kind < 0.85 else structure.EXPRESSIONS))


def _variable(random: Random, around: Around) -> str:
    return random.choice(around.variables or ("n",)) if random.random() < 0.95 else random.choice(WILD_WORDS)


def assignment(random: Random, around: Around) -> str:
    """A variable and its value."""
    return f"{_variable(random, around)}={_value(random)}"


def knob_span(random: Random, around: Around) -> str:
    """A knob and its values."""
    axes = (
        "H",
        "W",
        "N",
        "L",
        "C",
        "kernel_size",
        "stride",
        "padding",
        "dilation",
        f"{random.choice(around.inputs)}.H",
    )
    knob = _variable(random, around) if random.random() < 0.6 else random.choice(axes)
    return f"{knob}={_span(random)}"


def variable_span(random: Random, around: Around) -> str:
    """A variable and its values."""
    return f"{_variable(random, around)}={_span(random)}"


def _input_of(random: Random, around: Around) -> str:
    return f"{random.choice(around.inputs)}=" if len(around.inputs) > 1 or random.random() < 0.2 else ""


def extent(random: Random, _: Around) -> str:
    """Sizes of axes."""

    def size() -> str:
        return str(random.choice((8, 16, 32, 33, 64, 224))) if random.random() < 0.9 else str(structure.number(random))

    return "x".join(size() for _ in range(random.choice((1, 2, 2, 2, 3))))


def input_extent(random: Random, around: Around) -> str:
    """An input and its sizes."""
    return _input_of(random, around) + extent(random, around)


def input_span(random: Random, around: Around) -> str:
    """An input and values of its sizes."""
    return _input_of(random, around) + "x".join(_span(random) for _ in range(random.choice((1, 1, 2, 2))))


def span(random: Random, _: Around) -> str:
    """Values of a knob."""
    return _span(random)


def path(random: Random, around: Around) -> str:
    """A layer."""
    if random.random() < 0.9:
        return random.choice(around.layers)
    return random.choice((*around.inputs, "body", "*", "a.b.c", *WILD_WORDS))


def window(random: Random, around: Around) -> str:
    """A position in a layer's output."""
    at = ",".join(str(random.choice((0, 0, 1, 3, 7, 10**6))) for _ in range(random.choice((1, 2, 2, 3))))
    return f"{path(random, around)}@{at}"


def key(random: Random, around: Around) -> str:
    """A figure, of the net or of a layer, or a column."""
    kind = random.random()
    if kind < 0.75:
        return random.choice([*METRICS])
    of_layer = (
        f"{random.choice([*METRICS])}@{path(random, around)}",
        f"output[{random.choice((0, 1, 9))}]",
        "op",
        "path",
    )
    return random.choice(
        (*of_layer, *COLUMNS, *around.variables, "H", "macs:max", "params:min", random.choice(WILD_WORDS))
    )


def keys(random: Random, around: Around) -> str:
    """Several figures, or columns that are added and left out."""
    sign = random.choice(("", "", "+", "-"))
    return _several(
        random, lambda: sign + (random.choice([*COLUMNS]) if random.random() < 0.5 else key(random, around))
    )


def condition(random: Random, around: Around) -> str:
    """Conditions on figures and sizes."""

    def one() -> str:
        left = random.choice(
            (key(random, around), key(random, around), *around.variables, "H", "W", "N", "H % 32", "H - W")
        )
        amount = random.choice(("1M", "300 M", "0", "1", "32", "512KiB", "4.1 GMACs", "1e400", "W", _value(random)))
        return f"{left} {random.choice(('<', '<=', '>', '>=', '==', '==', '!=', '=', '<>'))} {amount}"

    joined = random.choice((" and ", " and ", " or ", ", ", " && ")).join(
        one() for _ in range(random.choice((1, 1, 2, 3)))
    )
    return joined if random.random() < 0.9 else random.choice((f"({joined})", f"not {joined}", *structure.EXPRESSIONS))


def name(random: Random, around: Around) -> str:
    """A name of any kind."""
    words = (*around.variants, *around.variables, *around.inputs, "H", "W", "N", "torch", "fvcore", *around.files)
    return random.choice(words)


def names(random: Random, around: Around) -> str:
    """Names of one kind or several."""
    one = random.choice((around.variants, around.variables, ("H", "W", "N", "C", "L"))) or ("H",)
    return _several(random, lambda: random.choice(one) if random.random() < 0.9 else name(random, around))


def variant(random: Random, around: Around) -> str:
    """A variant."""
    return random.choice(around.variants or ("no",))


def dtype(random: Random, _: Around) -> str:
    """The name of a type."""
    return random.choice([*ITEMSIZES]) if random.random() < 0.9 else random.choice(("fp16", "half", "", "Float32"))


def net(random: Random, around: Around) -> str:
    """A net as `compare` and `diff` take it."""
    label = f"{random.choice(('a', 'wide', '', 'é', around.files[0]))}=" if random.random() < 0.1 else ""
    ending = f"@{variant(random, around)}" if around.variants and random.random() < 0.2 else ""
    revision = random.choice(("HEAD:", "main:", "HEAD:./", "nope:")) if random.random() < 0.05 else ""
    known = random.choice(around.files[:2]) if random.random() < 0.8 else file(random, around)
    return label + revision + known + ending


def source(random: Random, around: Around) -> str:
    """A budget or a spec."""
    return "budget.yaml" if random.random() < 0.4 else file(random, around)


def revision(random: Random, _: Around) -> str:
    """A revision of git."""
    return random.choice(("HEAD", "HEAD", "main", "HEAD~1", "HEAD^{tree}", "nope", "-x", "", "HEAD:net.yaml", "@{u}"))


def row(random: Random, _: Around) -> str:
    """A way to build a convolution."""
    return random.choice(("standard", "depthwise_separable", "grouped_2", "bottleneck", "flattened", "no"))


BY_NAME: Final[dict[str, Draw]] = {"spec": file, "nets": net, "sources": source, "layer": path, "dtype": dtype,
                                   "variant": variant}  # fmt: skip
BY_METAVAR: Final[dict[str, Draw]] = {
    "[NAME=]HxW": input_extent, "[NAME=]VALUES": input_span, "VAR=VALUE": assignment, "VAR=VALUES": variable_span,
    "KNOB=VALUES": knob_span, "VALUES": span, "HxW": extent, "k": extent, "G,G": span, "N": number, "C": number,
    "K": number, "M": number, "KEYS": keys, "KEY": key, "COND": condition, "CONDITION": condition, "NAMES": names,
    "NAME": name, "PATH": path, "PATH@y,x": window, "FILE": output, "OUT": output, "REV": revision, "ROW": row,
}  # fmt: skip
"""What an option takes, by its name and then by what the help calls its value."""

ANYTHING: Final = tuple(dict.fromkeys([*BY_NAME.values(), *BY_METAVAR.values()]))
"""What an option may be given that is not in these tables, because it is new."""


def wild(random: Random, around: Around) -> str:
    """A word that does not fit."""
    if random.random() < 0.6:
        return random.choice(WILD_WORDS)
    return random.choice(ANYTHING)(random, around)


def value(random: Random, parameter: click.Parameter, around: Around) -> str:
    """A value for a parameter of a command."""
    if random.random() < 0.03:
        return wild(random, around)
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return str(random.choice(list(kind.choices)))
    known = BY_NAME.get(parameter.name or "")
    if known is None and isinstance(parameter, click.Option):
        known = BY_METAVAR.get(parameter.metavar or "")
    if known is None and isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        known = number
    if known is None and isinstance(kind, click.Path | click.File):
        known = output
    return (known or random.choice(ANYTHING))(random, around)
