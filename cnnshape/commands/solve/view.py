"""How the answer to a question for the best shows itself: the point and its figures, and what stops its neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cnnshape.commands.solve.table import solution
from cnnshape.commands.sweep.cells import knob
from cnnshape.core.bounds import spoken, worded
from cnnshape.render.document import (
    Block,
    Code,
    Column,
    Document,
    Heading,
    Items,
    Paragraph,
    Table,
    Text,
    listed,
    marked,
    spans,
)  # fmt: skip
from cnnshape.render.figures import amount, apart, bare
from cnnshape.render.formats import SCHEMA, View
from cnnshape.render.units import Units, fitting
from cnnshape.spec.knobs import exported

if TYPE_CHECKING:
    from cnnshape.commands.solve import layout
    from cnnshape.commands.solve.record import Neighbour, Solution
    from cnnshape.commands.sweep.figures import Figure


class Options(NamedTuple):
    """What a reader chose."""

    units: Units | None = None
    """How counts and bytes are scaled."""
    width: int | None = None
    """The most columns of text that a line may take."""


def _value(names: Sequence[str], value: Any) -> Code:
    """Knobs that are turned together, as one: ``H = W = 224``."""
    return Code(" = ".join([*names, knob(value)]))


def _point(answer: "Solution", point: Mapping[str, Any]) -> Text:
    """Where a point lies: ``width = 40``, ``H = W = 224``."""
    return listed([_value(names, point[names[0]]) for names in answer.knobs])


def _amount(figure: "Figure", value: Any) -> str:
    """A figure in a sentence, with its unit."""
    return amount(figure.metric, value) if figure.axis is None else bare(figure.metric, value)


def _under(answer: "Solution", word: str) -> Text:
    """The conditions behind a word, if there are some."""
    return [word, *spans(listed(map(Code, answer.conditions)))] if answer.conditions else ""


def _document(answer: "Solution", options: Options) -> Document:
    return [*(_none(answer) if answer.point is None else _best(answer, answer.point, options.units or "auto"))]


def _best(answer: "Solution", point: Mapping[str, Any], units: Units) -> Iterator[Block]:
    objective, value = answer.known.get(answer.objective), answer.figures.get(answer.objective)
    most = f": {spoken(_amount(objective, value), answer.bounds.get(answer.objective))}" if objective else ""
    rest: Text = [Code(answer.objective), f" is {answer.aim}", *spans(_under(answer, " under "))]
    yield Heading(Code(answer.net), [*rest, ", at ", *spans(_point(answer, point)), most])
    yield _table(answer, point, units)
    if answer.undecided:
        count = f"{answer.undecided:,} point{'s' if answer.undecided != 1 else ''}"
        yield Paragraph(f"{count} left out as undecided: a figure there is a bound")
    yield Paragraph(_effort(answer))


def _effort(answer: "Solution") -> str:
    """How many points it took."""
    if answer.looked == answer.points:
        return f"all {answer.points:,} points looked at" if answer.points > 1 else "1 point looked at"
    how = "by bisection" if answer.method == "bisection" else "one by one"
    return f"{answer.looked:,} of {answer.points:,} points looked at, {how}"


def _none(answer: "Solution") -> Iterator[Block]:
    """What is said where there is no answer."""
    text = f"none of {answer.points:,} points is a net"
    yield Heading(Code(answer.net), [text, *spans(_under(answer, " with "))])
    if answer.reason:
        yield Paragraph(["of the first one: ", *spans(marked(answer.reason))])
    for each in answer.closest:
        ((key, value),) = each.figures.items()
        closest = f" holds nowhere: closest is {_amount(answer.known[key], value)}, at "
        yield Paragraph([Code(each.condition), closest, *spans(_point(answer, each.point))])


_LABEL, _KNOB = 2, 1  # they are left out after all figures


def _table(answer: "Solution", point: Mapping[str, Any], units: Units) -> Table:
    """The point and its neighbours, a row each, with what stops them; where it is too wide, that goes on below."""
    columns, near = [*_columns(answer, point, units)], answer.neighbours
    stopped = {place: why for place, each in enumerate(near) if (why := _why(each))}
    if not stopped:
        return Table(columns)
    reasons: list[Text] = ["", *(stopped.get(place, "") for place in range(len(near)))]
    below = Items("stopped by", [(_value(near[at].names, near[at].value), why) for at, why in stopped.items()])
    return Table([*columns, Column("stopped by", reasons, wraps=True)], narrower=[Table(columns), below])


def _why(near: "Neighbour") -> Text:
    return marked(near.reason) if near.reason else listed(map(Code, near.stops))


def _columns(answer: "Solution", point: Mapping[str, Any], units: Units) -> Iterator[Column]:
    """The knobs, then the figures."""
    near = answer.neighbours
    yield Column("", ["answer", *["next"] * len(near)], keep=_LABEL)
    points = [point, *({**point, **dict.fromkeys(each.names, each.value)} for each in near)]
    for names in answer.knobs:
        yield Column(" = ".join(names), [knob(each[names[0]]) for each in points], True, keep=_KNOB)
    bounds = [answer.bounds, *(each.bounds for each in near)]
    for key, figure in answer.known.items():
        values = [answer.figures.get(key), *(each.figures.get(key) for each in near)]
        shown = _units(figure, values, units)
        cells = ["" if value is None else worded(bare(figure.metric, value, shown), bound.get(key))
                 for value, bound in zip(values, bounds, strict=True)]  # fmt: skip
        yield Column(key, cells, True, says=figure.metric.says)


def _units(figure: "Figure", values: Sequence[Any], units: Units) -> Units:
    """Units that fit the column, and exact ones where rounding would make different figures look alike."""
    numbers = [value for value in values if isinstance(value, int)]
    if units == "auto":
        return apart(figure.metric, *numbers)
    return fitting(units, numbers, 1024 if figure.unit == "bytes" else 1000)


# ------------------------------------------------------------------ data


def _plain(point: Mapping[str, Any]) -> dict[str, Any]:
    return {name: exported(value) for name, value in point.items()}


def _figures(answer: "Solution", held: Mapping[str, Any]) -> dict[str, Any]:
    """The figures without the objective where that is a knob."""
    return {key: value for key, value in held.items() if key in answer.known}


def _neighbour(answer: "Solution", near: "Neighbour") -> "layout.Neighbour":
    return {
        "knobs": list(near.names),
        "value": exported(near.value),
        "allowed": near.allowed,
        "stops": list(near.stops),
        "reason": near.reason or None,
        "figures": _figures(answer, near.figures),
        "bounds": dict(near.bounds),
    }


def _data(answer: "Solution", _: Options) -> "layout.Solution":
    """Everything of an answer, with exact figures."""
    closest: list[layout.Closest] = [
        {"condition": each.condition, "point": _plain(each.point), "figures": dict(each.figures)}
        for each in answer.closest
    ]
    return {
        "schema": SCHEMA,
        "net": answer.net,
        "knobs": [list(names) for names in answer.knobs],
        "objective": answer.objective,
        "aim": answer.aim,
        "conditions": list(answer.conditions),
        "point": None if answer.point is None else _plain(answer.point),
        "figures": _figures(answer, answer.figures),
        "bounds": dict(answer.bounds),
        "undecided": answer.undecided,
        "neighbours": [_neighbour(answer, each) for each in answer.neighbours],
        "closest": closest,
        "reason": answer.reason or None,
        "points": answer.points,
        "looked_at": answer.looked,
        "method": answer.method,
    }


VIEW: Final = View(_document, _data, solution, options=Options)
