"""The nets of a package hold to their budgets, said by pytest."""

from pathlib import Path

import pytest

import cnnshape

NETS = sorted((Path(__file__).parent / "nets").glob("*.yaml"))


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.stem)
def test_the_net_holds_to_the_budget_in_its_spec(net: Path) -> None:
    """The rules under ``budget`` hold."""
    cnnshape.assert_within(net)


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.stem)
def test_the_net_fits_the_device(net: Path) -> None:
    """The weights fit into its flash."""
    cnnshape.assert_within(net, {"metric": "weight_bytes", "max": "64 KiB", "dtype": "int8"})
