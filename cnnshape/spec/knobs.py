"""What can be turned in a net: its variables, the axes of its inputs by their letters, and the batch.

The letters are those of the shapes in the docs: ``N`` is the batch, behind it stand ``C``, then ``D``, ``H`` and ``W``
as far as the input has them, or ``L``.  Of several inputs each has its own: ``left.H``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cnnshape.core.errors import Problem, UsageError, unknown
from cnnshape.spec.document import Spec
from cnnshape.spec.expressions import compile, is_plain_name
from cnnshape.spec.variables import AS_STATED, Inputs, Settings

_LETTERS: Final[dict[int, str]] = {1: "C", 2: "CL", 3: "CHW", 4: "CDHW"}

BATCH: Final = "N"


class Knob(NamedTuple):
    """One thing that can be turned."""

    name: str
    variable: str = ""
    """The variable that it is, if it is one."""
    input: str = ""
    axis: int = 0
    """The axis of that input, without the batch."""

    @property
    def is_size(self) -> bool:
        """Whether it is an axis of an input, or the batch."""
        return not self.variable


@dataclass(frozen=True)
class Knobs:
    """The knobs of a spec by name."""

    spec: Spec
    known: Mapping[str, Knob]

    @classmethod
    def of(cls, spec: Spec) -> "Knobs":
        """All that can be turned in a net; a variable comes before a letter of the same name."""
        found = {BATCH: Knob(BATCH), "batch": Knob(BATCH)}
        for axis in _axes(spec):
            if axis.knob is not None:
                found[axis.knob.name] = axis.knob
        found |= {name: Knob(name, variable=name) for name in spec.vars}
        return cls(spec, found)

    def knob(self, name: str) -> Knob:
        """The knob of this name; raises `UsageError` where there is none."""
        if name not in self.known:
            text, far = f"the net has neither a variable nor an axis `{name}`", f"there are {', '.join(self.known)}"
            raise UsageError(unknown(text, name, self.known, far=far))
        return self.known[name]

    def space(self, name: str | None = None) -> tuple[Knob, ...]:
        """The knobs of the spatial axes of an input, each once; of the first where none is named.

        An axis that is an expression stands for the variables in it, as ``2 * h`` for ``h``.  Raises `UsageError` if
        the letter of an axis is the name of a variable that is something else.

        >>> from cnnshape.spec.document import load
        >>> spec = load({"cnnshape": 1, "input": [3, "2 * h", 8], "vars": {"h": 4}, "layers": {"act": "ReLU"}})
        >>> [knob.name for knob in Knobs.of(spec).space()]
        ['h', 'W']
        """
        name = name or next(iter(self.spec.inputs))
        if name not in self.spec.inputs:
            raise UsageError(unknown(f"the net has no input `{name}`", name, self.spec.inputs))
        axes = [each for each in _axes(self.spec) if each.input == name]
        return tuple(dict.fromkeys(knob for each in axes[1:] or axes for knob in self._of_axis(each)))

    def _of_axis(self, axis: "_Axis") -> Iterator[Knob]:
        if axis.knob is None:
            for name in sorted(compile(axis.size).names & self.spec.vars.keys()):
                yield self.known[name]
            return
        known = self.known[axis.knob.name]
        if known != axis.knob and axis.knob.is_size:
            text = f"axis {axis.place + 1} of input `{axis.input}` and a variable are both called `{known.name}`"
            raise UsageError(Problem(text, hint="rename the variable"))
        yield axis.knob

    def expressions(self, name: str) -> tuple[str, ...]:
        """The spatial axes of an input that are expressions, which cannot be given another size."""
        return tuple([each.size for each in _axes(self.spec) if each.input == name and each.knob is None])

    def options(
        self, values: Mapping[str, Any], batch: Any = 1, settings: Settings = AS_STATED, inputs: Inputs = AS_STATED
    ) -> dict[str, Any]:
        """What `build` takes for a value of each of these knobs: ``batch``, ``settings`` and ``inputs``.

        Those given stay as they are where no knob turns them.  Raises `UsageError` where there is no such knob, and
        where two are the same.

        >>> from cnnshape.spec.document import load
        >>> spec = load({"cnnshape": 1, "input": [3, 8, 8], "vars": {"n": 1}, "layers": {"act": "ReLU"}})
        >>> Knobs.of(spec).options({"n": 2, "W": 9})
        {'batch': 1, 'settings': {'n': 2}, 'inputs': {'input': (None, None, 9)}}
        """
        settings = dict(settings)
        sizes: dict[str, list[Any]] = {name: list(axes) for name, axes in inputs.items()}
        turned: dict[Knob, str] = {}
        for name, value in values.items():
            knob = self.knob(name)
            if knob._replace(name="") in turned:
                text = f"`{turned[knob._replace(name='')]}` and `{name}` are the same, give one of them"
                raise UsageError(Problem(text))
            turned[knob._replace(name="")] = name
            if knob.variable:
                settings[knob.variable] = value
            elif knob.input:
                axes = sizes.get(knob.input, [])
                axes = [None] * (len(self.spec.inputs[knob.input]) - len(axes)) + axes
                axes[knob.axis] = value
                sizes[knob.input] = axes
            else:
                batch = value
        return {"batch": batch, "settings": settings, "inputs": {name: tuple(axes) for name, axes in sizes.items()}}


class _Axis(NamedTuple):
    """An axis of an input, and what turns it; None where it is an expression."""

    input: str
    place: int
    size: Any
    knob: Knob | None


def _axes(spec: Spec) -> Iterator[_Axis]:
    for name, axes in spec.inputs.items():
        prefix = "" if len(spec.inputs) == 1 else f"{name}."
        for place, (letter, axis) in enumerate(zip(_LETTERS.get(len(axes), ""), axes, strict=False)):
            knob: Knob | None = Knob(prefix + letter, "", name, place)
            if isinstance(axis, str):
                knob = Knob(prefix + letter, axis) if is_plain_name(axis) else None
            yield _Axis(name, place, axis, knob)


def exported(value: Any) -> Any:
    """A value of a knob as a program reads it: fractions as floats."""
    return value if isinstance(value, int | str | list) or value is None else float(value)
