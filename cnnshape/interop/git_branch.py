"""The specs that a branch changes: files of a work tree beside those of a revision."""

import os
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from hashlib import new as digest
from typing import Any, Final, NamedTuple

from cnnshape.core.errors import CnnshapeError
from cnnshape.interop.git_revisions import Revision, here, root, work_files
from cnnshape.spec.yaml import BYTES, read

_ENDINGS: Final = (".yaml", ".yml")
_ALIKE: Final = 0.6  # share of equal lines from which a file that came is one that went
_COMPARED: Final = 400  # pairs of files that are compared for that
_TOP: Final = re.compile(rb"""^["']?(cnnshape|layers)["']?[ \t]*:""", re.M)


class Changed(NamedTuple):
    """A spec that is not as it was, or includes a file that is not; paths from the root, empty where there is none."""

    old: str
    new: str


def changed(base: Revision, asked: tuple[str, ...]) -> list[Changed]:
    """The specs that are not as in a revision, in the order of their paths; ``asked`` names files and folders.

    A spec is known by its ending, unless it is named; what it includes may have any.
    """
    top, wanted = root(), _wanted(asked)

    def taken(path: str) -> bool:
        return is_yaml(path) or path in wanted

    mine = {path: blob.name for path, blob in base.blobs.items() if taken(path) and blob.mode.startswith("100")}
    data = {path: held for path in work_files() if taken(path) and (held := data_of(top, path)) is not None}
    names = {path: mine[path] for path in mine if path in data and _same(mine[path], data[path])}
    other = {path for path in {*mine, *data} if path not in names}
    old = {path: base.data(path) for path in sorted(other) if path in mine}
    gone = {path: held for path, held in old.items() if path not in data and is_spec(held)}
    came = {path: data[path] for path in sorted(other) if path in data and path not in mine and is_spec(data[path])}
    found = [Changed(*pair) for pair in alike(gone, came)]
    paired = {path for pair in found for path in pair}
    found += [Changed(path, "") for path in gone if path not in paired]
    found += [Changed("", path) for path in came if path not in paired]
    both = [path for path in other if path in mine and path in data]
    found += [Changed(path, path) for path in both if is_spec(old[path]) or is_spec(data[path])]
    files = _Includes(base, top)
    found += [Changed(path, path) for path in names if any(map(files.differ, _included(path, data[path])))]
    return sorted((each for each in found if _asked(each, wanted)), key=lambda each: each.new or each.old)


class _Includes:
    """Files that specs include, beside those of a revision; links are followed in both."""

    def __init__(self, base: Revision, top: str) -> None:
        self.base, self.top = base, top
        self.known: dict[str, bool] = {}

    def differ(self, path: str) -> bool:
        """Whether a file is not as it was."""
        if path not in self.known:
            old, new = self.base.followed(path), self._now(path)
            if old and new is not None:
                self.known[path] = not _same(self.base.blobs[old].name, new)
            else:
                self.known[path] = bool(old) or new is not None
        return self.known[path]

    def _now(self, path: str) -> bytes | None:
        file = os.path.realpath(os.path.join(self.top, path))
        return data_of("", file) if file.startswith(os.path.join(os.path.realpath(self.top), "")) else None


def is_yaml(path: str) -> bool:
    """Whether a file may be a spec by its ending."""
    return path.lower().endswith(_ENDINGS)


def data_of(top: str, path: str) -> bytes | None:
    """What a file of the work tree holds; None for a link, and where it has gone."""
    file = os.path.join(top, path)
    if os.path.islink(file) or not os.path.isfile(file):
        return None
    with open(file, "rb") as stream:
        return stream.read(BYTES + 1)


def _same(name: str, data: bytes) -> bool:
    """Whether a blob has this name; git may keep lines that end otherwise."""
    kind = "sha1" if len(name) == 40 else "sha256"
    texts = (data, data.replace(b"\r\n", b"\n")) if b"\r\n" in data else (data,)
    blobs = (b"blob %d\0" % len(text) + text for text in texts)
    return any(digest(kind, blob, usedforsecurity=False).hexdigest() == name for blob in blobs)


def _document(data: bytes) -> Mapping[str, Any] | None:
    """What a file says; None where it is none of ours or cannot be read."""
    if b"cnnshape" not in data:
        return None
    try:
        held = read(data).data
    except CnnshapeError:
        return None
    return held if isinstance(held, dict) and "cnnshape" in held else None


def is_spec(data: bytes) -> bool:
    """Whether a file is a spec, or looks like one that cannot be read."""
    held = _document(data)
    return "layers" in held if held is not None else {b"cnnshape", b"layers"} <= {*_TOP.findall(data)}


def _included(path: str, data: bytes) -> set[str]:
    """The files that a spec includes."""
    held = _document(data) if b"include" in data else None
    names = held.get("include") if held else None
    texts = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return {posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in texts}


def alike(gone: Mapping[str, bytes], came: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The pairs of a file that went and one that came that are alike, the most alike first."""
    if len(gone) * len(came) > _COMPARED:
        return
    pairs = []
    for old, before in gone.items():
        for new, after in came.items():
            lines = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
            if lines.real_quick_ratio() >= _ALIKE and (share := lines.ratio()) >= _ALIKE:
                pairs.append((-share, old, new))
    taken: set[str] = set()
    for _, old, new in sorted(pairs):
        if old not in taken and new not in taken:
            taken |= {old, new}
            yield old, new


def _wanted(asked: Collection[str]) -> set[str]:
    """The files and folders that are meant, from the root of the repository."""
    folder = here() if asked else ""
    return {posixpath.normpath(posixpath.join(folder, path.replace(os.sep, "/"))) for path in asked}


def _asked(each: Changed, wanted: Collection[str]) -> bool:
    """Whether a spec is one of those that are meant, or in a folder that is."""
    paths = [path for path in each if path]
    return not wanted or any(
        path == one or path.startswith(f"{one}/") or one == "." for path in paths for one in wanted
    )
