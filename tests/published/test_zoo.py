"""The zoo against published figures: of torchvision's models, of other implementations, of papers."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cnnshape import Analysis, analyze, load
from tests.effort import one_of_each
from tests.golden_files import GOLDEN
from tests.places import ROOT, ZOO

MEASURED: dict[str, dict[str, Any]] = {
    net["name"]: net for net in json.loads((GOLDEN / "torchvision.json").read_text())["nets"]
}
OTHERS = json.loads((GOLDEN / "published.json").read_text())
PUBLISHED: list[dict[str, Any]] = OTHERS["nets"]

Member = tuple[Path, str | None]
MEMBERS: dict[Member, str] = {
    (file, variant): variant or spec.name
    for file in sorted(ZOO.glob("*.yaml"))
    for spec in [load(file)]
    for variant in spec.variants or [None]
}
FEW = one_of_each(MEMBERS, lambda member: member[0])
"""A member of each family."""
IN_TORCHVISION = [member for member, name in MEMBERS.items() if name in MEASURED]


def member_id(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['name']}-{value['source']}"
    assert isinstance(value, tuple)
    file, variant = value
    return f"{file.stem}-{variant}" if variant else str(file.stem)


def _member(name: str) -> Member:
    return next(member for member, known in MEMBERS.items() if known == name)


def _said(net: Analysis, leaves_out: list[str]) -> dict[str, Any]:
    """The figures of a net as the goldens name them, without the layers of some ops."""
    layers = [layer for layer in net if layer.op not in leaves_out]
    last = net.layers[-1]
    return {
        "input": next(list(shape) for shape in net.graph.inputs.values()),
        "outputs": [list(shape) for shape in net.outputs.values()],
        "params": sum(layer.params for layer in layers),
        "buffers": sum(layer.buffers for layer in layers),
        "macs": sum(layer.macs for layer in layers),
        "depth": net.depth,
        "receptive_field": next(field.size for axes in last.receptive_field.values() for field in axes),
    }


def _agrees(ours: object, published: object) -> bool:
    """The same; where the published figure is a text, to half of its last digit."""
    if not isinstance(published, str):
        return ours == published
    assert isinstance(ours, int)
    digits, letter = published.split()
    unit = Decimal({"k": "1e3", "M": "1e6", "G": "1e9"}[letter])
    exponent = Decimal(digits).as_tuple().exponent
    assert isinstance(exponent, int)
    return abs(ours - Decimal(digits) * unit) <= unit.scaleb(exponent) / 2


def test_every_measured_net_is_in_the_zoo() -> None:
    assert set(MEASURED) <= set(MEMBERS.values())


def test_every_net_has_published_parameters_and_macs() -> None:
    known = {(name, figure) for name in MEASURED for figure in ("params", "macs")}
    known |= {(net["name"], figure) for net in PUBLISHED for figure in net}
    assert [name for name in MEMBERS.values() if not {(name, "params"), (name, "macs")} <= known] == []


def test_every_published_figure_is_of_a_net_and_has_a_source() -> None:
    assert {net["name"] for net in PUBLISHED} <= set(MEMBERS.values())
    assert {net["source"] for net in PUBLISHED} == set(OTHERS["sources"])


@pytest.mark.parametrize("member", IN_TORCHVISION, ids=member_id)
def test_agrees_to_the_unit(member: Member) -> None:
    file, variant = member
    measured = MEASURED[MEMBERS[member]]
    net = analyze(file, variant=variant, batch=measured["input"][0])
    ours = _said(net, [])
    assert {**ours, **{figure: measured[figure] for figure in ours if figure in measured}} == ours
    assert (net.total.params, net.total.macs) == (measured["params"], measured["macs"])


@pytest.mark.parametrize("published", PUBLISHED, ids=member_id)
def test_agrees_with_what_is_published(published: dict[str, Any]) -> None:
    file, variant = _member(published["name"])
    ours = _said(analyze(file, variant=variant), published.get("leaves_out", []))
    apart = published.get("apart", {})
    compared = [figure for figure in ours if figure in published]
    assert set(apart) <= set(compared) != set()
    for figure in compared:
        if figure in apart:
            assert ours[figure] - published[figure] == apart[figure]["by"] != 0
        else:
            assert _agrees(ours[figure], published[figure]), (figure, ours[figure], published[figure])


@pytest.mark.parametrize(
    ("ours", "published", "agree"),
    [
        (4_231_976, 4_231_976, True),
        (4_231_977, 4_231_976, False),
        (568_500_000, "569 M", True),
        (568_499_999, "569 M", False),
        (569_500_001, "569 M", False),
        (4_250_000, "4.2 M", True),
        (4_250_001, "4.2 M", False),
        (4_231_976, "4.20 M", False),
    ],
)
def test_what_agrees(ours: int, published: object, agree: bool) -> None:
    assert _agrees(ours, published) is agree


def test_the_residual_that_nobody_reads_is_the_difference_of_wavenet() -> None:
    net = analyze(ZOO / "wavenet.yaml")
    dead = [layer for layer in net if not layer.node.live and layer.params]
    assert [layer.op for layer in dead] == ["Conv1d"]
    (apart,) = [net["apart"]["macs"] for net in PUBLISHED if "apart" in net]
    assert dead[0].node.facts.ops.mac == -apart["by"] == 32 * 32 * 16_000


def test_what_is_measured_is_what_torchvision_states() -> None:
    for name, net in MEASURED.items():
        stated = net["published"]
        heads = 6_379_984 if name == "googlenet" else 0  # stated without the auxiliary heads
        assert net["params"] - heads == stated["num_params"], name
        assert abs(net["macs"] - Decimal(str(stated["gmacs"])).scaleb(9)) <= 500_000 * net["input"][0], name


def test_the_report_holds_every_net_with_its_figures() -> None:
    rows = json.loads((ROOT / "reports" / "zoo.json").read_text())
    shipped = {(file.relative_to(ROOT).as_posix(), variant) for file, variant in MEMBERS if file.parent == ZOO}
    assert {(row["spec"], row["variant"]) for row in rows} == shipped
    assert len(rows) == len(shipped)
    for row in rows:
        assert row["name"] == MEMBERS[ROOT / row["spec"], row["variant"]]
        measured = MEASURED.get(row["name"], {})
        assert {**row, **{key: value for key, value in measured.items() if key in row}} == row
        assert row["activation_bytes"] >= 4 * row["activations"] >= 4 * row["conv_activations"] > 0
        assert row["flops"] == 2 * row["macs"]


def test_the_report_says_what_agrees() -> None:
    text = (ROOT / "reports" / "zoo.md").read_text()
    shipped = {name for (file, _), name in MEMBERS.items() if file.parent == ZOO}
    assert f"* **{len(shipped & set(MEASURED))} of 78** nets agree to the unit" in text
    for name in shipped:
        assert f"| `{name}` |" in text
