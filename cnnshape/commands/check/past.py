"""An earlier state of all the files of a check: of nets to measure increases from, and of budgets to compare."""

from abc import abstractmethod

from cnnshape.commands.check.sources import Place
from cnnshape.spec.document import Spec


class Past(Place):
    """Files as they were, under the names that they have now; calling it gives the spec that a file was, or None."""

    name: str
    """What the state is called, such as ``main``."""

    @abstractmethod
    def __call__(self, file: str) -> Spec | None:
        """The spec that a file was; None if it is new."""

    @abstractmethod
    def was(self, file: str) -> str:
        """The name of the file that a file was, in this place; empty if it is new."""

    @abstractmethod
    def renamed(self, file: str) -> str:
        """The path that a file had, if it was another one; else empty."""

    @abstractmethod
    def gone(self) -> list[str]:
        """Budgets, and specs with a budget, that are no more and that no other file is now; their names here."""

    @abstractmethod
    def left(self, file: str) -> bool:
        """Whether a file of this place, by its name here, is at its path no more."""

    @abstractmethod
    def path(self, file: str) -> str:
        """A name in this place as the user knows it: the path."""
