"""What takes long and is long: files that grow, a bar that says how far it is, processes that share the work."""

import os
import re
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

    with ProcessPoolExecutor(workers, initializer=_child) as executor:
        yield executor


def _child() -> None:
    """A process that works for another: an interrupt is for that one, and it does not outlive it."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    Thread(target=follow, daemon=True).start()


@contextmanager
def progress(points: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, once it has taken a second."""
    started, watched = time.monotonic(), sys.stderr is not None and sys.stderr.isatty()
    with ExitStack() as stack:
        bars: list[Any] = []

        def told(done: int) -> None:
            if not bars and watched and time.monotonic() - started > _PATIENCE and done < points:
                bar = click.progressbar(length=points, label="points", file=sys.stderr, show_pos=True)
                bars.append(stack.enter_context(bar))
            for bar in bars:
                bar.update(done - bar.pos)

        yield told


class _Stopped(Exception):
    """Somebody wants it to end."""


class _Stop:
    """An interrupt, or a request to end: an exception, once, and never while something is written."""

    def __init__(self) -> None:
        self.wanted = self._held = False

    def _heard(self, *_: Any) -> None:
        first, self.wanted = not self.wanted, True
        if first and not self._held:
            raise _Stopped

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this goes on."""
        before = {number: signal.signal(number, self._heard) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def hold(self) -> None:
        """From now on it waits."""
        self._held = True

    def release(self) -> None:
        """It comes at once again, and now where it has waited."""
        self._held = False
        if self.wanted:
            raise _Stopped


class _Csv:
    """A CSV file, or standard output, that grows."""

    def __init__(self, path: str | None) -> None:
        self._file = None if path is None else open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - it grows
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
    search: "Search",
    kind: str,
    output: str | None,
    sweeps: Callable[[Callable[[int], None]], Iterator["Sweep"]],
    told: Callable[[int], None],
) -> None:
    """Write the rows as they come; what is there when somebody interrupts can be read under its name."""
    done, at, stop = 0, 0, _Stop()

    def counted(points: int) -> None:
        nonlocal at
        at = points
        told(points)

    with _drafted(output) as draft, stop.heard():
        writer = _writer(search, kind, draft)
        try:
            for found in sweeps(counted):
                stop.hold()
                writer.write(found)
                done = at
                stop.release()
            stop.hold()
        except _Stopped:
            stop.hold()
        except UsageError:
            if not stop.wanted:  # else the processes that did the work were told to end, too
                raise
        finally:
            writer.close()
    if stop.wanted and done < len(search.plan):
        where = f", and `{output}` holds them" if output is not None else ""
        say(f"interrupted: {done:,} of {len(search.plan):,} points are done{where}")
        click.get_current_context().exit(_INTERRUPTED)


@contextmanager
def _drafted(output: str | None) -> Iterator[str | None]:
    """What to write to, which is at its place in the end; raises `UsageError` where that fails."""
    target = None if output is None else os.path.realpath(output)
    if target is None or (os.path.exists(target) and not os.path.isfile(target)):
        with _explained(output):
            yield target  # a device or pipe is not replaced
        return
    draft = f"{target}.{os.getpid()}.part"
    try:
        with _explained(output):
            open(draft, "xb").close()  # what the system says of a path is said best by Python
            if os.path.exists(target):
                os.chmod(draft, os.stat(target).st_mode & 0o777)
            yield draft
            os.replace(draft, target)
    finally:
        with suppress(OSError):
            os.unlink(draft)


@contextmanager
def _explained(output: str | None) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "the output" if output is None else f"`{output}`"
        raise UsageError(Problem(f"{name} cannot be written: {_system(error)}")) from None


def _system(error: OSError) -> str:
    """What the operating system says, also where Arrow hands it on."""
    number = re.search(r"\[errno (\d+)\]", str(error))
    return os.strerror(int(number[1])).lower() if number else reason(error)
