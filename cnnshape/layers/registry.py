"""Which ops there are: a plain dict, passed by value.  No global is ever changed.

>>> from cnnshape.layers.base import Elementwise
>>> layers = layer_types() | {"Mine": Elementwise}
>>> "Mine" in layers, "Conv2d" in layers
(True, True)
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnshape.core.errors import Problem, SpecError, UsageError, unknown
from cnnshape.core.text import printable
from cnnshape.layers import BUILTIN, REFUSED, is_own

if TYPE_CHECKING:
    from cnnshape.layers.base import Layer

Registry = Mapping[str, "type[Layer] | str"]
"""Op name to a layer class, or to where one stands (``package.module:Class``), imported when a spec names it."""

GROUP = "cnnshape.layers"


def layer_types() -> dict[str, "type[Layer] | str"]:
    """The built-in layers and those of installed packages that declare the entry point group ``cnnshape.layers``.

    Raises `UsageError` where two packages, or a package and the built-in table, claim the same op.
    """
    from importlib.metadata import entry_points

    owners = dict.fromkeys(BUILTIN, "cnnshape")
    found: dict[str, type[Layer] | str] = dict(BUILTIN)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        owner = entry.dist.name if entry.dist else entry.value
        if entry.name in owners:
            text = f"two packages bring the op `{entry.name}`: {owners[entry.name]} and {owner}"
            raise UsageError(Problem(text, hint="uninstall one, or pass the layers by hand"))
        owners[entry.name] = owner
        found[entry.name] = entry.value
    return found


def _plugin(known: Any) -> "type[Layer]":
    """The class that another package brings; raises `PluginError` where it brings none."""
    from cnnshape.layers.plugins import blamed, layer_class

    if not isinstance(known, str):
        return layer_class(known)
    module, _, name = known.partition("[")[0].strip().partition(":")
    with blamed(known, "importing it"):
        kind: Any = import_module(module)
    with blamed(known, f"`{module}`"):
        for part in name.split("."):
            kind = getattr(kind, part)
    return layer_class(kind, known)


def layer_type(op: str, registry: Registry) -> "type[Layer]":
    """The class of an op; raises `SpecError` for an op that is refused or not known."""
    if op in registry:
        known = registry[op]
        if not isinstance(known, str):
            return known if is_own(known) else _plugin(known)
        if not known.startswith("cnnshape.layers."):
            return _plugin(known)
        module, _, name = known.partition(":")
        kind: type[Layer] = getattr(import_module(module), name)
        return kind
    if op in REFUSED:
        raise SpecError(Problem(f"`{op}` is refused: {REFUSED[op]}"))
    raise SpecError(unknown(f"there is no op `{printable(op)}`", op, registry))
