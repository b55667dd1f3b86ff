"""A sweep for people: aligned text, fitted to a width, and Markdown for a pull request."""

from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.render.cells import (
    MOST_REASONS,
    MOST_ROWS,
    Options,
    Shown,
    columns,
    fitted,
    ranges,
    refusals,
)
from cnnshape.render.fitting import aligned, folded
from cnnshape.render.markdown import code, escaped, pipes
from cnnshape.render.names import printable


def _title(shown: Shown) -> str:
    """How many points there were, and how many rows are left."""
    found, points = shown.sweep, f"{shown.points:,} point{'s' if shown.points != 1 else ''}"
    if len(found) < shown.points:
        points += f", {len(found):,} kept"
    refused = len(found) - int(found.valid.sum())
    points = f"{points}, {refused:,} of them no nets" if refused else points
    if found.undecided:
        points += f", {found.undecided:,} left out as undecided: some values that their bounds allow meet the condition"
    return points


def _nets(shown: Shown, options: Options) -> tuple[Sweep, str]:
    """The rows that are shown, of points that are nets, and what is said of the others."""
    valid = shown.sweep.valid.nonzero()[0]
    kept = valid[: options.rows or MOST_ROWS]
    left = len(valid) - len(kept)
    return shown.sweep.take(kept), f"and {left:,} more" if left else ""


def text(shown: Shown, options: Options) -> str:
    """For people who read it in a terminal."""
    found, units = shown.sweep, options.units or "auto"
    rows, more = _nets(shown, options)
    lines = folded(f"{printable(found.net)}: {_title(shown)}", "  ", options.width)
    lines += folded(ranges(found), "  ", options.width) if len(found) else []
    if len(rows):
        kept, left_out = fitted(list(columns(rows, units)), options.width)
        table = zip(*([each.header, *each.cells] for each in kept), strict=True)
        lines += ["", *aligned(list(table), [each.right for each in kept])]
        if left_out:
            said = f"left out to fit {options.width} columns: {', '.join(left_out)}"
            lines += ["", *folded(said, "  ", options.width)]
    if more:
        lines += ["", *folded(f"{more}: --top N shows so many, --format csv all", "  ", options.width)]
    refused = refusals(found)
    if refused:
        lines += ["", "no nets"]
        room = len(f"{refused[0][0]:,}")
        for count, why, at in refused[:MOST_REASONS]:
            lines += folded(f"{count:>{room},}  {printable(why)}; {at}", " " * (room + 2), options.width)
        if len(refused) > MOST_REASONS:
            lines.append(f"and {len(refused) - MOST_REASONS:,} other reasons")
    return "\n".join(lines) + "\n"


def markdown(shown: Shown, options: Options) -> str:
    """For a pull request or a page that is committed."""
    found, units = shown.sweep, options.units or "auto"
    rows, more = _nets(shown, options)
    lines = [f"{code(printable(found.net))}: {_title(shown)}{'; ' + escaped(ranges(found)) if len(found) else ''}"]
    if len(rows):
        kept = list(columns(rows, units))
        cells = [[escaped(each.header), *map(escaped, each.cells)] for each in kept]
        lines += ["", *pipes(list(zip(*cells, strict=True)), [each.right for each in kept])]
    if more:
        lines += ["", f"... {more}"]
    refused = refusals(found)
    if refused:
        lines += ["", "No nets:", ""]
        lines += [f"- {count:,}: {escaped(why)}; {escaped(at)}" for count, why, at in refused[:MOST_REASONS]]
        if len(refused) > MOST_REASONS:
            lines.append(f"- {len(refused) - MOST_REASONS:,} other reasons")
    return "\n".join(lines) + "\n"
