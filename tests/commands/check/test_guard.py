"""`cnnshape check --base` against whoever makes a net heavier: each way is broken, refused, or plain in the summary.

Each attack is a branch of a small repository.  Whether it breaks or is only listed follows a rule: what is heavier than
the rules of the branch allow exits with 1; rules that allow more than before are listed, as changing them is a right.
"""

import json
import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml
from click.testing import CliRunner, Result

from cnnshape.cli import program
from cnnshape.commands.check.view import VIEW
from tests.commands.diff.nets import commit, git, repository
from tests.effort import share

NET = """\
cnnshape: 1
input: [3, 32, 32]
vars: {width: 16}
variants: {half: {width: 8}}
include: [blocks/unit.inc]
layers:
  stem: {op: Conv2d, out_channels: width, kernel_size: 3, padding: 1}
  body: {block: unit, c: 2 * width, repeat: 2}
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
  flatten: Flatten
  fc: {op: Linear, out_features: 10}
"""
BLOCKS = """\
cnnshape: 1
blocks:
  unit:
    vars: {c: required}
    layers:
      conv: {op: Conv2d, out_channels: c, kernel_size: 3, padding: 1}
      act: ReLU
"""
LIGHT = "cnnshape: 1\ninput: [3, 32, 32]\nlayers:\n  one: {op: Conv2d, out_channels: 4, kernel_size: 1}\n"
HEAVY = LIGHT.replace("4", "400") + "  flatten: Flatten\n  fc: {op: Linear, out_features: 1000}\n"
BUDGET = """\
cnnshape: 1
specs: 'nets/*.yaml'
budget:
  - {metric: macs, max_increase: 0}
  - {metric: macs, max_increase: 1 %, variant: '*', specs: nets/a.yaml}
  - {metric: params, select: {op: Conv2d, take: each}, max_increase: 0}
  - {metric: params, select: body, max_increase: 0, specs: nets/a.yaml}
  - {metric: peak_memory, max: 4 MiB}
"""
FILES: Final[dict[str, str | None]] = {
    "budget.yaml": BUDGET,
    "nets/a.yaml": NET,
    "nets/b.yaml": LIGHT,
    "nets/heavy.yaml": HEAVY,
    "nets/blocks/unit.inc": BLOCKS,
    "nets/blocks.yaml": BLOCKS,
}
NARROW = "cnnshape: 1\nspecs: nets/[bh]*.yaml\nbudget:\n  - {metric: macs, max_increase: 0}\n"
WIDER = NET.replace("width: 16", "width: 20")


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["check", *words], catch_exceptions=False)


def guarded(*words: str) -> Result:
    return ran("--base", "main", *words)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    folder = repository(tmp_path / "repo", FILES)
    monkeypatch.chdir(folder)
    return folder


def test_nothing_is_different(repo: Path) -> None:
    result = guarded()
    assert (result.exit_code, result.output) == (0, "13 limits on 4 nets: all hold\n")


class Attack(NamedTuple):
    """Files as a branch has them, how the check exits, and what it has to tell."""

    files: dict[str, str | None]
    status: int
    tells: tuple[str, ...]


def budget(old: str, new: str) -> dict[str, str | None]:
    assert old in BUDGET
    return {"budget.yaml": BUDGET.replace(old, new)}


def a(old: str, new: str) -> dict[str, str | None]:
    assert old in NET
    return {"nets/a.yaml": NET.replace(old, new)}


ATTACKS: dict[str, Attack] = {
    "a variable is larger": Attack(a("width: 16", "width: 20"), 1, ("more than the baseline's",)),
    "a variant is larger": Attack(a("width: 8", "width: 12"), 1, ("`half`: macs:",)),
    "a block that is included is heavier": Attack(
        {"nets/blocks/unit.inc": BLOCKS.replace("kernel_size: 3, padding: 1", "kernel_size: 5, padding: 2")}, 1, ()
    ),
    "an included file has another name": Attack(
        a("blocks/unit.inc", "blocks/other")
        | {"nets/blocks/other": BLOCKS.replace("kernel_size: 3, padding: 1", "kernel_size: 5, padding: 2")},
        1,
        (),
    ),
    "the spec has another name": Attack(
        {"nets/a.yaml": None, "nets/new.yaml": WIDER} | budget("specs: nets/a.yaml", "specs: nets/new.yaml"),
        1,
        ("more than the baseline's", "renamed  `nets/new.yaml` was `nets/a.yaml`"),
    ),
    "the spec moves": Attack(
        {"nets/a.yaml": None, "other/a.yaml": WIDER, "other/blocks/unit.inc": BLOCKS}
        | {"budget.yaml": BUDGET.replace("nets/a.yaml", "other/a.yaml").replace("'nets/*", "'*/*")},
        1,
        ("more than the baseline's", "`other/a.yaml` was `nets/a.yaml`"),
    ),
    "the spec is a copy": Attack(
        {"nets/copy.yaml": HEAVY.replace("400", "399")}, 1, ("the spec is new", "new  `nets/copy.yaml`")
    ),
    "the spec is written anew": Attack(
        {"nets/b.yaml": None, "nets/c.yaml": json.dumps(yaml.safe_load(HEAVY), indent=1)},
        1,
        ("the spec is new", "unchecked  `nets/b.yaml` is gone: its limits are not checked any more"),
    ),
    "a spec takes the place of a light one": Attack(
        {"nets/b.yaml": HEAVY, "nets/heavy.yaml": LIGHT}, 1, ("`b`: macs:",)
    ),
    "a light net takes the past of a heavy one": Attack(
        {"nets/b.yaml": None, "nets/heavy.yaml": None, "nets/c.yaml": HEAVY.replace("1000", "999")},
        0,
        (
            "unchecked  `nets/b.yaml` is gone: its limits are not checked any more",
            "renamed    `nets/c.yaml` was `nets/heavy.yaml`",
        ),
    ),
    "a variant has another name": Attack(
        a("half: {width: 8}", "lite: {width: 12}"),
        1,
        (
            "lite`: macs:",
            "the variant is new",
            "unchecked  `nets/a.yaml`, variant `half`, is checked by no rule any more",
        ),
    ),
    "a variant is new": Attack(a("{half", "{huge: {width: 400}, half"), 1, ("the variant is new",)),
    "a layer has another name": Attack(
        a("stem:", "trunk:"), 1, ("each of op Conv2d `trunk`: 448 params, the layer is new",)
    ),
    "a layer is new": Attack(a("  fc", "  extra: {op: Linear, out_features: 9}\n  fc"), 1, ("extra  +",)),
    "a layer has another op": Attack(
        a(
            "  flatten: Flatten\n  fc: {op: Linear, out_features: 10}",
            "  fc: {op: Conv2d, out_channels: 12, kernel_size: 1}",
        ),
        1,
        ("each of op Conv2d `fc`: 396 params, 66 (20.0 %) more than the baseline's 330",),
    ),
    "the selection follows the layers": Attack(
        a("body:", "trunk:") | budget("select: body", "select: trunk"),
        1,
        ("the rule selected nothing before", "weaker", "`params, body`: `max_increase: 0` is gone"),
    ),
    "the layers leave the selection": Attack(
        a("repeat: 2}", "repeat: 1}\n  torso: {block: unit, c: 90}")
        | {"budget.yaml": BUDGET.replace("max_increase: 0}", "max_increase: 900 %}").replace("1 %", "900 %")},
        1,
        ("weaker", "`params, body` of `nets/a.yaml` covers less", "it lost `body.1.conv` and `body.1.act`"),
    ),
    "the input is smaller": Attack(
        a("[3, 32, 32]", "[3, 16, 16]"),
        0,
        ("`nets/a.yaml` is measured with the input (1, 3, 16, 16), before with (1, 3, 32, 32)",),
    ),
    "the glob does not match any more": Attack(
        {"nets/a.yaml": None, "nets/a.yml": WIDER} | budget(", specs: nets/a.yaml", ""), 2, ()
    ),
    "the glob is narrower": Attack(
        {"nets/a.yaml": WIDER, "budget.yaml": NARROW},
        0,
        ("unchecked  `nets/a.yaml` is checked by no rule any more\n", "weaker", "`peak_memory`: `max: 4 MiB` is gone"),
    ),
    "a key has a typo beside blocks": Attack(
        {"nets/b.yaml": BLOCKS + HEAVY.partition("1\n")[2].replace("layers:", "layer:")},
        2,
        ("a spec needs `layers`", "did you mean `layers`?"),
    ),
    "a spec has turned into blocks": Attack(
        {"nets/b.yaml": BLOCKS}, 0, ("unchecked  `nets/b.yaml` is checked by no rule any more",)
    ),
    "the spec is gone": Attack(
        {"nets/b.yaml": None}, 0, ("unchecked  `nets/b.yaml` is gone: its limits are not checked any more",)
    ),
    "a glob leaves a new spec out": Attack(
        budget("'nets/*.yaml'", "'nets/[abh]*.yaml'") | {"nets/new.yaml": HEAVY.replace("400", "4000")},
        0,
        ("unchecked  `nets/new.yaml` is new, and only the earlier globs of `budget.yaml` take it in",),
    ),
    "a limit is raised": Attack(
        budget("4 MiB", "512 MiB"),
        0,
        ("weaker  `peak_memory`: `max: 4 MiB` is now `max: 512 MiB` for `nets/a.yaml`", "(`budget.yaml:8`)"),
    ),
    "a limit is only a warning": Attack(
        budget("metric: macs, max_increase: 0}", "metric: macs, max_increase: 0, level: warn}"),
        0,
        ("weaker  `macs`: `max_increase: 0` is only a warning for",),
    ),
    "a limit is gone": Attack(
        budget("  - {metric: peak_memory, max: 4 MiB}\n", ""), 0, ("weaker  `peak_memory`: `max: 4 MiB` is gone for",)
    ),
    "a limit is for another batch": Attack(
        budget("metric: peak_memory, ", "metric: peak_memory, dtype: int8, "),
        0,
        ("`peak_memory`: `max: 4 MiB` is gone for",),
    ),
    "an increase is in other words": Attack(
        budget("metric: macs, max_increase: 0}", "metric: macs, max_increase: 1 P}"),
        0,
        ("weaker  `macs`: `max_increase: 0` is now `max_increase: 1 P`",),
    ),
    "the version is another word": Attack(budget("cnnshape: 1", "cnnshape: true"), 2, ("cnnshape takes 1, not true",)),
    "a conflict is left": Attack(
        {"budget.yaml": f"<<<<<<< HEAD\n{BUDGET}=======\n{BUDGET}>>>>>>> work\n"},
        2,
        ("this file contains merge conflict markers",),
    ),
}


@pytest.mark.parametrize(("name", "state"), share(product(ATTACKS, ["committed", "staged", "written"]), 2))
def test_an_attack_is_seen(repo: Path, name: str, state: str) -> None:
    attack = ATTACKS[name]
    commit(repo, attack.files)
    if state != "committed":
        git(repo, "reset", "-q", "--soft" if state == "staged" else "--mixed", "main")
    result = guarded()
    assert result.exit_code == attack.status, result.output
    for told in attack.tells:
        assert told in result.output


def test_a_link_does_not_change_what_a_spec_is_measured_from(repo: Path) -> None:
    (repo / "nets/b.yaml").unlink()
    (repo / "nets/b.yaml").symlink_to("heavy.yaml")
    result = guarded()
    assert result.exit_code == 1
    assert "`b`: macs: 411 M MACs" in result.output
    git(repo, "checkout", "-q", "nets/b.yaml")
    (repo / "nets").rename(repo / "moved")
    (repo / "heavy").mkdir()
    for name in ("a.yaml", "b.yaml", "heavy.yaml"):
        (repo / "heavy" / name).write_text(HEAVY.replace("layers", "variants: {half: {}}\nlayers"))
    (repo / "nets").symlink_to("heavy")
    assert guarded().exit_code == 2  # no body
    (repo / "budget.yaml").write_text("cnnshape: 1\nspecs: nets/b.yaml\nbudget: [{metric: macs, max_increase: 0}]\n")
    result = guarded()
    assert (result.exit_code, "more than the baseline's 12.3 k" in result.output) == (1, True)


def test_links_that_were_there_are_followed(repo: Path) -> None:
    (repo / "nets/link.yaml").symlink_to("b.yaml")
    (repo / "all").symlink_to("nets")
    (repo / "out.yaml").symlink_to("../out.yaml")
    (repo / "loop.yaml").symlink_to("loop.yaml")
    commit(repo, {"budget.yaml": BUDGET.replace("'nets/*.yaml'", "[all/b.yaml, nets/link.yaml]")})
    git(repo, "branch", "-f", "main")
    assert guarded().exit_code == 0
    (repo / "nets/b.yaml").write_text(LIGHT.replace("4", "5"))
    result = guarded()
    assert (result.exit_code, result.output.count("error:")) == (1, 4)
    (repo.parent / "out.yaml").write_text(LIGHT)
    (repo / "budget.yaml").write_text("cnnshape: 1\nspecs: out.yaml\nbudget: [{metric: macs, max_increase: 0}]\n")
    assert "the spec is new" in guarded().output
    (repo / "budget.yaml").write_text("cnnshape: 1\nspecs: loop.yaml\nbudget: [{metric: macs, max_increase: 0}]\n")
    assert guarded().exit_code == 2


def test_the_repository_through_a_link(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.parent / "link").symlink_to(repo)
    monkeypatch.chdir(repo.parent / "link" / "nets")
    for file in ("../budget.yaml", str(repo.parent / "link" / "budget.yaml"), str(repo / "budget.yaml")):
        assert guarded(file).exit_code == 0
    (repo / "nets/b.yaml").write_text(HEAVY)
    for file in ("../budget.yaml", str(repo.parent / "link" / "budget.yaml"), str(repo / "budget.yaml")):
        assert guarded(file).exit_code == 1


def test_a_submodule_is_a_repository_of_its_own(repo: Path) -> None:
    other = repository(repo.parent / "other", {"net.yaml": HEAVY})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    commit(repo, {"budget.yaml": BUDGET + "  - {metric: macs, max_increase: 0, specs: sub/net.yaml}\n"})
    result = guarded("--allow-new")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "14 limits on 5 nets: 1 new and allowed, 13 hold")
    git(repo, "branch", "-f", "main")
    result = guarded()
    assert result.exit_code == 2
    assert "error: `sub/net.yaml` is in the submodule `sub` [git-failed]\n" in result.output


def test_a_budget_that_could_not_be_read_is_told(repo: Path) -> None:
    commit(repo, {"budget.yaml": BUDGET.replace("4 MiB", "4 MB!")})
    git(repo, "branch", "-f", "main")
    commit(repo, {"budget.yaml": BUDGET})
    result = guarded()
    assert result.exit_code == 0
    assert "unread  `budget.yaml` cannot be read as it was: max=4 MB!: `MB!` is not a unit of bytes" in result.output


def test_a_net_that_could_not_be_read_cannot_be_measured(repo: Path) -> None:
    commit(repo, {"nets/b.yaml": LIGHT.replace("Conv2d", "Convd")})
    git(repo, "branch", "-f", "main")
    commit(repo, {"nets/b.yaml": LIGHT})
    result = guarded()
    assert result.exit_code == 2
    assert "--> main:nets/b.yaml:" in result.output


def test_many_files_that_move_are_followed(repo: Path) -> None:
    """More than are compared with each other: git pairs those that are the same by their names in its store."""
    nets = {f"many/{n}.yaml": LIGHT.replace("4", str(n)) for n in range(3, 33)}
    commit(repo, {**nets, "budget.yaml": BUDGET.replace("'nets/*.yaml'", "'many/*.yaml'")})
    git(repo, "branch", "-f", "main")
    moved = {name.replace("many", "moved"): text for name, text in nets.items()}
    commit(repo, dict.fromkeys(nets) | moved | {"budget.yaml": BUDGET.replace("'nets/*.yaml'", "'moved/*.yaml'")})
    result = guarded()
    assert result.exit_code == 0
    assert "renamed  `moved/10.yaml` was `many/10.yaml`" in result.output
    assert "and 10 more" in result.output


def test_what_is_stricter_or_new_is_not_listed(repo: Path) -> None:
    (repo / "budget.yaml").write_text(
        BUDGET.replace("4 MiB", "3 MiB").replace("max_increase: 1 %", "max_increase: 0")
        + "  - {metric: params, max: 5 G}\n"
    )
    result = guarded()
    assert (result.exit_code, result.output) == (0, "16 limits on 4 nets: all hold\n")


def test_a_budget_in_a_spec_is_compared_too(repo: Path) -> None:
    rules = "budget:\n  - {metric: macs, max: 13 kMACs, max_increase: 0}\n"
    commit(repo, {"nets/b.yaml": LIGHT + rules, "nets/gone.yaml": LIGHT + rules})
    git(repo, "branch", "-f", "main")
    assert guarded("nets/b.yaml").output == "2 limits on 1 net: all hold\n"
    commit(repo, {"nets/b.yaml": LIGHT + rules.replace("13", "14"), "nets/gone.yaml": None})
    result = guarded("nets/b.yaml")
    assert result.exit_code == 0
    assert (
        "weaker     `macs`: `max: 13 kMACs` is now `max: 14 kMACs` for `nets/b.yaml` (`nets/b.yaml:6`)" in result.output
    )
    assert "unchecked  `nets/gone.yaml`, which had a budget, is gone" in result.output
    commit(repo, {"nets/b.yaml": LIGHT})
    assert guarded("nets/b.yaml").exit_code == 2


@pytest.mark.parametrize("format", VIEW.formats)
def test_every_format_and_the_summary_tell_it(repo: Path, format: str) -> None:
    anew = json.dumps(yaml.safe_load(HEAVY), indent=1)
    commit(repo, budget("4 MiB", "512 MiB") | {"nets/b.yaml": None, "nets/c.yaml": anew})
    result = guarded("--format", format, "--summary", "summary.md")
    assert result.exit_code == 1
    for text in (result.output, Path("summary.md").read_text()):
        for told in ("max: 4 MiB", "max: 512 MiB", "unchecked", "nets/b.yaml", "nets/c.yaml"):
            assert told in text


@pytest.mark.parametrize("format", VIEW.formats)
def test_no_limits_are_never_all_hold(repo: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import cnnshape

    monkeypatch.setattr("cnnshape.commands.check.cli._checked", lambda *_, **__: cnnshape.Report((), nets=2))
    result = guarded("--format", format)
    assert result.exit_code == 2
    assert "hold" not in result.output
    assert format == "json" or "no limit was checked" in result.output
    assert format != "json" or json.loads(result.output)["ok"] is False


def test_what_globs_skip_is_named(repo: Path) -> None:
    commit(repo, {"nets/cnnshape.baseline.yaml": "cnnshape: 1\nbaseline: {}\n", "nets/budget.yaml": BUDGET})
    result = guarded("--verbose")
    assert result.exit_code == 0
    assert (
        "skipped, as they are not specs:\n  blocks    `nets/blocks.yaml`\n  budget    `nets/budget.yaml`\n"
        "  baseline  `nets/cnnshape.baseline.yaml`\n"
    ) in result.output
    assert "skipped" not in guarded().output
    data: dict[str, Any] = json.loads(guarded("--format", "json").output)
    assert [each["kind"] for each in data["skipped"]] == ["blocks", "budget", "baseline"]


def test_a_link_to_nothing_is_not_skipped(repo: Path) -> None:
    (repo / "nets/b.yaml").unlink()
    (repo / "nets/b.yaml").symlink_to("nowhere.yaml")
    for words in (("--base", "main"), ()):
        result = ran("budget.yaml", *words)
        assert result.exit_code == 2
        assert "error: there is no such file [unreadable-file]\n  --> nets/b.yaml\n" in result.stderr


TYPO: list[Callable[[dict[str, Any]], None]] = [
    lambda data: data.update(layer=data.pop("layers")),
    lambda data: data.update(Layers=data.pop("layers")),
    lambda data: data.update({"layers ": data.pop("layers")}),
    lambda data: data.update(layer=data.pop("layers"), blocks={}),
    lambda data: data.update(layer=data.pop("layers"), budget=[{"metric": "macs", "max": 0}]),
    lambda data: data.update(layer=data.pop("layers"), baseline={}),
    lambda data: data.update(blocks=data.pop("layers")),
    lambda data: data.update(blocks={}, inputs=data.pop("layers")),
]


@pytest.mark.parametrize("typo", TYPO)
def test_a_spec_with_a_typo_is_not_skipped(repo: Path, typo: Callable[[dict[str, Any]], None]) -> None:
    data = yaml.safe_load(LIGHT)
    typo(data)
    (repo / "nets/b.yaml").write_text(yaml.safe_dump(data))
    for words in (("--base", "main"), ()):
        assert ran("budget.yaml", *words).exit_code == 2
