"""A sweep chunk by chunk, in this process or on whatever an executor has: more points than memory holds."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Final

from cnnshape.errors import Problem, UsageError
from cnnshape.sweeps.parts import Job, swept
from cnnshape.sweeps.plans import Plan
from cnnshape.sweeps.record import Sweep

CHUNK: Final = 1 << 18
"""Points of a chunk: some ten megabytes of columns."""

_AHEAD: Final = 16  # chunks that an executor of unknown size has at once


def chunks(job: Job, plan: Plan, size: int = CHUNK, executor: Executor | None = None) -> Iterator[Sweep]:
    """The sweep of each chunk, in order; raises what `swept` raises.

    An executor is given chunks as it can take them, and never many more than it is working on.
    """
    if executor is None:
        for knobs in plan.chunks(size):
            yield swept(job, knobs)
        return
    ahead = 2 * getattr(executor, "_max_workers", _AHEAD // 2)
    waiting: deque[Future[Sweep]] = deque()
    try:
        for knobs in plan.chunks(size):
            waiting.append(executor.submit(swept, job, knobs))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenExecutor as error:
        raise UsageError(Problem(f"the workers of the sweep ended: {str(error) or type(error).__name__}")) from None
    finally:
        for future in waiting:
            future.cancel()
