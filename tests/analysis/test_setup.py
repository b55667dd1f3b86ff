"""One record says which net is meant and how it is counted, to every call, every command and every rule."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

import cnnshape
from cnnshape import Setup
from cnnshape.analysis.setup import SetupOptions
from cnnshape.cli.options import COST, NET
from cnnshape.commands.check.baseline import label
from cnnshape.commands.check.fields import RuleKeys
from cnnshape.core.errors import UsageError
from cnnshape.graph.build import build

CONV = {"op": "Conv2d", "out_channels": "width", "kernel_size": 3}
SPEC = {
    "cnnshape": 1, "input": [3, 8, 8], "vars": {"width": 12}, "variants": {"wide": {"width": 16}},
    "layers": {"conv": CONV, "act": "ReLU"},
}  # fmt: skip
OTHER: dict[str, Any] = {
    "variant": "wide", "batch": 2, "dtype": "int8", "inputs": {"input": (9, 9)}, "settings": {"width": 5},
    "flops": "full", "memory": "inplace",
}  # fmt: skip
"""Another value of each field that has words."""


def figures(net: cnnshape.Analysis) -> tuple[Any, ...]:
    return net.total.params, net.total.macs, net.total.flops, net.peak_bytes, net.outputs, net.setup


CALLS: dict[str, Callable[..., Any]] = {
    "analyze": lambda **options: figures(cnnshape.analyze(SPEC, **options)),
    "compare": lambda **options: [figures(net.analysis) for net in cnnshape.compare(SPEC, **options)],
    "diff": lambda **options: figures(cnnshape.diff(SPEC, SPEC, **options).new),
    "conventions": lambda **options: repr(cnnshape.compare_conventions(SPEC, **options)),
    "explain": lambda **options: str(cnnshape.explain(SPEC, "conv", metric=["flops", "activation_bytes"], **options)),
    "explain_net": lambda **options: cnnshape.explain_net(SPEC, **options),
    "formula": lambda **options: cnnshape.formula(SPEC, metric="peak_memory", free=["H"], **options)(H=20),
    "solve_layer": lambda **options: cnnshape.solve_layer(SPEC, "conv", output=[4], **options),
    "solve": lambda **options: (
        cnnshape.solve(SPEC, H=[8, 9], maximize="flops", where="peak_memory > 0", **options).figures
    ),
    "sweep": lambda **options: [*cnnshape.sweep(SPEC, H=[8, 9], figures=["flops", "peak_memory"], **options).rows()],
}
"""What comes of each call that takes a spec, under some options."""


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", OTHER)
def test_every_call_takes_every_field_by_name_and_in_a_setup(call: str, name: str) -> None:
    options = {name: OTHER[name]}
    if name == "inputs" and call in ("solve", "sweep"):
        options = {"inputs": {"input": (None, 9)}}  # H is a knob
    found = CALLS[call](**options)
    assert found == CALLS[call](setup=Setup(**options))
    assert found == CALLS[call](setup=Setup(**{**OTHER, "batch": 3, **options}), **{**PLAIN, **options})
    if call == "analyze":
        assert found != CALLS[call]()


PLAIN = {each.name: getattr(Setup(), each.name) for each in fields(Setup)}


@pytest.mark.parametrize("call", CALLS)
def test_every_call_takes_sizes_that_hang_on_the_spec(call: str) -> None:
    def sizes(spec: cnnshape.Spec) -> dict[str, tuple[int | None, int]]:
        return {next(iter(spec.inputs)): (None, 9)}

    assert CALLS[call](inputs=sizes) == CALLS[call](inputs={"input": (None, 9)})


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", ["dtype", "flops", "memory"])
def test_every_call_refuses_a_name_that_there_is_not(call: str, name: str) -> None:
    with pytest.raises(UsageError, match=r"there is no .* `odd`"):
        CALLS[call](**{name: "odd"})


TAKING_NETS: dict[str, Callable[..., Any]] = {
    "analyze": cnnshape.analyze,
    "compare": cnnshape.compare,
    "diff": lambda net, **options: cnnshape.diff(net, net, **options),
    "conventions": cnnshape.compare_conventions,
    "explain": lambda net, **options: cnnshape.explain(net, "conv", **options),
    "explain_net": cnnshape.explain_net,
}


@pytest.mark.parametrize("call", TAKING_NETS)
@pytest.mark.parametrize("name", OTHER)
def test_an_analysis_has_its_setup(call: str, name: str) -> None:
    TAKING_NETS[call](cnnshape.analyze(SPEC, batch=2))
    with pytest.raises(UsageError, match="`net` is an analysis, which has its batch, dtype, settings and inputs"):
        TAKING_NETS[call](cnnshape.analyze(SPEC, batch=2), **{name: OTHER[name]})


@pytest.mark.parametrize("call", TAKING_NETS)
def test_a_graph_is_counted_as_is_said_and_keeps_its_batch(call: str) -> None:
    graph = build(SPEC, batch=2)
    TAKING_NETS[call](graph, dtype="int8", flops="full", batch=2)
    for name in ("variant", "settings", "inputs"):
        with pytest.raises(UsageError, match="a graph has its batch, settings, inputs and layers already"):
            TAKING_NETS[call](graph, **{name: OTHER[name]})
    assert cnnshape.analyze(graph).setup.batch == 2


def test_a_setup_is_that_of_the_moment_it_was_made() -> None:
    settings = {"width": 5}
    setup = Setup(settings=settings)
    settings["width"] = 6
    assert setup.settings == {"width": 5}
    assert hash(setup) == hash(Setup(settings={"width": 5}))


def test_the_options_of_a_call_are_the_fields() -> None:
    options = {**SetupOptions.__annotations__}
    del options["setup"]
    assert options == Setup.__annotations__


def test_every_field_has_an_option_of_the_command_line() -> None:
    assert {*NET, *COST, "registry"} == {each.name for each in fields(Setup)}


def test_every_field_has_a_key_of_a_rule() -> None:
    keys = {"inputs": "input", "settings": "set"}
    named = [keys.get(each.name, each.name) for each in fields(Setup) if each.name != "registry"]
    assert [name for name in named if name not in RuleKeys.model_fields] == []


def test_setups_are_told_apart_in_a_baseline() -> None:
    labels = [label(Setup()), *(label(Setup(**{name: value})) for name, value in OTHER.items())]
    assert len({*labels}) == len(labels) == len(fields(Setup))
