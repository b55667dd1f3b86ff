"""A case of the fuzzer over commands: a folder, and command lines that run in it one after the other."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

Files = Mapping[str, bytes]

NONE: Final[Files] = MappingProxyType({})

STREAMS: Final = ("file", "full", "closed", "pipe", "stuck", "terminal")
"""Where output goes: a file, a full disk, nowhere because it is closed, a pipe whose reader has gone, a small one that
does not wait for its reader, who is slow, or a terminal."""


class Case(NamedTuple):
    """What a person has in a folder, and what they type there."""

    lines: tuple[tuple[str, ...], ...]
    """The words after ``cnnshape``, for each command line."""
    files: Files = NONE
    committed: Files | None = None
    """The files of a git commit that the folder differs from; None if it is not a repository."""
    stdin: bytes = b""
    stdout: str = "file"
    stderr: str = "file"
    unbuffered: bool = False
    """Whether Python writes at once, as with ``PYTHONUNBUFFERED``."""

    def to_json(self) -> dict[str, Any]:
        """The case as plain data, readable where its files are text."""
        committed = None if self.committed is None else _packed(self.committed)
        found: dict[str, Any] = {"lines": self.lines, "files": _packed(self.files), "committed": committed}
        found |= {"stdin": _text(self.stdin), "stdout": self.stdout, "stderr": self.stderr}
        return found | {"unbuffered": self.unbuffered}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Case":
        """The case that `to_json` wrote; what is left out has its default.

        >>> case = Case((("report", "net.yaml"),), {"net.yaml": bytes((255,))})
        >>> Case.of_json(case.to_json()) == case
        True
        """
        committed = data.get("committed")
        return cls(
            tuple(map(tuple, data["lines"])),
            _unpacked(data.get("files", {})),
            None if committed is None else _unpacked(committed),
            _bytes(data.get("stdin", "")),
            data.get("stdout", "file"),
            data.get("stderr", "file"),
            data.get("unbuffered", False),
        )


def _packed(files: Files) -> dict[str, Any]:
    return {name: _text(data) for name, data in files.items()}


def _unpacked(files: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: _bytes(held) for name, held in files.items()}


def _text(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes(held: Any) -> bytes:
    return held.encode() if isinstance(held, str) else base64.b64decode(held["base64"])
