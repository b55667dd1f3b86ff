"""Every way in which a layer of another package can fail: one message that names it, in every command."""

import importlib
import itertools
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from cnnshape.core.errors import PluginError
from tests.effort import share

HEAD = """
from typing import Any, final
from cnnshape.layers.base import Chain, Elementwise, FREE, Layer, Need, Ops, Tap, elements, pointwise
from cnnshape.layers.fields import Size
"""
GOOD = {
    "fields": "heads: Size = 1",
    "needs": "yield from ()",
    "output": "return x",
    "weights": "return {'w': (4, x[1])}",
    "buffers": "return {}",
    "ops": "return Ops(mul=elements(x))",
    "indices": "return None",
    "taps": "return (pointwise(x),)",
}


def module(**parts: str) -> str:
    """A module with a layer that is right but for some parts."""
    body = GOOD | parts
    lines = [f"    {body.pop('fields')}"]
    for fact, text in body.items():
        lines += [f"    def {fact}(self, x):", *(f"        {line}" for line in text.splitlines())]
    return HEAD + "class Twice(Layer):\n" + "\n".join(lines) + "\n"


RAISED = ("raise ZeroDivisionError('by nought')", "raise SystemExit(0)", "raise KeyboardInterrupt", "x.y.z", "1 / 0")
SHAPES = ("None", "'text'", "7", "(1, -2, 8, 8)", "(1, 2.5, 8, 8)", "(1, True, 8, 8)", "(1, 'a', 8, 8)", "[1, 2, 8, 8]",
          "(1, 0, 8, 8)", "(1, None, 8, 8)")  # fmt: skip
UNSAYABLE = "class E(Exception):\n    def __str__(self): raise ValueError\nraise E"

BROKEN: dict[str, str] = {
    "no package": "import package_that_is_not_there",
    "syntax": "class Twice(:",
    "raises": "raise RuntimeError('not today')",
    "exits": "import sys; sys.exit(0)",
    "interrupts": "raise KeyboardInterrupt",
    "nothing in it": "",
    "none": "Twice = None",
    "text": "Twice = 'a layer'",
    "function": "def Twice(): pass",
    "another class": "class Twice: pass",
    "abstract": HEAD + "class Twice(Layer): pass",
    "partly abstract": HEAD + "class Twice(Elementwise): pass",
    "ranks": module(fields="ranks = 4"),
    "axes": module(fields="axes = None"),
    "init raises": module(fields="def __init__(self, **values): 1 / 0"),
    "output takes nothing": module().replace("def output(self, x)", "def output(self)"),
    "output is a number": module().replace("def output(self, x):\n        return x", "output = 3"),
    **{f"{fact}: {text}": module(**{fact: text}) for fact in GOOD if fact != "fields" for text in RAISED},
    **{f"output: {text}": module(output=f"return {text}") for text in SHAPES},
    **{f"indices: {text}": module(indices=f"return {text}") for text in SHAPES[1:]},
    **{f"{fact}: {text}": module(**{fact: f"return {text}"}) for fact in ("weights", "buffers")
       for text in ("None", "()", "{'w': 3}", "{3: (1,)}", "{'w': (1, -1)}", "{'w': (1, 0.5)}")},
    **{f"ops: {text}": module(ops=f"return {text}") for text in ("None", "3", "(1, 2)", "Ops(mul=-1)", "Ops(mul=0.5)")},
    **{f"taps: {text}": module(taps=f"return {text}") for text in
       ("None", "()", "(None,)", "(Chain((3,)),)", "((3, 3, 3, 3),)", "((Tap(9, None),) * 4,)", "pointwise(x)")},
    "needs returns": module(needs="return None"),
    "needs text": module(needs="yield 'a need'"),
    "needs without values": module(needs="yield Need(False, '{nothing}')"),
    "needs with a hint that raises": module(needs="yield Need(False, 'no', {}, lambda: 1 / 0)"),
    "says nothing": module(output=UNSAYABLE),
    "recursion": module(output="return self.output(x)"),
}  # fmt: skip

NET = """\
cnnshape: 1
input: [2, 8, 8]
vars: {w: 3}
layers:
  conv: {op: Conv2d, out_channels: w, kernel_size: 3}
  twice: {op: Twice}
"""
COMMANDS: dict[str, tuple[str, ...]] = {
    "report": (),
    "explain": ("twice",),
    "formula": (),
    "sweep": ("--set", "w=3:9"),
    "solve": ("--vary", "w=3:9", "--maximize", "macs"),
    "verify": (),
    "expand": (),
    "conventions": (),
    "compare": (),
}
_NUMBER = itertools.count()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # as in the program
    yield tmp_path
    signal.signal(signal.SIGINT, before)


def installed(site: Path, text: str, op: str = "Twice", at: str = "Twice") -> str:
    """A package as pip would leave it; its name."""
    package = f"broken_plugin_{next(_NUMBER)}"
    (site / f"{package}.py").write_text(text)
    info = site / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[cnnshape.layers]\n{op} = {package}:{at}\n")
    (site / "net.yaml").write_text(NET)
    importlib.invalidate_caches()
    return package


def ran(site: Path, command: str) -> Result:
    return CliRunner().invoke(program, [command, str(site / "net.yaml"), *COMMANDS[command]])


@pytest.mark.parametrize("case", BROKEN)
def test_a_plug_in_that_fails_is_named(case: str, site: Path) -> None:
    package = installed(site, BROKEN[case])
    for command in share(COMMANDS, 4):
        result = ran(site, command)
        assert (result.exit_code, result.stdout) == (2, ""), command
        assert result.exception is None or isinstance(result.exception, SystemExit), command
        assert result.stderr.startswith(f"error: `twice`: plug-in `{package}"), command
        assert result.stderr.count("error:") == 1
    with pytest.raises(PluginError):
        cnnshape.analyze(site / "net.yaml")


def test_a_plug_in_that_is_right_works_everywhere(site: Path) -> None:
    installed(site, module())
    for command in COMMANDS:
        result = ran(site, command)
        assert (result.exit_code, result.stderr) == (0, ""), command


OLD = """
from typing import Annotated
from cnnshape.layers.fields import Core, core
_EVEN = {"type": "function-after", "function": {"type": "no-info", "function": lambda n: n - n % 2},
         "schema": core(Size).schema}
Even = Annotated[int, Core(_EVEN, "an even number", core(Size).edit, low=1)]
"""
WRITTEN: dict[str, str] = {
    "annotations that are text": "from __future__ import annotations\n" + module(),
    "text of its own module": "from __future__ import annotations\n"
    + module(fields="heads: Mine = 1\n    ranks: ClassVar[tuple[int, ...]] = (4, 3)\n    kept: ClassVar = 3")
    + "from typing import ClassVar\nMine = Size\nTwice.model_rebuild()",
    "a bare ClassVar": module(fields="heads: Size = 1\n    ranks: ClassVar = (4, 3)").replace(
        "import Any", "import ClassVar, Any"
    ),
    "constants without annotation": module(
        fields="heads: Size = 1\n    share = 3\n    _table = {1: 2}\n    ranks = (4, 3)"
    ),
    "a helper in it": module(fields="heads: Size = 1\n    @staticmethod\n    def half(n): return n // 2"),
    "types of its own": module(fields="heads: Literal[1, 2] | None = 1").replace("import Any", "import Any, Literal"),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_plug_in_may_be_written_in_many_ways(case: str, site: Path) -> None:
    installed(site, WRITTEN[case])
    assert (ran(site, "report").exit_code, ran(site, "formula").exit_code) == (0, 0)
    (site / "net.yaml").write_text(NET.replace("op: Twice", "op: Twice, head: 2"))
    assert "error: `twice`: Twice has no field `head`" in (text := ran(site, "report").stderr)
    assert "did you mean `heads`?" in text
    (site / "net.yaml").write_text(NET.replace("op: Twice", "op: Twice, heads: 0"))
    assert "error: `twice`: heads" in ran(site, "report").stderr


@pytest.mark.filterwarnings("default:.*has moved:DeprecationWarning")
def test_a_plug_in_of_version_0_1_0_states_its_schema(site: Path) -> None:
    installed(site, module(fields="heads: Even = 2").replace("class Twice", OLD + "class Twice"))
    (site / "net.yaml").write_text(NET.replace("op: Twice", "op: Twice, heads: 5"))
    assert ran(site, "report").exit_code == 0
    assert cnnshape.analyze(site / "net.yaml")["twice"].node.facts.layer.model_dump() == {"heads": 4}
    (site / "net.yaml").write_text(NET.replace("op: Twice", "op: Twice, heads: [1]"))
    assert "heads takes an even number, not [1]" in ran(site, "report").stderr
    schema = json.loads(CliRunner().invoke(program, ["schema"]).stdout)["$defs"]["op.Twice"]
    assert schema["properties"]["heads"]["minimum"] == 1


def test_what_a_plug_in_refuses_is_no_failure(site: Path) -> None:
    installed(site, module(needs="yield Need(x[1] > 3, '{n} is three', {'n': x[1]}, 'take another {n}')"))
    result = ran(site, "report")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: `twice`: 3 is three [shape-mismatch]\n")
    assert result.stderr.endswith("\nhint: take another 3\n")
    result = ran(site, "sweep")
    assert result.exit_code == 0
    assert "1  `twice`: 3 is three; at `w = 3`\n" in result.stdout


def test_the_place_in_the_plug_in_is_shown(site: Path) -> None:
    package = installed(site, module(ops="\nraise ValueError('so')"))
    text = ran(site, "report").stderr
    lines = (site / f"{package}.py").read_text().splitlines()
    line = next(number for number, each in enumerate(lines, 1) if "ValueError" in each)
    assert text == (
        f"error: `twice`: plug-in `{package}:Twice`: `ops` raised ValueError: so [plugin-failed]\n"
        f"  --> {site}/net.yaml:6:10\n  at {site}/{package}.py:{line}\n\n"
        "hint: the mistake is in that package, not in the spec\n"
    )


def test_a_plug_in_may_stand_in_a_class(site: Path) -> None:
    inner = module() + "class Outer:\n    Inner = Twice\n"
    installed(site, inner, at="Outer.Inner")
    assert ran(site, "report").exit_code == 0


def test_a_plug_in_that_shadows_a_layer_of_ours_is_named(site: Path) -> None:
    package = installed(site, module(), op="Conv2d")
    result = ran(site, "report")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        f"error: two packages bring the op `Conv2d`: cnnshape and {package} [invalid-usage]\n"
    )


def test_an_interrupt_of_a_person_comes_through(site: Path) -> None:
    """In a library call, where it cannot be told from that of a plug-in."""
    installed(site, module(output="raise KeyboardInterrupt"))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        cnnshape.analyze(site / "net.yaml")


@pytest.mark.parametrize("case", share(BROKEN, 3))
def test_a_schema_names_a_plug_in_that_is_broken(case: str, site: Path) -> None:
    """Or holds what it says of its fields, where nothing else is asked of it."""
    package = installed(site, BROKEN[case])
    result = CliRunner().invoke(program, ["schema"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 2)
    if result.exit_code:
        assert result.stderr.startswith(f"error: plug-in `{package}")


def test_workers_name_a_plug_in_that_is_broken(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = installed(site, module(ops="raise SystemExit(0)"))
    monkeypatch.setattr("cnnshape.commands.sweep.streaming.CHUNK", 1)
    for form in ("text", "csv", "json"):
        words = ["sweep", str(site / "net.yaml"), "--set", "w=3:9", "--workers", "2", "--format", form]
        result = CliRunner().invoke(program, words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(
            f"error: `twice`: plug-in `{package}:Twice`: `ops` raised SystemExit: 0 [plugin-failed]\n"
        )
