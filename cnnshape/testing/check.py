"""All that is checked of one layer, in one call."""

from random import Random
from typing import Final

from cnnshape.core.dims import Shape
from cnnshape.core.errors import CnnshapeError
from cnnshape.interop.torch_build import module_of
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive
from cnnshape.testing.figures import assert_same
from cnnshape.testing.measured import measure
from cnnshape.testing.open_numbers import assert_letters_agree
from cnnshape.testing.reads import assert_reads

_MOST: Final = 64  # positions whose reads are compared


def check_layer(layer: Layer, *shapes: Shape) -> None:
    """Check a layer against a forward pass in PyTorch, for inputs of these full shapes, batch first.

    Compared are the output shape, names and shapes of parameters and buffers, MACs, and the indices that an output
    reads along each axis, measured by changing the inputs.  Formulas over open sizes must give the same figures as
    numbers, at these sizes and at larger ones.  Take small shapes, with different sizes on all axes.

    Raises `AssertionError` for the first difference.

    >>> from cnnshape.layers.conv import Conv2d
    >>> check_layer(Conv2d(out_channels=4, kernel_size=3, padding=1), (1, 2, 6, 5))
    """
    at = f"{layer} on {', '.join(map(str, shapes))}"
    try:
        output = derive(layer, shapes).output
        assert_same(layer, shapes)
        assert_reads(layer, shapes, _positions(output), measure(layer, module_of(layer, shapes), shapes).read)
        assert_letters_agree(layer, shapes)
    except CnnshapeError as error:
        problem = error.problems[0]
        told = [problem.text, *problem.evidence]
        raise AssertionError(f"{at}: {'; '.join(told)}") from error
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(f"{at}: torch raises {type(error).__name__}: {error}") from error


def _positions(output: Shape) -> list[tuple[int, ...]]:
    """Positions of an output: all where they are few, else the first, the last and some drawn ones."""
    count = 1
    for size in output:
        count *= size
    places = range(count) if count <= _MOST else [0, count - 1, *Random(0).sample(range(count), _MOST)]
    return [_position(place, output) for place in places]


def _position(place: int, output: Shape) -> tuple[int, ...]:
    found = []
    for size in reversed(output):
        place, index = divmod(place, size)
        found.append(index)
    return tuple(reversed(found))
