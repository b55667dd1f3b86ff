"""A command line in a process of its own: forked, so that it starts at once, with limits, and watched from outside."""

import gc
import json
import os
import pkgutil
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fcntl import F_SETPIPE_SZ, fcntl
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from tty import setraw
from typing import Any, BinaryIO, Final, NamedTuple

from click import Context

from tests.fuzz.commands.case import Case, Files

STOPPED: Final = 15
"""The processor time after which a run is ended."""

WALL: Final = 120.0
"""The seconds after which a run is ended, whatever it does: other work may hold the processors."""

IDLE: Final = 5.0
"""The seconds after which a run is ended that does nothing at all: it waits for what never comes."""

_SPACE: Final = 2**31  # bytes of addresses that a run may take; libraries reserve more than they use
_FILE: Final = 200 * 2**20  # bytes of a file that a run may write

OUTSIDE: Final = 99
"""The exit status of a run that was about to write outside of its folder."""


class Ran(NamedTuple):
    """What a command line did."""

    status: int
    """The exit status; below 0 the signal that ended it."""
    out: bytes
    err: bytes
    seconds: float
    """Processor time, that of its children among it."""
    kilobytes: int
    waited: bool
    """Whether it was ended because it did nothing."""
    read: frozenset[str]
    """The real paths that it opened to read."""


def fill(folder: Path, case: Case) -> None:
    """Make the folder of a case."""
    (folder / "folder").mkdir()
    os.mkfifo(folder / "fifo")
    os.symlink("net.yaml", folder / "link.yaml")
    os.symlink("nowhere", folder / "dangling.yaml")
    os.symlink("loop.yaml", folder / "loop.yaml")
    (folder / "locked.yaml").touch(0o000)
    if case.committed is not None:
        _write(folder, case.committed)
        _git(folder, "init", "-q", "-b", "main")
        _git(folder, "add", "--", *[name for name in case.committed if _path(folder, name)])
        _git(folder, "commit", "-q", "--allow-empty", "-m", "before")
        for name in case.committed:
            if path := _path(folder, name):
                path.unlink(missing_ok=True)
    _write(folder, case.files)


def _path(folder: Path, name: str) -> Path | None:
    """Where a file goes; None for a name that no file can have, or that leads out of the folder."""
    whole = os.path.normpath(folder / name)
    usable = "\0" not in name and len(os.fsencode(os.path.basename(whole))) < 256 and whole.startswith(f"{folder}/")
    return Path(whole) if usable else None


def _write(folder: Path, files: Files) -> None:
    for name, data in files.items():
        if path := _path(folder, name):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _git(folder: Path, *words: str) -> None:
    known = {key: held for key, held in os.environ.items() if not key.startswith("GIT_")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_LITERAL_PATHSPECS": "1"}
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]
    command = ["git", "-C", os.fspath(folder), *who, *words]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=known | quiet)


def held(folder: Path) -> dict[str, bytes | str]:
    """What is in a folder: the bytes of files, the targets of links, and what else there is."""
    found: dict[str, bytes | str] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {".git"})
        for name in sorted(names) + folders:
            path = Path(place, name)
            if path.is_symlink():
                found[str(path.relative_to(folder))] = os.readlink(path)
            elif path.is_file() and os.access(path, os.R_OK):
                found[str(path.relative_to(folder))] = path.read_bytes()
            else:
                found[str(path.relative_to(folder))] = "folder" if path.is_dir() else "no file"
    return found


def run(words: Sequence[str], case: Case, folder: Path) -> Ran:
    """Run a command line of a case in its folder."""
    with _streams(case) as (stdin, out, err, notes), _reader(folder / "fifo"):
        child = _fork()
        if not child:
            _run(words, case, folder, (stdin, out, err, notes))
        status, used, waited = _watched(child)
        parts = [_content(each) for each in (out, err, notes)]
    read = frozenset(json.loads(parts[2]) if parts[2] else ())
    kilobytes = max(0, used.ru_maxrss - _at_rest())
    return Ran(status, parts[0], parts[1], used.ru_utime + used.ru_stime, kilobytes, waited, read)


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads of libraries wait for work and hold no locks
        return os.fork()


_rest: list[int] = []


def _at_rest() -> int:
    """The memory of a process that does nothing: what is shared with the one that started it."""
    if not _rest:
        child = _fork()
        if not child:
            os._exit(0)
        _rest.append(os.wait4(child, 0)[2].ru_maxrss)
    return _rest[0]


@contextmanager
def _streams(case: Case) -> Iterator[tuple[BinaryIO, BinaryIO, BinaryIO, BinaryIO]]:
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.TemporaryFile() as notes,
    ):
        stdin.write(case.stdin)
        stdin.flush()
        os.lseek(stdin.fileno(), 0, os.SEEK_SET)
        yield stdin, out, err, notes


@contextmanager
def _reader(fifo: Path) -> Iterator[None]:
    """Somebody is at the other end of a pipe: what is written to it goes away, and who reads from it waits."""
    handle = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    fcntl(handle, F_SETPIPE_SZ, 2**20)
    try:
        yield
    finally:
        os.close(handle)


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _watched(child: int) -> tuple[int, resource.struct_rusage, bool]:
    """Wait for a process and end it where it takes too long; the status is that of `Ran`."""
    started, seen, since, waited = time.monotonic(), -1.0, time.monotonic(), False
    handle = os.pidfd_open(child)
    try:
        while not select.select([handle], [], [], 1.0)[0]:
            now, done = time.monotonic(), _processor(child)
            if done > seen:
                seen, since = done, now
            if now - since > IDLE or now - started > WALL:
                waited = now - since > IDLE
                _end(child)
    finally:
        os.close(handle)
    _, status, used = os.wait4(child, 0)
    _end(child)  # the processes that it has left
    return os.waitstatus_to_exitcode(status), used, waited


def _end(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _processor(group: int) -> float:
    """The processor time of all processes of a group."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
    return float(ticks)


def _run(words: Sequence[str], case: Case, folder: Path, files: tuple[BinaryIO, ...]) -> None:
    """Be the command, from start to exit; never returns."""
    status = 1
    try:
        stdin, out, err, notes = (os.dup(file.fileno()) for file in files)
        os.setsid()
        os.chdir(folder)
        os.dup2(stdin, 0)
        ways = {1: (out, case.stdout), 2: (err, case.stderr)}
        last = sorted(ways, key=lambda number: ways[number][1] == "closed")  # or a pipe would take its place
        readers = {number: _connect(number, *ways[number]) for number in last}
        _limit()
        read = _audited(folder)
        status = _called(words, case.unbuffered)
        for number, reader in readers.items():
            if reader:
                os.close(number)
                os.waitpid(reader, 0)
        os.lseek(notes, 0, os.SEEK_SET)
        os.write(notes, json.dumps(sorted(read)).encode())
    except BaseException:
        with suppress(BaseException):
            os.write(err, f"the fuzzer itself fails\n{traceback.format_exc()}".encode())
    finally:
        os._exit(status)


def _connect(number: int, file: int, way: str) -> int:
    """Make a descriptor go where one of `STREAMS` says; returns the process that reads from it, 0 without one."""
    if way == "closed":
        os.close(number)
    elif way == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    elif way == "pipe":
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, number)
    elif way in ("stuck", "terminal"):
        reading, writing = os.openpty() if way == "terminal" else os.pipe()
        if way == "terminal":
            setraw(writing)
        else:
            fcntl(writing, F_SETPIPE_SZ, 4096)
        reader = _fork()
        if not reader:
            os.close(writing)
            _drain(reading, file)
        os.close(reading)
        os.set_blocking(writing, way == "terminal")
        os.dup2(writing, number)
        os.close(writing)
        return reader
    else:
        os.dup2(file, number)
    return 0


def _drain(reading: int, file: int) -> None:
    """Be a slow reader; never returns."""
    try:
        os.closerange(0, 3)  # or another reader would wait for this one
        while data := os.read(reading, 4096):
            os.write(file, data)
            time.sleep(0.002)
    except OSError:
        pass  # the terminal has gone
    finally:
        os._exit(0)


def _limit() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _SPACE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (STOPPED, STOPPED + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _audited(folder: Path) -> set[str]:
    """Note which files are read from here on, and end the process before it writes outside of its folder."""
    read: set[str] = set()
    torch = f"{os.path.realpath(tempfile.gettempdir())}/torchinductor_"  # an empty folder that importing torch may make
    moving = (f"{os.path.realpath(folder)}/", torch)
    inside = (*moving, "/dev/", "/proc/self/")

    def check(path: Any, moved: bool = False) -> None:
        real = os.path.realpath(os.fsdecode(path))
        if not real.startswith(moving if moved else inside):
            os.write(2, f"the run writes to {real!r}, which is outside of its folder\n".encode(errors="replace"))
            os._exit(OUTSIDE)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str | bytes):
            if args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
                check(args[0])
            else:
                read.add(os.path.realpath(os.fsdecode(args[0])))
        elif event == "os.rename":
            check(args[0], moved=True)
            check(args[1], moved=True)
        elif event in ("os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.mkdir") and not isinstance(args[0], int):
            check(args[0], moved=True)

    sys.addaudithook(hook)
    return read


def _called(words: Sequence[str], unbuffered: bool) -> int:
    """Call the program as the interpreter does, with the streams that it makes; the exit status."""
    sys.argv, sys.dont_write_bytecode = ["cnnshape", *words], True
    sys.stdin, sys.stdout, sys.stderr = _text(0, "r"), _text(1, "w", unbuffered), _text(2, "w", unbuffered)
    from cnnshape.__main__ import main

    status = _status(main)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            status = 120  # as the interpreter does when it cannot flush at exit
    return status


def _text(number: int, mode: str, unbuffered: bool = False) -> Any:
    try:
        binary: Any = os.fdopen(number, f"{mode}b", 0 if unbuffered else -1, closefd=False)
    except OSError:
        return None
    errors = "backslashreplace" if number == 2 else "strict"
    lines = number == 2 and not unbuffered
    return TextIOWrapper(binary, encoding="utf-8", errors=errors, line_buffering=lines, write_through=unbuffered)


def _status(called: Callable[[], object]) -> int:
    try:
        called()
    except SystemExit as error:
        code = error.code
        if code is None or isinstance(code, int):
            return (code or 0) & 0xFF
        print(code, file=sys.stderr)
        return 1
    except BaseException:
        if sys.stderr is not None:
            with suppress(OSError):
                traceback.print_exc()
        return 1
    return 0


def prepare(layers: int) -> None:
    """Import what commands import, so that every run starts with it, and bound the layers of a net.

    PyTorch is left out: a process that holds it takes long to fork; `prepare_torch` imports it.
    """
    import cnnshape.graph.assembly
    from cnnshape.cli import COMMANDS, program

    for module in pkgutil.walk_packages(cnnshape.__path__, "cnnshape."):
        if ".interop" not in module.name:
            with suppress(ImportError):
                import_module(module.name)
    for name in ("pandas", "pyarrow.parquet", "concurrent.futures.process"):
        with suppress(ImportError):
            import_module(name)
    for name in COMMANDS:
        program.get_command(Context(program), name)
    vars(cnnshape.graph.assembly)["MOST_LAYERS"] = layers
    str(cnnshape.analyze(_NET))
    _settle()


_NET: Final = {"cnnshape": 1, "input": [1, 8], "layers": {"a": {"op": "Conv1d", "out_channels": 2, "kernel_size": 3}}}


def prepare_torch() -> None:
    """Import PyTorch, and what it imports itself when it runs something; once."""
    if "torch" in sys.modules:
        return
    from cnnshape import analyze
    from cnnshape.interop.torch_verify import verify

    sys.modules["torch"].set_num_threads(1)
    verify(analyze(_NET))
    _settle()


def _settle() -> None:
    """What is there stays, so that a fork does not copy it."""
    _rest.clear()
    gc.collect()
    gc.freeze()
