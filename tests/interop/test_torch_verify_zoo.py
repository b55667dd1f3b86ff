"""Every net of the zoo, built and run in torch on the meta device, which takes nets of any size."""

import pytest

from cnnshape import analyze
from cnnshape.interop.torch_verify import verify
from tests.effort import share
from tests.published.test_zoo import FEW, Member, member_id


@pytest.mark.parametrize("member", share(FEW, 2), ids=member_id)
def test_torch_agrees_layer_by_layer(member: Member) -> None:
    file, variant = member
    net = analyze(file, variant=variant)
    found = verify(net, device="meta")
    assert not found.mismatches
    assert found.layers == len(net.layers)
    assert {each.figure for each in found.unchecked} <= {"receptive field"}
