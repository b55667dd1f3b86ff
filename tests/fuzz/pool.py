"""Processes that judge cases: a number goes in on a line, a verdict comes out on one."""

import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Final

from tests.places import ROOT

Answer = dict[str, Any]


class Silent(Exception):
    """A worker does not answer."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(what)
        self.what, self.said = what, said


class Worker:
    """A process that judges cases; it is started anew when it dies, and now and then, so that nothing piles up."""

    def __init__(self, module: str, words: Sequence[str], *, cases: int, within: float) -> None:
        self.command: Final = [sys.executable, "-m", module, *words]
        self.cases, self.within = cases, within
        self.process: subprocess.Popen[str] | None = None
        self.done = 0

    def judge(self, number: int) -> Answer:
        """The verdict on the case with this number; raises `Silent` if the process dies or hangs."""
        if self.process is None or self.done >= self.cases:
            self.end()
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(self.command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
            self.done = 0
        process = self.process
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self.done += 1
        try:
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has died, and its silence says so
        ready, _, _ = select.select([process.stdout], [], [], self.within)
        line = process.stdout.readline() if ready else ""
        if line:
            answer: Answer = json.loads(line)
            return answer
        process.kill()
        said = process.stderr.read()[-6000:]
        self.end()
        raise Silent("the process dies" if ready else "the process hangs", said)

    def end(self) -> None:
        """End the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def answers(
    numbers: Sequence[int], jobs: int, worker: Callable[[], Worker], silent: Callable[[int, Silent], Answer]
) -> Iterator[tuple[int, Answer]]:
    """The verdicts on all cases as they come, dealt out to so many workers.

    ``silent`` gives the answer on a case on which a worker has none.
    """
    arrived: SimpleQueue[tuple[int, Answer] | None] = SimpleQueue()

    def share(job: int) -> None:
        mine = worker()
        try:
            for number in numbers[job::jobs]:
                try:
                    arrived.put((number, mine.judge(number)))
                except Silent as error:
                    arrived.put((number, silent(number, error)))
        finally:
            mine.end()
            arrived.put(None)

    with ThreadPoolExecutor(jobs) as pool:
        shares = [pool.submit(share, job) for job in range(jobs)]
        for _ in shares:
            yield from iter(arrived.get, None)
        for each in shares:
            each.result()


def stem(what: str) -> str:
    """The start of the name of a file that holds a finding."""
    return "".join(c if c.isalnum() else "-" for c in what.lower())[:60].strip("-")
