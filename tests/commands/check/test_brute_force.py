"""Rules on random nets with blocks, against a second way to work out what they select and whether they hold."""

from fnmatch import fnmatchcase
from operator import eq, ge, le
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import SpecError
from cnnshape.spec.yaml.source import Source
from tests.strategies.specs import specs

METRICS = ("params", "macs", "activation_bytes", "weight_bytes", "trainable_params", "conv_activations")
UNITS = {"params": "params", "trainable_params": "params", "macs": "MACs", "conv_activations": "elements"}


def copies(spec: dict[str, Any], path: str) -> list[tuple[str, str]]:
    """The copies of blocks that a layer stands in, read from the names in its path and the text of the spec."""
    layers, found, walked = spec["layers"], [], []
    parts = path.split(".")
    while parts:
        walked.append(parts.pop(0))
        entry = layers[walked[-1]]
        while isinstance(entry, dict) and "shares" in entry:
            entry = layers[entry["shares"]]
        if isinstance(entry, dict) and "block" in entry:
            if "repeat" in entry:
                walked.append(parts.pop(0))
            found.append((".".join(walked), entry["block"]))
            layers = spec["blocks"][entry["block"]]["layers"]
    return found


def selected(spec: dict[str, Any], net: cnnshape.Analysis, select: dict[str, str], key: str) -> dict[str, int]:
    """The figure of each part that a rule looks at."""
    found: dict[str, int] = {}
    for record in net:
        parts = record.path.split(".")
        above = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        if not any(fnmatchcase(path, select.get("path", "*")) for path in above):
            continue
        if not fnmatchcase(record.op, select.get("op", "*")):
            continue
        names = [path for path, block in copies(spec, record.path) if block == select.get("block")]
        for name in names if "block" in select else [record.path]:
            found[name] = found.get(name, 0) + getattr(record, key)
    return found


@st.composite
def selections(draw: st.DrawFn, net: cnnshape.Analysis) -> dict[str, str]:
    found: dict[str, str] = {}
    paths = [record.path for record in net]
    if draw(st.booleans()):
        path = draw(st.sampled_from(paths))
        parts = path.split(".")
        cut = ".".join(parts[: draw(st.integers(1, len(parts)))])
        found["path"] = draw(st.sampled_from([path, cut, f"{cut}*", "*", "l?", "*.end", f"{cut}.*", f"?{cut[1:]}"]))
    if draw(st.booleans()):
        found["op"] = draw(st.sampled_from(["Conv2d", "*Norm*", "ReLU", "[AB]*"]))
    if draw(st.booleans()):
        found["block"] = draw(st.sampled_from(["b0", "b1"]))
    return found


@given(data=st.data(), spec=specs(), key=st.sampled_from(METRICS), take=st.sampled_from(["sum", "max", "each"]))
def test_a_rule_selects_and_judges(data: st.DataObject, spec: dict[str, Any], key: str, take: str) -> None:
    variant = data.draw(st.sampled_from([None, "a", "b", "c"]))
    batch = data.draw(st.integers(1, 3))
    net = cnnshape.analyze(spec, variant=variant, batch=batch)
    select = data.draw(selections(net))
    expected = selected(spec, net, select, key)
    near = data.draw(st.sampled_from([*expected.values(), sum(expected.values()), 7]))
    bound = max(0, near + data.draw(st.integers(-1, 1)))
    kind = data.draw(st.sampled_from(["max", "min", "equals"]))
    rule = {"metric": key, "select": {**select, "take": take}, kind: f"{bound} {UNITS.get(key, 'B')}", "batch": batch}
    rule |= {"variant": variant} if variant else {}
    if not expected:
        event("nothing")
        with pytest.raises(SpecError, match="selects nothing"):
            cnnshape.check(spec, rules=[rule])
        return
    report = cnnshape.check(spec, rules=[rule])
    together = sum if take == "sum" else max
    figures = expected if take == "each" else {"": together(expected.values())}
    event(f"{take}, block {'block' in select}, {len(figures)} figures")
    assert {each.path: each.actual for each in report.outcomes} == figures
    holds = {"max": le, "min": ge, "equals": eq}[kind]
    assert [each.ok for each in report.outcomes] == [holds(n, bound) for n in figures.values()]
    for each in report.broken:
        assert each.overshoot == abs(figures[each.path] - bound) > 0
        values = [made.value for made in each.contributors]
        assert values == sorted(values, reverse=True)
        assert all(made.before is None and made.value == getattr(net[made.path], key) for made in each.contributors)
        parts = [made.path for made in each.contributors]
        assert not each.path or all(part == each.path or part.startswith(f"{each.path}.") for part in parts)


@given(
    spec=specs(), key=st.sampled_from(METRICS), part=st.integers(0, 200_000), variant=st.sampled_from("abc")
)  # fmt: skip
def test_an_increase_is_measured_exactly(spec: dict[str, Any], key: str, part: int, variant: str) -> None:
    """Of a net against what it was as another variant, with a limit that it just keeps, just misses, and any other."""
    before = cnnshape.load({**spec, "vars": {**spec["vars"], **spec["variants"][variant]}})
    was = getattr(cnnshape.analyze(before).total, key)
    now = getattr(cnnshape.analyze(spec).total, key)
    assume(was)
    millionths = max(now - was, 0) * 10**8 // was
    for n in (millionths, millionths + 1, part * 1000):
        percent = f"{n // 10**6}.{n % 10**6:06} %"
        rule = {"metric": key, "max_increase": percent}
        net = cnnshape.Spec.of(spec, Source("net.yaml"), "net")
        (outcome,) = cnnshape.check(net, rules=[rule], base={"net.yaml": before}.get).outcomes
        assert outcome.ok == ((now - was) * 10**8 <= was * n)
        assert (outcome.baseline, outcome.actual) == (was, now)
        event(f"ok {outcome.ok}")
        assert all(made.growth > 0 for made in outcome.contributors if made.before is not None)
