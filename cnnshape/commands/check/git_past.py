"""The budgets and specs of a work tree as they were where its branch left a revision of git."""

import os
import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from glob import has_magic
from typing import Any

from typing_extensions import override

from cnnshape.commands.check.past import Past
from cnnshape.core.errors import CnnshapeError, Problem
from cnnshape.interop.git_branch import alike, data_of, is_spec, is_yaml
from cnnshape.interop.git_revisions import GitError, Revision, fork, revision, root, work_files
from cnnshape.render.names import printable
from cnnshape.spec.document import Spec, load
from cnnshape.spec.yaml import read


def before(word: str) -> "Before":
    """The files where this branch left a revision; raises `GitError` where there is no such revision."""
    return Before(fork(revision(word)))


class Before(Past):
    """The files of a commit, which the files of the work tree were.

    A file was the one at its path; only if there was none, the one that git traces as renamed to it.  A path is taken
    as it is written, so that a link does not change which file a spec is measured from.
    """

    def __init__(self, base: Revision) -> None:
        self.files = self.base = base
        self.name = base.word
        self.top = root()
        self._was: dict[str, str] = {}

    @override
    def __call__(self, file: str) -> Spec | None:
        was = self.was(file)
        return load(was, self.base) if was else None

    @override
    def was(self, file: str) -> str:
        if file not in self._was:
            path = self._path(file)
            found = self.base.followed(path) or self._old.get(path, "")
            self._was[file] = found and f"{self.name}:{found}"
        return self._was[file]

    @override
    def renamed(self, file: str) -> str:
        path = self._path(file)
        return "" if self.base.followed(path) else self._old.get(path, "")

    @override
    def left(self, file: str) -> bool:
        return self._left(self.path(file))

    @override
    def path(self, file: str) -> str:
        return self.base.path(file)

    @override
    def gone(self) -> list[str]:
        taken = {*self._old.values()}
        return [f"{self.name}:{path}" for path in self._gone if path not in taken and self._has_budget(path)]

    @override
    def find(self, home: str, pattern: str) -> list[str]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path(home)), pattern))
        if not has_magic(pattern):
            found = [path] if self.base.followed(path) else []
        else:
            found = sorted(each for each in self.base.blobs if matches(each.split("/"), path.split("/")))
            found = [each for each in found if self.base.followed(each)]
        return [f"{self.name}:{self.base.followed(each)}" for each in found]

    def _path(self, file: str) -> str:
        """The path of a file from the root of the repository; raises `GitError` for one that is not in it."""
        whole = os.path.abspath(file)
        for candidate in (whole, os.path.realpath(whole)):
            folder = os.path.dirname(candidate)
            while not _same(folder, self.top):
                if folder == os.path.dirname(folder):
                    break
                folder = os.path.dirname(folder)
            else:
                path = os.path.relpath(candidate, folder).replace(os.sep, "/")
                if inside := self.base.submodule(path):
                    text = f"`{printable(file)}` is in the submodule `{printable(inside)}`"
                    raise GitError(Problem(text, hint="run the check in the submodule, a repository of its own"))
                return path
        raise GitError(Problem(f"`{printable(file)}` is not in this repository", hint="--base reads it by git"))

    @cached_property
    def _gone(self) -> list[str]:
        """The YAML files that are not in the work tree any more."""
        files = [path for path, blob in self.base.blobs.items() if is_yaml(path) and blob.mode.startswith("100")]
        return [path for path in files if not os.path.lexists(os.path.join(self.top, path))]

    @cached_property
    def _old(self) -> dict[str, str]:
        """The old path of each new one: what git traces in the index, and what is as alike and not added yet."""
        there = {path for path in work_files() if os.path.lexists(os.path.join(self.top, path))}
        gone = {*self._gone}
        found = {new: old for new, old in self.base.renamed().items() if new in there and self._left(old)}
        came = [path for path in there if path not in found and path not in self.base.blobs and is_yaml(path)]
        texts = {path: data for path in came if (data := data_of(self.top, path)) is not None and is_spec(data)}
        left = {path: self.base.data(path) for path in gone - {*found.values()}} if texts else {}
        specs = {path: data for path, data in left.items() if is_spec(data)}
        return found | {new: old for old, new in alike(specs, texts)}

    def _left(self, path: str) -> bool:
        return not os.path.lexists(os.path.join(self.top, path))

    def _has_budget(self, path: str) -> bool:
        data = self.base.data(path)
        if b"budget" not in data or b"cnnshape" not in data:
            return False
        try:
            held: Any = read(data).data
        except CnnshapeError:
            return False
        return isinstance(held, dict) and "cnnshape" in held and "budget" in held


def _same(folder: str, top: str) -> bool:
    try:
        return os.path.samefile(folder, top)
    except OSError:
        return False


def matches(parts: Sequence[str], globs: Sequence[str]) -> bool:
    """Whether a path matches a glob, both by their parts, as `glob.glob` takes them.

    >>> matches(["nets", "a.yaml"], ["**", "*.yaml"]), matches(["nets", ".a.yaml"], ["**", "*.yaml"])
    (True, False)
    """
    if not globs:
        return not parts
    first, *rest = globs
    if first == "**":
        plain = next((n for n, part in enumerate(parts) if part.startswith(".")), len(parts))
        if not rest:
            return bool(parts) and plain == len(parts)
        return any(matches(parts[n:], rest) for n in range(plain + 1))
    hidden = bool(parts) and parts[0].startswith(".") and not first.startswith(".")
    return bool(parts) and not hidden and fnmatchcase(parts[0], first) and matches(parts[1:], rest)
