"""An answer for people: the point and what it costs, its neighbours and what stops them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnshape.render.check_words import amount, apart, bare
from cnnshape.render.solutions.tables import Style
from cnnshape.render.sweeps.cells import knob
from cnnshape.render.units import Units
from cnnshape.solving.layer import Choice, Choices, said
from cnnshape.solving.record import Solution
from cnnshape.sweeps.figures import Figure


def _point(point: Mapping[str, Any]) -> str:
    """Where a point lies: ``width = 40, H = 224``."""
    return ", ".join(f"{name} = {knob(value)}" for name, value in point.items())


def _amount(answer: Solution, key: str, value: Any) -> str:
    """A figure in a sentence, with its unit."""
    figure = answer.known.get(key)
    return knob(value) if figure is None else amount(figure.metric, value)


def solution_lines(answer: Solution, style: Style, units: Units) -> Iterator[str]:
    """The lines of an answer."""
    under = " and ".join(map(style.code, answer.conditions))
    if answer.point is None:
        where = f" with {under}" if under else ""
        yield from style.line(f"{style.plain(answer.net)}: none of {answer.points:,} points is a net{where}")
        for each in answer.closest:
            ((key, value),) = each.figures.items()
            at = style.plain(_point(each.point))
            text = f"{style.code(each.condition)} holds nowhere: closest is {_amount(answer, key, value)}, at {at}"
            yield from ["", *style.line(text)]
        return
    most = _amount(answer, answer.objective, answer.figures.get(answer.objective, answer.point.get(answer.objective)))
    objective = style.code(answer.objective)
    where = f" under {under}" if under else ""
    at = style.plain(_point(answer.point))
    yield from style.line(f"{style.plain(answer.net)}: {objective} is {answer.aim}{where} at {at}: {most}")
    yield ""
    yield from style.table(*_table(answer, units))
    yield ""
    how = "by bisection" if answer.method == "bisection" else "one by one"
    yield from style.line(f"{answer.looked:,} of {answer.points:,} points looked at, {how}")


def _table(answer: Solution, units: Units) -> tuple[list[list[str]], list[bool]]:
    """The point and its neighbours, a row each; what stops them stands last, if anything does."""
    assert answer.point is not None
    several = [answer.figures, *(each.figures for each in answer.neighbours)]
    shown = {key: _units(figure, several, units) for key, figure in answer.known.items()}
    rows = [_row(answer, "answer", answer.point, answer.figures, shown)]
    stops = [""]
    for each in answer.neighbours:
        point = {**answer.point, **dict.fromkeys(each.names, each.value)}
        rows.append(_row(answer, "next", point, each.figures, shown))
        stops.append(each.reason or ", ".join(each.stops))
    header, right = ["", *answer.point, *answer.known], [False, *[True] * (len(answer.point) + len(answer.known))]
    if not any(stops):
        return [header, *rows], right
    return [[*header, "stopped by"], *([*row, why] for row, why in zip(rows, stops, strict=True))], [*right, False]


def _units(figure: Figure, several: Sequence[Mapping[str, Any]], units: Units) -> Units:
    """Exact where rounding would make different figures look alike."""
    values = [each[figure.key] for each in several if isinstance(each.get(figure.key), int)]
    return apart(figure.metric, *values) if units == "auto" else units


def _row(
    answer: Solution, word: str, point: Mapping[str, Any], figures: Mapping[str, Any], shown: Mapping[str, Units]
) -> list[str]:
    cells = []
    for key, figure in answer.known.items():
        value = figures.get(key)
        cells.append("" if value is None else bare(figure.metric, value, shown[key]))
    return [word, *map(knob, point.values()), *cells]


def choices_lines(answer: Choices, style: Style) -> Iterator[str]:
    """The lines of an answer about one layer."""
    wanted = [f"an output of {_sizes(answer.output)}"] if answer.output else []
    wanted += [f"a receptive field of {answer.receptive_field:,}"] if answer.receptive_field is not None else []
    tried = ", ".join(f"{name} {said(values)}" for name, values in answer.tried.items())
    what = f"{style.plain(answer.net)}: {style.code(answer.path)} ({answer.op})"
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
            [*map(str, each.fields.values()), _sizes(each.output), *([f"{each.receptive_field:,}"] if seen else [])]
            for each in rows[:_MOST]
        ]
        yield from ["", *style.table([header, *cells], [True] * len(header))]
    if len(rows) > _MOST:
        yield from ["", f"and {len(rows) - _MOST:,} more"]


_MOST = 20  # settings that a person is shown


def _sizes(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))
