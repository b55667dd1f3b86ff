"""``cnnshape diff``: what became of a net, between two files, two revisions, or on a branch."""

import os
import posixpath
from typing import Any

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, NET, STDIN, loaded, set_up
from cnnshape.cli.terminal import BAD_INPUT, FINDINGS, format_of, put, refuse_same_file, room, say
from cnnshape.commands.diff.entry import Diffs, Entry
from cnnshape.commands.diff.view import VIEW, Options
from cnnshape.core.errors import CnnshapeError, Problem, UsageError


class _Reader:
    """Analyzes files and files of revisions under one setup, and reports what is wrong with them."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.failed = False
        self.revisions: dict[str, Any] = {}

    def net(self, file: str, files: Any = None) -> Any:
        """The analysis of a file, or of one of a place; None where something is wrong with it."""
        from cnnshape.spec.document import load

        try:
            return analyze(loaded(file) if files is None else load(file, files), setup=self.setup)
        except CnnshapeError as error:
            problems = (problem._replace(file=problem.file or file) for problem in error.problems)
            say(("\n" if self.failed else "") + str(type(error)(*problems)))
            self.failed = True
            return None

    def named(self, word: str) -> Any:
        """The analysis of what the user names: a file, or REV:path."""
        from cnnshape.interop.git_revisions import here, revision

        before, colon, path = word.partition(":")
        if not (colon and path) or os.path.exists(word):
            return self.net(word)
        if before not in self.revisions:
            self.revisions[before] = revision(before)
        if path.startswith(("./", "../")):
            path = posixpath.normpath(posixpath.join(here(), path))
        return self.net(f"{before}:{path}", self.revisions[before])


def _entry(old: Any, new: Any, old_file: str, new_file: str) -> Entry:
    from cnnshape.commands.diff.difference import diff

    return Entry(old, new, old_file, new_file, None if old is None or new is None else diff(old, new))


def _on_branch(base: str, asked: tuple[str, ...], reader: _Reader) -> list[Entry]:
    """A diff for each spec that the branch changes."""
    from cnnshape.interop.git_branch import changed
    from cnnshape.interop.git_revisions import fork, revision, root

    left = fork(revision(base))
    top, found = root(), []
    for each in changed(left, asked):
        old_file = f"{base}:{each.old}" if each.old else ""
        new_file = os.path.relpath(os.path.join(top, each.new)) if each.new else ""
        old = reader.net(old_file, left) if old_file else None
        new = reader.net(new_file) if new_file else None
        if (old is None) == (not old_file) and (new is None) == (not new_file):
            found.append(_entry(old, new, old_file, new_file))
    return found


def _metrics(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(dict.fromkeys(word.strip() for word in text.split(",")))


@click.command("diff")
@click.argument("nets", nargs=-1, metavar="OLD NEW | --base REV [SPEC]...")
@click.option("--base", metavar="REV", help="Diff every spec that the branch changes since it left REV.")
@set_up(NET, COST)
@click.option("--metrics", callback=_metrics, metavar="KEYS", help="Figures said of each layer; the first one sorts.")
@click.option("--all", "everything", is_flag=True, help="List all changes and all layers that are affected.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts; bytes follow.")
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything is different.")
def command(
    nets: tuple[str, ...], setup: Setup, base: str | None, metrics: tuple[str, ...] | None, everything: bool,
    units: Any, format: str | None, output: str | None, exit_code: bool,
) -> None:  # fmt: skip
    """Say what was done to a net: which layers were added, removed, renamed, moved or changed, and what follows.

    OLD and NEW are files, or files of a git revision: `origin/main:specs/net.yaml`, a path from the root of the
    repository, or from here as `HEAD:./net.yaml`. With --base, a diff for each spec that differs between the work tree
    and the commit where the branch left REV, if it is one of SPEC or in one of these folders.
    """
    kind = format_of(format, output, VIEW.formats)
    reader, entries = _Reader(setup), list[Entry]()
    if base is None and len(nets) != 2:
        text = f"diff takes OLD and NEW, not {len(nets)} file{'s' if len(nets) != 1 else ''}"
        raise UsageError(Problem(text, hint="or `--base origin/main`, for the specs that a branch changes"))
    if nets.count(STDIN) > 1:
        raise UsageError(Problem("standard input holds one spec, and OLD and NEW are both `-`", hint="name a file"))
    for spec in nets:
        refuse_same_file(output, spec)
    options = Options(metrics, units, everything or None, room(None, kind, output))
    VIEW.render(Diffs([]), kind, options)  # reject wrong options before any net is built
    if base is not None:
        entries = _on_branch(base, nets, reader)
    else:
        both = [reader.named(word) for word in nets]
        entries = [] if None in both else [_entry(*both, *nets)]
    if entries or not reader.failed:
        put(VIEW.render(Diffs(entries, base or ""), kind, options), output)
    if reader.failed:
        click.get_current_context().exit(BAD_INPUT)
    if exit_code and any(each.diff is None or each.changes for each in entries):
        click.get_current_context().exit(FINDINGS)
