"""The run of the tests against one mutant, in a process of its own that shares what is imported already."""

import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType
from typing import NamedTuple

import pytest
from typing_extensions import override

MEMORY = 6 * 2**30  # a mutant that counts up to a power is stopped rather than the machine

ALREADY = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"  # hypothesis, before the fork
OPTIONS = ("-x", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist", "--tb=no", "-W", ALREADY)

Stage = tuple[list[str], frozenset[str] | None]
"""Arguments of pytest, and the ops to which tests with a parameter ``op`` are limited; None: all."""


class Verdict(NamedTuple):
    """``killed``, ``survived`` or ``timeout``, with the test that failed."""

    outcome: str
    by: str
    seconds: float


class Mutated(SourceFileLoader):
    """Loads a module from a text instead of its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    @override
    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self.text, self.path, "exec", dont_inherit=True)
        return code


class Finder(MetaPathFinder):
    """Finds one module, mutated; every other one is found as ever."""

    def __init__(self, name: str, path: str, text: str) -> None:
        self.name, self.path, self.text = name, path, text

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.path, loader=Mutated(fullname, self.path, self.text))


class Watch:
    """A plugin of pytest that keeps the first failure and drops tests of other ops."""

    def __init__(self, finder: Finder, ops: frozenset[str] | None) -> None:
        self.finder, self.ops, self.failed, self.ran = finder, ops, "", 0

    def pytest_configure(self) -> None:
        sys.meta_path.insert(0, self.finder)  # before that of pytest, which loads modules with doctests itself

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.ops is not None:
            ops = self.ops
            items[:] = [item for item in items if _op(item) is None or _op(item) in ops]

    def pytest_sessionfinish(self) -> None:
        loaded = sys.modules.get(self.finder.name)
        if not self.failed and (loaded is None or not isinstance(loaded.__loader__, Mutated)):
            raise ImportError(f"{self.finder.name} is not the mutated one")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or f"collecting {report.nodeid}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran += report.when == "call"
        if report.failed:
            self.failed = self.failed or report.nodeid


def _op(item: pytest.Item) -> str | None:
    """The op that a parametrised test is about."""
    call = getattr(item, "callspec", None)
    op = call.params.get("op") if call else None
    return op if isinstance(op, str) else None


def _tested(finder: Finder, stages: list[Stage]) -> str:
    """The first test that fails; empty where none does."""
    sys.meta_path.insert(0, finder)  # a conftest imports modules before pytest is configured
    for arguments, ops in stages:
        watch = Watch(finder, ops)
        code = pytest.main([*arguments, *OPTIONS], plugins=[watch])
        if watch.failed or not watch.ran or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return watch.failed or f"pytest ended with {code!r}"
    return ""


def judge(name: str, path: str, text: str, stages: list[Stage], limit: int) -> Verdict:
    """Run the tests against a module with this text; they may compute for no longer than the limit, in seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _in_child(writer, Finder(name, path, text), stages, limit)
    os.close(writer)
    with os.fdopen(reader) as stream:
        said = stream.read()
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM):
        return Verdict("timeout", "", seconds)
    by = json.loads(said) if said else f"the process ended with {status}"
    return Verdict("killed" if by else "survived", by, seconds)


def _in_child(writer: int, finder: Finder, stages: list[Stage], limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    signal.alarm(10 * limit)  # for one that waits and does not compute
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        by = _tested(finder, stages)
    except BaseException as error:  # a mutant may raise anything
        by = type(error).__name__
    os.write(writer, json.dumps(by).encode())
    os._exit(0)
