"""The largest net of each published family, whose patterns are expanded on the way from the spec's data.

As a program it prints which that is, for each file that is named.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from measure import Times, interleaved, same, settle, visit
from ours import from_spec

from cnnshape import Spec, build, load


@dataclass(frozen=True)
class Family:
    """The net of a family that has the most layers."""

    spec: str
    variant: str | None
    layers: int
    analysis: Times
    """From the parsed data to totals: variables, blocks, shapes, parameters, operations."""

    @property
    def name(self) -> str:
        """The net's name."""
        return self.variant or Path(self.spec).stem


def largest(spec: Spec) -> tuple[str | None, int]:
    """The variant that has the most layers, None where there are no variants; and how many it has."""
    counts = {variant: len(build(spec, variant=variant).nodes) for variant in spec.variants or [None]}
    variant = max(counts, key=counts.__getitem__)
    return variant, counts[variant]


def families(paths: Sequence[Path], rounds: int, calls: int) -> list[Family]:
    """All families in turn."""
    specs = {path: load(path) for path in paths}
    chosen = {path: largest(spec) for path, spec in specs.items()}
    visits: dict[Path, Callable[[], list[float]]] = {
        path: partial(visit, same(partial(from_spec, spec, chosen[path][0])), calls) for path, spec in specs.items()
    }
    settle()
    times = interleaved(visits, rounds)
    return [Family(path.as_posix(), *chosen[path], times[path]) for path in paths]


if __name__ == "__main__":
    print(json.dumps({name: largest(load(name))[0] for name in sys.argv[1:]}))
