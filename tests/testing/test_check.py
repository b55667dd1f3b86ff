"""`check_layer` on layers of other packages: it takes what is right, names what is wrong, and stays quiet on ours."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, final

import pytest
import torch
from hypothesis import given, settings
from typing_extensions import override

from cnnshape import layer_types
from cnnshape.core.dims import Shape, prod
from cnnshape.core.errors import PluginError
from cnnshape.interop.torch_verify import verify
from cnnshape.interop.verification import Mismatch, Verification
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Elementwise, Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Size
from cnnshape.layers.index_maps import POINTWISE, Window
from cnnshape.testing import check_layer
from tests.effort import share
from tests.oracle.faults import scaled, without
from tests.strategies.all import VALID
from tests.strategies.case import Case

STEP: Final = 2


@final
class Pyramid(Layer):
    """A convolution with stride 2 of a plug-in, and a counter."""

    out_channels: Size
    kernel_size: Size = 3

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        for size in x[2:]:
            yield Need(size >= self.kernel_size, "{size} is less than the kernel", {"size": size})

    @override
    def output(self, x: Shape) -> Shape:
        return (x[0], self.out_channels, *((size - self.kernel_size) // STEP + 1 for size in x[2:]))

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        k = self.kernel_size
        return {"conv.weight": (self.out_channels, x[1], k, k), "conv.bias": (self.out_channels,)}

    @override
    def buffers(self, x: Shape) -> dict[str, Shape]:
        return {"count": ()}

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(mac=made * x[1] * self.kernel_size * self.kernel_size, add=made)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        window = Window(self.kernel_size, STEP, 0)
        return ((Tap(0, POINTWISE), None, Tap(2, window), Tap(3, window)),)

    @override
    def torch_module(self, x: Shape) -> Any:
        return Conv(x[1], self.out_channels, self.kernel_size)


class Conv(torch.nn.Module):
    def __init__(self, channels: int, made: int, kernel: int) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros(()))
        self.conv = torch.nn.Conv2d(channels, made, kernel, STEP)

    @override
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.conv(x)
        return made


SHAPES: Final = ((2, 3, 8, 7),)


SAMPLE, ROW, COLUMN = Tap(0, POINTWISE), Tap(2, Window(3, STEP, 0)), Tap(3, Window(3, STEP, 0))


def branching(right: Any) -> Any:
    return lambda self, x: Ops(mac=1) if x[2] > 10 else right(self, x)


def for_one_size(right: Any) -> Any:
    """Right for numbers, and for open ones at the sizes that are asked about."""
    return lambda self, x: right(self, x) if type(x[2]) is int else right(self, (*x[:2], 8, *x[3:]))


def one_more(right: Any) -> Any:
    return lambda self, x: (*right(self, x)[:-1], right(self, x)[-1] + 1)


def turned(right: Any) -> Any:
    return lambda self, x: {name: shape[::-1] for name, shape in right(self, x).items()}


def with_taps(*taps: Tap | None) -> Callable[[Any], Any]:
    return lambda right: lambda self, x: (taps,)


def always(value: Callable[[], Any]) -> Callable[[Any], Any]:
    return lambda right: lambda self, x: value()


FAULTS: Final[dict[str, tuple[str, Callable[[Any], Any], str]]] = {
    "a shape": ("output", one_more, "output of Pyramid"),
    "a bias is forgotten": ("weights", without("conv.bias"), "weights of"),
    "a weight is transposed": ("weights", turned, "weights of"),
    "a buffer is forgotten": ("buffers", without("count"), "buffers of"),
    "MACs are doubled": ("ops", scaled(2), "macs of"),
    "a window is too small": (
        "taps",
        with_taps(SAMPLE, None, Tap(2, Window(2, 2, 0)), COLUMN),
        "output [0, 0, 0, 0] reads (0) x (0..2) x (0..1) x (0..2) of input 0, torch (0) x (0..2) x (0..2) x (0..2)",
    ),
    "a window starts too early": ("taps", with_taps(SAMPLE, None, Tap(2, Window(3, 2, 1)), COLUMN), "taps of"),
    "a stride is forgotten": ("taps", with_taps(SAMPLE, None, Tap(2, Window(3, 1, 0)), COLUMN), "taps of"),
    "samples are mixed": ("taps", with_taps(None, None, ROW, COLUMN), "taps of"),
    "channels are read apart": ("taps", with_taps(SAMPLE, Tap(1, POINTWISE), ROW, COLUMN), "taps of"),
    "a branch on a size": ("ops", branching, "a figure over open sizes raised TypeError: a branch on a size"),
    "a formula for one size": ("output", for_one_size, "open numbers: output[2]"),
    "a fact that raises": ("ops", always(lambda: 1 / 0), "`ops` raised ZeroDivisionError"),
    "torch refuses": ("torch_module", always(lambda: torch.nn.Conv3d(3, 4, 3)), "torch raises RuntimeError"),
    "no module": ("torch_module", always(lambda: None), "`torch_module` returned null, not a torch.nn.Module"),
}
"""A fact of `Pyramid`, the wrong one made of the right one, and what is said of it."""


def test_a_plug_in_that_is_right_passes() -> None:
    check_layer(Pyramid(out_channels=4), *SHAPES)
    check_layer(Pyramid(out_channels=1, kernel_size=1), (1, 1, 3, 2))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fact, wrong, said = FAULTS[fault]
    monkeypatch.setattr(Pyramid, fact, wrong(getattr(Pyramid, fact)))
    with pytest.raises(AssertionError) as caught:
        check_layer(Pyramid(out_channels=4), *SHAPES)
    assert said in str(caught.value)
    assert "Pyramid(out_channels=4)" in str(caught.value)


def test_what_a_layer_refuses_is_said() -> None:
    with pytest.raises(AssertionError, match="2 is less than the kernel"):
        check_layer(Pyramid(out_channels=4), (1, 3, 2, 9))


@final
class Plain(Elementwise):
    """Says nothing of torch."""

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops()


def test_a_layer_that_says_nothing_of_torch_is_told_what_to_define() -> None:
    with pytest.raises(AssertionError, match="define `torch_module` in its class"):
        check_layer(Plain(), (1, 2))


def verified(layer: type[Layer]) -> Verification:
    layers = {"conv": {"op": "Conv2d", "out_channels": 3, "kernel_size": 1}, "mine": {"op": "Mine", "out_channels": 4}}
    spec = {"cnnshape": 1, "input": [3, 8, 7], "layers": layers}
    return verify(spec, registry=layer_types() | {"Mine": layer})


def test_verify_runs_a_plug_in_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = verified(Pyramid)
    assert (found.layers, found.mismatches) == (2, ())
    assert [each.path + each.figure for each in found.unchecked] == ["receptive field"]
    assert "`cnnshape.testing.check_layer`" in found.unchecked[0].why
    monkeypatch.setattr(Pyramid, "ops", scaled(2)(Pyramid.ops))
    assert Mismatch("mine", "MACs", "1,944", "972") in verified(Pyramid).mismatches
    monkeypatch.setattr(Pyramid, "torch_module", lambda self, x: 7)
    with pytest.raises(PluginError, match=r"`torch_module` returned 7, not a torch\.nn\.Module"):
        verified(Pyramid)


@final
class Attend(Layer):
    """Attention of tokens to each other, whose kernels torch does not count by themselves."""

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(mac=2 * prod(x) * x[1])

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return ((Tap(0, POINTWISE), None, None),)

    @override
    def torch_module(self, x: Shape) -> Any:
        class Module(torch.nn.Module):
            @override
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return torch.nn.functional.scaled_dot_product_attention(x, x, x)

        return Module()


def test_attention_in_a_plug_in_is_counted() -> None:
    check_layer(Attend(), (2, 5, 4))


CONSTANT: Final = ("Softmax", "Softmax2d", "Softmin", "LogSoftmax", "LayerNorm", "GroupNorm", "MultiheadAttention",
                   "Clamp", "Softplus")  # fmt: skip
"""Ops that give a constant where there is one element to compare with others, or between bounds that are none."""


@pytest.mark.parametrize("op", share(BUILTIN, 3))
def test_no_layer_of_ours_is_blamed(op: str) -> None:
    @settings(max_examples=max(settings().max_examples // 10, 4))
    @given(VALID[op])
    def check(case: Case) -> None:
        blamed = ""
        try:
            check_layer(case.layer(), *case.inputs)
        except AssertionError as error:
            blamed = str(error)
        assert not blamed or (op in CONSTANT and blamed.endswith("torch nothing")), blamed

    check()


def test_torch_is_loaded_by_those_who_test_alone() -> None:
    program = "import sys, cnnshape, cnnshape.cli, cnnshape.layers.base; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"
