"""Closed forms of every net of the zoo: at sizes where they hold they are what a report says, elsewhere refused."""

import random
from collections.abc import Iterator

import pytest

import cnnshape
from cnnshape.commands.formula.formula import ClosedForm, formula
from tests.commands.formula.nets import FIGURES, built, differences, padded_unet
from tests.effort import share
from tests.published.test_zoo import FEW, MEMBERS, Member, member_id


def points(form: ClosedForm, seed: str) -> Iterator[dict[str, int]]:
    """Sizes that try a form: the smallest, one below, some without a rest, some at random."""
    rng = random.Random(seed)
    own = form.point
    if form.smallest:
        yield form.smallest
        yield {name: max(1, size - 1) for name, size in form.smallest.items()}
    if form.divided:
        yield {name: rest + step * rng.randint(1, 6) for name, (step, _, rest) in form.divided.steps.items()}
    yield {name: max(1, size + rng.randint(-40, 40)) for name, size in own.items()}
    yield {name: rng.randint(1, 100) for name in own}


@pytest.mark.parametrize("member", share(FEW, 2), ids=member_id)
def test_forms_are_what_reports_say(member: Member) -> None:
    file, variant = member
    place = list(MEMBERS).index(member)
    last = [other for other in MEMBERS if other[0] == file][-1]
    figures = FIGURES if member == last else (FIGURES[place % len(FIGURES)],)
    for metric in figures:
        form = formula(file, variant=variant, metric=metric)
        found = [said for point in points(form, f"{file.stem} {variant}") for said in differences(form, point)]
        assert found == []


@pytest.mark.parametrize(
    "name", share(["unet", "inception_v3", "googlenet", "squeezenet", "zfnet", "nin", "vgg", "s3d"], 2)
)
def test_legal_sizes_are_those_that_the_net_takes(name: str) -> None:
    member = next(member for member in MEMBERS if member[0].stem == name)
    form = formula(member[0], variant=member[1])
    for axis, sizes in form.sizes.items():
        assert sizes is not None
        others = dict.fromkeys(form.point, 400)
        tried = [*range(1, 60), *range(sizes.smallest - 3, sizes.smallest + 6)]
        taken = [size for size in tried if size > 0 and built(form, {**others, axis: size})]
        assert taken == [size for size in tried if size > 0 and size in sizes]


def test_merges_of_a_unet_match_for_multiples_of_16() -> None:
    form = formula(padded_unet())
    sizes = form.sizes["H"]
    assert sizes is not None
    assert sizes.words() == "multiples of 16 from 16"
    assert [size for size in range(1, 201) if built(form, {"H": size, "W": 64})] == list(range(16, 201, 16))
    size, problem = form.reason("H") or (0, None)
    assert size == 17
    assert problem is not None
    assert "cat" in problem.path
    assert form.divided is not None
    assert form.divided.steps == {"H": (16, "h", 0), "W": (16, "w", 0)}
    assert [said for size in range(1, 70) for said in differences(form, {"H": size, "W": 32})] == []


@pytest.mark.parametrize("metric", ["params", "macs", "peak_memory", "weight_bytes", "flops.full", "adds"])
def test_a_width_is_free(metric: str) -> None:
    file = next(file for file, _ in MEMBERS if file.stem == "resnet")
    form = formula(file, variant="resnet18", metric=metric, free=["base", "H", "W"])
    for point in ({"base": 64, "H": 224, "W": 224}, {"base": 24, "H": 97, "W": 64}, {"base": 1, "H": 1, "W": 2}):
        assert list(differences(form, point)) == []


def test_the_batch_is_free() -> None:
    form = formula(padded_unet(2), free=["N", "H"], inputs={"input": (64, 40)}, metric="activation_bytes")
    assert (
        form(N=3, H=12) == cnnshape.analyze(padded_unet(2), batch=3, inputs={"input": (12, 40)}).total.activation_bytes
    )


def test_the_comparison_would_notice() -> None:
    form = formula(padded_unet(2))
    wrong = ClosedForm(**{**vars(form), "value": form.value + 1})
    assert list(differences(wrong, {"H": 64, "W": 64}))
    bold = ClosedForm(**{**vars(form), "_noted": {}})
    assert list(differences(bold, {"H": 63, "W": 64}))
