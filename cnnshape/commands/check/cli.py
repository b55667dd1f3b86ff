"""``cnnshape check``: nets against their budgets."""

import os
from typing import TYPE_CHECKING, Final

import click

from cnnshape.cli.terminal import (
    BAD_INPUT,
    FINDINGS,
    format_of,
    put,
    refuse_one_file,
    refuse_read,
    refuse_same_file,
    room,
    say,
)
from cnnshape.commands.check.view import VIEW, Options, refused
from cnnshape.core.errors import CnnshapeError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnshape.commands.check.records import Report

_DEFAULT: Final = "budget.yaml"


@click.command("check")
@click.argument("sources", nargs=-1, metavar="[BUDGET | SPEC]...")
@click.option("--baseline", metavar="FILE", help="Measure increases from FILE, not from cnnshape.baseline.yaml.")
@click.option("--base", metavar="REV", help="Measure increases from the specs where this branch left a git revision.")
@click.option("--allow-new", is_flag=True, help="With --base, let new nets and layers pass `max_increase`.")
@click.option("--update", "updates", is_flag=True, help="Write the baseline first; its figures only go down.")
@click.option("--allow-increase", is_flag=True, help="With --update, let figures go up.")
@click.option(
    "--format",
    "format",
    type=click.Choice(VIEW.formats),
    help="For people, or for programs: text, or what FILE's ending says.",
)
@click.option("--verbose", is_flag=True, help="Show the limits that hold, too.")
@click.option(
    "--summary", type=click.Path(dir_okay=False), metavar="FILE", help="Write a summary in Markdown to a file, too."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.pass_context
def command(
    ctx: click.Context, /, sources: tuple[str, ...], baseline: str | None, base: str | None, allow_new: bool,
    updates: bool, allow_increase: bool, format: str | None, verbose: bool, summary: str | None, output: str | None,
) -> None:  # fmt: skip
    """Hold nets to the limits of their budgets; exit 1 if one is broken.

    A budget is the list of rules under `budget` in a spec, or a file of its own that names specs; without any file
    named, budget.yaml.
    """
    from cnnshape.cli.replacing import refuse_unwritable

    sources = sources or (_default(),)
    for source in sources:
        refuse_same_file(output, source)
        refuse_same_file(summary, source, "--summary")
    refuse_one_file(output, summary)
    kind = format_of(format, output, VIEW.formats)
    format_of(None, summary, ["markdown"], "--summary")
    if allow_increase and not updates:
        raise UsageError(Problem("--allow-increase goes with --update only"))
    if allow_new and base is None:
        hint = "`--update` takes what is new into a baseline"
        raise UsageError(Problem("--allow-new goes with --base only", hint=hint))
    if base is not None and (updates or baseline is not None):
        other = "--update" if updates else "--baseline"
        raise UsageError(Problem(f"--base does not go with {other}", hint="a revision takes the place of the file"))
    options = Options(verbose or None, room(None, kind, output))
    VIEW.check(kind, options)  # reject wrong options before any net is built

    told = False

    def tell(report: "Report") -> None:
        nonlocal told
        told = True
        text, said = VIEW.render(report, kind, options), VIEW.render(report, "markdown") if summary is not None else ""
        refuse_read(output)
        if summary is not None:
            put(said, summary, "--summary")
        put(text, output)

    try:
        if updates:
            for file in (output, summary):
                refuse_unwritable(file)
            report = _updated(sources, baseline, tell, allow_increase=allow_increase)
        else:
            report = _checked(sources, baseline, base, allow_new=allow_new)
    except CnnshapeError as error:
        if not told:
            _refused(error, kind, summary, output)
        raise
    if not updates:
        tell(report)
    if not report.ok:
        ctx.exit(FINDINGS if report.outcomes else BAD_INPUT)


def _default() -> str:
    if os.path.exists(_DEFAULT):
        return _DEFAULT
    hint = "name a spec with a `budget`, or the file of a budget"
    raise UsageError(Problem(f"there is no `{_DEFAULT}` here, and no file is named", hint=hint))


def _checked(sources: tuple[str, ...], baseline: str | None, base: str | None, *, allow_new: bool) -> "Report":
    from cnnshape.commands.check import check

    if base is None:
        return check(*sources, baseline=baseline)
    from cnnshape.commands.check.git_past import before

    return check(*sources, base=before(base), allow_new=allow_new)


def _refused(error: CnnshapeError, format: str, summary: str | None, output: str | None) -> None:
    """Say where a reviewer looks that the budget cannot be checked; the message itself goes to stderr as ever."""
    from cnnshape.commands.check import github
    from cnnshape.render import markdown

    if summary is not None:
        put(markdown.write(refused(error.problems)), summary, "--summary")
    if format == "github":
        put(github.refused(error.problems), output)


def _updated(
    sources: tuple[str, ...], baseline: str | None, tell: "Callable[[Report], None]", *, allow_increase: bool
) -> "Report":
    """The check against the baselines that are written, once it has been told: nothing is left then that can fail.

    While they are read and written no other update is, so that both are in a file.
    """
    from cnnshape.cli.replacing import locked, refuse_unwritable, replace_all
    from cnnshape.commands.check import update
    from cnnshape.commands.check.references import beside
    from cnnshape.commands.check.words import changed

    files = [baseline] if baseline is not None else [beside(source) for source in sources]
    for file in files:
        refuse_unwritable(file)
        for source in sources:
            refuse_same_file(file, source, "--baseline")
    with locked(files):
        done = update(*sources, baseline=baseline, allow_increase=allow_increase)
        replace_all(done.files, lambda: tell(done.report))
    for change in done.changes:
        say(changed(change))
    return done.report
