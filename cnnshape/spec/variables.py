"""The variables and inputs of a net: what the spec says, and what the call says instead."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from typing_extensions import override

from cnnshape.core.dims import Dim, Open, Shape, whole
from cnnshape.core.errors import MOST_PROBLEMS, CnnshapeError, Problem, SpecError, UsageError, unknown
from cnnshape.core.late import late
from cnnshape.core.text import shown
from cnnshape.layers.facts import beyond
from cnnshape.layers.fields import LARGEST
from cnnshape.spec.blocks import REQUIRED, VARIABLE
from cnnshape.spec.document import Spec
from cnnshape.spec.expressions import Value, compile, is_plain_name
from cnnshape.spec.plain import plain

Settings = Mapping[str, Any]
Inputs = Mapping[str, Sequence[int | None]]

MOST_ITEMS: Final = 1000
"""The length of a list that is a variable: expressions may go through it again and again."""

AS_STATED: Final[Mapping[str, Any]] = {}
"""No settings, no inputs: the net as the spec states it."""


def evaluate(raw: Any, env: Mapping[str, Value]) -> Any:
    """A raw value with its expressions evaluated: every text in it is one.

    >>> evaluate(["2 * n", 3], {"n": 8})
    [16, 3]
    """
    if isinstance(raw, str):
        return compile(raw)(env)
    if isinstance(raw, list):
        return [evaluate(item, env) for item in raw]
    return raw


class Names(dict[str, Any]):
    """What the expressions of one scope may name: its own values, and behind them those that many scopes share.

    Two layers and not one dict, for a net may have 200,000 copies of blocks.

    >>> names = Names({"planes": 64}, {"ReLU": "ReLU"})
    >>> names["ReLU"], "ReLU" in names, len(names)
    ('ReLU', True, 1)
    """

    __slots__ = ("behind",)

    def __init__(self, own: Mapping[str, Any], behind: Mapping[str, Any]) -> None:
        super().__init__(own)
        self.behind = behind

    def __missing__(self, name: str) -> Any:
        return self.behind[name]

    @override
    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.behind

    @override
    def copy(self) -> "Names":
        return type(self)(self, self.behind)

    def unknown(self, name: str, near: str) -> str:
        """The hint for a name that is not here; ``near`` is that for one that is spelled alike."""
        hint: str = late("unknown")(name, near, self.behind, in_block=False)
        return hint

    @override
    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.behind), **dict.fromkeys(self.keys())})  # all of them, for a hint


class Inside(Names):
    """Those of a block, which sees nothing of the net around it."""

    __slots__ = ()

    @override
    def unknown(self, name: str, near: str) -> str:
        hint: str = late("unknown")(name, near, self.behind, in_block=True)
        return hint


class _Variables(Names):
    """Variables that are evaluated when they are first asked for, so that their order does not matter."""

    __slots__ = ("open", "raw")

    def __init__(self, raw: Mapping[str, Any], behind: Mapping[str, Any]) -> None:
        super().__init__({}, behind)
        self.raw = raw
        self.open: list[str] = []

    @override
    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.behind), **self.raw})

    @override
    def unknown(self, name: str, near: str) -> str:
        return self.behind.unknown(name, near) if isinstance(self.behind, Names) else super().unknown(name, near)

    @override
    def __missing__(self, name: str) -> Any:
        if name not in self.raw:
            return self.behind[name]
        if name in self.open:
            loop = " -> ".join([*self.open[self.open.index(name) :], name])
            raise SpecError(Problem(f"the variables go round in a circle: {loop}"))
        self.open.append(name)
        self[name] = evaluate(self.raw[name], self)
        self.open.pop()
        return self[name]


def variables(raw: Mapping[str, Any], behind: Mapping[str, Any]) -> dict[str, Any]:
    """The values of variables, which may read each other and what stands ``behind`` them.

    Raises everything that is wrong with them, each problem at ``("vars", name)``.
    """
    found = _Variables(raw, behind)
    problems: list[Problem] = []
    for name, value in raw.items():
        if len(problems) >= MOST_PROBLEMS:
            break
        try:
            _check_variable(value)
            found[name]
        except CnnshapeError as error:
            found.open.clear()
            found[name] = 1  # said once; what uses it goes on
            problems += [problem._replace(at=("vars", name, *problem.at), path=name) for problem in error.problems]
    if problems:
        raise SpecError(*problems)
    return {name: found[name] for name in raw}


def _check_variable(raw: Any) -> None:
    if raw == REQUIRED:
        raise SpecError(Problem("`required` is for the variables of a block", hint="give it a value"))
    if isinstance(raw, dict) or raw is None:
        text = f"a variable holds a number, true or false, a name or a list, not {shown(raw)}"
        raise SpecError(Problem(text))
    if isinstance(raw, list) and len(raw) > MOST_ITEMS:
        raise SpecError(Problem(f"a variable holds at most {MOST_ITEMS:,} values, this one has {len(raw):,}"))


def overridden(
    spec: Spec, variant: str | None, settings: Settings, inputs: Inputs
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The raw variables of a net and the raw shapes of its inputs, as a variant and a call want them.

    Over what the spec states stands the variant, and over that the call: its settings, and its ``inputs``, which
    replace the last axes of the inputs they name.  An axis that is a variable sets that variable, so that whatever else
    uses it follows.  Raises `UsageError` for a variant, variable or input that there is not.
    """
    if variant is not None and variant not in spec.variants:
        hint = "" if spec.variants else _no_variants(spec, variant)
        raise UsageError(unknown(f"there is no variant `{variant}`", variant, spec.variants, hint=hint))
    for name in settings:
        if name not in spec.vars:
            raise UsageError(unknown(f"the spec has no variable `{name}`", name, spec.vars))
    chosen = {name: plain(value, (name,)) for name, value in settings.items()}
    shapes = {name: list(axes) for name, axes in spec.inputs.items()}
    for name, sizes in inputs.items():
        if name not in shapes:
            raise UsageError(unknown(f"the net has no input `{name}`", name, shapes))
        axes = shapes[name]
        if isinstance(sizes, str) or not hasattr(sizes, "__len__"):
            text = f"input `{name}` takes a list of sizes, not {shown(sizes)}"
            raise UsageError(Problem(text, hint=f'inputs={{"{name}": (64, 64)}} gives its last two axes'))
        if not 0 < len(sizes) <= len(axes):
            raise UsageError(Problem(f"input `{name}` has {len(axes)} axes without the batch, {len(sizes)} are given"))
        for place, given in enumerate(sizes, len(axes) - len(sizes)):
            if given is None:
                continue  # stays as it is
            axis, size = axes[place], plain(given, (name, place))
            if isinstance(axis, str) and is_plain_name(axis):
                if str(chosen.setdefault(axis, size)) != str(size):
                    raise UsageError(Problem(f"`{axis}` would be {shown(chosen[axis])} and {shown(size)} at once"))
            elif isinstance(axis, str):
                text = f"axis {place + 1} of input `{name}` is the expression `{axis}`"
                raise UsageError(Problem(text, hint="set its variables instead"))
            else:
                axes[place] = size
    named = {} if variant is None else spec.variants[variant]
    return {**spec.vars, **named, **chosen}, shapes


def _no_variants(spec: Spec, variant: str) -> str:
    """The hint where a spec has no variants at all: how it could have this one."""
    fixed = [(name, value) for name, value in spec.vars.items() if isinstance(value, int)]
    if not fixed or not VARIABLE.fullmatch(variant):
        return "the spec has no `variants`"
    name, value = fixed[0]
    return f"the spec has no `variants`; `variants: {{{variant}: {{{name}: {shown(value)}}}}}` would add it"


def _is_axis(size: Any) -> bool:
    if type(size) is not int and not isinstance(size, Open):
        return False
    number: Dim = size
    return bool(number >= 1) and bool(number <= LARGEST)


def input_shapes(spec: Spec, axes: Mapping[str, list[Any]], env: Mapping[str, Value], batch: int) -> dict[str, Shape]:
    """The full shape of every input, batch first."""
    shapes: dict[str, Shape] = {}
    problems: list[Problem] = []
    for name, raw in axes.items():
        at = ("input",) if spec.single else ("inputs", name)
        try:
            sizes = [whole(size) for size in evaluate(raw, env)]
        except CnnshapeError as error:
            hint = late("of_input")(raw)
            found = [problem._replace(hint=hint) if hint else problem for problem in error.problems]
            problems += [spec.placed(problem, at, name) for problem in found]
            continue
        for place, size in enumerate(sizes):
            if not _is_axis(size):
                text = f"an axis of the input is a whole number from 1 up, not {shown(size)}"
                problems.append(spec.placed(Problem(text, at=(place,)), at, name))
        shapes[name] = (batch, *sizes)
        if not problems and (what := beyond(shapes[name])):
            problems.append(spec.placed(Problem(f"the input with its batch of {batch} has {what}"), at, name))
    if problems:
        raise SpecError(*problems)
    return shapes
