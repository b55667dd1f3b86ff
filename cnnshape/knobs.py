"""What can be turned in a net: its variables, the axes of its inputs by their letters, and the batch.

The letters are those of the shapes in the docs: ``N`` is the batch, behind it stand ``C``, then ``D``, ``H`` and ``W``
as far as the input has them, or ``L``.  Of several inputs each has its own: ``left.H``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cnnshape.errors import Problem, UsageError, did_you_mean
from cnnshape.expressions import is_plain_name
from cnnshape.settings import AS_STATED, Inputs, Settings
from cnnshape.spec import Spec

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
        for knob in _axes(spec):
            found[knob.name] = knob
        found |= {name: Knob(name, variable=name) for name in spec.vars}
        return cls(spec, found)

    def knob(self, name: str) -> Knob:
        """The knob of this name; raises `UsageError` where there is none."""
        if name not in self.known:
            hint = did_you_mean(name, self.known) or f"there are {', '.join(self.known)}"
            raise UsageError(Problem(f"the net has neither a variable nor an axis `{name}`", hint=hint))
        return self.known[name]

    def space(self, name: str | None = None) -> tuple[Knob, ...]:
        """The knobs of the spatial axes of an input, each once; of the first where none is named."""
        name = name or next(iter(self.spec.inputs))
        if name not in self.spec.inputs:
            raise UsageError(Problem(f"the net has no input `{name}`", hint=did_you_mean(name, self.spec.inputs)))
        rank = len(self.spec.inputs[name])
        letters = _LETTERS.get(rank, "")[1:] or "C"
        prefix = "" if len(self.spec.inputs) == 1 else f"{name}."
        return tuple(dict.fromkeys(self.known[prefix + letter] for letter in letters)) if rank in _LETTERS else ()

    def options(
        self, values: Mapping[str, Any], batch: Any = 1, settings: Settings = AS_STATED, inputs: Inputs = AS_STATED
    ) -> dict[str, Any]:
        """What `build` takes for a value of each of these knobs: ``batch``, ``settings`` and ``inputs``.

        Those given stay as they are where no knob turns them.  Raises `UsageError` where there is no such knob, and
        where two are the same.

        >>> from cnnshape.spec import load
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


def _axes(spec: Spec) -> Iterator[Knob]:
    for name, axes in spec.inputs.items():
        prefix = "" if len(spec.inputs) == 1 else f"{name}."
        for place, (letter, axis) in enumerate(zip(_LETTERS.get(len(axes), ""), axes, strict=False)):
            variable = axis if isinstance(axis, str) and is_plain_name(axis) else ""
            if isinstance(axis, str) and not variable:
                continue  # an expression: its variables are turned instead
            yield Knob(prefix + letter, variable) if variable else Knob(prefix + letter, "", name, place)
