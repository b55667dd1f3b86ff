"""The ways to build a convolution, side by side: as text, Markdown, JSON and CSV."""

import csv
import io
from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from cnnshape.commands.conv.convolution import one
from cnnshape.render import receptive_fields as seen
from cnnshape.render.shapes import shape
from cnnshape.render.text import aligned, folded
from cnnshape.render.units import Units, count, in_units, ratio

if TYPE_CHECKING:
    from cnnshape.commands.conv.conv import Conv, LeftOut, Way, Ways

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""

_WIDTH: Final = 80
_RIGHT: Final = (False, True, True, True, True, True, False)


def called(conv: "Conv") -> str:
    """The convolution as torch would make it, with what is not as by default.

    >>> from cnnshape.commands.conv.conv import compare_conv
    >>> called(compare_conv(8, 16, (3, 5), (9, 9), stride=2).conv)
    'Conv2d(8, 16, kernel_size=(3, 5), stride=2, padding=(1, 2), bias=False)'
    """
    said = [str(conv.in_channels), str(conv.out_channels)]
    for name, default in (("kernel_size", None), ("stride", 1), ("padding", 0), ("dilation", 1)):
        sizes = one(getattr(conv, name))
        if sizes != default:
            said.append(f"{name}={tuple(sizes) if isinstance(sizes, list) else sizes}")
    return f"Conv{conv.dims}d({', '.join([*said, *([] if conv.bias else ['bias=False'])])})"


def _title(conv: "Conv") -> tuple[str, str]:
    """What is built, and what it reads."""
    return called(conv), f"input {shape((conv.in_channels, *conv.size))}"


def _name(row: "Way | LeftOut") -> str:
    return row.name if row.groups is None else f"{row.name}, g={row.groups}"


def _sizes(row: "Way") -> str:
    return seen.figures(row.receptive_field, "size")


def _widest(lines: list[str]) -> int:
    return max(map(len, lines))


def _figures(ways: "Ways", units: Units) -> list[list[str]]:
    """The table of figures, its header first."""
    whole = ways.rows[0]
    rows = [["built as", "params", "ratio", "MACs", "ratio", "RF", "output"]]
    for row in ways.rows:
        params = [count(row.params, units), ratio(row.params, whole.params)]
        macs = [count(row.macs, units), ratio(row.macs, whole.macs)]
        rows.append([_name(row), *params, *macs, _sizes(row), shape(row.output)])
    return rows


def _formulas(ways: "Ways") -> list[list[str]]:
    """The table of formulas, its header first; that of groups stands once for all of them."""
    said = {row.name: [row.name, *row.formulas] for row in ways.rows}
    return [["formula", "params", "MACs"], *said.values()]


def _legend(ways: "Ways") -> str:
    """What the letters stand for."""
    letters = ways.letters
    groups = ", g groups" if any(row.groups is not None for row in ways.rows) else ""
    kernel = ", ".join(f"{letter} = {size}" for letter, size in letters.items() if letter.startswith("k"))
    channels = f"C = {letters['C']} channels in, K = {letters['K']} out, M = {letters['M']} in the bottleneck"
    sides = []
    for side, prime in (("input", ""), ("output", "'")):
        axes = [letter + prime for letter in "LDHW" if letter in letters]
        sides.append(f"{side} {' x '.join(axes)} = {' x '.join(str(letters[axis]) for axis in axes)}")
    return ", ".join([channels + groups, f"kernel {kernel}", *sides])


def left_out(ways: "Ways") -> Iterator[str]:
    """A sentence for each reason why something is left out."""
    names: dict[str, list[str]] = {}
    for each in ways.left_out:
        names.setdefault(each.text, []).append(_name(each))
    for text, of in names.items():
        yield f"left out: {' and '.join(of)}: {text}"


def _set_figures(rows: list[list[str]]) -> list[str]:
    """Figures in lines; where these are too wide, what is the same for all rows stands below and once."""
    lines = aligned(rows, _RIGHT)
    if _widest(lines) <= _WIDTH:
        return lines
    (_, *fields), (_, *outputs) = list(zip(*rows, strict=True))[-2:]
    if len({*fields}) > 1 or len({*outputs}) > 1:
        return lines
    short = aligned([row[:-2] for row in rows], _RIGHT[:-2])
    return [*short, "", f"each of them: RF {fields[0]}, output {outputs[0]}"]


def _set_formulas(formulas: list[list[str]]) -> list[str]:
    """Formulas of parameters and MACs beside each other, or below where that is too wide."""
    beside = aligned(formulas, [False] * 3)
    if _widest(beside) <= _WIDTH:
        return beside
    params, macs = (aligned([[row[0], row[place]] for row in formulas], [False] * 2) for place in (1, 2))
    return [*params, "", *macs]


def _text(ways: "Ways", units: Units = "auto") -> str:
    """For people who read it in a terminal."""
    conv, read = _title(ways.conv)
    lines = [f"{conv}, {read}"] if len(conv) + len(read) + 2 <= _WIDTH else [f"{conv},", read]
    lines += ["", *_set_figures(_figures(ways, units)), "", *_set_formulas(_formulas(ways)), ""]
    lines += folded(_legend(ways), "", _WIDTH)
    for line in left_out(ways):
        lines += ["", *wrap(line, _WIDTH, subsequent_indent="  ", break_long_words=False)]
    return "\n".join(lines) + "\n"


def _markdown(ways: "Ways", units: Units = "auto") -> str:
    """For a pull request or a paper's draft."""
    from tabulate import tabulate  # only Markdown pays for its import

    from cnnshape.render.markdown import code

    def pipes(rows: list[list[str]], right: tuple[bool, ...]) -> str:
        sides = ["right" if each else "left" for each in right]
        return tabulate(rows[1:], headers=rows[0], tablefmt="pipe", colalign=sides, disable_numparse=True)

    conv, read = _title(ways.conv)
    header, *said = _formulas(ways)
    formulas = [header, *([name, *map(code, costs)] for name, *costs in said)]
    blocks = [
        f"**`{conv}`**, {read}",
        pipes(_figures(ways, units), _RIGHT),
        pipes(formulas, (False,) * 3),
        f"{_legend(ways)}.",
        *(f"> {line}" for line in left_out(ways)),
    ]
    return "\n\n".join(blocks) + "\n"


def _exact(row: "Way") -> dict[str, Any]:
    """The figures of a row as data; ratios to six significant digits."""
    return {
        "params": row.params,
        "params_ratio": float(f"{row.params_ratio.numerator / row.params_ratio.denominator:.6g}"),
        "macs": row.macs,
        "macs_ratio": float(f"{row.macs_ratio.numerator / row.macs_ratio.denominator:.6g}"),
    }


def _json(ways: "Ways", units: Units = "exact") -> str:
    """For a program: everything, exactly, a line for each row, with the spec that it is computed from."""
    from cnnshape.render.json import write as document

    rows = [
        {
            "key": row.key,
            "name": row.name,
            "groups": row.groups,
            **_exact(row),
            "output": list(row.output),
            "receptive_field": seen.plain(row.receptive_field),
            "params_formula": row.formulas.params,
            "macs_formula": row.formulas.macs,
            "spec": row.spec,
        }
        for row in ways.rows
    ]
    absent = [each._asdict() for each in ways.left_out]
    conv = {key: list(held) if isinstance(held, tuple) else held for key, held in ways.conv._asdict().items()}
    data = {"schema": SCHEMA, "conv": conv, "letters": ways.letters, "rows": rows, "left_out": absent}
    return document(data)


def _csv(ways: "Ways", units: Units = "exact") -> str:
    """For a spreadsheet: exact numbers, a row for each way; what is left out is not in it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    figures, said = ("output", "rf", "rf_size"), ("params_formula", "macs_formula")
    writer.writerow(["key", "name", "groups", *_exact(ways.rows[0]), *figures, *said])
    for row in ways.rows:
        field = (seen.seen(row.receptive_field), _sizes(row))
        cells = (row.key, row.name, row.groups, *_exact(row).values(), shape(row.output), *field, *row.formulas)
        writer.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


FORMATS: Final[dict[str, Callable[["Ways", Units], str]]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
}
"""The formats; JSON and CSV are always exact."""


def render(ways: "Ways", format: str = "text", units: Units | None = None) -> str:
    """A comparison in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format that there is not, and for units where figures are exact.
    """
    asked = in_units(format, FORMATS, units)
    return FORMATS[format](ways, asked)


def spec(row: "Way") -> str:
    """The spec that a row is computed from, as YAML."""
    import yaml

    found: str = yaml.safe_dump(row.spec, sort_keys=False, default_flow_style=None, width=120)
    return found
