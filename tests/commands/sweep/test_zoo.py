"""Every net of the zoo, swept over its variables and sizes, beside single reports of drawn points."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from cnnshape import load, sweep
from cnnshape.analysis.metrics import METRICS
from cnnshape.spec.knobs import Knobs
from tests.commands.sweep.compare import assert_points_agree
from tests.effort import FULL, share
from tests.places import ZOO
from tests.published.test_zoo import FEW, member_id

FILES = sorted(ZOO.glob("*.yaml"))
FIGURES = [key for key in METRICS if key != "receptive_field"]


def near(value: Any, random: Random) -> Any:
    """A value like that of a variable; much smaller ones too, at which a net breaks."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return [near(each, random) for each in value] if random.random() < 0.3 else value
    if isinstance(value, Fraction) or value == 1:
        return random.choice((Fraction(1, 2), Fraction(3, 4), 1, Fraction(5, 4)))
    return max(1, random.choice((value, value, value + 1, 2 * value, value // 2, value // 3, value // 20, 8)))


def points(file: Any, variant: str | None, count: int) -> list[dict[str, Any]]:
    """Points around a net as it is stated."""
    spec, random = load(file), Random(f"{file.name} {variant}")
    stated = {**spec.vars, **(spec.variants[variant] if variant else {})}
    sizes = {
        knob.name: spec.inputs[knob.input][knob.axis]
        for name, knob in Knobs.of(spec).known.items()
        if knob.input and name not in spec.vars and knob.name != "C"
    }
    found = []
    for _ in range(count):
        point = {name: near(value, random) for name, value in {**stated, **sizes}.items()}
        more = {"variant": variant} if variant else {}
        found.append({**more, **point, "N": random.choice((1, 1, 2, 5))})
    return found


@pytest.mark.parametrize("member", FEW, ids=member_id)
def test_a_sweep_is_that_of_single_reports(member: Any) -> None:
    file, variant = member
    drawn = points(file, variant, 8 if FULL else 2)
    found = sweep(file, {name: [point[name] for point in drawn] for name in drawn[0]}, figures=FIGURES)
    assert_points_agree(found, file, drawn, range(len(drawn)))


def test_the_comparison_bites() -> None:
    drawn = points(ZOO / "vgg.yaml", "vgg11", 4)
    found = sweep(ZOO / "vgg.yaml", {name: [point[name] for point in drawn] for name in drawn[0]}, figures=["macs"])
    row = found.valid.tolist().index(True)
    found["macs"][row] += 1
    with pytest.raises(AssertionError, match="alone"):
        assert_points_agree(found, ZOO / "vgg.yaml", drawn, [row])


@pytest.mark.parametrize("file", share(FILES, 2), ids=lambda file: file.stem)
def test_sizes_alone(file: Any) -> None:
    """A grid of sizes, small ones too: which of them are nets, and why the others are not."""
    spec = load(file)
    names = [knob.name if not knob.variable else knob.variable for knob in Knobs.of(spec).space()]
    sizes = {name: [*range(1, 120, 7), 224, 299] for name in dict.fromkeys(names)}
    found = sweep(file, sizes, figures=["params", "macs", "activation_bytes", "peak_memory", "output"])
    drawn = [{name: values[row] for name, values in sizes.items()} for row in range(len(found))]
    assert_points_agree(found, file, drawn, range(0, len(found), 2))
