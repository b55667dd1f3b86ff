"""How the ways to build a convolution show themselves, side by side."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from cnnshape.commands.conv.conv import Conv, LeftOut, Way, Ways
from cnnshape.commands.conv.convolution import one
from cnnshape.render import receptive_fields as seen
from cnnshape.render.document import Code, Column, Document, Formula, Heading, Paragraph, Quote, Table, Text, table_of
from cnnshape.render.formats import SCHEMA, View
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, count, fitting, ratio

if TYPE_CHECKING:
    from cnnshape.commands.conv import layout


class Options(NamedTuple):
    """What a reader chose."""

    units: Units | None = None
    """How counts are scaled."""
    width: int | None = None
    """The most columns of text that a line may take."""


def called(conv: Conv) -> str:
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


def _name(row: Way | LeftOut) -> str:
    return row.name if row.groups is None else f"{row.name}, g={row.groups}"


def _sizes(row: Way) -> str:
    return seen.figures(row.receptive_field, "size")


_HEADER: Final = ("built as", "params", "ratio", "MACs", "ratio", "RF", "output")
_COSTS: Final = 5  # of the columns say what it costs, the others what comes out
_RIGHT: Final = (False, True, True, True, True, True, False)


def _figures(ways: Ways, units: Units) -> Table:
    """The figures, and how they stand to those of the standard convolution."""
    whole = ways.rows[0]
    params_in = fitting(units, [row.params for row in ways.rows])
    macs_in = fitting(units, [row.macs for row in ways.rows])
    rows = []
    for row in ways.rows:
        params = [count(row.params, params_in), ratio(row.params, whole.params)]
        macs = [count(row.macs, macs_in), ratio(row.macs, whole.macs)]
        rows.append([_name(row), *params, *macs, _sizes(row), shape(row.output)])
    shown = len(_HEADER) if _common(ways) is None else _COSTS
    return table_of(_HEADER[:shown], [row[:shown] for row in rows], _RIGHT[:shown])


def _common(ways: Ways) -> str | None:
    """What is the same for all rows, and so said once; None where it differs."""
    said = {f"RF {_sizes(row)}, output {shape(row.output)}" for row in ways.rows}
    return None if len(said) > 1 else said.pop()


def _formula(text: str) -> Formula:
    """A formula, whose signs mean the same to LaTeX."""
    written = text.replace(" ", r" \, ").replace(r" \, + \, ", " + ").replace(r" \, / \, ", " / ")
    return Formula(lambda style: {"latex": written, "markdown": f"${written}$"}.get(style, text))


def _formulas(ways: Ways) -> Table:
    """The formulas; that of groups stands once for all of them."""
    said: dict[str, list[Text]] = {row.name: [row.name, *map(_formula, row.formulas)] for row in ways.rows}
    name, params, macs = table_of(["formula", "params", "MACs"], said.values(), (False,) * 3).columns
    return Table([name, params, macs._replace(wraps=True)])


def _legend(ways: Ways) -> str:
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


def left_out(ways: Ways) -> Iterator[str]:
    """A sentence for each reason why something is left out."""
    names: dict[str, list[str]] = {}
    for each in ways.left_out:
        names.setdefault(each.text, []).append(_name(each))
    for text, of in names.items():
        yield f"left out: {' and '.join(of)}: {text}"


def _document(ways: Ways, options: Options) -> Document:
    conv, common = ways.conv, _common(ways)
    return [
        Heading(Code(called(conv)), f"input {shape((conv.in_channels, *conv.size))}"),
        _figures(ways, options.units or "auto"),
        *([Paragraph(common, "each of them")] if common else []),
        _formulas(ways),
        Paragraph(_legend(ways)),
        *map(Quote, left_out(ways)),
    ]


def _exact(row: Way) -> "layout.Costs":
    """The figures of a row as data; ratios to six significant digits."""
    return {
        "params": row.params,
        "params_ratio": float(f"{row.params_ratio.numerator / row.params_ratio.denominator:.6g}"),
        "macs": row.macs,
        "macs_ratio": float(f"{row.macs_ratio.numerator / row.macs_ratio.denominator:.6g}"),
    }


def _data(ways: Ways, _: Options) -> "layout.Printed":
    """Everything, exactly, a line for each row, with the spec that it is computed from."""
    rows: list[layout.Row] = [
        {
            "key": row.key,
            "name": row.name,
            "groups": row.groups,
            **_exact(row),
            "output": list(row.output),
            "receptive_field": {"input": seen.plain(row.receptive_field)["input"]},
            "params_formula": row.formulas.params,
            "macs_formula": row.formulas.macs,
            "spec": cast("layout.Spec", row.spec),
        }
        for row in ways.rows
    ]
    absent: list[layout.LeftOut] = [
        {"name": each.name, "groups": each.groups, "text": each.text} for each in ways.left_out
    ]
    return {"schema": SCHEMA, "conv": _conv(ways.conv), "letters": ways.letters, "rows": rows, "left_out": absent}


def _conv(conv: Conv) -> "layout.Conv":
    return {
        "in_channels": conv.in_channels,
        "out_channels": conv.out_channels,
        "kernel_size": list(conv.kernel_size),
        "size": list(conv.size),
        "stride": list(conv.stride),
        "padding": list(conv.padding),
        "dilation": list(conv.dilation),
        "bias": conv.bias,
    }


def _table(ways: Ways, _: Options) -> Table:
    """A row for each way; what is left out is not in it."""
    keys = ["key", "name", "groups", *_exact(ways.rows[0]), "output", "rf", "rf_size", "params_formula", "macs_formula"]
    rows = []
    for row in ways.rows:
        field = (seen.seen(row.receptive_field), _sizes(row))
        rows.append((row.key, row.name, row.groups, *_exact(row).values(), shape(row.output), *field, *row.formulas))
    return Table([Column(key, cells, key=key) for key, cells in zip(keys, zip(*rows, strict=True), strict=True)])


VIEW: Final = View(_document, _data, _table, options=Options, width=80)


def spec(row: Way) -> str:
    """The spec that a row is computed from, as YAML."""
    import yaml

    found: str = yaml.safe_dump(row.spec, sort_keys=False, default_flow_style=None, width=120)
    return found
