"""Files that grow row by row, or standard output: CSV, JSON and Parquet."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from cnnshape.cli.terminal import put
from cnnshape.commands.sweep.data import rows, table, whole
from cnnshape.render import csv, json
from cnnshape.render.document import Column, Table

if TYPE_CHECKING:
    from cnnshape.commands.sweep.record import Sweep
    from cnnshape.commands.sweep.search import Search


class _Lines(ABC):
    """A file of text, or standard output, that grows."""

    def __init__(self, search: "Search", path: str | None) -> None:
        self.search = search
        self.first = True
        self._file = None if path is None else open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - it grows

    @abstractmethod
    def prepared(self, found: "Sweep") -> str:
        """Some rows as they are written."""

    @abstractmethod
    def finish(self, stopped: str) -> None:
        """Write what ends it, and why there are no more rows, if they are not all."""

    def write(self, text: str) -> None:
        """Write rows, or something else."""
        self.first = False
        if self._file is None:
            put(text)
        else:
            self._file.write(text)

    def close(self) -> None:
        """Nothing more is written."""
        if self._file is not None:
            self._file.close()


class _Csv(_Lines):
    columns = 0

    @override
    def prepared(self, found: "Sweep") -> str:
        rows = table(found)
        self.columns = len(rows.columns)
        return csv.write(rows, header=self.first)

    @override
    def finish(self, stopped: str) -> None:
        if stopped and not self.first:
            last = [*[None] * (self.columns - 1), stopped]
            self.write(csv.write(Table([Column("", [each]) for each in last]), header=False))


class _Json(_Lines):
    rows = False
    undecided = 0

    def _around(self, stopped: str = "") -> tuple[str, str]:
        """What stands before the rows, and behind them."""
        job = self.search.job
        data = whole(job.spec.name, len(self.search.plan), job.figures, [], self.undecided, stopped)
        before, _, behind = json.write(data).rpartition('"rows": []')
        return f'{before}"rows": [', ("\n  ]" if self.rows else "]") + behind

    @override
    def prepared(self, found: "Sweep") -> str:
        self.undecided += found.undecided
        lines = json.entries(rows(found))
        return f"{',' * self.rows}\n    {lines}" if lines else ""

    @override
    def write(self, text: str) -> None:
        if self.first:
            super().write(self._around()[0])
        self.rows |= bool(text)
        super().write(text)

    @override
    def finish(self, stopped: str) -> None:
        if self.first:
            self.write("")
        super().write(self._around(stopped)[1])


class _Parquet:
    def __init__(self, search: "Search", path: str | None) -> None:
        from cnnshape.commands.sweep.tables import ParquetFile

        assert path is not None
        self._file = ParquetFile(path, search.plan.whole, search.job.figures)
        self.prepared, self.write, self.close = self._file.table, self._file.write, self._file.close

    def finish(self, stopped: str) -> None:
        if stopped:
            self._file.stopped(stopped)


WRITERS: Final[dict[str, Any]] = {"csv": _Csv, "json": _Json, "parquet": _Parquet}
"""The formats that are written as points come."""
