"""An answer for people: the point and what it costs, its neighbours and what stops them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnshape.commands.solve.layer import Choice, Choices, said
from cnnshape.commands.solve.record import Neighbour, Solution
from cnnshape.commands.solve.render.tables import Style
from cnnshape.commands.sweep.figures import Figure
from cnnshape.commands.sweep.render.cells import Column, fitted, knob
from cnnshape.core.bounds import spoken, worded
from cnnshape.render.figures import amount, apart, bare
from cnnshape.render.names import printable
from cnnshape.render.units import Units


def _names(names: Sequence[str]) -> str:
    """Knobs that are turned together, as one: ``H = W``."""
    return " = ".join(map(printable, names))


def _point(answer: Solution, point: Mapping[str, Any]) -> str:
    """Where a point lies: ``width = 40, H = W = 224``."""
    return ", ".join(f"{_names(names)} = {knob(point[names[0]])}" for names in answer.knobs)


def _amount(figure: Figure, value: Any) -> str:
    """A figure in a sentence, with its unit."""
    return amount(figure.metric, value) if figure.axis is None else bare(figure.metric, value)


def solution_lines(answer: Solution, style: Style, units: Units) -> Iterator[str]:
    """The lines of an answer."""
    under = ", ".join(map(style.code, answer.conditions))
    if answer.point is None:
        yield from _none(answer, style, under)
        return
    objective = answer.known.get(answer.objective)
    value = answer.figures.get(answer.objective)
    most = f": {spoken(_amount(objective, value), answer.bounds.get(answer.objective))}" if objective else ""
    where = f" under {under}" if under else ""
    at = style.plain(_point(answer, answer.point))
    name, what = style.plain(answer.net), style.code(answer.objective)
    yield from style.line(f"{name}: {what} is {answer.aim}{where}, at {at}{most}")
    yield ""
    columns, stops = _columns(answer, units), _stops(answer)
    kept, left_out = fitted([*columns, *stops], style.width)
    apart_stops = [column for column in stops if column not in kept]
    if apart_stops:  # sentences below the table take their place
        kept, left_out = fitted(columns, style.width)
    yield from style.table(list(zip(*([each.header, *each.cells] for each in kept), strict=True)),
                           [each.right for each in kept])  # fmt: skip
    if left_out:
        yield from ["", *style.line(f"left out to fit {style.width} columns: {', '.join(left_out)}")]
    for column in apart_stops:
        yield ""
        for each, why in zip(answer.neighbours, column.cells[1:], strict=True):
            if why:
                yield from style.line(f"next {_names(each.names)} = {knob(each.value)}: {column.header} {why}")
    if answer.undecided:
        count = f"{answer.undecided:,} point{'s' if answer.undecided != 1 else ''}"
        yield ""
        yield from style.line(f"{count} left out as undecided: a figure there is a bound")
    yield ""
    yield from style.line(_effort(answer))


def _effort(answer: Solution) -> str:
    """How many points it took."""
    if answer.looked == answer.points:
        return f"all {answer.points:,} points looked at" if answer.points > 1 else "1 point looked at"
    how = "by bisection" if answer.method == "bisection" else "one by one"
    return f"{answer.looked:,} of {answer.points:,} points looked at, {how}"


def _none(answer: Solution, style: Style, under: str) -> Iterator[str]:
    """What is said where there is no answer."""
    where = f" with {under}" if under else ""
    yield from style.line(f"{style.plain(answer.net)}: none of {answer.points:,} points is a net{where}")
    if answer.reason:
        yield from ["", *style.line(f"of the first one: {style.plain(answer.reason)}")]
    for each in answer.closest:
        ((key, value),) = each.figures.items()
        at = style.plain(_point(answer, each.point))
        closest = _amount(answer.known[key], value)
        yield from ["", *style.line(f"{style.code(each.condition)} holds nowhere: closest is {closest}, at {at}")]


def _columns(answer: Solution, units: Units) -> list[Column]:
    """The point and its neighbours, a row each: the knobs, then the figures."""
    assert answer.point is not None
    points = [answer.point, *({**answer.point, **dict.fromkeys(near.names, near.value)} for near in answer.neighbours)]
    several = [answer.figures, *(near.figures for near in answer.neighbours)]
    held = [answer.bounds, *(near.bounds for near in answer.neighbours)]
    found = [Column("", ["answer", *["next"] * len(answer.neighbours)], False)]
    for names in answer.knobs:
        found.append(Column(_names(names), [knob(point[names[0]]) for point in points]))
    for key, figure in answer.known.items():
        shown = _units(figure, several, units)
        cells = []
        for figures, bounds in zip(several, held, strict=True):
            value = figures.get(key)
            cells.append("" if value is None else worded(bare(figure.metric, value, shown), bounds.get(key)))
        found.append(Column(key, cells))
    return found


def _stops(answer: Solution) -> list[Column]:
    """The column of what stops the neighbours, if anything does."""

    def why(near: Neighbour) -> str:
        return printable(near.reason or ", ".join(near.stops))

    cells = ["", *map(why, answer.neighbours)]
    return [Column("stopped by", cells, False)] if any(cells) else []


def _units(figure: Figure, several: Sequence[Mapping[str, Any]], units: Units) -> Units:
    """Exact where rounding would make different figures look alike."""
    values = [each[figure.key] for each in several if isinstance(each.get(figure.key), int)]
    return apart(figure.metric, *values) if units == "auto" else units


def choices_lines(answer: Choices, style: Style) -> Iterator[str]:
    """The lines of an answer about one layer."""
    wanted = [f"an output of {_sizes(answer.output)}"] if answer.output else []
    wanted += [f"a receptive field of {answer.receptive_field:,}"] if answer.receptive_field is not None else []
    tried = ", ".join(f"{style.plain(name)} {said(values)}" for name, values in answer.tried.items())
    what = f"{style.plain(answer.net)}: {style.code(answer.path)} ({style.plain(answer.op)})"
    count = len(answer.found)
    settings = f"{count:,} setting{'s' if count != 1 else ''}" if count else "no setting"
    yield from style.line(f"{what}: {settings} of {tried} give{'s' if count < 2 else ''} {' and '.join(wanted)}")
    rows: tuple[Choice, ...] = answer.found
    if not rows and answer.nearest:
        yield from ["", *style.line("nearest")]
        rows = answer.nearest
    if rows:
        seen = any(each.receptive_field is not None for each in rows)
        header = [*rows[0].fields, "output", *(["receptive field"] if seen else [])]
        cells = [
            [*map(str, each.fields.values()), _sizes(each.output), *([_field(each)] if seen else [])]
            for each in rows[:_MOST]
        ]
        yield from ["", *style.table([header, *cells], [True] * len(header))]
    if len(rows) > _MOST:
        yield from ["", f"and {len(rows) - _MOST:,} more"]


_MOST = 20  # settings that a person is shown


def _field(choice: Choice) -> str:
    return "" if choice.receptive_field is None else worded(f"{choice.receptive_field:,}", choice.bound)


def _sizes(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))
