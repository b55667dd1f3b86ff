"""`cnnshape sweep`: its faces byte by byte, files that survive an interrupt, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from cnnshape.commands.sweep.run import CHUNK
from cnnshape.commands.sweep.search import Search
from cnnshape.commands.sweep.streaming import _Stop, _Stopped, working
from cnnshape.commands.sweep.view import VIEW
from cnnshape.render import render
from cnnshape.render.formats import ENDINGS as KNOWN
from tests.cli.test_processes import PROGRAM, in_terminal, run
from tests.effort import share
from tests.golden_files import GOLDEN, assert_golden

CHAIN, FAMILY = str(GOLDEN / "chain.yaml"), str(GOLDEN / "family.yaml")
ENDINGS = {form: "txt" if form == "text" else KNOWN[form][0][1:] for form in VIEW.formats}
CASES: dict[str, tuple[str, ...]] = {
    "sweep": ("chain.yaml", "--set", "width=2:10:2", "--input", "8:40:16", "--figures", "+macs@conv1"),
    "sweep_variants": (
        "family.yaml", "--variants", "--set", "width=6:9", "--batch", "2", "--input", "1,16x16",
        "--figures", "macs,output,params@body.2.conv",
    ),
}  # fmt: skip


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["sweep", *words])


def shown(*words: str) -> str:
    result = ran(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", CASES)
def test_face(name: str, form: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    assert_golden(request, f"{name}.{ENDINGS[form]}", shown(*CASES[name], "--format", form))


def test_a_narrow_face(request: pytest.FixtureRequest) -> None:
    words = ("--variants", "--set", "width=3:9", "--set", "k=2,3", "--input", "1,32", "--where", "k > 2")
    wide = "--figures=+macs@body.2.conv,+output,+receptive_field,+activation_bytes"
    text = shown(FAMILY, *words, wide, "--width", "80")
    assert max(map(len, text.splitlines())) <= 80
    assert_golden(request, "sweep.80.txt", text)


def test_options_reach_the_library() -> None:
    words = (
        "--set",
        "width=4:8:2",
        "--set",
        "k=1,3",
        "--variant",
        "deep",
        "--figures",
        "flops,weight_bytes",
        "--units",
        "k",
    )
    flags = ("--batch", "3", "--dtype", "float16", "--flops", "full", "--memory", "inplace", "--input", "64x48")
    given: dict[str, Any] = {"batch": 3, "dtype": "float16", "flops": "full", "memory": "inplace"}
    found = cnnshape.sweep(FAMILY, width=[4, 6, 8], k=[1, 3], grid=True, figures=["flops", "weight_bytes"],
                           variant="deep", inputs={"input": (64, 48)}, **given)  # fmt: skip
    assert shown(FAMILY, *words, *flags) == render(found, "text", units="k")
    asked = ("--where", "flops < 1G", "--pareto", "flops,weight_bytes:max", "--sort", "flops:min", "--top", "2")
    best = cnnshape.sweep(FAMILY, width=[4, 6, 8], k=[1, 3], grid=True, figures=["flops", "weight_bytes"],
                          variant="deep", inputs={"input": (64, 48)}, **given, where="flops < 1G",
                          pareto=["flops", "weight_bytes:max"], sort="flops:min", top=2)  # fmt: skip
    assert shown(FAMILY, *words, *flags, *asked) == render(best, "text", units="k", rows=2)


def test_values_of_sizes_at_once_and_each() -> None:
    rows = json.loads(shown(CHAIN, "--input", "28:32:2", "--format", "json"))["rows"]
    assert [row["knobs"] for row in rows] == [{"H": n, "W": n} for n in (28, 30, 32)]
    rows = json.loads(shown(CHAIN, "--input", "28,30x28,32", "--format", "json"))["rows"]
    assert [row["knobs"] for row in rows] == [{"H": h, "W": w} for h in (28, 30) for w in (28, 32)]


@pytest.mark.parametrize("more", [(), ("--where", "macs < 200k"), ("--sort", "macs"), ("--workers", "2")])
def test_a_parquet_file_holds_what_csv_says(more: tuple[str, ...], tmp_path: Path) -> None:
    words = (
        FAMILY,
        "--variants",
        "--set",
        "width=3:9",
        "--set",
        "pool=true,false",
        "--figures",
        "macs,macs@body.2.conv,output",
    )
    for ending in ("parquet", "csv"):
        assert shown(*words, *more, "--output", str(tmp_path / f"o.{ending}")) == ""
    table = pyarrow.parquet.read_table(tmp_path / "o.parquet").to_pandas()
    assert (tmp_path / "o.csv").read_text() == shown(*words, "--format", "csv", *more[:2])
    table["output"] = [
        None if shapes is None else ", ".join(f"({', '.join(map(str, shape))})" for shape in shapes)
        for shapes in table["output"]
    ]
    listed = pandas.read_csv(tmp_path / "o.csv", dtype={"pool": str}, keep_default_na=True)
    pandas.testing.assert_frame_equal(table.astype(object).where(table.notna(), None),
                                      listed.astype(object).where(listed.notna(), None), check_dtype=False)  # fmt: skip
    assert sorted(file.name for file in tmp_path.iterdir()) == ["o.csv", "o.parquet"]


MANY = ("sweep", FAMILY, "--variants", "--set", "width=1:3000", "--set", "k=1:30", "--input", "32:60", "--output")


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("ending", "number"), [("parquet", signal.SIGINT), ("csv", signal.SIGTERM)])
def test_what_an_interrupt_leaves_can_be_read(ending: str, number: int, workers: str, tmp_path: Path) -> None:
    file = tmp_path / f"o.{ending}"
    process = subprocess.Popen([*PROGRAM, *MANY, file, "--workers", workers], stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if any(part.stat().st_size > 10_000 for part in tmp_path.glob("*.part")):
            break
        time.sleep(0.05)
    process.send_signal(number)
    said = process.communicate(timeout=60)[1]
    read: Any = {"parquet": pandas.read_parquet, "csv": pandas.read_csv}[ending]
    rows = read(file)
    word = f"interrupted: {len(rows) - 1:,} of 7,830,000 points are done"
    assert process.returncode == 130
    assert said == f"{word}, and `{file}` holds them\n"
    assert rows["reason"].iloc[-1] == word
    assert rows.iloc[-1].notna().sum() == 1
    assert list(tmp_path.iterdir()) == [file]


SLOW = """
import sys, time
from cnnshape.commands.sweep import run
from cnnshape.commands.sweep.search import Search
before = run.swept
Search.chunks.__defaults__ = (8192, None, None)
def swept(job, knobs):
    if knobs["width"].distinct[0] > {width}:
        {what}
    return before(job, knobs)
run.swept = swept
from cnnshape.__main__ import main
main()
"""
"""The program, where the chunks after some width wait, or end their process."""


def asked_to_end() -> None:
    """A process that a hangup ends, however the tests were started."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def slowly(width: int, what: str, *words: str) -> "subprocess.Popen[str]":
    script = SLOW.format(width=width, what=what)
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": asked_to_end}
    return subprocess.Popen([sys.executable, "-c", script, *MANY[:-1], *words], **pipes)


def children(process: "subprocess.Popen[str]") -> list[str]:
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def waits(process: "subprocess.Popen[str]", until: Any) -> None:
    for _ in range(1200):
        if until():
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing came of it: {process.poll()}")


@pytest.mark.parametrize(
    ("kind", "number"),
    share(product(["csv", "json", "parquet", "text"], [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]), 2),
)
def test_an_interrupt_is_heard_while_workers_work(kind: str, number: int, tmp_path: Path) -> None:
    """Within two seconds, however long a chunk takes; nothing is left but the file that was there."""
    file = tmp_path / "o.txt"
    file.write_text("before")
    process = slowly(0, "time.sleep(60)", "--format", kind, "--output", str(file), "--workers", "2")
    waits(process, lambda: len(children(process)) >= 2)
    time.sleep(0.5)
    working = children(process)
    started = time.monotonic()
    process.send_signal(number)
    said = process.communicate(timeout=30)[1]
    assert time.monotonic() - started < 2
    waits(process, lambda: not any(Path(f"/proc/{child}").exists() and _alive(child) for child in working))
    assert time.monotonic() - started < 2
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
    if kind == "text":  # which is written in the end
        assert (process.returncode, said) == (-number, "")
    else:
        word = "interrupted: 0 of 7,830,000 points are done"
        assert (process.returncode, said) == (130, f"{word}, and `{file}` is not written\n")


def test_a_hangup_that_the_shell_ignores_is_ignored(tmp_path: Path) -> None:
    """As ``nohup`` asks for."""
    file = tmp_path / "o.csv"
    script = SLOW.format(width=0, what="time.sleep(60)")
    words = [sys.executable, "-c", script, *MANY, str(file), "--workers", "2"]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(words, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), **pipes)
    waits(process, lambda: len(children(process)) >= 2)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30)[1].startswith("interrupted: 0 of 7,830,000 points are done")


def _of_json(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [*held["rows"], {"reason": held["stopped"]}]


READ: dict[str, Any] = {
    "csv": lambda file: pandas.read_csv(file).to_dict("records"),
    "parquet": lambda file: pandas.read_parquet(file).to_dict("records"),
    "json": lambda file: _of_json(json.loads(file.read_text())),
}


@pytest.mark.parametrize(("ending", "kind"), share(product(["interrupt", "death"], READ), 2))
def test_the_rows_that_are_done_are_kept(ending: str, kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"o.{kind}"
    written = f"any(os.path.getsize(part) > 1000 for part in glob.glob('{tmp_path}/*.part'))"
    died = f"import glob, os; [time.sleep(0.1) for _ in iter(lambda: {written}, True)]; time.sleep(1); os._exit(9)"
    what = "time.sleep(60)" if ending == "interrupt" else died
    process = slowly(9, what, "--output", str(file), "--workers", "2", "--figures", "macs")
    if ending == "interrupt":
        waits(process, lambda: any(part.stat().st_size > 1000 for part in tmp_path.glob("*.part")))
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    *rows, last = READ[kind](file)
    assert len(rows) == 8192
    assert list(tmp_path.iterdir()) == [file]
    done = "8,192 of 7,830,000 points"
    if ending == "interrupt":
        assert last["reason"] == f"interrupted: {done} are done"
        assert (process.returncode, said) == (130, f"{last['reason']}, and `{file}` holds them\n")
    else:
        assert last["reason"] == f"a worker ended: {done} are done"
        assert process.returncode == 2
        text = f"error: a worker process ended after {done}; the next is variant = plain, width = 10, k = 13, H = 46,"
        assert said.startswith(text)
        assert f"\n  the rows before it are in {file}\n" in said


def test_a_worker_that_dies_first_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("before")
    process = slowly(0, "import os; os._exit(9)", "--output", str(file), "--workers", "2")
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert said.startswith("error: a worker process ended after 0 of 7,830,000 points; the next is variant = plain")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_memory_that_is_short_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("cnnshape.commands.sweep.run.swept", short)
    result = ran(CHAIN, "--set", "width=4,6")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: there is not enough memory for this [out-of-memory]\n"


@pytest.mark.parametrize(
    ("workers", "points", "used"), [(10**6, 1, 0), (10**6, CHUNK, 0), (10**6, CHUNK + 1, 2), (1, 10**9, 0)]
)
def test_no_more_workers_than_there_is_work(workers: int, points: int, used: int) -> None:
    executor: Any
    with working(workers, points) as executor:
        assert (0 if executor is None else executor._max_workers) == used
    with working(10**6, 10**12) as executor:
        assert executor._max_workers <= max(2, os.cpu_count() or 1)


@pytest.mark.parametrize("more", [(), ("--where", "macs > 1k"), ("--sort", "macs"), ("--top", "7")])
def test_json_that_grows_is_what_it_is_at_once(more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    words = (FAMILY, "--variants", "--set", "width=3:40", "--format", "json", *more)
    whole = shown(*words)
    assert json.loads(whole)["rows"]
    monkeypatch.setattr("cnnshape.commands.sweep.cli._ROWS", 10)
    monkeypatch.setattr("cnnshape.commands.sweep.search.CHUNK", 10)
    monkeypatch.setattr(Search.chunks, "__defaults__", (10, None, None))
    monkeypatch.setattr("cnnshape.commands.sweep.run.CHUNK", 10)
    assert shown(*words) == whole


def test_json_without_rows_is_whole() -> None:
    found = json.loads(shown(CHAIN, "--set", "width=4,6", "--where", "macs < 1", "--format", "json"))
    assert (found["rows"], found["points"]) == ([], 2)


def test_an_error_at_the_end_comes_before_the_first_row() -> None:
    for form in ("csv", "json"):
        result = ran(CHAIN, "--set", "width=4,6", "--figures", "macs@nowhere", "--format", form)
        assert (result.exit_code, result.stdout) == (2, "")


def peak(*words: str) -> int:
    """The most memory that a sweep takes, in MB."""
    script = "import resource\nfrom cnnshape.__main__ import main\ntry: main()\nfinally:\n"
    script += " import sys; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000, file=sys.stderr)"
    words = (sys.executable, "-c", script, "sweep", CHAIN, "--figures", "macs", "--input", *words)
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0
    return int(done.stderr)


@pytest.mark.parametrize(
    "words",
    share(
        [
            ("--format", "json", "--where", "N % 64 == 0 and H % 8 == 0"),
            ("--top", "9"),
            ("--top", "9", "--sort", "macs"),
        ],
        2,
    ),
)
def test_memory_does_not_grow_with_the_points(words: tuple[str, ...]) -> None:
    few = peak("28:539x28:539", *words, "--batch", "64,65")
    assert peak("28:539x28:539", *words, "--batch", "64:75") < few + 60  # of six times as many chunks


@pytest.mark.parametrize("command", [("sweep",), ("solve", "--maximize", "params")])
def test_a_great_many_points_are_asked_for(command: tuple[str, ...]) -> None:
    words = (*command, CHAIN, "--set", "width=1:10000", "--input", "1:10000")
    result = CliRunner().invoke(program, [*words, "--batch", "1:2"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: there are 200,000,000 points, more than 100,000,000 [invalid-usage]\n")
    assert "`--yes`" in result.stderr


def test_many_points_that_are_asked_for_are_looked_at() -> None:
    words = ["solve", CHAIN, "--set", "width=1:10001", "--input", "28:10028", "--maximize", "params", "--yes"]
    result = CliRunner().invoke(program, words)
    assert result.exit_code == 0
    assert "of 100,020,001 points" in result.stdout


def test_processes_do_not_outlive_the_one_they_work_for(tmp_path: Path) -> None:
    process = subprocess.Popen([*PROGRAM, *MANY, tmp_path / "o.csv", "--workers", "2"])
    children: list[str] = []
    for _ in range(600):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(children) == 2 and any(tmp_path.glob("*.part")):
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    for _ in range(200):
        if not any(Path(f"/proc/{child}").exists() and _alive(child) for child in children):
            return
        time.sleep(0.05)
    raise AssertionError(f"{children} are still there")


def _alive(pid: str) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_an_interrupt_waits_while_something_is_written() -> None:
    stop = _Stop()
    with stop.heard():
        stop.hold()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wanted
        with pytest.raises(_Stopped):
            stop.release()
        os.kill(os.getpid(), signal.SIGTERM)  # the second is not heard: it is ending already


def test_an_error_at_the_end_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("before")
    result = ran(CHAIN, "--set", "width=4,6", "--figures", "macs@nowhere", "--output", str(file))
    assert (result.exit_code, file.read_text()) == (2, "before")
    assert list(tmp_path.iterdir()) == [file]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "real.csv", tmp_path / "link.csv"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    shown(CHAIN, "--set", "width=4,6", "--output", str(link))
    assert link.is_symlink()
    assert file.read_text().startswith("width,params,macs,peak_memory,reason\n4,")
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_device_is_written_to_and_not_replaced(form: str) -> None:
    shown(CHAIN, "--set", "width=4,6", "--format", form, "--output", os.devnull)
    assert Path(os.devnull).is_char_device()
    result = ran(CHAIN, "--set", "width=4,6", "--format", form, "--output", "/dev/full")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: `/dev/full` cannot be written: no space left on device [output-failed]\n",
    )


@pytest.mark.parametrize("ending", ["csv", "parquet", "txt"])
def test_a_folder_that_is_not_there(ending: str) -> None:
    result = ran(CHAIN, "--set", "width=4,6", "--output", f"/no/such/o.{ending}")
    assert result.exit_code == 2
    assert (
        result.stderr == f"error: `/no/such/o.{ending}` cannot be written: no such file or directory [output-failed]\n"
    )


def test_a_reader_that_stops_reading_is_no_error() -> None:
    words = [*PROGRAM, *MANY[:-1], "--format", "csv"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"variant,width,k,H,W,params,macs,peak_memory,reason\n"
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 141)
    process.stderr.close()


def test_a_terminal_gets_what_fits_and_a_pipe_all() -> None:
    words = (FAMILY, "--set", "width=4:8:2", "--figures", "+adds,+muls,+compares,+exps,+sqrts,+conv_activations")
    narrow = in_terminal("sweep", *words, columns=60, NO_COLOR="1")
    assert narrow == shown(*words, "--width", "60")
    assert "left out to fit 60 columns: " in narrow
    assert run("sweep", *words, COLUMNS="40").stdout.decode() == shown(*words)
    assert "\x1b" not in in_terminal("sweep", FAMILY, "--set", "widht=1,2", NO_COLOR="1")


def test_names_that_mean_no_good(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(
        'cnnshape: 1\nname: "a|b <b>`x`"\ninputs: {x: [3, 8, 8]}\nvars: {w: "a"}\n'
        "layers: {conv: {op: Conv2d, out_channels: 4, kernel_size: 3}}\n"
    )
    for form in ENDINGS:
        text = shown(str(file), "--input", "4:6", "--set", "w=</b>|`,##[error]\x1bred", "--format", form)
        assert "\x1b" not in text
        assert "Traceback" not in text
    assert not shown(str(file), "--input", "4:6", "--format", "markdown").startswith("`a|b")


WRONG: dict[tuple[str, ...], str] = {
    (): "there is nothing to sweep",
    ("--set", "width=8"): "there is nothing to sweep",
    ("--set", "width=8:"): "`width` takes FIRST:LAST:STEP, which `8:` is not",
    ("--set", "width=8:4"): "`width` takes FIRST:LAST:STEP, which `8:4` is not",
    ("--set", "width=1:9e99:*1.0001"): "`width`: `9e99` is refused: the exponent of a number is at most 30",
    ("--set", "width=1:99999999999999999999"): "`width` would have more than 10,000,000 values",
    ("--set", "width=99999999999999999999,5"): "`width` goes beyond 1,000,000,000,000, to 99999999999999999999",
    ("--set", "width=[1,2"): "`width`: a bracket of `[1,2` has no other",
    ("--set", "width=1,,2"): "`width` takes values such as 16:128:8 or 8,16,32, not `1,,2`",
    ("--set", "width"): "--set takes VAR=VALUE, not `width`",
    ("--set", "n=[1,2],[3]"): "the net has neither a variable nor an axis `n`",
    ("--set", "width=4,5", "--set", "width=6,7"): "--set gives `width` twice, 4,5 and 6,7",
    ("--input", "16:20x"): "`W` takes values such as 16:128:8 or 8,16,32, not ``",
    ("--input", "16,20x20,24x8"): "--input gives 3 sizes, and 2 can be set: H, W",
    ("--input", "28,30", "--input", "28,31"): "`H` is given values twice",
    ("--input", "left=28,30"): "the net has no input `left`",
    ("--batch", "0:2"): "batch=0 is not a whole number from 1 up",
    ("--set", "width=1e-13:2:1"): "`width` has values of more than 12 decimals in `1e-13:2:1`",
    ("--set", "width=1e-30:1:*2"): "`width` has values of more than 12 decimals in `1e-30:1:*2`",
    ("--set", "width=1:2:*1.0000000000000000001"): "`width` would have more than 10,000,000 values",
    ("--set", "width=1e-12:2:1"): "the values of `width` have the common denominator 1,000,000,000,000,",
    ("--set", "width=1e-31:2:1"): "`width`: `1e-31` is refused: the exponent of a number is at most 30",
    ("--set", "width=1:1e30:1e29"): "`width` goes beyond 1,000,000,000,000, to 900000000000000000000000000001",
    ("--batch", "1:2:3:4"): "`N` takes FIRST:LAST:STEP, which `1:2:3:4` is not",
    ("--variants",): f"`{CHAIN}` has no variants",
    ("--variant", "a,b"): "there is no variant `",
    ("--where", "macs <"): "`macs <`: a value is missing at the end (column 7)",
    ("--where", "macs < 3 X"): "`macs < 3 X`: `X` does not continue the expression (column 10)",
    ("--where", "macss < 3"): "`macss < 3`: `macss` is neither a figure nor a knob, and no value of one",
    ("--where", "classes < 3"): "`classes < 3`: `classes` is the same at every point",
    ("--where", "macs@convX < 3"): "no point of the sweep has a layer `convX`",
    ("--where", "output == 3"): "`output == 3`: `output` is a shape and cannot be compared",
    ("--where", "width / 0 < 3"): "`width / 0 < 3`: `4 / 0` divides by zero (column 7)",
    ("--figures", "macs@"): "`macs@` is not a figure",
    ("--figures", "+macs,params"): "figures are either a list or changes to the default",
    ("--figures", "-params,-macs,-peak_memory"): "no figure is left",
    ("--pareto", "macs:big"): "`macs:big` ends in `:big`",
    ("--sort", "hight"): "there is no metric `hight`",
    ("--dtype", "float17"): "there is no dtype `float17`",
    ("--format", "parquet"): "a Parquet file goes to --output FILE",
    ("--format", "csv", "--units", "k"): "units does not go with the format csv",
    ("--output", "o.parquet", "--units", "k"): "units does not go with the format parquet",
    ("--output", "o.json", "--width", "80"): "width does not go with the format json",
    ("--output", CHAIN): "--output is the spec itself",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said(words: tuple[str, ...]) -> None:
    knob = (
        ()
        if not words or words[0] in ("--set", "--input", "--batch", "--variants", "--variant")
        else ("--set", "width=4,6")
    )
    result = ran(CHAIN, *knob, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {WRONG[words]}")
    assert not any("\ue000" <= c <= "\uf8ff" for c in result.stderr)


@pytest.mark.parametrize(
    "words", [("--top", "0"), ("--top", "x"), ("--workers", "0"), ("--format", "xlsx"), ("--output", "/")]
)
def test_an_option_that_is_none(words: tuple[str, ...]) -> None:
    result = ran(CHAIN, "--set", "width=4,6", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Invalid value for '{words[0]}'" in result.stderr


def test_the_help_fits() -> None:
    text = shown("--help")
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("package", "form"), [("numpy", "text"), ("pyarrow", "parquet")])
def test_a_package_that_is_missing_is_named(package: str, form: str, tmp_path: Path) -> None:
    script = f"import sys; sys.modules[{package!r}] = None; from cnnshape.__main__ import main; main()"
    words = ["sweep", CHAIN, "--set", "width=4,6", "--format", form, "--output", str(tmp_path / "o")]
    found = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True)
    assert found.returncode == 2
    assert f"needs the package {package}" in found.stderr
    assert "hint: pip install 'cnnshape[sweep]'" in found.stderr
    assert list(tmp_path.iterdir()) == []
