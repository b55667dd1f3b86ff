"""The data frame holds the records, exactly."""

import sys
from typing import Any

import pandas
import pytest

import cnnshape
from cnnshape.analysis.dataframe import _dtype
from cnnshape.core.errors import MissingPackage
from tests.render.nets import NETS, analysed


@pytest.mark.parametrize("net", NETS)
def test_the_frame_holds_the_records(net: str) -> None:
    analysis = analysed(net)
    frame = analysis.frame()
    assert list(frame.index) == [record.path for record in analysis.layers]
    for name in ("params", "macs", "flops", "activation_bytes", "weight_bytes", "buffers"):
        assert frame[name].dtype == "int64"
        assert frame[name].sum() == getattr(analysis.total, name)
    assert frame["adds"].sum() == analysis.total.ops.add
    assert list(frame["output"]) == [record.output for record in analysis.layers]
    assert frame.groupby("op")["macs"].sum().to_dict() == {op: t.macs for op, t in analysis.by_op().items()}


def test_counts_beyond_64_bits_stay_exact() -> None:
    fitting: list[dict[str, Any]] = [{"macs": 1, "fan_in": None}, {"macs": 2**63 - 1, "fan_in": 3}]
    assert (_dtype("macs", fitting), _dtype("fan_in", fitting)) == ("int64", "Int64")
    assert _dtype("macs", [*fitting, {"macs": 2**63}]) == "object"


def test_what_a_layer_lacks_is_missing() -> None:
    frame = analysed("chain").frame()
    assert frame["fan_in"].dtype == "Int64"
    assert frame.loc["fc", "fan_in"] == 300
    assert frame.loc["act1", "fan_in"] is pandas.NA
    assert frame.loc["conv1", "line"] == 6


def test_integers_beyond_int64_stay_exact() -> None:
    linear = {"op": "Linear", "out_features": 10**10}
    frame = cnnshape.analyze({"cnnshape": 1, "input": [10**10], "layers": {"a": linear}}).frame()
    assert frame.loc["a", "params"] == 10**20 + 10**10


def test_without_pandas_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingPackage) as caught:
        analysed("chain").frame()
    assert caught.value.problems[0].hint == "pip install 'cnnshape[sweep]'"


def test_no_layer_gives_an_empty_frame() -> None:
    graph = cnnshape.Graph("none", {"input": (1, 3)}, (), (0,))
    assert len(cnnshape.analyze(graph).frame()) == 0
