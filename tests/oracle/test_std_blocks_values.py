"""What the blocks that come with the package put out: what their papers' modules do with the same weights."""

import pytest

from tests.oracle.block_cases import known
from tests.oracle.block_values import assert_same_values
from tests.spec.test_std_blocks import CALLS


@pytest.mark.parametrize("name", CALLS)
def test_a_block_puts_out_what_its_module_does(name: str) -> None:
    """With the same weights, under the same names and in the same order, and the same input."""
    assert len(known(name)) >= 20
    for one in known(name):
        assert_same_values(one)
