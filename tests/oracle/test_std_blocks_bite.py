"""Faults planted in the blocks that come with the package: each must be caught by what the blocks are held to.

They are planted in the data of each file wherever it has a place for one, so that a block without tests has no peace
here.  What no closed formula shows, as an order of layers, must show in the values.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pytest

from cnnshape.core.errors import CnnshapeError
from cnnshape.spec.library import standard
from tests.effort import FULL, share
from tests.oracle.block_cases import known, telling
from tests.oracle.block_faults import Data, Fault, faults
from tests.oracle.block_values import assert_same_values
from tests.oracle.std_blocks import MODULES
from tests.spec.test_std_blocks import CALLS, Case, assert_refused_without, blocks_of, costs_what_its_module_does

FEW: Final = 60
NAMES: Final = [name.removeprefix("std/") for name in standard()]

BEHIND: Final = "behind the layer before, in_channels is this number"
ONE_PIXEL: Final = "a single pixel is the same however it is strided or enlarged"
NO_ORDER: Final = "sums and products have no order"
DEFAULT: Final = "it is the default"
GIVEN: Final = "the one call of it, in the same file, gives all its variables"


def _required(block: str, *names: str) -> dict[str, str]:
    return {f"{block}: {name} is not required": GIVEN for name in names}


SAME: Final[dict[str, dict[str, str]]] = {
    "aspp": {
        "aspp: pooled: stride = 2": ONE_PIXEL,
        "aspp: up: no mode": ONE_PIXEL,
        "aspp: up: mode = nearest": ONE_PIXEL,
        "aspp: up: from conv for input": "it is read for its size, which is the input's",
        "aspp: up: from atrous for input": "it is read for its size, which is the input's",
        **_required("branch", "c", "k", "rate", "bn", "act"),
    },
    "basic": {"basic: conv2: c = in_channels": BEHIND, "basic: add: from ['shortcut', 'conv2']": NO_ORDER},
    "bottleneck": {
        "bottleneck: conv: c = in_channels": BEHIND,
        "bottleneck: add: from ['shortcut', 'expand']": NO_ORDER,
    },
    "convnext": {
        "convnext: depthwise: bias = True": DEFAULT,
        "convnext: add: from ['input', 'scale']": NO_ORDER,
        **_required("mlp", "expand", "act"),
    },
    "fire": {"fire: expand3: no k": DEFAULT},
    "flattened": {
        "flattened: vertical: out_channels = in_channels": BEHIND,
        "flattened: vertical: groups = in_channels": BEHIND,
        "flattened: horizontal: out_channels = in_channels": BEHIND,
        "flattened: horizontal: groups = in_channels": BEHIND,
    },
    "inception": {
        "inception: conv3: no k": DEFAULT,
        "inception: pool: ceil_mode = True": "a stride of 1 leaves nothing over",
    },
    "inverted_residual": {
        "inverted_residual: expand twice": "the second finds the channels as many as it would make and is left out",
        "inverted_residual: se: reduction = 17": "the call gives `squeeze`, which is what reads it",
    },
    "shuffled_grouped": {
        "shuffled_grouped: grouped: block = std/conv_bn_act": "they differ in what a call must give, and all is given",
    },
    "shufflenet_v1": {
        "shufflenet_v1: branch = in_channels if stride == 1 else c - in_channels": "with stride 1, c is in_channels",
    },
    "shufflenet_v2": {
        "shufflenet_v2: left: end = in_channels // 2": "with stride 1, c is in_channels",
        "shufflenet_v2: right: start = in_channels // 2": "with stride 1, c is in_channels",
        **_required("shortcut", "c", "k", "stride", "bn", "act"),
    },
    "squeeze_excite": {
        "squeeze_excite: squeeze = max(1, c // reduction)": "c is in_channels",
        "squeeze_excite: fc1: stride = [2, 2]": ONE_PIXEL,
        "squeeze_excite: fc2: stride = [2, 2]": ONE_PIXEL,
        "squeeze_excite: scale: from ['gate', 'input']": NO_ORDER,
    },
    "unet_down": {"unet_down: conv2: c = in_channels": BEHIND},
    "unet_up": {"unet_up: conv2: c = in_channels": BEHIND},
}
"""By file: what is planted and is no fault, with the reason why nothing at all changes."""


def _fails(check: Callable[..., bool | None], *args: Any) -> bool:
    try:
        return check(*args) is False
    except (AssertionError, CnnshapeError, RuntimeError):  # the last where torch cannot run it
        return True


def _figures_differ(cases: list[Case], places: range, blocks: Data) -> bool:
    """Whether a formula fails; the call that shows it moves to the front, for the next fault is much like this one."""
    for place in places:
        if _fails(costs_what_its_module_does, cases[place], blocks):
            cases.insert(0, cases.pop(place))
            return True
    return False


def missed(name: str, planted: Iterable[Fault], few: int = 1) -> list[str]:
    """The faults that neither a formula shows, nor the values, nor what the block asks for.

    Asked are all calls, or every so many.  Values take longer than figures, so the calls that rarely show more than the
    others come last.
    """
    cases, values = telling(name)[::few], known(name)[::few]
    first = min(FEW, len(cases))
    return [
        fault.name
        for fault in planted
        if not _figures_differ(cases, range(first), fault.blocks)
        and not any(_fails(assert_same_values, one, fault.blocks) for one in values)
        and not _fails(assert_refused_without, cases[0], fault.blocks)
        and not _figures_differ(cases, range(first, len(cases)), fault.blocks)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_in_a_block_is_caught(name: str) -> None:
    """All that is planted, but for what is listed as no fault."""
    assert name in CALLS, f"std/{name} is not drawn in tests/spec/test_std_blocks.py"
    assert name in MODULES, f"std/{name} has no module in tests/oracle/std_blocks.py"
    few = 1 if FULL else 4
    assert missed(name, [Fault("none", blocks_of(name))], few) == ["none"], "the file itself is at fault"
    planted, same = list(faults(name)), SAME.get(name, {})
    assert len(planted) > 50
    assert missed(name, share([fault for fault in planted if fault.name not in same], 16)) == []
    harmless = share([fault for fault in planted if fault.name in same], 4)
    assert missed(name, harmless, few=4) == share(same, 4)
