"""Receptive fields step by step: every step follows from the one before, and the last one is the field reported."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.receptive.fields import Field
from cnnshape.commands.explain.paths import Seen, Sliding, recurrence, seen
from tests.analysis.nets import Net
from tests.analysis.random_nets import nets

ZOO = ("resnet50", "vgg", "unet", "deeplab", "mobilenet_v3", "inception_v3", "squeezenet", "densenet", "video_resnet")


def assert_follows(net: cnnshape.Analysis, path: str) -> None:
    """Fail where a step does not follow from the one before, or the last one is not what the analysis says."""
    fields = net[path].receptive_field
    found = seen(net, net[path].value)
    assert {(each.input, axis) for each in found for axis in each.axes} == {
        (name, axis) for name, axes in fields.items() for axis in range(2, len(axes) + 2)
    }
    for each in found:
        assert {fields[each.input][axis - 2] for axis in each.axes} == {each.field}
        assert_linked(each)


def assert_linked(each: Seen) -> None:
    before = each.start
    for step in each.steps:
        assert step.before == before
        if step.sliding:
            assert recurrence(before, step.sliding) == (step.alone.size, step.alone.jump, step.alone.start)
        else:
            assert step.words
        assert step.joined or step.alone == step.after
        before = step.after
    assert before == each.field


@pytest.mark.parametrize("name", ZOO)
def test_the_path_ends_at_the_field_of_the_last_map(name: str) -> None:
    net = cnnshape.analyze(f"specs/zoo/{name}.yaml")
    assert any(net.last_maps.values())
    for maps in net.last_maps.values():
        for record in maps:
            assert_follows(net, record.path)
    assert_follows(net, net.layers[-1].path)


@settings(max_examples=max(settings().max_examples // 3, 5))
@given(st.integers(1, 2).flatmap(nets))
def test_the_path_of_a_random_net(drawn: Net) -> None:
    net = cnnshape.analyze(drawn.graph())
    assert_follows(net, net.layers[-1].path)


def test_the_recurrence_is_that_of_the_literature() -> None:
    field = Field(11, Fraction(4), -5, Fraction(0), 11)
    assert recurrence(field, Sliding(3, 1, 1, 1)) == (19, Fraction(4), -9)
    assert recurrence(field, Sliding(3, 2, 2, 2)) == (27, Fraction(8), -13)
    assert recurrence(field._replace(size=None), Sliding(3, 1, 1, 1)) is None


def test_a_wrong_step_would_be_noticed() -> None:
    net = cnnshape.analyze("specs/zoo/resnet50.yaml")
    (found,) = seen(net, net["layer1.0.conv2"].value)
    wrong = [step._replace(sliding=step.sliding and step.sliding._replace(dilation=2)) for step in found.steps]
    with pytest.raises(AssertionError):
        assert_linked(found._replace(steps=tuple(wrong)))
