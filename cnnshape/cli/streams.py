"""What takes long and is long: files that grow, a bar that says how far it is, processes that share the work."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import click

from cnnshape.cli.talk import put, reason, say
from cnnshape.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.sweeps.record import Sweep
    from cnnshape.sweeps.search import Search

_INTERRUPTED: Final = 130
_PATIENCE: Final = 1.0  # seconds before a bar is shown


@contextmanager
def working(workers: int) -> Iterator[Executor | None]:
    """Processes that share the work; None where one does it all."""
    if workers == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_deaf) as executor:
        yield executor


def _deaf() -> None:
    """An interrupt is for who waits for this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def progress(points: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, once it has taken a second."""
    started = time.monotonic()
    with ExitStack() as stack:
        bars: list[Any] = []

        def told(done: int) -> None:
            if not bars and sys.stderr.isatty() and time.monotonic() - started > _PATIENCE and done < points:
                bar = click.progressbar(length=points, label="points", file=sys.stderr, show_pos=True)
                bars.append(stack.enter_context(bar))
            for bar in bars:
                bar.update(done - bar.pos)

        yield told


class _Stopped(Exception):
    """Somebody wants it to end."""


@contextmanager
def _interruptible() -> Iterator[None]:
    """An interrupt, or a request to end, comes as an exception here."""

    def stop(*_: Any) -> None:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Csv:
    """A CSV file, or standard output, that grows."""

    def __init__(self, path: str | None) -> None:
        self._file = None if path is None else open(path, "x", encoding="utf-8", newline="")  # noqa: SIM115 - it grows
        self._first = True

    def write(self, found: "Sweep") -> None:
        from cnnshape.render.sweeps.data import csv_text

        text = csv_text(found, header=self._first)
        self._first = False
        if self._file is None:
            put(text)
        else:
            self._file.write(text)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _writer(search: "Search", kind: str, path: str | None) -> Any:
    if kind == "csv":
        return _Csv(path)
    from cnnshape.sweeps.tables import ParquetFile

    assert path is not None
    return ParquetFile(path, search.plan.whole, search.job.figures)


def streamed(
    search: "Search", kind: str, output: str | None, executor: Executor | None, told: Callable[[int], None]
) -> None:
    """Write the rows as they come; what is there when somebody interrupts can be read under its name."""
    draft = None if output is None else f"{os.path.realpath(output)}.{os.getpid()}.part"
    done, stopped = 0, False

    def counted(points: int) -> None:
        nonlocal done
        done = points
        told(points)

    writer = _writer(search, kind, draft)
    try:
        try:
            with _interruptible():
                for found in search.chunks(executor=executor, progress=counted):
                    writer.write(found)
        except _Stopped:
            stopped = True
        writer.close()
        if draft is not None and output is not None:
            os.replace(draft, os.path.realpath(output))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise UsageError(Problem(f"`{output}` cannot be written: {reason(error)}")) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                os.unlink(draft)
    if stopped:
        where = f", and `{output}` holds them" if output is not None else ""
        say(f"interrupted: {done:,} of {len(search.plan):,} points are done{where}")
        click.get_current_context().exit(_INTERRUPTED)


def parquet(search: "Search", found: "Sweep", output: str) -> None:
    """Write rows that are all there."""
    draft = f"{os.path.realpath(output)}.{os.getpid()}.part"
    try:
        writer = _writer(search, "parquet", draft)
        writer.write(found)
        writer.close()
        os.replace(draft, os.path.realpath(output))
    except OSError as error:
        raise UsageError(Problem(f"`{output}` cannot be written: {reason(error)}")) from None
    finally:
        with suppress(OSError):
            os.unlink(draft)
