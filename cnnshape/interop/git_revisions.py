"""Files of a git revision: read as they lie in the object store, without running anything that a repository names.

Only plumbing is called, with a list of arguments: no shell, no hook, no filter, no text conversion, no external diff,
no pager, and no object is fetched.  A revision is resolved once; after that git is given object names only.
"""

import os
import posixpath
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from typing_extensions import override

from cnnshape.core.errors import Problem, SpecError, UsageError, did_you_mean
from cnnshape.render.names import printable
from cnnshape.spec.yaml import BYTES, Document, read
from cnnshape.spec.yaml.files import Files, Outside

_KEPT: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CEILING_DIRECTORIES",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CONFIG",
)  # fmt: skip
_OURS: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
_SAFE: Final = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
)
_SECONDS: Final = 60
_FILE: Final = "100"  # how the mode of a file starts; links and submodules have others
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_LINKS: Final = 40  # that are followed one after another, as Linux does


class GitError(UsageError):
    """Git said no."""

    id = "git-failed"


def git(*words: str) -> bytes:
    """What git puts out; raises `GitError` where it fails."""
    known = {key: held for key, held in os.environ.items() if not key.startswith("GIT_")}
    known |= {key: held for key, held in os.environ.items() if key in _KEPT or key.startswith("GIT_CONFIG_")}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *words], capture_output=True, stdin=subprocess.DEVNULL, env=known | _OURS, timeout=_SECONDS
        )
    except FileNotFoundError:
        raise GitError(Problem("there is no git on this machine", hint="a revision is read by git")) from None
    except subprocess.TimeoutExpired:
        raise GitError(Problem(f"git {words[0]} took more than {_SECONDS} s")) from None
    except ValueError:
        raise GitError(Problem("no revision or path holds a NUL")) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise GitError(Problem(f"git {words[0]}: {printable(said) or 'it failed'}"))
    return done.stdout


def _names(text: bytes) -> list[str]:
    return [os.fsdecode(name) for name in text.split(b"\0") if name]


class Blob(NamedTuple):
    """A file of a revision."""

    mode: str
    name: str
    """Of the object."""


@dataclass(frozen=True)
class Revision(Files):
    """The files of a commit; their names are ``REV:path``, paths from the root of the repository."""

    word: str
    """What the user calls it."""
    commit: str
    _read: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def blobs(self) -> dict[str, Blob]:
        """All files by path."""
        found = {}
        for line in git("ls-tree", "-r", "-z", "--full-tree", self.commit).split(b"\0"):
            head, _, path = line.partition(b"\t")
            if path:
                mode, _, name = head.decode().split()
                found[os.fsdecode(path)] = Blob(mode, name)
        return found

    def data(self, path: str) -> bytes:
        """What a file holds; raises `GitError` where it cannot be read."""
        blob = self.blobs[path]
        if path not in self._read:
            if int(git("cat-file", "-s", blob.name)) > BYTES:
                return b" " * (BYTES + 1)  # which is refused for its length
            self._read[path] = git("cat-file", "blob", blob.name)
        return self._read[path]

    def path(self, file: str) -> str:
        """The path in the repository of a file's name."""
        return file.removeprefix(f"{self.word}:")

    def followed(self, path: str) -> str:
        """The file that a path means when links inside of the revision are followed; empty if there is none."""
        for _ in range(_LINKS):
            blob = self.blobs.get(path)
            if blob and blob.mode.startswith(_FILE):
                return path
            parts = path.split("/")
            heads = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
            link = next((head for head in heads if head in self.blobs and self.blobs[head].mode == _LINK), "")
            if not link:
                return ""
            target = os.fsdecode(self.data(link))
            path = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, path[len(link) + 1 :]))
            if posixpath.isabs(target) or path.startswith("../"):
                return ""
        return ""

    def submodule(self, path: str) -> str:
        """The submodule that a path is in; empty for one of the repository itself."""
        parts = path.split("/")
        heads = ("/".join(parts[:n]) for n in range(1, len(parts)))
        return next((head for head in heads if head in self.blobs and self.blobs[head].mode == _SUBMODULE), "")

    def renamed(self) -> dict[str, str]:
        """What git traces as renamed between the revision and the index: the old path of each new one."""
        words = ("diff-index", "--cached", "-r", "-z", "-M", "--diff-filter=R", "--name-status")
        parts = _names(git(*words, "--no-ext-diff", "--no-textconv", self.commit))
        return dict(zip(parts[2::3], parts[1::3], strict=False))

    @override
    def document(self, file: str) -> Document:
        path, shown = self.path(file), printable(file)
        blob = self.blobs.get(path)
        if blob is None:
            inside = any(known.startswith(f"{path.rstrip('/')}/") for known in self.blobs)
            text = "this is a directory, not a file" if inside else f"there is no such file in {printable(self.word)}"
            hint = "" if inside else did_you_mean(path, self.blobs)
            raise SpecError(Problem(text, file=shown, hint=hint, id="unreadable-file"))
        if not blob.mode.startswith(_FILE):
            raise SpecError(
                Problem("this is a link, and those of a revision are not followed", file=shown, id="unreadable-file")
            )
        return read(self.data(path), shown)

    @override
    def stem(self, file: str) -> str:
        return posixpath.basename(self.path(file)).partition(".")[0]

    @override
    def beside(self, file: str, name: str) -> str | None:
        folder = posixpath.dirname(self.path(file))
        path = posixpath.normpath(posixpath.join(folder, name))
        if posixpath.isabs(name) or path.startswith("../") or not path.startswith(posixpath.join(folder, "")):
            raise Outside
        found = self.followed(path)
        if found and not found.startswith(posixpath.join(folder, "")):
            raise Outside
        return f"{self.word}:{found}" if found else None


def revision(word: str) -> Revision:
    """The revision that a word names; raises `UsageError` where there is none."""
    if not word or word.startswith("-"):
        raise UsageError(Problem(f"`{printable(word)}` is not a revision", hint="such as `origin/main` or `HEAD~1`"))
    git("rev-parse", "--git-dir")  # says where there is no repository
    try:
        commit = git("rev-parse", "--verify", "--quiet", f"{word}^{{commit}}").decode().strip()
    except GitError:
        hint = "`git fetch` brings those of a remote"
        raise GitError(Problem(f"git knows no revision `{printable(word)}`", hint=hint)) from None
    return Revision(word, commit)


def fork(base: Revision) -> Revision:
    """Where the branch that is checked out left another, under the name of that; raises `GitError` without one."""
    try:
        return Revision(base.word, git("merge-base", base.commit, "HEAD").decode().split()[0])
    except GitError:
        text = f"git knows no commit that `{printable(base.word)}` and this branch have in common"
        raise GitError(Problem(text, hint="a shallow clone has no history: `git fetch --unshallow`")) from None


def here() -> str:
    """The folder we are in, from the root of the repository."""
    return os.fsdecode(git("rev-parse", "--show-prefix")).rstrip("\n")


def root() -> str:
    """The root of the repository's work tree; raises `GitError` where it has none."""
    return os.fsdecode(git("rev-parse", "--show-toplevel")).rstrip("\n")


def work_files() -> list[str]:
    """The files of the work tree that git does not ignore, from the root of the repository."""
    found = git("-C", root(), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted(set(_names(found)))
