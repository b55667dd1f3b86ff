"""The columns of a report as data: what each is called, where its value comes from and how it is shown."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.report.rows import field_of, leaving, owner
from cnnshape.core.errors import UsageError, unknown
from cnnshape.core.selection import chosen as keys_of
from cnnshape.layers.base import KINDS
from cnnshape.render import receptive_fields as seen
from cnnshape.render.names import printable
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, count, figure, percent, size

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field
    from cnnshape.commands.report.rows import Row

    Fields = dict[str, tuple[Field, ...]]

Cell = str | int | float


class Kind(NamedTuple):
    """How values of one kind are treated."""

    show: Callable[[Any, Units], str]
    """As people read it."""
    exact: Callable[[Any], Cell]
    """As a program reads it: nothing rounded."""
    order: Callable[[Any], Any]
    """What rows are sorted by."""
    right: bool = False
    """Aligned to the right, as numbers are."""
    base: int = 0
    """What its units are powers of, where it has units."""
    alike: Callable[[Any], Hashable] | None = None
    """What values that are shown alike have in common, if it is not that they are equal."""


def _shares(value: tuple[int, int]) -> float:
    return round(100 * value[0] / value[1], 6) if value[1] else 0.0


def _numbers(sizes: Any) -> tuple[int, ...]:
    return sizes if isinstance(sizes, tuple) else (sizes,) if isinstance(sizes, int) else ()


def _by_kind(ops: Any, units: Units) -> str:
    return ", ".join(f"{kind} {count(n, units)}" for kind, n in ops.kinds().items() if n)


def _weights(weights: dict[str, tuple[int, ...]], _: Units = "exact") -> str:
    return ", ".join(f"{name} {shape(axes)}" for name, axes in weights.items())


TEXT: Final = Kind(lambda text, _: printable(text), str, str)
NAMES: Final = Kind(lambda names, _: printable(", ".join(names)), ", ".join, ", ".join)
SHAPES: Final = Kind(
    lambda shapes, _: _some(list(map(shape, shapes))), lambda shapes: ", ".join(map(shape, shapes)),
    lambda shapes: [(len(axes), axes) for axes in shapes],
)  # fmt: skip
SIZES: Final = Kind(lambda sizes, _: seen.joined(sizes), seen.joined, _numbers, True)
COUNT: Final = Kind(count, int, int, True, 1000)
BYTES: Final = Kind(size, int, int, True, 1024)
PLACE: Final = Kind(lambda line, _: str(line), int, int, True)
FIGURE: Final = Kind(lambda x, _: figure(x), float, float, True)
SHARE: Final = Kind(lambda share, _: percent(*share), _shares, _shares, True)
OPS: Final = Kind(_by_kind, lambda ops: _by_kind(ops, "exact").replace(",", ""), lambda ops: sum(ops.kinds().values()))
WEIGHTS: Final = Kind(_weights, _weights, len, alike=lambda weights: (*weights.items(),))
FIELD: Final = Kind(
    lambda view, _: printable(view.text), lambda view: view.exact,
    lambda view: max(map(seen.largest, view.fields), default=0), alike=lambda view: view.alike,
)  # fmt: skip


class View(NamedTuple):
    """What a row sees, and how it is told; worked out where it is asked for, for many rows see the same."""

    fields: "Sequence[Fields]"
    """Of each of its outputs."""
    named: bool
    """Whether it is told of which input each is."""
    says: "Callable[[Fields, bool], str]"
    plain: "Callable[[Fields, bool], str]"

    @property
    def text(self) -> str:
        """As people read it."""
        return _some(self._once(self.says))

    @property
    def exact(self) -> str:
        """As a program reads it: a number without the sign of a bound, which has a column of its own."""
        return ", ".join(self._once(self.plain))

    @property
    def alike(self) -> Hashable:
        """The same for rows that see the same: equal fields are one object."""
        return tuple([(name, id(axes)) for each in self.fields for name, axes in each.items()])

    def _once(self, says: "Callable[[Fields, bool], str]") -> list[str]:
        return list(dict.fromkeys(says(each, self.named) for each in self.fields))


class Column(NamedTuple):
    """One column of a report."""

    key: str
    header: str
    says: str
    kind: Kind
    get: Callable[[Any], Any]
    """From a row to its value; what sums is got from `Totals` alike."""
    keep: int = 0
    """The higher, the later it is left out where there is little room."""
    sums: bool = False
    """Its values add up to a total."""
    share: str = ""
    """It shows a share of the total of the column with this key."""


def _own(key: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, key)


def _fan(key: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.fans, key) if row.fans else None


def _sum(key: str, keep: int = 0) -> Column:
    """A figure that adds up over layers."""
    of = METRICS[key]
    return Column(
        key, of.header, of.says, BYTES if of.unit == "bytes" else COUNT, of.layer or _own(key), keep, sums=True
    )


def _init(key: str, header: str, says: str, kind: Kind = FIGURE) -> Column:
    return Column(key, header, says, kind, _fan(key))


def _setting(name: str) -> Column:
    return Column(name, name, f"the layer's {name.replace('_', ' ')}", SIZES, field_of(name))


def _shapes(row: "Row") -> tuple[Any, ...]:
    """The shapes that a row puts out, each once."""
    records = leaving(row)
    return (records[0].output,) if len(records) == 1 else tuple(dict.fromkeys(record.output for record in records))


def _some(shown: list[str]) -> str:
    """What is said of the several outputs of a block."""
    return ", ".join(shown) if len(shown) <= _FEW else f"{len(shown)} outputs"


_FEW: Final = 3


def _said(
    row: "Row", says: "Callable[[Fields, bool], str]", exact: "Callable[[Fields, bool], str] | None" = None
) -> View:
    """What is said of the fields of a row, as people read it and as a program does."""
    fields = [record.receptive_field for record in leaving(row)]
    return View(fields, len(row.analysis.graph.inputs) > 1, says, exact or says)


def _view(figure: str = "") -> "Callable[[Row], View]":
    """What a row sees, in words or as one of its figures; inputs are named where the net has several."""

    def view(row: "Row") -> View:
        if not figure:
            return _said(row, lambda fields, named: seen.seen(fields, named=named))
        return _said(
            row,
            lambda fields, named: seen.figures(fields, figure, named=named, signs=True),
            lambda fields, named: seen.figures(fields, figure, named=named),
        )

    return view


def _bounds(row: "Row") -> View:
    """Which of the fields of a row are bounds."""
    return _said(row, lambda fields, named: seen.bounds(fields, named=named))


_ALL: Final = (
    Column("path", "layer", "the name of the layer, with the blocks it stands in", TEXT, _own("path"), 9),
    Column("op", "op", "the name of its class, which is torch's", TEXT, _own("op"), 4),
    Column("inputs", "inputs", "what it reads", NAMES, _own("inputs")),
    Column("output", "output", "the shape of its output, batch first", SHAPES, _shapes, 8),
    _sum("params", keep=7),
    _sum("trainable_params"),
    _sum("buffers"),
    _sum("macs", keep=6),
    _sum("flops"),
    Column("ops", "operations", "scalar operations by kind", OPS, _own("ops")),
    *(_sum(f"{kind}s") for kind in KINDS if kind != "mac"),
    _sum("activation_elements"),
    _sum("activation_bytes", keep=3),
    _sum("weight_bytes"),
    Column("weight_shapes", "weight shapes", "name and shape of its parameters", WEIGHTS, _own("weights")),
    Column("shares", "shares", "the layer whose weights it uses", TEXT, owner),
    Column("rf", "RF", "receptive field: size /jump @start in pixels of the input", FIELD, _view(), 5),
    Column("rf_size", "RF size", "size of the receptive field", FIELD, _view("size")),
    Column("rf_jump", "RF jump", "pixels between the fields of neighbours", FIELD, _view("jump")),
    Column("rf_start", "RF start", "first pixel that position 0 reads, unclipped", FIELD, _view("start")),
    Column("rf_bound", "RF bound", "`upper` where the receptive field may be smaller", FIELD, _bounds),
    _init("fan_in", "fan in", "inputs of one output of its weight", COUNT),
    _init("fan_out", "fan out", "outputs of one input of its weight", COUNT),
    _init("xavier_std", "Xavier std", "deviation of Xavier's normal initialisation"),
    _init("xavier_bound", "Xavier bound", "bound of Xavier's uniform initialisation"),
    _init("he_std", "He std", "deviation of He's normal initialisation"),
    _init("he_bound", "He bound", "bound of He's uniform initialisation"),
    Column("params_percent", "params %", "share of the net's parameters", SHARE, _own("params"), share="params"),
    Column("macs_percent", "MACs %", "share of the net's MACs", SHARE, _own("macs"), share="macs"),
    *map(_setting, ("kernel_size", "stride", "padding", "dilation", "groups")),
    Column("line", "line", "its line in the spec", PLACE, _own("line")),
)

COLUMNS: Final[dict[str, Column]] = {column.key: column for column in _ALL}
"""Every column by its key, in the order of a full table."""

DEFAULT: Final = ("path", "op", "output", "params", "macs", "activation_bytes", "rf")


def column(word: str) -> Column:
    """The column of this key or header; raises `UsageError` where there is none."""
    if word in COLUMNS:
        return COLUMNS[word]
    for known in _ALL:
        if known.header.lower() == word.lower():
            return known
    raise UsageError(unknown(f"there is no column `{word}`", word, COLUMNS, far=_listed()))


def _listed() -> str:
    return "columns: " + ", ".join(COLUMNS)


def chosen(words: Iterable[str], default: Iterable[str] = DEFAULT) -> tuple[Column, ...]:
    """The columns that these words ask for: a list, or changes to the default as ``+fan_in`` and ``-rf``.

    >>> [column.key for column in chosen(["+fan_in", "-rf", "-output", "-op", "-activation"])]
    ['path', 'params', 'macs', 'fan_in']
    """
    keys = keys_of(words, default, lambda word: column(word).key, "columns")
    return tuple(COLUMNS[key] for key in keys)
