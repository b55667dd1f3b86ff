"""Calls of the blocks to plant faults under: drawn as the property tests draw them, as many as tell something apart."""

from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import Phase, given, settings

from tests.effort import FULL
from tests.oracle.block_values import Right, right
from tests.spec.test_std_blocks import Case, blocks_of, cases

DRAWN = 300 if FULL else 150
SMALL = 300_000
"""MACs of a call that torch is asked for."""
ENOUGH = 20
"""Calls that torch is asked for, about."""


def _traits(case: Case) -> dict[str, Any]:
    """How a call is: each variable with its value, large ones alike, or with none."""
    said = {key: case.arguments.get(key) for key in blocks_of(case.block)[case.block]["vars"]}
    few = {key: min(value, 5) if type(value) is int else str(value) for key, value in said.items()}
    return few | {"in": case.shapes[0][0]}


@cache
def telling(name: str) -> list[Case]:
    """Drawn calls of a block, each of which joins three values of variables that none before it joined.

    Those that say most come first: a fault in what an argument does shows there at once.
    """
    found: list[Case] = []
    seen: set[Any] = set()

    @settings(max_examples=DRAWN, database=None, phases=[Phase.generate], derandomize=True, deadline=None)
    @given(cases(name))
    def collect(case: Case) -> None:
        triples = set(combinations(_traits(case).items(), 3))
        if triples - seen:
            found.append(case)
            seen.update(triples)

    collect()
    return sorted(found, key=lambda case: -len(case.arguments))


@cache
def known(name: str) -> list[Right]:
    """What torch makes of the small ones among them, or of as many of these as are enough."""
    small = [case for case in telling(name) if case.cost.macs < SMALL]
    return [right(case) for case in small[:: len(small) // ENOUGH or 1]]
