"""Whatever is done to a random net, the diff says exactly that."""

from collections import Counter
from typing import Any

from hypothesis import assume, event, given

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import CnnshapeError
from tests.commands.diff.edits import Net, edited, flat
from tests.strategies.specs import specs

Said = dict[tuple[str, str], tuple[set[str], set[str]]]


def expected(old: Analysis, net: Net) -> Said:
    """By old and new path: what happened to each layer, and the fields that it states otherwise."""
    before = flat(old).paths
    found = {}
    for number, kinds in net.kinds.items():
        paths = (before.get(number, ""), "" if "removed" in kinds else net.paths[number])
        found[paths] = (kinds, {*net.fields[number]})
    return found


def said(diff: cnnshape.Diff) -> Said:
    found: Said = {}
    for pair in diff.layers:
        if pair.kinds:
            paths = (pair.old.path if pair.old else "", pair.new.path if pair.new else "")
            fields = {*pair.fields} - ({"from"} if "moved" in pair.kinds else set())
            found[paths] = ({*pair.kinds}, fields)
    return found


def analysed(net: Net) -> Analysis:
    try:
        return cnnshape.analyze(net.spec())
    except CnnshapeError:
        assume(False)
        raise


@given(edited(specs()))
def test_the_diff_finds_exactly_the_edits(case: tuple[Analysis, Net]) -> None:
    old, net = case
    new = analysed(net)
    for kind in sorted({kind for kinds in net.kinds.values() for kind in kinds}):
        event(kind)
    diff = cnnshape.diff(old, new)
    assert said(diff) == expected(old, net)
    assert bool(diff) == bool(net.kinds)


@given(edited(specs()))
def test_a_field_is_said_with_its_values(case: tuple[Analysis, Net]) -> None:
    old, net = case
    by_path = {pair.new.path: pair for pair in cnnshape.diff(old, analysed(net)).layers if pair.new}
    for number, fields in net.fields.items():
        for name, values in fields.items():
            if values is not None:
                assert by_path[net.paths[number]].fields[name] == values


@given(edited(specs()))
def test_every_layer_is_in_it_once(case: tuple[Analysis, Net]) -> None:
    old, net = case
    new = analysed(net)
    pairs = cnnshape.diff(old, new).layers
    assert Counter(pair.old.path for pair in pairs if pair.old) == Counter(record.path for record in old)
    assert [pair.new.path for pair in pairs if pair.new] == [record.path for record in new]


@given(edited(specs()))
def test_contributions_sum_to_the_change_of_the_total(case: tuple[Analysis, Net]) -> None:
    old, net = case
    diff = cnnshape.diff(old, analysed(net))
    for metric in ("macs", "params", "activation_bytes", "buffers"):
        before, after = diff.totals[metric]
        done = sum(change.change(metric) for change in diff.changes)
        assert done + sum(pair.change(metric) for pair in diff.affected) == after - before
        assert sum(pair.change(metric) for pair in diff.contributors(metric)) == after - before
        sizes = [abs(pair.change(metric)) for pair in diff.contributors(metric)]
        assert sizes == sorted(sizes, reverse=True)
        assert all(sizes)


MIRROR: dict[Any, str] = {"added": "removed", "removed": "added"}


@given(edited(specs()))
def test_backwards_it_says_the_opposite(case: tuple[Analysis, Net]) -> None:
    old, net = case
    new = analysed(net)
    there, back = said(cnnshape.diff(old, new)), said(cnnshape.diff(new, old))
    assume(not any("moved" in kinds for kinds, _ in there.values()))
    mirrored = {(b, a): ({MIRROR.get(kind, kind) for kind in kinds}, f) for (a, b), (kinds, f) in there.items()}
    assert back == mirrored
