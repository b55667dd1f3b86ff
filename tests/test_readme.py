"""The README says what is so: its sessions are run, its commands are those that CI runs."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnnshape
from tests.places import ROOT

README = ROOT / "README.md"

_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
_CONSOLE = re.compile(r"^```console\n\$ (.*?)\n(.*?)^```$", re.M | re.S)


def _run(command: str, place: Path) -> str:
    program, *arguments = command.split()
    assert program == "cnnshape"
    environment = {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    call = [sys.executable, "-m", "cnnshape", *arguments]
    done = subprocess.run(call, cwd=place, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_sessions_hold(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = README.read_text()
    found = _YAML.search(text)
    assert found
    spec = found[1]
    specs = [spec, spec.replace("groups: 4", "groups: 5").replace("op: Linear", "op: Linaer")]
    sessions = _CONSOLE.findall(text)
    assert len(sessions) == len(specs)
    for (command, expected), source in zip(sessions, specs, strict=True):
        (tmp_path / "small.yaml").write_text(source)
        said = _run(command, tmp_path)
        if request.config.getoption("--update-golden"):
            text = text.replace(f"$ {command}\n{expected}```", f"$ {command}\n{said}```", 1)
            README.write_text(text)
        else:
            assert said == expected


def test_the_python_session_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _YAML.search(README.read_text())
    assert found
    (tmp_path / "small.yaml").write_text(found[1])
    monkeypatch.chdir(tmp_path)
    session = re.search(r"```python\n(.*?)```", README.read_text(), re.S)
    assert session
    test = doctest.DocTestParser().get_doctest(session[1], {"cnnshape": cnnshape}, "README.md", str(README), 0)
    said: list[str] = []
    assert doctest.DocTestRunner().run(test, out=said.append).failed == 0, "".join(said)


def test_ci_installs_and_tests_as_the_readme_says() -> None:
    command = next(line for line in README.read_text().splitlines() if "constraints.txt" in line)
    ci = (ROOT / ".ci" / "run").read_text()
    for part in command.removeprefix("python3 -m venv venv && ").split(" && "):
        assert part.replace("venv/bin/", "") in ci


def test_what_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (ROOT / target).exists(), target
