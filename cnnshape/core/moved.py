"""Old import paths: modules that hand on what has moved, for one version, with a warning."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any
from warnings import warn


def moved(old: str, new: str) -> None:
    """Let the name of a module stand for the module that it became."""
    warn(f"`{old}` has moved to `{new}`", DeprecationWarning, stacklevel=3)
    sys.modules[old] = import_module(new)


def handed_on(old: str, new: str, *names: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module whose names, or these of them, are in another one now."""

    def found(name: str) -> Any:
        try:
            if names and name not in names:
                raise AttributeError
            value = getattr(import_module(new), name)
        except AttributeError:
            raise AttributeError(f"module {old!r} has no attribute {name!r}") from None
        if getattr(value, "__module__", new) != new:
            raise AttributeError(f"module {old!r} has no attribute {name!r}")
        warn(f"`{old}.{name}` has moved to `{new}.{name}`", DeprecationWarning, stacklevel=2)
        return value

    return found
