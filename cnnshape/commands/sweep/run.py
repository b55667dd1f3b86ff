"""A sweep chunk by chunk, in this process or on whatever an executor has: more points than memory holds."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Final

from cnnshape.commands.sweep.parts import Job, swept
from cnnshape.commands.sweep.plans import Plan
from cnnshape.commands.sweep.record import Sweep
from cnnshape.core.errors import Problem, UsageError
from cnnshape.core.text import shown
from cnnshape.spec.knobs import exported

CHUNK: Final = 1 << 18
"""Points of a chunk: some ten megabytes of columns."""

_AHEAD: Final = 16  # chunks that an executor of unknown size has at once


class WorkersEnded(UsageError):
    """What does the work of a sweep has died: of memory, or because a layer ended it."""

    @classmethod
    def at(cls, plan: Plan, place: int, error: BaseException) -> "WorkersEnded":
        """That it died after so many points were done."""
        knobs = ((name, exported(values.distinct[0])) for name, values in plan.slice(place, place + 1).items())
        point = ", ".join(f"{name} = {value if isinstance(value, str) else shown(value)}" for name, value in knobs)
        text = "a worker process ran out of memory" if isinstance(error, MemoryError) else "a worker process ended"
        text += f" after {place:,} of {len(plan):,} points; the next is {point}"
        return cls(Problem(text, hint="a sweep from there in one process shows why; fewer processes need less memory"))


def chunks(job: Job, plan: Plan, size: int = CHUNK, executor: Executor | None = None) -> Iterator[Sweep]:
    """The sweep of each chunk, in order; raises what `swept` raises.

    An executor is given chunks as it can take them, and never many more than it is working on.
    """
    if executor is None:
        for knobs in plan.chunks(size):
            yield swept(job, knobs)
        return
    done = 0
    ahead = 2 * getattr(executor, "_max_workers", _AHEAD // 2)
    waiting: deque[Future[Sweep]] = deque()
    try:
        for knobs in plan.chunks(size):
            waiting.append(executor.submit(swept, job, knobs))
            if len(waiting) >= ahead:
                found = waiting.popleft().result()
                done += size
                yield found
        while waiting:
            found = waiting.popleft().result()
            done += size
            yield found
    except (BrokenExecutor, MemoryError) as error:
        raise WorkersEnded.at(plan, done, error) from None
    finally:
        for future in waiting:
            future.cancel()
