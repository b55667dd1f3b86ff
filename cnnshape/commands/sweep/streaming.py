"""What takes long and is long: files that grow, a bar that says how far it is, processes that share the work."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import click

from cnnshape.cli.terminal import draft_name, endings, hurry, reason, say
from cnnshape.commands.sweep.run import CHUNK, WorkersEnded
from cnnshape.commands.sweep.writers import WRITERS
from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.commands.sweep.record import Sweep
    from cnnshape.commands.sweep.search import Search

_INTERRUPTED: Final = 130
_PATIENCE: Final = 1.0  # seconds before a bar is shown


@contextmanager
def working(workers: int, points: int) -> Iterator[Executor | None]:
    """Processes that share the work, no more than there are chunks or cores for; None where one does it all."""
    workers = min(workers, -(-points // CHUNK), max(2, os.cpu_count() or 1))
    if workers <= 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    others = {*active_children()}
    executor = ProcessPoolExecutor(workers, initializer=_child)
    try:
        yield executor
        executor.shutdown()
    except BaseException:  # nobody waits for what is not wanted any more
        executor.shutdown(wait=False, cancel_futures=True)
        for process in {*active_children()} - others:
            process.kill()
        hurry()  # the pool's own threads may wait for those for ever
        raise


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


class _Stopped(BaseException):
    """Somebody wants it to end."""


class _Stop:
    """An interrupt, or a request to end: an exception, once, and never while it is held."""

    def __init__(self) -> None:
        self.wanted, self._held = False, True

    def _heard(self, *_: Any) -> None:
        first, self.wanted = not self.wanted, True
        if first and not self._held:
            raise _Stopped

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this goes on."""
        before = {number: signal.signal(number, self._heard) for number in endings()}
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


def streamed(
    search: "Search",
    kind: str,
    output: str | None,
    sweeps: Callable[[Callable[[int], None]], Iterator["Sweep"]],
    told: Callable[[int], None],
) -> None:
    """Write the rows as they come.

    Where somebody interrupts, or a worker dies, the rows that are done are in the file, and a last one that says so;
    where none is done the file is as it was.
    """
    points, stop = len(search.plan), _Stop()
    done = at = 0
    ended: UsageError | None = None

    def counted(points: int) -> None:
        nonlocal at
        at = points
        told(points)

    with (
        stop.heard(),
        _drafted(output) as draft,
        closing(WRITERS[kind](search, draft.path)) as writer,
    ):
        try:
            stop.release()
            for found in sweeps(counted):
                rows = writer.prepared(found)  # an interrupt comes through here, and these points are not done
                if output is not None:
                    stop.hold()
                writer.write(rows)
                done = at
                stop.release()
            stop.hold()
        except _Stopped:
            stop.hold()
        except UsageError as error:
            stop.hold()
            ended = error  # of workers it may be that they were told to end, too
        why = "interrupted" if stop.wanted else "a worker ended" if isinstance(ended, WorkersEnded) else "an error"
        stopped = f"{why}: {done:,} of {points:,} points are done" if done < points or ended else ""
        draft.kept = not stopped or (done > 0 and (stop.wanted or isinstance(ended, WorkersEnded)))
        if not stopped or (done and (output is not None or not stop.wanted)):  # else nobody may be reading
            writer.finish(stopped)
    if stop.wanted and done < points:
        where = "" if output is None else f", and `{output}` holds them" if done else f", and `{output}` is not written"
        say(f"{stopped}{where}")
        click.get_current_context().exit(_INTERRUPTED)
    if ended is not None:
        raise _with_rows(ended, output) if output is not None and draft.kept else ended


def _with_rows(error: UsageError, output: str) -> UsageError:
    problem = error.problems[0]
    return UsageError(problem._replace(evidence=(*problem.evidence, f"the rows before it are in {output}")))


class _Draft:
    """A file that becomes another in the end, unless it is not kept."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.kept = True


@contextmanager
def _drafted(output: str | None) -> Iterator[_Draft]:
    """What to write to, which is at its place in the end; raises `UsageError` where that fails."""
    if output is None or (os.path.exists(output) and not os.path.isfile(output)):
        with _explained(output):
            yield _Draft(output)  # a device or pipe is not replaced
        return
    target = os.path.realpath(output)
    draft = _Draft(draft_name(target))
    assert draft.path is not None
    try:
        with _explained(output):
            open(draft.path, "xb").close()  # what the system says of a path is said best by Python
            if os.path.exists(target):
                os.chmod(draft.path, os.stat(target).st_mode & 0o777)
            yield draft
            if draft.kept:
                os.replace(draft.path, target)
    finally:
        with suppress(OSError):
            os.unlink(draft.path)


@contextmanager
def _explained(output: str | None) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "the output" if output is None else f"`{output}`"
        raise UsageError(Problem(f"{name} cannot be written: {_system(error)}", id="output-failed")) from None


def _system(error: OSError) -> str:
    """What the operating system says, also where Arrow hands it on."""
    number = re.search(r"\[errno (\d+)\]", str(error))
    return os.strerror(int(number[1])).lower() if number else reason(error)
