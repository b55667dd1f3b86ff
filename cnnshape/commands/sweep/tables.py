"""A sweep for whoever goes on in pandas or Arrow, and as a Parquet file that is written chunk by chunk."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from cnnshape.commands.sweep.figures import Figure
from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import MissingPackage, Problem
from cnnshape.core.text import shown
from cnnshape.spec.knobs import exported

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from cnnshape.commands.sweep.record import Sweep


def _package(name: str, what: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        text = f"{what} needs the package {name}, which is not installed"
        raise MissingPackage(Problem(text, hint="pip install 'cnnshape[sweep]'")) from None


_NULLABLE: Final = {"i": "Int64", "b": "boolean"}


def frame(found: "Sweep") -> "pandas.DataFrame":
    """See `Sweep.frame`."""
    made_by = _package("pandas", "a data frame")
    columns: dict[str, Any] = {name: values.column() for name, values in found.knobs.items()}
    bounds = {each.key: each.bound_key for each in found.figures if each.bounded}
    for key, column in found.columns.items():
        there = found.has(key)
        if not there.all():
            column = made_by.Series(column, dtype=_NULLABLE.get(column.dtype.kind, "object")).mask(~there)
        columns[key] = column
        if key in bounds:
            columns[bounds[key]] = made_by.Series(found.bounds(key), dtype="object")
    reasons = made_by.Series(list(found.reasons), dtype="object")
    whole: pandas.DataFrame = made_by.DataFrame(columns | {"valid": found.valid, "reason": reasons})
    return whole


def arrow(found: "Sweep") -> "pyarrow.Table":
    """See `Sweep.arrow`."""
    made_by = _package("pyarrow", "a table of Arrow")
    table: pyarrow.Table = made_by.table(_arrays(found, made_by), schema=schema(found.knobs, found.figures))
    return table


def schema(knobs: Mapping[str, Values], figures: Iterable[Figure]) -> "pyarrow.Schema":
    """The types of the columns of a sweep with these knobs, the same for every chunk of it."""
    made_by = _package("pyarrow", "a table of Arrow")
    shapes = made_by.list_(made_by.list_(made_by.int64()))
    fields = [(name, _knob_type(values, made_by)) for name, values in knobs.items()]
    for each in figures:
        fields.append((each.key, shapes if each.is_shape else _number(each, made_by)))
        fields += [(each.bound_key, made_by.string())] if each.bounded else []
    whole: pyarrow.Schema = made_by.schema([*fields, ("reason", made_by.string())])
    return whole


def _number(figure: Figure, made_by: Any) -> Any:
    return made_by.bool_() if figure.metric.unit == "flag" else made_by.int64()


def _knob_type(values: Values, made_by: Any) -> Any:
    if values.numeric:
        return made_by.int64() if values.bottom == 1 else made_by.float64()
    return made_by.string()


def _arrays(found: "Sweep", made_by: Any) -> list[Any]:
    arrays = []
    for values in found.knobs.values():
        if values.numeric:
            arrays.append(made_by.array(values.column()))
        else:
            distinct = made_by.array([_word(value) for value in values.distinct], made_by.string())
            arrays.append(distinct.take(made_by.array(values.codes)))
    for each in found.figures:
        column, there = found.columns[each.key], found.has(each.key)
        if each.is_shape:
            shapes = [list(map(list, value)) if has else None for value, has in zip(column, there, strict=True)]
            arrays.append(made_by.array(shapes, made_by.list_(made_by.list_(made_by.int64()))))
        else:
            arrays.append(made_by.array(column, _number(each, made_by), mask=~there))
        if each.bounded:
            arrays.append(made_by.array(found.bounds(each.key), made_by.string()))
    return [*arrays, made_by.array([reason or None for reason in found.reasons], made_by.string())]


def _word(value: Any) -> str:
    """A value of a knob that holds no numbers, as a word."""
    return value if isinstance(value, str) else shown(exported(value))


class ParquetFile:
    """A Parquet file that grows; whatever has been written when it is closed can be read."""

    def __init__(self, path: str, knobs: Mapping[str, Values], figures: Iterable[Figure]) -> None:
        self._schema = schema(knobs, figures)
        self._writer = _package("pyarrow.parquet", "a Parquet file").ParquetWriter(path, self._schema)

    def table(self, found: "Sweep") -> "pyarrow.Table":
        """Some more rows, as they are written."""
        return arrow(found).cast(self._schema)

    def write(self, table: "pyarrow.Table") -> None:
        """Write a `table`."""
        self._writer.write_table(table)

    def stopped(self, reason: str) -> None:
        """Write a last row that has nothing but a reason why there are no more."""
        row = {field.name: [reason if field.name == "reason" else None] for field in self._schema}
        self._writer.write_table(_package("pyarrow", "a Parquet file").table(row, schema=self._schema))

    def close(self) -> None:
        """End the file, so that it can be read."""
        self._writer.close()
