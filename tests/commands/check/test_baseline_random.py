"""Random edits of random nets, held to the baseline of what they were: what grew more than it may is never passed."""

import shutil
from pathlib import Path

import pytest
from hypothesis import assume, event, given

import cnnshape
from cnnshape.commands.check import update
from cnnshape.core.errors import CnnshapeError
from tests.commands.check.repositories import (
    Figures,
    Files,
    Refused,
    allowed,
    branches,
    chosen,
    earlier,
    figures,
    variants,
    write,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def grown(before: Files, after: Files) -> bool:
    """Whether a figure is heavier than a failing rule allows, or one of an increase has nothing to be measured from."""
    found = False
    for rule in after["budget.yaml"]["budget"]:
        select = rule.get("select", {})
        for path in chosen(after):
            for variant in variants(after[path], rule):
                now = figures(after, path, variant, rule)
                try:
                    was = figures(
                        before, path, variant, {**rule, "select": {}} if select.get("take") == "each" else rule
                    )
                    fresh = 0  # what a layer counts from that is new in a net that was there
                except (Refused, KeyError):
                    was, fresh = Figures({}), None
                for part, n in now.found.items():
                    held = was.all.get(part, earlier(was, part)) if part else was.found.get("")
                    held = fresh if part and held is None else held
                    found |= not allowed(rule, n, held) and rule.get("level") != "warn"
    return found


@given(branch=branches())
def test_growth_is_never_passed(folder: Path, branch: tuple[Files, Files, list[str]]) -> None:
    before, after, _ = branch
    assume(not any(isinstance(data, str) for data in after.values()))  # links are measured under their own names
    shutil.rmtree(folder)
    folder.mkdir()
    write(folder, before)
    try:
        files = update(folder / "budget.yaml").files
    except CnnshapeError:
        event("refused before")
        return
    write(folder, after)
    for file, text in files.items():
        Path(file).write_text(text)
    try:
        report = cnnshape.check(folder / "budget.yaml")
    except CnnshapeError:
        event("refused")
        return
    event(f"ok {report.ok}")
    parts = [rule.get("select", {}) for rule in after["budget.yaml"]["budget"]]
    both = any({"block", "op"} <= select.keys() for select in parts)  # a baseline does not know what ops there were
    if report.ok and not both:
        assert not grown(before, after)
