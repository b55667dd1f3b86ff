"""What a person assumes, as ``H % 32 == 0``: read in the language of the spec, and a point where it is so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cnnshape.dims import Dim
from cnnshape.errors import Problem, ShapeError, SpecError, UsageError
from cnnshape.expressions import Expression, compile
from cnnshape.forms.trace import Point
from cnnshape.layers.fields import LARGEST

_FAR: Final = 4096  # how far from its own size an axis is looked for
_TRIED: Final = 32  # points at which a net may be refused before that is said


class Given:
    """Conditions over the open numbers; ``names`` says which variable each of their words means."""

    def __init__(self, texts: Iterable[str], names: Mapping[str, str]) -> None:
        self.names = names
        self.conditions = [compile(text) for text in texts]

    def holds(self, values: Mapping[str, Dim]) -> bool:
        """Whether all of them hold, for numbers or for terms, whose space is asked.

        Raises `UsageError` for what is no condition, and for a name that is not free.
        """
        env = {said: values[name] for said, name in self.names.items()}
        return all(self._truth(condition, env) for condition in self.conditions)

    def _truth(self, condition: Expression, env: Mapping[str, Any]) -> bool:
        unknown = sorted(condition.names - env.keys())
        if unknown:
            free = ", ".join(f"`{name}`" for name in dict.fromkeys(self.names.values()))
            text = f"the assumption `{condition.text}` is over `{unknown[0]}`, which is not free"
            raise UsageError(Problem(text, hint=f"free: {free}" if free else ""))
        found = condition(env)
        if not isinstance(found, bool):
            hint = "an assumption compares: `H % 32 == 0`, `H >= 64`, `H == W`"
            raise UsageError(Problem(f"`{condition.text}` is no condition", hint=hint))
        return found

    def near(self, point: Point, works: Callable[[Point], Any]) -> Point:
        """The point nearest to one where all conditions hold and the net can be built.

        Raises `UsageError` where no such point is near, and what ``works`` raises where none of them can be built.
        """
        refused: Exception | None = None
        for candidate in islice(self._points(point), _TRIED):
            try:
                works(candidate)
            except (ShapeError, SpecError) as error:
                refused = refused or error
            else:
                return candidate
        if refused is not None:
            raise refused
        at = ", ".join(f"{name}={size}" for name, size in point.items())
        texts = " and ".join(f"`{condition.text}`" for condition in self.conditions)
        raise UsageError(Problem(f"no sizes near {at} are as assumed: {texts}"))

    def _points(self, point: Point) -> Iterator[Point]:
        """Points where all conditions hold: each name as near as it can be, and those that hang together alike."""
        together = {self.names[said] for each in self.conditions for said in each.names if len(each.names) > 1}
        alone = {name: list(islice(self._alone(name, point), _TRIED)) for name in point}
        for place in range(max(map(len, alone.values()), default=0)):
            moved = {name: sizes[min(place, len(sizes) - 1)] if sizes else point[name] for name, sizes in alone.items()}
            alike = max([moved[name] for name in together], default=0)
            for candidate in (moved, {**moved, **dict.fromkeys(together, alike)}):
                if self.holds(candidate):
                    yield candidate

    def _alone(self, name: str, point: Point) -> Iterator[int]:
        """Values of one name for which the conditions over it alone hold, near ones first."""
        own = [each for each in self.conditions if {self.names.get(said) for said in each.names} == {name}]
        for step in range(_FAR):
            for size in dict.fromkeys((point[name] + step, point[name] - step)):
                env = {said: size for said, meant in self.names.items() if meant == name}
                if 1 <= size <= LARGEST and all(self._truth(each, env) for each in own):
                    yield size
