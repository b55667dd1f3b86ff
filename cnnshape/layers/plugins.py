"""Layers of other packages: whatever goes wrong in one is said in one message, which names it.

What such a layer says is checked where a layer of ours is trusted.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any, Final

from cnnshape.core.dims import Open, Shape
from cnnshape.core.errors import CnnshapeError, PluginError, Problem
from cnnshape.core.text import shown
from cnnshape.layers import is_own
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps
from cnnshape.layers.index_maps import Reach
from cnnshape.layers.steps import Chain, made_by

_SHAPE: Final = "a tuple of whole numbers from 1 up"
_LONGEST: Final = 200


def called(kind: Any) -> str:
    """What a layer of another package is called: as its entry point has it.

    >>> called(Layer)
    'cnnshape.layers.base:Layer'
    """
    return kind if isinstance(kind, str) else f"{kind.__module__}:{kind.__qualname__}"


@contextmanager
def blamed(kind: Any, what: str) -> Iterator[None]:
    """Whatever is raised in here is said of a plug-in, also where it wants to end the program."""
    try:
        yield
    except (CnnshapeError, MemoryError):
        raise
    except ModuleNotFoundError as error:
        raise _error(kind, f"{what} needs the module `{error.name}`, which is not installed", error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            raise  # it may be that of a person
        raise _error(kind, f"{what} raised {_said(error)}", error) from error


def _error(kind: Any, text: str, error: BaseException | None = None) -> PluginError:
    own = sys.modules[__package__].__path__[0]
    places = [each for each in extract_tb(error.__traceback__) if not each.filename.startswith(own)] if error else []
    evidence = tuple([f"at {each.filename}:{each.lineno}" for each in places[-1:] if each.filename[:1] != "<"])
    hint = "the mistake is in that package, not in the spec"
    return PluginError(Problem(f"plug-in `{called(kind)}`: {text}", evidence=evidence, hint=hint))


def _said(error: BaseException) -> str:
    """The name of an exception and the first line of what it says, if it can say it."""
    try:
        text = str(error).strip().partition("\n")[0][:_LONGEST]
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def layer_class(kind: Any, name: Any = None) -> type[Layer]:
    """What a plug-in brings, if it is a layer; raises `PluginError` where it is none."""
    name = kind if name is None else name
    if not isinstance(kind, type) or not issubclass(kind, Layer):
        raise _error(name if isinstance(name, str | type) else type(name), f"it is {_is(kind)}, not a Layer class")
    if missing := sorted(getattr(kind, "__abstractmethods__", ())):
        raise _error(name, f"it does not say its {', '.join(missing)}")
    return kind


def _is(kind: Any) -> str:
    return f"the class {kind.__name__}" if isinstance(kind, type) else f"a value of type {type(kind).__name__}"


class Guarded:
    """The facts of a layer of another package, each checked."""

    def __init__(self, layer: Layer) -> None:
        self.layer, self.kind = layer, type(layer)

    def _ask(self, fact: str, xs: tuple[Shape, ...]) -> Any:
        with blamed(self.kind, f"`{fact}`"):
            return getattr(self.layer, fact)(*xs)

    def wrong(self, fact: str, found: Any, wanted: str) -> PluginError:
        """The error for a fact that is not of the kind that is wanted."""
        with blamed(self.kind, f"`{fact}`"):
            said = found if isinstance(found, str) else shown(found)
        return _error(self.kind, f"`{fact}` returned {said[:_LONGEST]}, not {wanted}")

    def needs(self, *xs: Shape) -> Iterator[Need]:
        """See `Layer.needs`."""
        with blamed(self.kind, "`needs`"):
            for need in self.layer.needs(*xs):
                if not isinstance(need, Need):
                    raise self.wrong("needs", need, "something to go through that gives Need")
                if not isinstance(need.ok, Open) and not need.ok:
                    need = Need(False, "{said}", {"said": need.sentence}, _fixed(need.advice))
                yield need

    def output(self, *xs: Shape) -> Shape:
        """See `Layer.output`."""
        return self._shape("output", self._ask("output", xs))

    def weights(self, *xs: Shape) -> dict[str, Shape]:
        """See `Layer.weights`."""
        return self._shapes("weights", xs)

    def buffers(self, *xs: Shape) -> dict[str, Shape]:
        """See `Layer.buffers`."""
        return self._shapes("buffers", xs)

    def ops(self, *xs: Shape) -> Ops:
        """See `Layer.ops`."""
        found = self._ask("ops", xs)
        if not isinstance(found, Ops) or not all(_is_amount(count, 0) for count in found):
            raise self.wrong("ops", found, "Ops of whole numbers from 0 up")
        return found

    def indices(self, *xs: Shape) -> Shape | None:
        """See `Layer.indices`."""
        found = self._ask("indices", xs)
        return None if found is None else self._shape("indices", found)

    def torch_module(self, *xs: Shape) -> Any:
        """See `Layer.torch_module`."""
        return self._ask("torch_module", xs)

    def taps(self, *xs: Shape) -> tuple[Taps | Chain, ...]:
        """See `Layer.taps`."""
        found, axes = self._ask("taps", xs), len(self.output(*xs))
        if not isinstance(found, tuple) or len(found) != len(xs):
            raise self.wrong("taps", found, "a tuple with an entry for each input")
        for taps, x in zip(found, xs, strict=True):
            if isinstance(taps, Chain):
                self._chain(taps, x, axes)
            elif taps == ():
                continue  # no more than the shape is read
            elif not isinstance(taps, tuple) or len(taps) != axes or not all(_is_tap(tap, len(x)) for tap in taps):
                raise self.wrong("taps", taps, f"a tuple of a Tap or None for each of {axes} output axes")
        return found

    def _chain(self, chain: Chain, x: Shape, axes: int) -> None:
        """Raise where the steps do not lead from the input to the output."""
        with blamed(self.kind, "`taps`"):
            for step in chain.steps:
                x = made_by(step, x)
        if len(x) != axes:
            raise self.wrong("taps", chain, f"steps to {axes} output axes")

    def _shape(self, fact: str, found: Any) -> Shape:
        if not isinstance(found, tuple) or not all(_is_amount(size, 1) for size in found):
            raise self.wrong(fact, found, _SHAPE)
        return found

    def _shapes(self, fact: str, xs: tuple[Shape, ...]) -> dict[str, Shape]:
        found = self._ask(fact, xs)
        if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
            raise self.wrong(fact, found, "a dict of names and shapes")
        for shape in found.values():
            self._shape(fact, shape)
        return found


def _fixed(text: str) -> Any:
    """A hint that is written out already."""
    return lambda: text


def _is_amount(size: Any, least: int) -> bool:
    """Whether it is a whole number of at least so much, which may be open."""
    number: Any = size
    if not isinstance(size, Open):
        return type(number) is int and number >= least
    try:
        return bool(number >= least)
    except TypeError:  # a claim
        return False


def _is_tap(tap: Any, axes: int) -> bool:
    return tap is None or (
        isinstance(tap, Tap) and type(tap.axis) is int and 0 <= tap.axis < axes and isinstance(tap.reach, Reach)
    )


def heard(layer: Layer) -> Layer:
    """A layer as its facts are asked for: that of another package through a guard."""
    guarded: Any = layer if is_own(type(layer)) else Guarded(layer)
    found: Layer = guarded
    return found
