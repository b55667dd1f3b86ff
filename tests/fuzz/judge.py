"""One case before the judge: a result, or an error in our voice; everything else is a finding."""

import csv
import json
import os
import re
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from cnnshape import Analysis, CnnshapeError, analyze
from cnnshape.commands.report.columns import COLUMNS
from cnnshape.commands.report.view import Options
from cnnshape.commands.report.window import render as render_window
from cnnshape.core.ids import ERRORS
from cnnshape.render import render
from tests.fuzz.cases import Case

SECONDS: Final = 1.0
"""The processor time that a report may take, from the file to its last character, or an error to its message."""

STOPPED: Final = 10
"""The processor time after which a case is stopped; who starts the process has an eye on the clock."""

CHARACTERS: Final = 10_000
"""The length that the message of one problem may have,"""

MESSAGE: Final = 40_000
"""and that of an error as a whole."""

MEGABYTES: Final = 500
"""The memory that a case may take."""

_FEW: Final = 200  # layers of a net that is reported with every column and as a page

_LOADED: Final = 50_000  # bytes that PyYAML reads in no time

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Verdict(NamedTuple):
    """What became of a case."""

    kind: str
    """``accepted``, ``refused`` or ``finding``."""
    what: str = ""
    """The kind of message, or what was found."""
    seconds: float = 0.0
    kilobytes: int = 0
    detail: str = ""
    """The traceback of a finding."""


class Wrong(Exception):
    """What came back is not what may come back."""


class TooLong(BaseException):
    """The time has run out; not an `Exception`, so that nobody takes it for one of theirs."""


def _stopped(_: int, frame: Any) -> None:
    raise TooLong


def _checked_error(error: CnnshapeError) -> None:
    if not error.problems:
        raise Wrong("an error without a problem")
    for text, most in [*((problem.render(), CHARACTERS) for problem in error.problems), (str(error), MESSAGE)]:
        if len(text) > most:
            raise Wrong(f"a message of more than {most} characters")
        if found := _CONTROL.search(text):
            raise Wrong(f"a message with the character U+{ord(found[0]):04X}")
    if not ERRORS.keys() >= {problem.id for problem in error.problems}:
        raise Wrong("a problem whose id is not listed")


def _checked_markdown(analysis: Analysis, text: str) -> None:
    if sum(line.startswith("|") for line in text.splitlines()) < len(analysis.layers) + 3:
        raise Wrong("a Markdown table that lacks a row")


def _checked_json(analysis: Analysis, text: str) -> None:
    if len(json.loads(text)["layers"]) != len(analysis.layers):
        raise Wrong("a report that lacks a layer")


def _checked_csv(analysis: Analysis, text: str) -> None:
    csv.field_size_limit(10**9)
    rows = list(csv.reader(text.splitlines()))
    if len(rows) - 1 != len(analysis.layers):
        raise Wrong("a report that lacks a layer")
    if any(len(row) != len(rows[0]) for row in rows):
        raise Wrong("rows of different lengths")


def _checked_text(analysis: Analysis, text: str) -> None:
    if found := _CONTROL.search(text):
        raise Wrong(f"a report with the character U+{ord(found[0]):04X}")
    if len(analysis.layers) <= _FEW:
        narrow = render(analysis, "text", Options(columns=tuple(COLUMNS), level=1, sort="macs", width=60))
        if any(len(line) > 10_000 for line in narrow.splitlines()) or not render(analysis, "html"):
            raise Wrong("a report that is too wide")


def _window(analysis: Analysis) -> str:
    last = analysis.layers[-1]
    return render_window(analysis, last.path, tuple(size // 2 for size in last.output[2:]))


def _checked(analysis: Analysis) -> None:
    total = analysis.total
    figures = (
        total.params,
        total.macs,
        total.flops,
        total.activation_bytes,
        analysis.peak_memory.bytes,
        analysis.depth,
    )
    if any(type(figure) is not int or figure < 0 for figure in figures):
        raise Wrong("a figure that is no count")
    for record in analysis.layers:
        if any(type(size) is not int or size < 0 for size in record.output):
            raise Wrong("a shape that is not made of sizes")
    for fields in analysis.fields:
        for axes in fields.values():
            if any(field.size is not None and field.size < 0 for field in axes):
                raise Wrong("a receptive field below zero")


_REPORTS: Final[dict[str, tuple[Callable[[Analysis], str], Callable[[Analysis, str], None]]]] = {
    "text": (lambda analysis: render(analysis, "text"), _checked_text),
    "markdown": (lambda analysis: render(analysis, "markdown"), _checked_markdown),
    "json": (lambda analysis: render(analysis, "json"), _checked_json),
    "csv": (lambda analysis: render(analysis, "csv"), _checked_csv),
    "window": (_window, lambda _, text: None),
}
"""The reports that a case goes through, each from the file on: how it is made, and what must be true of it."""


def _run(case: Case, source: Any, times: dict[str, float]) -> None:
    """Take a case through all reports; how long each took stands in ``times``, an error's time too."""
    for name, (made, checked) in _REPORTS.items():
        start = time.process_time()
        try:
            analysis = analyze(source, **case.options)
            text = made(analysis)
        finally:
            times[name] = time.process_time() - start
        checked(analysis, text)
    _checked(analysis)


def _source(case: Case, file: Path) -> Any:
    """What is handed over: the file, or the mapping in it if there is one."""
    if case.mapping and len(case.text) < _LOADED:
        with suppress(Exception):
            data = yaml.safe_load(case.text)  # not the loader in C, which nested lists can crash
            if isinstance(data, dict):
                return data
    return file


@contextmanager
def _clock() -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, _stopped)
    signal.setitimer(signal.ITIMER_PROF, STOPPED)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _kilobytes(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1])
    return 0


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _place(error: BaseException) -> str:
    """The kind of an error and the function of ours that raised it."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}cnnshape{os.sep}" in f.filename]
    return f"{type(error).__name__} in {Path(ours[-1].filename).stem}.{ours[-1].name}" if ours else type(error).__name__


def message_kind(error: CnnshapeError) -> str:
    """The first message without its values."""
    text = re.sub(r"`[^`]*`|'[^']*'", "_", error.problems[0].text)
    return re.sub(r"[-+]?[0-9][0-9,._]*", "0", text)[:80]


def judged(case: Case, seconds: float = SECONDS) -> Verdict:
    """Run a case and say what became of it; a report may take so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.yaml"
        file.write_bytes(case.text)
        _forget_peak()
        held = _kilobytes("VmRSS")
        verdict = _verdict(case, file, seconds)
        for _ in range(2):
            if verdict.what == "slow":  # what is slow once may be the machine
                verdict = min(verdict, _verdict(case, file, seconds), key=lambda each: each.seconds)
        return verdict._replace(kilobytes=max(0, _kilobytes("VmHWM") - held))


def _verdict(case: Case, file: Path, most: float) -> Verdict:
    times: dict[str, float] = {}
    kind, what, source = "accepted", "", _source(case, file)
    try:
        with _clock():
            try:
                _run(case, source, times)
            except CnnshapeError as error:
                kind, what = "refused", message_kind(error)
                _checked_error(error)
    except Wrong as error:
        return Verdict("finding", str(error), max(times.values()), detail=traceback.format_exc()[-6000:])
    except (Exception, TooLong) as error:
        return Verdict("finding", _place(error), max(times.values()), detail=traceback.format_exc()[-6000:])
    slowest = max(times, key=times.__getitem__)
    seconds = times[slowest]
    if seconds > most:
        return Verdict("finding", "slow", seconds, detail=f"{kind} {what}: {seconds:.2f} s for {slowest}")
    return Verdict(kind, what, seconds)
