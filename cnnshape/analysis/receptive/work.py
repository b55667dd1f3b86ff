"""How much work the tables of a net may cost, so that no net takes long: what is left over is a bound."""

from typing import Final

WORK: Final = 200_000
"""How many runs are put together for all tables of a net, about; later tables are bounds."""

WORK_PER_LAYER: Final = 20
"""So many more for each layer: a long chain must not run out of what each of its links needs."""


class Unkept(Exception):
    """A table would be too long, or cost too much: the axis is then taken to be read whole."""


class Work:
    """The work that may still be done for the tables of one net."""

    def __init__(self, layers: int = 0) -> None:
        self.left = WORK + WORK_PER_LAYER * layers

    def pays(self, work: int) -> bool:
        """Whether there is so much left; then it is taken."""
        if work > self.left:
            return False
        self.left -= work
        return True

    def pay(self, work: int) -> None:
        """Take so much; raises `Unkept` where there is less left."""
        if not self.pays(work):
            raise Unkept
