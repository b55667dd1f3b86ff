"""All that is wrong with a net, collected while it is built."""

from cnnshape.core.errors import MOST_PROBLEMS, CnnshapeError, Problem, ShapeError, SpecError
from cnnshape.spec.yaml.source import At, Source


class Failed(Exception):
    """The layer stands behind one whose problem is said."""


class Enough(Exception):
    """So much is wrong that nothing more is built."""


class Problems:
    """What is wrong so far, each mistake once: one in a block is one, however many copies there are."""

    def __init__(self) -> None:
        self.told = 0
        """How often something was wrong, repetitions among it."""
        self._all: list[Problem] = []
        self._said: set[tuple[str, At, At, str]] = set()
        self._kind: type[CnnshapeError] = ShapeError  # until something else is wrong than shapes

    @property
    def enough(self) -> bool:
        """Whether so much is wrong that nothing more need be looked for."""
        return len(self._all) >= MOST_PROBLEMS

    def done(self) -> None:
        """Raise what is wrong so far: a `ShapeError` where only shapes do not fit, else a `SpecError`."""
        if self._all:
            raise self._kind(*self._all)

    def say(
        self, problems: tuple[Problem, ...], source: Source, at: At, path: str = "", more: tuple[str, ...] = ()
    ) -> None:
        """Note what is wrong with the text at a place of a file; ``more`` is evidence for each."""
        self._kind = SpecError
        self.misfit(problems, source, at, path, more)

    def misfit(self, problems: tuple[Problem, ...], source: Source, at: At, path: str, more: tuple[str, ...]) -> None:
        """Note where shapes do not fit."""
        self.told += 1
        for problem in problems:
            key = (source.file, at, problem.at, problem.text)
            if source.file and more and key in self._said:
                continue
            self._said.add(key)
            said = problem._replace(evidence=problem.evidence + more)
            self._all.append(source.placed(said, at, path, key=True))
