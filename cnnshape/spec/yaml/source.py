"""A text that a spec was read from, and the places in it."""

from dataclasses import dataclass, field

from cnnshape.core.errors import Mark, Problem
from cnnshape.spec.yaml.files import DISK, Files
from cnnshape.spec.yaml.marks import Marks

At = tuple[str | int, ...]
"""The keys that lead to a value."""


@dataclass(frozen=True)
class Source:
    """A file, or a mapping of a library call: then there are no places."""

    file: str = ""
    marks: Marks | None = field(default=None, repr=False, compare=False)
    files: Files = field(default=DISK, repr=False, compare=False)
    """Where the file is, and those that it includes."""

    def mark(self, at: At, *, key: bool = False) -> Mark | None:
        """Where the value at these keys stands, or its key."""
        return self.marks.find(at, key=key) if self.marks else None

    def placed(self, problem: Problem, at: At = (), path: str = "", *, key: bool = False) -> Problem:
        """The problem with the file and the place: of what it points at itself, below ``at``."""
        at = at + problem.at
        mark = self.mark(at, key=problem.of_key or (key and not problem.at))
        return problem._replace(file=self.file, mark=mark, at=at, path=path or problem.path)
