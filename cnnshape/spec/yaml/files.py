"""Where files are read from: the disk, or a place such as a revision that keeps what the disk held before."""

import os
from typing import BinaryIO, Final, Protocol

from typing_extensions import override

from cnnshape.spec.yaml import Document, read_path, read_stream


class Outside(Exception):
    """A file asks for one that is not in its own folder or below."""


class Files(Protocol):
    """What a spec needs of the place that it is read from; files have names, as messages show them."""

    def document(self, file: str) -> Document:
        """What a file holds; raises `SpecError` where it cannot be read."""
        ...

    def stem(self, file: str) -> str:
        """The name of a file without its folder and ending."""
        ...

    def beside(self, file: str, name: str) -> str | None:
        """The file of a name that counts from the folder of another; None where it is not there.

        Raises `Outside` where it is not in this folder or below.
        """
        ...


class Disk(Files):
    """The files of this machine."""

    @override
    def document(self, file: str) -> Document:
        return read_path(file)

    @override
    def stem(self, file: str) -> str:
        return os.path.basename(file).partition(".")[0]

    @override
    def beside(self, file: str, name: str) -> str | None:
        folder = os.path.dirname(os.path.realpath(file))
        target = os.path.realpath(os.path.join(folder, name))
        if os.path.isabs(name) or not target.startswith(os.path.join(folder, "")):
            raise Outside
        return os.path.join(os.path.dirname(file), name) if os.path.isfile(target) else None


STDIN: Final = "<stdin>"
"""What a spec from standard input is called in messages."""


class Stream(Files):
    """A stream that holds one spec, such as standard input; it is read once, and has no files beside it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._held = read_stream(stream, STDIN)

    @override
    def document(self, file: str) -> Document:
        return self._held

    @override
    def stem(self, file: str) -> str:
        return ""

    @override
    def beside(self, file: str, name: str) -> str | None:
        raise Outside


DISK: Final = Disk()
