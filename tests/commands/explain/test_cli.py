"""`cnnshape explain`: its faces byte by byte, lines that fit a terminal, and what it refuses."""

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from tests.golden_files import assert_golden
from tests.render.test_notation import assert_balanced

RESNET = "specs/zoo/resnet50.yaml"
ENDINGS = {"text": "txt", "markdown": "md", "html": "html", "latex": "tex", "json": "json"}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["explain", *words])


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("conv", (RESNET, "conv1")),
        ("pool", ("specs/zoo/squeezenet.yaml", "pool.pool", "--metric", "output", "--flops", "full")),
        ("net", (RESNET, "--metric", "macs", "--metric", "peak_memory")),
    ],
)
def test_face(name: str, words: tuple[str, ...], form: str, request: pytest.FixtureRequest) -> None:
    result = ran(*words, "--format", form)
    assert result.exit_code == 0, result.output
    assert_golden(request, f"explain.{name}.{ENDINGS[form]}", result.stdout)
    if form == "latex":
        assert_balanced(result.stdout)


@pytest.mark.parametrize(
    ("spec", "layers"),
    [
        ("resnet50", ["conv1", "layer2.0.conv1", "bn1", "maxpool", "avgpool", "flatten", "fc", "layer1.0.add"]),
        ("mobilenet_v3", ["bneck.2.dw.conv", "bneck.3.se.fc1.conv", "bneck.3.se.scale"]),
        ("unet", ["up4.up", "up4.cat", "head"]),
        ("deeplab", ["out", "aspp.cat", "aspp.convs.3.conv"]),
        ("squeezenet", ["pool.pool"]),
        ("densenet", ["classifier"]),
    ],
)
def test_the_text_fits_a_terminal(spec: str, layers: list[str]) -> None:
    net = cnnshape.analyze(f"specs/zoo/{spec}.yaml")
    for layer in [layer for layer in layers if layer in net]:
        for flops in ("torch", "full"):
            text = ran(f"specs/zoo/{spec}.yaml", layer, "--flops", flops).stdout
            assert max(map(len, text.splitlines())) <= 80, text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((RESNET, "conv7"), "error: there is no layer `conv7` [unknown-name]\n\nhint: did you mean `conv1`?\n"),
        ((RESNET, "conv1", "--metric", "mac"), ("error: there is no metric `mac` [unknown-name]\n\n"
            "hint: did you mean `macs`?\n")),
        ((RESNET, "--metric", "mac"), "error: there is no metric `mac` [unknown-name]\n\nhint: did you mean `macs`?\n"),
        ((RESNET, "conv1", "--metric", "peak_memory"),
         "error: `peak_memory` belongs to the net as a whole, not to a layer [invalid-usage]\n\n"
         "hint: leave the layer out: `cnnshape explain SPEC --metric peak_memory`\n"),
        ((RESNET, "input"), "error: `input` is an input, there are records of layers only [invalid-usage]\n"),
        (("nowhere.yaml", "conv1"), "error: there is no such file [unreadable-file]\n  --> nowhere.yaml\n"),
    ],
)  # fmt: skip
def test_what_is_refused(words: tuple[str, ...], said: str) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)


def test_a_block_is_no_layer() -> None:
    result = ran("specs/zoo/resnet.yaml", "layer1.0")
    assert result.exit_code == 2
    said = (
        "error: `layer1.0` is a block, and explained is one layer [invalid-usage]\n\nhint: its layers: `layer1.0.conv1"
    )
    assert result.stderr.startswith(said)


def test_the_library_says_the_same() -> None:
    assert f"{cnnshape.explain(RESNET, 'conv1')}\n" == ran(RESNET, "conv1").stdout
    assert f"{cnnshape.explain_net(RESNET, metric='macs')}\n" == ran(RESNET, "--metric", "macs").stdout
