"""Files that grow row by row, or standard output: CSV, JSON and Parquet."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from cnnshape.cli.terminal import put

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
    @override
    def prepared(self, found: "Sweep") -> str:
        from cnnshape.commands.sweep.render.data import csv_text

        return csv_text(found, header=self.first)

    @override
    def finish(self, stopped: str) -> None:
        if stopped and not self.first:
            columns = len(self.search.plan.names) + sum(1 + of.bounded for of in self.search.job.figures)
            self.write("," * columns + f'"{stopped}"\n')


class _Json(_Lines):
    rows = False
    undecided = 0

    @override
    def prepared(self, found: "Sweep") -> str:
        from cnnshape.commands.sweep.render.data import json_rows

        self.undecided += found.undecided
        return json_rows(found, first=not self.rows)

    @override
    def write(self, text: str) -> None:
        if self.first:
            from cnnshape.commands.sweep.render.data import json_head

            job = self.search.job
            super().write(json_head(job.spec.name, len(self.search.plan), job.figures))
        self.rows |= bool(text)
        super().write(text)

    @override
    def finish(self, stopped: str) -> None:
        from cnnshape.commands.sweep.render.data import json_end

        if self.first:
            self.write("")
        super().write(json_end(self.rows, self.undecided, stopped))


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
