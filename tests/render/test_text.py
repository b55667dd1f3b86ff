"""The text fits: no line is longer than asked, no number is lost, nothing moves the cursor."""

import re
from typing import Any

import pytest

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render import receptive_fields
from cnnshape.render.names import shortened, wide
from tests.places import ZOO
from tests.render.nets import NETS, analysed, hostile

PLAIN = Options()


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    return VIEW.render(analysis, "text", options)


def _table(text: str) -> list[str]:
    """The header of the table and its rows, without rules and sums."""
    lines = text.split("\n")
    rules = [place for place, line in enumerate(lines) if line and set(line) <= {"-", " "}]
    return [lines[rules[0] - 1], *lines[rules[0] + 1 : rules[1]]]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("width", [50, 60, 70, 79, 80, 81, 100, 120, 200])
def test_no_line_is_longer_than_the_terminal(net: str, width: int) -> None:
    text = render(analysed(net), Options(width=width))
    table = [*_table(text), *(line for line in text.split("\n") if set(line) <= {"-", " "})]
    assert max(map(wide, table)) <= width
    assert all(wide(line) <= width or " " not in line.strip() or width < 80 for line in text.split("\n"))


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("width", range(22, 140, 7))
def test_columns_are_left_out_whole_and_said(net: str, width: int) -> None:
    full, text = render(analysed(net)), render(analysed(net), Options(width=width))
    said = re.search(r"\nleft out to fit .*\n(  .*\n)*", text)
    missing = set(" ".join(said[0].split()).partition(": ")[2].split(", ")) if said else set()
    headers = {"layer", "op", "output", "params", "MACs", "activation", "RF"}
    header, *rows = _table(text)
    assert {word for word in headers if word in header.split() or word == "layer"} == headers - missing
    for narrow, whole in zip(rows, _table(full)[1:], strict=True):
        kept = re.split(r"  +", narrow)[1:]
        assert set(kept) <= set(re.split(r"  +", whole))
    assert "left out" not in full


def test_asked_columns_stay_longest() -> None:
    text = render(analysed("chain"), Options(width=40, columns=("+fan_in",)))
    assert "fan in" in _table(text)[0]
    assert "op" not in _table(text)[0]


def test_there_is_room_again_for_a_column_that_was_left_out_early() -> None:
    assert "activation" in render(analysed("branches"), Options(width=100)).split("\n")[2]


def test_paths_are_cut_in_the_middle_and_stay_apart() -> None:
    short = shortened("features.denseblock4.denselayer31.conv2", 20)
    assert len(short) == 20
    assert short.startswith("featur")
    assert short.endswith("layer31.conv2")
    assert shortened("short", 20) == "short"


def test_hostile_names_do_not_break_lines_or_columns() -> None:
    text = render(hostile())
    assert "\x1b" not in text
    _, *rows = _table(text)
    assert len(rows) == len(hostile().layers)
    assert all("Op|" in row for row in rows)
    starts = {wide(row[: row.index("Op|")]) for row in rows}
    assert len(starts) == 1  # wide characters take two columns


def test_every_total_is_exact() -> None:
    total = analysed("chain").total
    text = render(analysed("chain"))
    for n in (total.params, total.macs, total.flops, total.activation_elements, total.activation_bytes):
        assert f"{n:,}" in text
    assert f"{analysed('chain').peak_memory.bytes:,} B" in text


def test_findings_are_said() -> None:
    text = render(analysed("branches"))
    assert "warning: `up.add`: `up.conv` is centred 1 px above `stem.both`" in text
    assert "warning: `aux`: the layer reaches no output" in text
    assert "warning" not in render(analysed("chain"))


def test_values_that_are_alike_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net = cnnshape.analyze(ZOO / "resnet.yaml")
    seen, written = receptive_fields.seen, []

    def counted(fields: Any, **options: Any) -> str:
        written.append(fields)
        return seen(fields, **options)

    monkeypatch.setattr(receptive_fields, "seen", counted)
    render(net)
    distinct = {repr(layer.receptive_field) for layer in net}
    assert len(written) == len(distinct) < len(net) / 2
