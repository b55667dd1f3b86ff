r"""A text in YAML to plain data and the places where it stands; everything wrong with it is one `SpecError`.

Built from the events of PyYAML's parser, with bounds of its own, because the usual loaders take the last of two equal
keys, read ``no`` as false, run code for a tag, unfold a small text into gigabytes, and crash on deep nesting.

>>> data, marks = read("conv1:\n  stride: 2\n")
>>> data, marks.find(("conv1", "stride"))
({'conv1': {'stride': 2}}, Mark(line=2, column=11))
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final, NamedTuple

from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import printable
from cnnshape.spec.yaml.conflicts import conflict
from cnnshape.spec.yaml.marks import Marks, mark_of
from cnnshape.spec.yaml.reader import data_of

BYTES = 4_000_000
"""The length a text may have."""


class Document(NamedTuple):
    """What a text holds, and where.  What an alias reaches is the same object in both places: treat it as frozen."""

    data: Any
    marks: Marks


_noted: Final[list[set[tuple[int, int]]]] = []


@contextmanager
def noted() -> Iterator[None]:
    """While this goes on, `was_read` knows which files are read: for a program, which writes over none of them."""
    _noted.append(set())
    try:
        yield
    finally:
        _noted.pop()


def was_read(path: str | os.PathLike[str]) -> bool:
    """Whether a file has been read while that is noted, under whatever name."""
    try:
        return bool(_noted) and _identity(os.stat(path)) in _noted[-1]
    except (OSError, ValueError):  # it is not there
        return False


_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def _identity(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from every other."""
    return status.st_dev, status.st_ino


def read_path(path: str | os.PathLike[str]) -> Document:
    """The document in a file; raises `SpecError` where it cannot be read.

    A pipe or a device is refused before it is opened: it might have no end, or nothing to read.
    """
    file, hint = printable(os.fsdecode(path), 4096), ""
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
        if kind in _KINDS:
            hint = "write it to a file; where one SPEC is taken, `-` is standard input"
            raise SpecError(Problem(f"this is {_KINDS[kind]}, not a file", file=file, hint=hint, id="unreadable-file"))
        with open(path, "rb") as stream:
            _note(stream)
            source = stream.read(BYTES + 1)
    except FileNotFoundError:
        problem, hint = "there is no such file", "standard input is not read here" if file == "-" else ""
    except IsADirectoryError:
        problem = "this is a directory, not a file"
    except PermissionError:
        problem = "there is no permission to read this file"
    except (OSError, ValueError) as error:  # a name that is too long, or holds a NUL
        problem = f"this file cannot be read: {getattr(error, 'strerror', None) or error}".lower()
    else:
        return read(source, file)
    raise SpecError(Problem(problem, file=file, hint=hint, id="unreadable-file"))


def read_stream(stream: BinaryIO, file: str) -> Document:
    """The document that a stream holds, up to its end; raises `SpecError` where it cannot be read."""
    try:
        _note(stream)
        source = stream.read(BYTES + 1)
    except (OSError, ValueError) as error:
        text = f"standard input cannot be read: {getattr(error, 'strerror', None) or error}".lower()
        raise SpecError(Problem(text, id="unreadable-file")) from None
    return read(source, file)


def _note(stream: Any) -> None:
    """Note which file is read, if somebody wants to know and it is one."""
    if _noted:
        with suppress(OSError, ValueError):  # a stream that is no file has no number
            status = os.fstat(stream.fileno())
            if stat.S_ISREG(status.st_mode):
                _noted[-1].add(_identity(status))


def read(source: bytes | str, file: str = "") -> Document:
    """The one document in a text; raises `SpecError` with all that is wrong with it.

    Keys are text, numbers exact (int, or Fraction where not whole), and quoted words are text.
    """
    text = _decoded(source, file)
    if found := conflict(text, file):
        raise SpecError(found)
    try:
        data = data_of(text, file)
    except SpecError:
        if found := conflict(text, file, unreadable=True):
            raise SpecError(found) from None
        raise
    return Document(data, Marks(text))


def _decoded(source: bytes | str, file: str) -> str:
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    if len(raw) > BYTES:
        raise SpecError(Problem(f"the text is longer than {BYTES // 1_000_000} MB", file=file, id="unreadable-file"))
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw[:2]:
        raise SpecError(
            Problem("the file is UTF-16 or UTF-32, not UTF-8", file=file, hint="save it as UTF-8", id="unreadable-file")
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = len(raw) - len(error.object) + error.start
        mark = mark_of(raw[:offset].decode("utf-8-sig"))
        text = f"the file is not UTF-8: byte 0x{raw[offset]:02X} at offset {offset:,}"
    raise SpecError(Problem(text, file=file, mark=mark, hint="save it as UTF-8", id="unreadable-file"))
