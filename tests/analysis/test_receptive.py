"""Fields on an endless image: against torch where no border is met, and against a slow oracle everywhere."""

from fractions import Fraction
from math import lcm
from typing import Any

import pytest
from hypothesis import currently_in_test_context, event, given

from cnnshape.analysis import bands
from cnnshape.analysis.bands import Band, together
from cnnshape.analysis.receptive import Field, summaries
from cnnshape.analysis.runs import NOTHING, Run, spread
from cnnshape.analysis.walk import GLOBAL, State, Walk
from cnnshape.graph import Graph
from cnnshape.reach import Nearest, Window
from tests.analysis.endless import read
from tests.analysis.nets import Net, Step, support
from tests.analysis.random_nets import nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


CONV = {"out_channels": 1, "kernel_size": 3}


def indices(run: Run) -> frozenset[int]:
    if run.mask:
        return frozenset(run.first + bit for bit in range(run.mask.bit_length()) if run.mask >> bit & 1)
    return frozenset(range(run.first, run.last + 1, run.step))


def field(net: Graph) -> Field:
    """The field of the last value, on the first axis."""
    return summaries(net)[-1]["x"][0]


def last_state(net: Graph) -> State:
    *_, reading = Walk(net).readings(0, 2)
    return reading.step.state


def read_by(bands: list[Band], y: int) -> frozenset[int] | None:
    runs = together(bands, [y])
    return None if runs is None else indices(runs[0])


def note(region: str) -> None:
    """An event of a drawn net; a probe has none."""
    if currently_in_test_context():
        event(region)


def always(drawn: Graph) -> frozenset[int]:
    """What every output of the last value reads; outputs in the gaps of a transposed convolution really read less."""
    last, outputs = len(drawn.nodes), drawn.shapes[-1][2]
    return frozenset().union(*(read(drawn, last, y).everywhere for y in range(-4, outputs + 4)))


def disagreements(net: Net) -> list[str]:
    """Where the last value's bands differ from the slow oracle or from torch inside the border, or its field does."""
    drawn, truth, last = net.graph(), support(net), len(net.steps)
    state, outputs = last_state(drawn), drawn.shapes[-1][2]
    local = [band for key, band in state.items() if key != GLOBAL]
    everywhere = [state[GLOBAL]] if GLOBAL in state else []
    if any(band.table is None for band in local + everywhere):
        note("a table is not kept")
        return []
    found = []
    far, slow_far = read_by(everywhere, 0) or frozenset(), always(drawn)
    if not (slow_far <= far if _has_gaps(net) else slow_far == far):
        found.append(f"every output: {far} and {slow_far}")
    for y in range(-2, outputs + 2):
        ours, slow = read_by(local, y), read(drawn, last, y)
        if ours != slow.local:
            found.append(f"output {y}: {ours} and {slow.local}")
        if 0 <= y < outputs and not slow.border:
            theirs = frozenset(truth[:, y].nonzero().flatten().tolist())
            note("inside the border")
            if theirs != slow.local | slow.everywhere:
                found.append(f"output {y}: {slow} and torch {theirs}")
    return found + _of_field(field(drawn), drawn, local, far)


def _has_gaps(net: Net) -> bool:
    """Whether a transposed convolution leaves outputs that read nothing; what is global is not followed into these."""
    transposed = [step.fields for step in net.steps if "Transpose1d" in step.op]
    return any(fields["kernel_size"][0] < fields["stride"][0] or fields["dilation"][0] > 1 for fields in transposed)


def _of_field(found: Field, drawn: Graph, local: list[Band], far: frozenset[int]) -> list[str]:
    """What is wrong with a field, by the slow oracle."""
    last, outputs = len(drawn.nodes), drawn.shapes[-1][2]
    drifts = len(local) > 1
    period = range(outputs) if drifts else range(lcm(*(band.P for band in local)))
    sets = [read(drawn, last, y).local for y in period] if local else [far]
    note("drifts" if drifts else "local" if local else "global" if far else "nothing")
    sizes = [max(s) - min(s) + 1 if s else 0 for s in sets]
    jumps = [Fraction(band.Q, band.P) for band in local]
    jump = None if drifts or not (local or far) else (jumps or [Fraction(0)])[0]
    middles = []
    if jump is not None:
        middles = [Fraction(max(s) + min(s), 2) - jump * y for y, s in enumerate(sets) if s]
    expected = Field(
        size=max(sizes),
        jump=jump,
        start=min(sets[0], default=None),
        centre=sum(middles, Fraction(0)) / len(middles) if middles else None,
        reads=max(map(len, sets)),
        whole=(min(far), max(far)) if far else None,
        smallest=None if drifts else min(sizes),
        jumps=tuple(sorted(jumps)),
    )
    named = found._replace(via="", meet="")
    note("holes" if found.has_holes else "solid")
    return [] if named == expected else [f"{named} and {expected}"]


@given(nets(axes=1))
def test_fields_are_what_outputs_read(net: Net) -> None:
    assert disagreements(net) == []


# ------------------------------------------------------------------ the comparison bites

PROBES = [
    Net((1, 1, 40), (Step("Conv1d", CONV | {"stride": 2}, (0,)), Step("Conv1d", CONV | {"dilation": 2}, (1,)))),
    Net(
        (1, 1, 9),
        (
            Step("Upsample", {"scale_factor": 2}, (0,)),
            Step("Conv1d", CONV | {"padding": 1}, (1,)),
            Step("Add", {}, (1, 2)),
        ),
    ),
]


def test_the_probes_agree() -> None:
    assert [disagreements(net) for net in PROBES] == [[], []]


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a merge that keeps one side": (bands, "joined", lambda runs: next(iter(runs), NOTHING)),
    "windows put together at the wrong distance": (bands, "spread", lambda run, count, shift: spread(run, count, 1)),
    "a period forgotten": (Nearest, "period", (1, 1)),
    "a jump forgotten": (Window, "period", (1, 1)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_bites(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, name, wrong = FAULTS[fault]
    monkeypatch.setattr(place, name, wrong)
    assert any(disagreements(net) for net in PROBES)
