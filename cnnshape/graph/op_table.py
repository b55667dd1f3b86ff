"""The ops that a spec may use, and its layers: each made once for all entries that say the same."""

from functools import cache
from typing import Any, NamedTuple

from cnnshape.core.dims import is_open
from cnnshape.core.errors import CnnshapeError, Problem, SpecError, did_you_mean, unknown
from cnnshape.core.text import printable
from cnnshape.layers import is_own
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import arity
from cnnshape.layers.fields import literals, not_taken, takes
from cnnshape.layers.registry import Registry, layer_type
from cnnshape.spec.blocks import LAYER_KEYS
from cnnshape.spec.variables import evaluate


class Kind(NamedTuple):
    """What the builder asks of an op, looked up once."""

    layer: type[Layer]
    modes: dict[str, frozenset[str]]
    """For each field, the words that are tried before its text is taken for an expression."""
    sourceless: bool
    """Takes no input at all."""


class Catalogue:
    """Op names to kinds, and (op, fields) to layers."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._kinds: dict[str, Kind] = {}
        self._layers: dict[tuple[str, str], Layer] = {}
        self._long: dict[str, dict[str, Any]] = {}
        self._fixed: dict[tuple[str, int], tuple[Layer, dict[str, Any]]] = {}  # an entry that is kept keeps its id

    def long(self, entry: str) -> dict[str, Any]:
        """An entry that says no more than its op, as one that could say more; the same each time."""
        if entry not in self._long:
            self._long[entry] = {"op": entry}
        return self._long[entry]

    def op(self, raw: Any, env: dict[str, Any]) -> str:
        """The name of an op: as it stands, or the value of an expression."""
        if isinstance(raw, str) and (raw in self.registry or (raw.isidentifier() and raw not in env)):
            return raw
        if isinstance(raw, str) and raw.startswith(("nn.", "torch.nn.")):
            text = f"there is no op `{printable(raw)}`"
            raise SpecError(unknown(text, raw.rpartition(".")[2], self.registry, at=("op",)))
        value = _at(("op",), raw, env) if isinstance(raw, str) else raw
        if not isinstance(value, str):
            raise SpecError(not_taken("op", "the name of a layer", value))
        return value

    def kind(self, op: str) -> Kind:
        """What an op is; raises `SpecError` where there is no such op."""
        if op not in self._kinds:
            try:
                layer = layer_type(op, self.registry)
            except SpecError as error:
                raise SpecError(*(problem._replace(at=("op",)) for problem in error.problems)) from None
            self._kinds[op] = _kind(layer) if is_own(layer) else _of_plugin(layer)
        return self._kinds[op]

    def layer(self, op: str, entry: dict[str, Any], env: dict[str, Any]) -> Layer:
        """The layer of an entry; raises every problem of its fields."""
        fixed = self._fixed.get((op, id(entry)))
        if fixed is None:
            return self._layer(op, entry, env)
        return fixed[0]

    def _layer(self, op: str, entry: dict[str, Any], env: dict[str, Any]) -> Layer:
        kind, hangs = self.kind(op), False
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, raw in entry.items():
            if key in LAYER_KEYS:
                continue
            values[key] = raw
            literal = isinstance(raw, str) and raw in kind.modes.get(key, ())
            if isinstance(raw, str | list) and key in kind.modes and not literal:
                hangs = True
                try:
                    values[key] = _at((key,), raw, env)
                except CnnshapeError as error:
                    problems += _mode_problems(kind, key, raw, env) or error.problems
        if problems:
            raise SpecError(*problems)
        same = (op, repr(values))
        if same not in self._layers:
            self._layers[same] = _layer(kind.layer, values)
        if not hangs:
            self._fixed[op, id(entry)] = self._layers[same], entry
        return self._layers[same]


@cache
def _kind(layer: type[Layer]) -> Kind:
    modes = {name: literals(field) for name, field in layer.model_fields.items()}
    return Kind(layer, modes, arity(layer)[1] == 0)


def _of_plugin(layer: type[Layer]) -> Kind:
    """The kind of a layer of another package, whose fields can be read; raises `PluginError` where they cannot."""
    from cnnshape.layers.plugins import blamed

    with blamed(layer, "declaring its fields"):
        layer.model_rebuild()
        layer.space(), [*layer.ranks]
        return _kind(layer)


def _layer(kind: type[Layer], values: dict[str, Any]) -> Layer:
    if is_own(kind):
        return _made(kind, values)
    from cnnshape.layers.plugins import blamed

    with blamed(kind, "making one"):
        return _made(kind, values)


def _made(kind: type[Layer], values: dict[str, Any]) -> Layer:
    if any(map(is_open, values.values())):
        from cnnshape.layers.symbolic_fields import layer_of  # a report, whose numbers are known, does without it

        return layer_of(kind, values)
    return kind(**values)


def _mode_problems(kind: Kind, key: str, raw: Any, env: dict[str, Any]) -> list[Problem]:
    """What is wrong with a single word in a field that takes words, where it is no variable either."""
    words = kind.modes[key]
    if not (isinstance(raw, str) and words and raw.replace("-", "_").isidentifier() and raw not in env):
        return []
    problem = not_taken(key, takes(kind.layer.model_fields[key]), raw)
    return [problem._replace(hint=did_you_mean(raw, words))]


def condition(entry: dict[str, Any], env: dict[str, Any]) -> bool:
    """Whether an entry takes part: its ``when``, true where there is none."""
    if "when" not in entry:
        return True
    value = _at(("when",), entry["when"], env)
    if value is None or isinstance(value, str | list):
        raise SpecError(not_taken("when", "a condition", value))
    return bool(value)


def _at(at: tuple[str, ...], raw: Any, env: dict[str, Any]) -> Any:
    try:
        return evaluate(raw, env)
    except CnnshapeError as error:
        raise SpecError(*(problem._replace(at=(*at, *problem.at)) for problem in error.problems)) from None
