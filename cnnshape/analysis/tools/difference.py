"""What a tool's table is made of: differences to our MACs, each with a name and how much it is for a layer."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from cnnshape.core.dims import prod
from cnnshape.layers.facts import Facts

Amount = Callable[[Facts], int | None]
"""How much more than our MACs a tool counts for a layer with these facts; None where the matter does not arise."""

Kind = Literal["rule", "error", "raises"]
"""``rule``: the tool means it so; ``error``: it counts wrongly or misses; ``raises``: it gives no figure at all."""


class Difference(NamedTuple):
    """One reason why a tool counts something else than our MACs."""

    name: str
    amount: Amount
    kind: Kind = "rule"


Table = dict[str, tuple[Difference, ...]]
"""By op; an op that is not in it counts as many as our MACs, mostly none."""


def each(ops: Iterable[str], *differences: Difference) -> Table:
    """A table with the same differences for some ops.

    >>> sorted(each(dims("Conv"), Difference("bias", biases)))
    ['Conv1d', 'Conv2d', 'Conv3d']
    """
    return dict.fromkeys(ops, differences)


def dims(*kinds: str) -> list[str]:
    """The ops of some kinds for one, two and three spatial axes."""
    return [f"{kind}{axes}d" for kind in kinds for axes in (1, 2, 3)]


def read(facts: Facts) -> int:
    """Elements of the first input."""
    elements: int = prod(facts.inputs[0])
    return elements


def made(facts: Facts) -> int:
    """Elements of the output."""
    return facts.elements


def macs(facts: Facts) -> int:
    """Our MACs of the layer, of which an amount says how many more there are."""
    counted: int = facts.ops.mac
    return counted


def unseen(facts: Facts) -> int:
    """All MACs of the layer, which the tool does not count."""
    return -macs(facts)


def biases(facts: Facts) -> int | None:
    """An addition for each output element of a layer with a bias."""
    return facts.elements if "bias" in facts.weights else None


def affine(with_weight: int, without: int) -> Amount:
    """So many per element of the input of a normalisation, depending on whether it has a learned factor."""
    return lambda facts: read(facts) * (with_weight if "weight" in facts.weights else without)


def first_matrix(facts: Facts) -> int | None:
    """A product of matrices as the elements of the first operand times the last axis of the second."""
    return first_operand(facts) if len(facts.inputs[1]) > 1 else None


def first_operand(facts: Facts) -> int:
    """The elements of the first operand times the last axis of the second, whose batch does not matter so."""
    first, second = facts.inputs
    counted: int = prod(first) * second[-1]
    return counted - macs(facts)
