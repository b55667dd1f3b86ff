"""What comes of a question for the best: the point, what it costs, and what stops its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from cnnshape.commands.sweep.figures import Figure
from cnnshape.core.bounds import Bound
from cnnshape.core.display import Displayed

Method = Literal["bisection", "every point"]


class Neighbour(NamedTuple):
    """The next value of one knob."""

    names: tuple[str, ...]
    value: Any
    stops: tuple[str, ...]
    """The conditions that do not hold there; none where it is allowed and no better, or no net."""
    reason: str
    """Why it is no net; empty where it is one."""
    figures: Mapping[str, Any]
    bounds: Mapping[str, Bound] = MappingProxyType({})
    """Of the figures that are not exact: ``upper`` where the truth may be smaller."""

    @property
    def allowed(self) -> bool:
        """Whether it meets all conditions, and is no better."""
        return not self.stops and not self.reason


class Closest(NamedTuple):
    """Of a condition that holds nowhere, the point that comes closest."""

    condition: str
    point: Mapping[str, Any]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Solution(Displayed):
    """The best point of a net's knobs under some conditions, or why there is none."""

    net: str
    knobs: tuple[tuple[str, ...], ...]
    """Their names; those of one group are turned together."""
    objective: str
    """The figure or knob that is to be largest or smallest."""
    aim: Literal["largest", "smallest"]
    conditions: tuple[str, ...]
    point: Mapping[str, Any] | None
    """The value of each knob; None where no point meets the conditions."""
    figures: Mapping[str, Any]
    """The objective and the figures that the conditions name, at the point."""
    neighbours: tuple[Neighbour, ...]
    closest: tuple[Closest, ...]
    """Where there is no point: the conditions that hold nowhere."""
    reason: str
    """Where no point is a net: why the first one is none."""
    points: int
    """How many points there are."""
    looked: int
    """How many of them were looked at, at most."""
    method: Method
    known: Mapping[str, Figure]
    """The figures by key."""
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    """Of the figures at the point that are not exact: ``upper`` where the truth may be smaller."""
    undecided: int = 0
    """Points of which nobody knows whether they meet the conditions; none of them is the answer."""

    def __bool__(self) -> bool:
        """Whether there is a point."""
        return self.point is not None
