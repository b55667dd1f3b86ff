"""Where a check is used: the action's steps, the hook of pre-commit, and the examples, each run as it will be.

Steps that only set a machine up (Python, the installation) are left out; `cnnshape` is this one.
"""

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cnnshape.cli import program
from tests.commands.check.nets import write
from tests.commands.check.test_formats import Command, commands
from tests.places import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
SETUP = {"Set up Python", "Install cnnshape"}
RULE = {"metric": "macs", "max": "15 MMACs"}


def script(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/bash\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def git(*words: str, place: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    call = ["git", *who, *words]
    return subprocess.run(call, cwd=place, capture_output=True, text=True, check=False, env=clean(env))


def clean(env: dict[str, str] | None = None) -> dict[str, str]:
    """The environment without what a surrounding git (a hook of ours) would say to ours."""
    return {key: held for key, held in os.environ.items() if not key.startswith("GIT_")} | (env or {})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a spec that holds to its budget."""
    place = tmp_path / "repository"
    place.mkdir()
    write(place / "small.yaml", RULE)
    git("init", "-q", place=place)
    git("add", "-A", place=place)
    git("commit", "-qm", "a net", place=place)
    return place


class Job:
    """A run of the action's steps on this machine."""

    def __init__(self, place: Path, python: str) -> None:
        self.place, self.temp = place, place.parent
        script(self.temp / "cnnshape" / "bin" / "python", python)
        (self.temp / "cnnshape" / "bin" / "cnnshape").write_text(INSTALLED)
        self.output, self.page = self.temp / "output", self.temp / "page.md"
        self.summary = self.temp / "cnnshape" / "cnnshape-summary.md"

    def value(self, text: str, inputs: dict[str, str]) -> str:
        """A text with the expressions of GitHub in it."""
        known = {f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        known |= {f"inputs.{name}": held for name, held in inputs.items()} | {"runner.temp": str(self.temp)}
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: known[found[1]], text)

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """The steps, one after the other; the last one decides."""
        given = {name.replace("_", "-"): held for name, held in inputs.items()}
        assert given.keys() <= ACTION["inputs"].keys()
        (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] not in SETUP]
        env = {name: self.value(held, given) for name, held in step["env"].items()}
        env |= {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.page)}
        assert "${{" not in step["run"]  # what a user says is never a part of the script
        call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(call, cwd=self.place, env=clean(env), capture_output=True, text=True, check=False)


OURS = f'exec {sys.executable} "$@"'
INSTALLED = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom cnnshape.__main__ import main\nmain()\n"
"""What pip installs as the script, for the code that is tested here."""


def test_the_action_says_what_broke(repository: Path) -> None:
    job = Job(repository, OURS)
    done = job.run(budget="small.yaml")
    assert (done.returncode, list(commands(done.stdout)), done.stderr) == (0, [], "")
    write(repository / "small.yaml", RULE, width=17)
    done = job.run(budget="small.yaml\n")
    assert done.returncode == 1
    (command,) = commands(done.stdout)
    assert (command.name, command.properties["file"]) == ("error", "small.yaml")
    line = (repository / "small.yaml").read_text().splitlines()[int(command.properties["line"]) - 1]
    assert line == "- {metric: macs, max: 15 MMACs}"
    summary = job.summary.read_text()
    assert summary.startswith("**cnnshape check**: 1 limit on 1 net: 1 broken, 0 hold\n")
    assert job.page.read_text().endswith(summary)
    assert job.page.read_text().startswith("**cnnshape check**: 1 limit on 1 net: all hold\n")
    assert job.output.read_text() == "".join(f"status={status}\nsummary={job.summary}\n" for status in (0, 1))
    assert git("status", "--short", place=repository).stdout == " M small.yaml\n"  # nothing is left in the tree


def test_the_action_says_what_it_cannot_check(repository: Path) -> None:
    job = Job(repository, OURS)
    done = job.run(job_summary="false")  # there is no budget.yaml
    assert (done.returncode, job.page.exists()) == (2, False)
    assert job.output.read_text() == f"status=2\nsummary={job.summary}\n"
    (repository / "small.yaml").write_text("cnnshape: 1\n")
    done = job.run(budget="small.yaml")
    assert done.returncode == 2
    assert [each.properties["file"] for each in commands(done.stdout)] == ["small.yaml"]
    assert "the budget cannot be checked" in job.page.read_text()


def test_the_action_hands_its_inputs_on_as_they_are(repository: Path) -> None:
    job = Job(repository, "printf '<%s>' \"$@\"")
    evil = "$(touch evil) ; `touch evil` ' \" --help"
    done = job.run(budget=f"a b.yaml\n-x.yaml\n{evil}", baseline=evil, base="origin/main", summary=evil)
    installed, summary = str(job.temp / "cnnshape" / "bin" / "cnnshape"), str(job.summary)
    expected = ["-I", installed, "check", "--format", "github", "--summary", summary, "--baseline", evil]
    expected += ["--base", "origin/main", "--", "a b.yaml", "-x.yaml", evil]
    assert done.stdout == "".join(f"<{word}>" for word in expected)
    assert not (repository / "evil").exists()


SHADOWS = ("cnnshape/__init__", "cnnshape/__main__", "yaml", "venv", "pip", "click", "json", "sitecustomize", "re")


def test_no_code_of_a_pull_request_runs(repository: Path) -> None:
    evil = repository.parent / "evil"
    for name in SHADOWS:
        file = repository / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"open({str(evil)!r}, 'w').close()\n")
    job = Job(repository, OURS)
    done = job.run(budget="small.yaml", base="HEAD")
    assert (done.returncode, done.stderr, evil.exists()) == (0, "", False)
    call = [sys.executable, "-m", "cnnshape", "check", "small.yaml"]
    subprocess.run(call, cwd=repository, env=clean(), capture_output=True, check=False)
    assert evil.exists()  # which would have run it


def test_the_action_copies_the_summary_to_a_file(repository: Path) -> None:
    job = Job(repository, OURS)
    (repository / "out").mkdir()
    assert job.run(budget="small.yaml", summary="out/a b.md").returncode == 0
    assert (repository / "out" / "a b.md").read_text() == job.summary.read_text()


@pytest.mark.parametrize("summary", ["link.md", "dangling.md", "folder/summary.md", "folder/deep/summary.md"])
def test_a_summary_is_not_written_through_a_link(repository: Path, summary: str) -> None:
    outside = repository.parent / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "secret").write_text("token")
    (repository / "link.md").symlink_to(outside / "secret")
    (repository / "dangling.md").symlink_to(outside / "new")
    (repository / "folder").symlink_to(outside)
    job = Job(repository, OURS)
    for name in (summary, str(repository / summary)):
        done = job.run(budget="small.yaml", summary=name)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: the summary would be written through the link `")
    assert sorted(each.name for each in outside.rglob("*")) == ["deep", "secret"]
    assert (outside / "secret").read_text() == "token"
    assert (job.output.read_text(), job.page.exists()) == ("status=2\n" * 2, False)


def test_a_summary_that_a_pull_request_brings_is_not_shown(repository: Path) -> None:
    job = Job(repository, "exit 3")  # which writes none
    (repository / "summary.md").write_text("all limits hold")
    job.summary.write_text("all limits hold")
    assert job.run(budget="small.yaml", summary="summary.md").returncode == 3
    assert (job.output.read_text(), job.page.exists()) == ("status=3\n", False)


def test_the_action_installs_what_stands_beside_it(repository: Path) -> None:
    install = next(step for step in ACTION["runs"]["steps"] if step["name"] == "Install cnnshape")
    assert install["env"]["HOME_OF_ACTION"] == "${{ github.action_path }}"
    assert install["env"]["PIP_CONSTRAINT"] == "${{ github.action_path }}/constraints.txt"
    assert "${{" not in install["run"]
    assert all(each["description"] for each in ACTION["inputs"].values())
    place = repository.parent / "a place"
    said = f"printf '<%s>' \"$@\"; echo; mkdir -p '{place}/bin'; cp \"$0\" '{place}/bin/python' || true"
    script(repository.parent / "python", said)
    env = {"PYTHON": str(repository.parent / "python"), "PLACE": str(place), "HOME_OF_ACTION": "/home of/it"}
    call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", install["run"]]
    done = subprocess.run(call, cwd=repository, env=clean(env), capture_output=True, text=True, check=True)
    assert done.stdout == f"<-I><-m><venv><{place}>\n<-I><-m><pip><install><--quiet></home of/it>\n"


VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PINNED = re.compile(r"uses: *([\w./-]+)@([^\s#]+)(?: *# *(\S+))?")


@pytest.mark.parametrize(
    "file",
    [ROOT / "action.yml", *sorted((ROOT / "examples" / "github").glob("*.yml")), *(ROOT / ".github").rglob("*.yml"),
     ROOT / "docs" / "ci.md", ROOT / "README.md"],
    ids=lambda file: file.name,
)  # fmt: skip
def test_what_others_wrote_is_pinned(file: Path) -> None:
    found = PINNED.findall(file.read_text())
    assert found or file.suffix == ".md"
    for name, revision, comment in found:
        if name == "cnnshape/cnnshape":
            assert revision == f"v{VERSION}"
        elif name == "github/codeql-action/upload-sarif":  # in the docs; nothing of ours runs it
            assert file.suffix == ".md"
        else:
            assert re.fullmatch(r"[0-9a-f]{40}", revision), name
            assert re.fullmatch(r"v\d+(\.\d+)*", comment), name


def test_docs_recommend_a_version() -> None:
    files = [ROOT / "docs" / "ci.md", ROOT / "README.md", ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"]
    texts = [file.read_text() for file in files]
    assert not any(re.search(r"@main\b|rev: main", text) for text in texts)
    assert re.findall(r"rev: (\S+)", texts[0]) == [f"v{VERSION}"]
    assert f"cnnshape=={VERSION}" in texts[2]


def schema_problems(kind: str, file: Path) -> str:
    """What a published schema says against a file."""
    call = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(file)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode else ""


FILES = [
    ("github-actions", ROOT / "action.yml"),
    *(("github-workflows", file) for file in sorted((ROOT / "examples" / "github").glob("*.yml"))),
    ("gitlab-ci", ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"),
]


@pytest.mark.parametrize(("kind", "file"), FILES, ids=lambda value: value.name if isinstance(value, Path) else "")
def test_files_for_others_keep_to_their_schemas(kind: str, file: Path, tmp_path: Path) -> None:
    assert schema_problems(kind, file) == ""


def test_the_schemas_notice_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "action.yml"
    wrong.write_text((ROOT / "action.yml").read_text().replace("using: composite", "using: compost"))
    assert "compost" in schema_problems("github-actions", wrong)


def test_the_hook_of_pre_commit_stops_a_commit(repository: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "language: python\n" in manifest
    here = manifest.replace("language: python\n", "language: system\n").replace("  language_version: python3\n", "")
    (hooks / ".pre-commit-hooks.yaml").write_text(here)
    git("init", "-q", place=hooks)
    git("add", "-A", place=hooks)
    git("commit", "-qm", "hooks", place=hooks)
    commit = git("rev-parse", "HEAD", place=hooks).stdout.strip()
    script(tmp_path / "bin" / "cnnshape", f'PYTHONPATH={ROOT} exec {sys.executable} -m cnnshape "$@"')
    hook = {"id": "cnnshape-check", "args": ["small.yaml"]}
    config = {"repos": [{"repo": str(hooks), "rev": commit, "hooks": [hook]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = clean({"PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": path})
    call = [sys.executable, "-m", "pre_commit"]
    subprocess.run([*call, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True, env=env)
    subprocess.run([*call, "install"], cwd=repository, check=True, capture_output=True, env=env)

    write(repository / "small.yaml", RULE, width=17)
    git("add", "-A", place=repository)
    refused = git("commit", "-m", "wider", place=repository, env=env)
    assert refused.returncode == 1
    assert "Failed" in refused.stderr
    assert re.search(r"error: `small`: macs: 16\.. M MACs, above `max: 15 MMACs`", refused.stderr)
    write(repository / "small.yaml", RULE, width=15)
    git("add", "-A", place=repository)
    taken = git("commit", "-m", "slimmer", place=repository, env=env)
    assert (taken.returncode, "Passed" in taken.stderr) == (0, True)


def test_the_example_of_pytest_passes_and_bites(tmp_path: Path) -> None:
    def ran() -> str:
        call = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path)]
        env = clean({"PYTHONPATH": str(ROOT)})
        return subprocess.run(call, cwd=tmp_path, env=env, capture_output=True, text=True, check=False).stdout

    source = ROOT / "examples" / "pytest"
    for file in ("test_budget.py", "nets/small.yaml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text((source / file).read_text())
    assert "2 passed" in ran()
    net = tmp_path / "nets" / "small.yaml"
    net.write_text(net.read_text().replace("out_channels: 16", "out_channels: 32"))
    assert "AssertionError: error: `small`: macs: 885 k MACs, above `max: 500 kMACs`" in ran()


def test_the_command_of_the_gitlab_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = yaml.safe_load((ROOT / "examples" / "gitlab" / ".gitlab-ci.yml").read_text())["cnnshape"]
    (command,) = [line for line in job["script"] if line.startswith("cnnshape ")]
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "small.yaml")
    (tmp_path / "budget.yaml").write_text("cnnshape: 1\nspecs: small.yaml\nbudget: [{metric: macs, max: 1 MMACs}]\n")
    assert CliRunner().invoke(program, command.split()[1:]).exit_code == 1
    assert "<failure" in Path(job["artifacts"]["reports"]["junit"]).read_text()
    assert all(Path(file).exists() for file in job["artifacts"]["paths"])


COMMENT = """\
case "$*" in
  *repos/o/r/pulls*) echo 7 ;;
  *--paginate*) cat comment-id 2>/dev/null || true ;;
  *) printf '%s\\n' "$*" >> calls; cat comment.md > said ;;
esac
"""


def test_the_comment_is_made_once_and_then_changed(tmp_path: Path) -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "github" / "cnnshape-comment.yml").read_text())
    step = workflow["jobs"]["comment"]["steps"][-1]
    script(tmp_path / "bin" / "gh", COMMENT)
    summary = tmp_path / "summary" / "cnnshape-summary.md"
    summary.parent.mkdir()
    env = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "REPOSITORY": "o/r"}
    env |= dict.fromkeys(step["env"].keys() - env.keys(), "x")
    call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]

    def ran() -> list[str]:
        subprocess.run(call, cwd=tmp_path, env=clean(env), check=True)
        calls = tmp_path / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    (tmp_path / "secret").write_text("token")
    summary.symlink_to(tmp_path / "secret")
    assert ran() == []
    summary.unlink()
    summary.write_text("a table\n")
    post = "api --method POST repos/o/r/issues/7/comments -F body=@comment.md --silent"
    assert ran() == [post]
    assert (tmp_path / "said").read_text() == "<!-- cnnshape -->\na table\n"
    (tmp_path / "comment-id").write_text("42\n")
    assert ran() == [post, "api --method PATCH repos/o/r/issues/comments/42 -F body=@comment.md --silent"]


def test_an_annotation_is_read_as_it_was_meant() -> None:
    line = "::error file=small.yaml,line=3::more%0Athan a line"
    assert list(commands(line)) == [Command("error", {"file": "small.yaml", "line": "3"}, "more\nthan a line")]
