"""The networks and claims of the source documents, which torch measures again, and a few published nets."""

import subprocess
import sys
from pathlib import Path

import pytest

from cnnshape import Analysis, analyze, load
from tests.places import ROOT

SEEDS = ROOT / "specs" / "seeds"
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))


def seed(name: str, batch: int = 1) -> Analysis:
    return analyze(SEEDS / f"{name}.yaml", batch=batch)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_a_spec_is_tidy(spec: Path) -> None:
    lines = spec.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert max(map(len, lines)) <= (150 if spec.parent.name == "zoo" else 120)
    net = load(spec)
    assert f"name: {net.name}" in lines
    assert net.variants or net.name.startswith(spec.stem)
    for variant in net.variants or [None]:
        assert analyze(net, variant=variant).name.endswith(variant or net.name)


@pytest.mark.parametrize(
    ("name", "output", "params", "macs"),
    [
        ("resnet50", (1, 1000), 25_557_032, 4_089_184_256),
        ("mobilenet_v1", (1, 1000), 4_231_976, 568_740_352),
        ("unet", (1, 2, 388, 388), 31_030_658, 150_428_424_448),
    ],
)
def test_published_nets(name: str, output: tuple[int, ...], params: int, macs: int) -> None:
    net = analyze(ROOT / "specs" / "zoo" / f"{name}.yaml")
    assert list(net.outputs.values()) == [output]
    assert (net.total.params, net.total.macs) == (params, macs)


def test_resnet50_has_its_name_and_its_layers() -> None:
    net = analyze(ROOT / "specs" / "zoo" / "resnet50.yaml")
    assert net.depth == 50
    assert net.total.layers == 175
    assert net.total.buffers == 53_173
    assert net["layer4.2.relu3"].receptive_field["input"][0].size == 427


@pytest.mark.parametrize(
    ("name", "depth", "convs", "shapes"),
    [
        ("googlenet", 22, 57, {"pool1": (64, 24, 24), "3b.concat": (480, 12, 12), "5b.concat": (1024, 3, 3)}),
        ("resnet18", 18, 20, {"maxpool": (64, 56, 56), "layer2.0.add": (128, 28, 28), "layer4.1.relu": (512, 7, 7)}),
    ],
)
def test_stages(name: str, depth: int, convs: int, shapes: dict[str, tuple[int, ...]]) -> None:
    """Convolutions: 3 + 9 x 6 of GoogLeNet; 1 + 8 x 2 of ResNet, and one on each shortcut to more channels."""
    net = seed(name)
    assert net.depth == depth
    assert sum(record.op == "Conv2d" for record in net) == convs
    assert {path: net[path].output[1:] for path in shapes} == shapes


def test_lenet5_uses_one_pool_twice() -> None:
    net = seed("lenet5")
    assert net["pool2"].node.owner == net["pool"].value
    assert (net["pool"].output, net["pool2"].output) == ((1, 6, 14, 14), (1, 16, 5, 5))


def test_what_is_computed_is_what_torch_measures_and_what_the_report_says() -> None:
    command = [sys.executable, "reports/make_seeds.py", "--check"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_every_spec_has_its_row_in_the_report_and_every_row_its_spec() -> None:
    lines = (ROOT / "reports" / "seeds.md").read_text(encoding="utf-8").split("## The layers of")[0].splitlines()
    rows = {line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ")} - {"id"}
    assert rows - {"activation-sizes"} == {spec.stem for spec in SEEDS.glob("*.yaml")}  # those are sizes of `digits`


def test_the_report_names_the_two_wrong_texts() -> None:
    lines = (ROOT / "reports" / "seeds.md").read_text(encoding="utf-8").splitlines()
    wrong = [line.split(" | ")[0].strip("| ") for line in lines if "the text is wrong**" in line]
    assert wrong == ["activation-sizes", "conv-parameters"]
