"""What a person assumes, as ``H % 32 == 0``: read in the language of the spec, and a point where it is so."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from string import ascii_letters, digits
from typing import Any, Final

from cnnshape.commands.formula.nearest import Point
from cnnshape.core.dims import Dim
from cnnshape.core.errors import CnnshapeError, Problem, ShapeError, SpecError, UsageError
from cnnshape.core.text import printable
from cnnshape.layers.fields import LARGEST
from cnnshape.spec.expressions import compile

_DOTTED: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
_FAR: Final = 4096  # how far from its own size an axis is looked for
_TRIED: Final = 32  # points at which a net may be refused before that is said


class _Condition:
    """A condition as a person writes it, over names such as ``H`` and, where there are several inputs, ``left.H``.

    A dotted name is one name here, which the language of specs does not have: it is read under another of its length.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._aliases = {name: _alias(name, text) for name in _DOTTED.findall(text)}
        self._names = {alias: name for name, alias in self._aliases.items()}
        try:
            self._expression = compile(_DOTTED.sub(lambda found: self._aliases[found[0]], text))
        except CnnshapeError as error:
            raise self._said(error) from None
        self.names = frozenset(self._names.get(name, name) for name in self._expression.names)

    def __call__(self, env: Mapping[str, Any]) -> Any:
        """The value; raises `UsageError` where there is none."""
        try:
            return self._expression({self._aliases.get(name, name): value for name, value in env.items()})
        except CnnshapeError as error:
            raise self._said(error) from None

    def _said(self, error: CnnshapeError) -> UsageError:
        """What is wrong with it, said of the names as they are written."""
        said = list[Problem]()
        for problem in error.problems:
            text, hint = problem.text, problem.hint
            for alias, name in self._names.items():
                text, hint = text.replace(alias, name), hint.replace(alias, name)
            if not re.search(r"\(column \d+ of ", text):
                text = f"`{printable(self.text)}`: {text}"
            said.append(problem._replace(text=text, hint=hint))
        return UsageError(*said)


def _alias(name: str, text: str) -> str:
    """A name without dots, as long as one with dots and nowhere in the text."""
    aliases = (name.replace(".", letter) for letter in ascii_letters + digits + "_")
    alias = next((alias for alias in aliases if alias not in text), None)
    if alias is None:
        raise UsageError(Problem(f"the assumption `{printable(text)}` has too many names like `{name}`"))
    return alias


class Given:
    """Conditions over the open numbers; ``names`` says which variable each of their words means.

    Raises `UsageError` for a condition that cannot be read, and for a name in it that is not free.
    """

    def __init__(self, texts: Iterable[str], names: Mapping[str, str]) -> None:
        self.names = names
        self.conditions = [_Condition(text) for text in texts]
        for condition in self.conditions:
            unknown = sorted(condition.names - names.keys())
            if unknown:
                free = ", ".join(f"`{name}`" for name in dict.fromkeys(names.values()))
                text = f"the assumption `{printable(condition.text)}` is over `{unknown[0]}`, which is not free"
                raise UsageError(Problem(text, hint=f"free: {free}" if free else ""))

    def holds(self, values: Mapping[str, Dim]) -> bool:
        """Whether all of them hold, for numbers or for terms, whose space is asked.

        Raises `UsageError` for what is not a condition.
        """
        env = {said: values[name] for said, name in self.names.items()}
        return all(self._truth(condition, env) for condition in self.conditions)

    def _truth(self, condition: _Condition, env: Mapping[str, Any]) -> bool:
        found = condition(env)
        if not isinstance(found, bool):
            hint = "an assumption compares: `H % 32 == 0`, `H >= 64`, `H == W`"
            raise UsageError(Problem(f"`{printable(condition.text)}` is not a condition", hint=hint))
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
