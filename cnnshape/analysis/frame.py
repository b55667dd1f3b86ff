"""The records as a data frame, for whoever goes on in pandas."""

from typing import TYPE_CHECKING, Any

from cnnshape.errors import MissingPackage, Problem

if TYPE_CHECKING:
    import pandas

    from cnnshape.analysis.layer_record import LayerRecord
    from cnnshape.analysis.records import Analysis

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


def frame(analysis: "Analysis") -> "pandas.DataFrame":
    """A row for each layer, indexed by path; exact integers, operations by kind as ``adds``, ``muls``, ...

    ``receptive_field`` holds what `LayerRecord.receptive_field` gives.  Columns of integers that a layer may lack
    are nullable.  Raises `MissingPackage` without pandas.
    """
    try:
        import pandas
    except ImportError:
        text = "a data frame needs the package pandas, which is not installed"
        raise MissingPackage(Problem(text, hint="pip install 'cnnshape[sweep]'")) from None

    paths = pandas.Index([record.path for record in analysis.layers], name="path", dtype=object)
    entries = [_entries(record) for record in analysis.layers]
    names = entries[0] if entries else ()
    columns = {
        name: pandas.Series([entry[name] for entry in entries], index=paths, dtype=_dtype(name, entries))
        for name in names
    }
    return pandas.DataFrame(columns, index=paths)


def _dtype(name: str, entries: list[dict[str, Any]]) -> str:
    """Integers as int64 as long as they fit; nullable where a layer may have none."""
    if name in ("op", "inputs", "output", "receptive_field"):
        return "object"
    if name in _FANS[2:]:
        return "float64"
    if any(entry[name] is not None and entry[name] > 2**63 - 1 for entry in entries):
        return "object"
    return "Int64" if name in (*_FANS[:2], "line") else "int64"
