"""The records as a data frame, for whoever goes on in pandas."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnnshape.core.errors import MissingPackage, Problem

if TYPE_CHECKING:
    import pandas

    from cnnshape.analysis.layer import LayerRecord
    from cnnshape.analysis.result import Analysis

_FIGURES = (
    "params",
    "trainable_params",
    "buffers",
    "weight_bytes",
    "macs",
    "flops",
    "activation_elements",
    "activation_bytes",
)
_FANS = ("fan_in", "fan_out", "xavier_std", "xavier_bound", "he_std", "he_bound")


def _entries(record: "LayerRecord") -> dict[str, Any]:
    fans = record.fans
    return {
        "op": record.op,
        "inputs": record.inputs,
        "output": record.output,
        **{name: getattr(record, name) for name in _FIGURES},
        **{f"{kind}s": n for kind, n in record.ops.kinds().items() if kind != "mac"},
        **{name: getattr(fans, name) if fans else None for name in _FANS},
        "receptive_field": record.receptive_field,
        "line": record.line,
    }


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        text = "a data frame needs the package pandas, which is not installed"
        raise MissingPackage(Problem(text, hint="pip install 'cnnshape[sweep]'")) from None
    return pandas


def frame(analysis: "Analysis") -> "pandas.DataFrame":
    """A row for each layer, indexed by path; exact integers, operations by kind as ``adds``, ``muls``, ...

    ``receptive_field`` holds what `LayerRecord.receptive_field` gives.  Columns of integers that a layer may lack
    are nullable.  Raises `MissingPackage` without pandas.
    """
    made_by = _pandas()
    paths = made_by.Index([record.path for record in analysis.layers], name="path", dtype=object)
    entries = [_entries(record) for record in analysis.layers]
    names = entries[0] if entries else ()
    columns = {
        name: made_by.Series([entry[name] for entry in entries], index=paths, dtype=_dtype(name, entries))
        for name in names
    }
    found: pandas.DataFrame = made_by.DataFrame(columns, index=paths)
    return found


def framed(name: str, index: Sequence[str], columns: Mapping[str, Sequence[Any]]) -> "pandas.DataFrame":
    """Columns as a data frame, indexed by what ``name`` says: integers stay exact, what is None is missing.

    Raises `MissingPackage` without pandas.
    """
    made_by = _pandas()
    rows = made_by.Index(index, name=name, dtype=object)
    held = {key: made_by.Series(list(of), index=rows, dtype=_dtype_of(of)) for key, of in columns.items()}
    found: pandas.DataFrame = made_by.DataFrame(held, index=rows)
    return found


def _dtype_of(values: Sequence[Any]) -> str:
    """Integers as int64 as long as they fit, and nullable where one is None."""
    there = [value for value in values if value is not None]
    if there and all(type(value) is float for value in there):
        return "float64"
    if not all(type(value) is int and abs(value) < 2**63 for value in there):
        return "object"
    return "int64" if len(there) == len(values) else "Int64"


def _dtype(name: str, entries: list[dict[str, Any]]) -> str:
    """Integers as int64 as long as they fit; nullable where a layer may have none."""
    if name in ("op", "inputs", "output", "receptive_field"):
        return "object"
    if name in _FANS[2:]:
        return "float64"
    if any(entry[name] is not None and entry[name] > 2**63 - 1 for entry in entries):
        return "object"
    return "Int64" if name in (*_FANS[:2], "line") else "int64"
