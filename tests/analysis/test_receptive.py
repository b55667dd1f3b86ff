"""Fields on an endless image: against torch where no border is met, and against a slow oracle everywhere."""

from fractions import Fraction
from typing import Any

import pytest
import torch
from hypothesis import currently_in_test_context, event, given

from cnnshape.analysis.receptive import periodic as bands
from cnnshape.analysis.receptive.fields import Field, summaries
from cnnshape.analysis.receptive.index_sets import NOTHING, plus, spread
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.analysis.receptive.terms import State, Term
from cnnshape.analysis.receptive.work import Unkept
from cnnshape.graph.graph import Graph
from cnnshape.layers.index_maps import Nearest, Window
from tests.analysis.endless import read
from tests.analysis.nets import Net, Step, support
from tests.analysis.random_nets import nets
from tests.analysis.view_reads import indices

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


CONV = {"out_channels": 1, "kernel_size": 3}


def field(net: Graph) -> Field:
    """The field of the last value, on the first axis."""
    return summaries(net)[-1]["x"][0]


def last_state(net: Graph) -> State:
    *_, reading = Walk(net).readings(0, 2)
    return reading.step.state


def read_by(state: State, y: int) -> frozenset[int] | None:
    """What output y of the last value reads by these terms; None where a table is not kept."""
    try:
        return frozenset[int]().union(*[indices(term.at({2: y})) for term in state])
    except Unkept:
        return None


def note(region: str) -> None:
    """An event of a drawn net; a probe has none."""
    if currently_in_test_context():
        event(region)


def disagreements(net: Net) -> list[str]:
    """Where the last value's terms differ from the slow oracle or from torch inside the border, or its field does."""
    drawn, truth, last = net.graph(), support(net), len(net.steps)
    state, outputs = last_state(drawn), drawn.shapes[-1][2]
    if any(not term.exact for term in state):
        note("a table is not kept")
        return _of_bound(field(drawn), truth)
    passed = [term for reading in Walk(drawn).readings(0, 2) for term in reading.step.state]
    found, gaps, joined = [], _has_gaps(net), any(term.parts or _closed(term) for term in passed)
    still = [term for term in state if not term.digits and not term.parts]
    moving = [term for term in state if term not in still]
    far, sets = read_by(tuple(still), 0) or frozenset(), []
    for y in range(outputs):
        ours, slow = read_by(tuple(moving), y), read(drawn, last, y)
        assert ours is not None
        sets.append(ours)
        if not joined and ours | far != slow.local | far:
            found.append(f"output {y}: {ours} and {slow.local}")
        if not joined and not (slow.everywhere <= far if gaps else slow.everywhere <= far | ours):
            found.append(f"every output: {far} and {slow.everywhere}")
        if not slow.border:
            theirs = frozenset(truth[:, y].nonzero().flatten().tolist())
            note("inside the border")
            if not (theirs <= ours | far if gaps else theirs == ours | far):
                found.append(f"output {y}: {ours} and {far}, torch {theirs}")
    return found + _of_field(field(drawn), state, sets, far)


def _closed(term: Term) -> bool:
    """Whether it has real ends, or repeats: a slow oracle on an endless image has neither."""
    return any(digit.band.ends or not digit.band.Q for digit in term.digits)


def _has_gaps(net: Net) -> bool:
    """Whether a transposed convolution leaves outputs that read nothing; what is global is not followed into these."""
    transposed = [step.fields for step in net.steps if "Transpose1d" in step.op]
    return any(fields["kernel_size"][0] < fields["stride"][0] or fields["dilation"][0] > 1 for fields in transposed)


def _of_bound(found: Field, truth: torch.Tensor) -> list[str]:
    """What is wrong with a bound: it may be too large, never too small."""
    sizes = [1 + max(at) - min(at) for line in truth.T if (at := line.nonzero().flatten().tolist())]
    local = found.size if found.jumps else None
    holds = found.bound == "upper" and (local is None or found.whole or max(sizes, default=0) <= local)
    return [] if holds else [f"{found} is no bound on {max(sizes)}"]


def _of_field(found: Field, state: State, sets: list[frozenset[int]], far: frozenset[int]) -> list[str]:
    """What is wrong with a field, by the sets of the real outputs and the bands of the terms."""
    moving = [term for term in state if term.moves]
    note("drifts" if len(moving) > 1 else "local" if moving else "global" if far else "nothing")
    note("holes" if found.has_holes else "solid")
    parts = any(term.parts or (term.digits and not term.moves) for term in state)
    expected = found._replace(whole=found.whole if parts else (min(far), max(far)) if far else None, bound=None)
    if len(moving) > 1 and not any(term.parts for term in state):
        expected = expected._replace(
            size=max(max(s) - min(s) + 1 if s else 0 for s in sets), jump=None, start=min(sets[0], default=None)
        )
    elif len(moving) == 1 and not moving[0].parts and len(moving[0].digits) == 1:
        expected = _of_one(expected, moving[0])
    elif not state:
        expected = expected._replace(size=0, jump=None, start=None, reads=0)
    return [] if found == expected else [f"{found} and {expected}"]


def _of_one(field: Field, term: Term) -> Field:
    """The figures of one band, output by output over its period."""
    (digit,) = term.digits
    if digit.band.ends or not digit.band.Q:
        return field
    jump = Fraction(digit.band.Q, digit.band.P)
    sets = [indices(plus(digit.band.at(y), term.const)) for y in range(digit.band.P)]
    sizes = [max(s) - min(s) + 1 if s else 0 for s in sets]
    middles = [Fraction(max(s) + min(s), 2) - jump * y for y, s in enumerate(sets) if s]
    return field._replace(
        size=max(sizes),
        jump=jump,
        start=min(sets[0], default=None),
        centre=sum(middles, Fraction(0)) / len(middles) if middles else None,
        reads=max(map(len, sets)),
        smallest=min(sizes),
        jumps=(jump,),
    )


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
