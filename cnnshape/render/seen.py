"""Receptive fields as people read them: ``212 /32 @-90`` is 212 pixels, 32 from output to output, from pixel -90 on.

``/~16.5`` is an average: the steps from output to output differ.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnshape.analysis.receptive import Field


def ratio(x: Fraction | int) -> str:
    """A jump: a whole number, a short decimal, or the ratio as it is.

    >>> ratio(Fraction(2)), ratio(Fraction(1, 8)), ratio(Fraction(-240, 29))
    ('2', '0.125', '(-240/29)')
    """
    x = Fraction(x)
    if x.denominator == 1:
        return str(x.numerator)
    if 1000 % x.denominator == 0:
        return f"{float(x):.3f}".rstrip("0")
    return f"({x.numerator}/{x.denominator})"


def jump(field: "Field") -> str:
    """The pixels from output to output, marked if this is an average of steps that differ."""
    return "?" if field.jump is None else f"{'~' if field.is_uneven else ''}{ratio(field.jump)}"


def are_uneven(fields: "dict[str, tuple[Field, ...]]") -> bool:
    """Whether some jump is an average of steps that differ."""
    return any(field.is_uneven for axes in fields.values() for field in axes)


def axis(field: "Field") -> str:
    """What an output sees of one axis."""
    if not field.jumps:
        return "global" if field.via or field.whole else "nothing"
    size = "?" if field.size is None else str(field.size)
    if field.smallest is not None and field.smallest != field.size:
        size = f"{field.smallest}-{size}"
    if field.has_holes:
        size += f" (reads {field.reads})"
    if field.jump is None:
        text = f"{size}, no fixed jump"
    else:
        text = f"{size} /{jump(field)} @{'?' if field.start is None else field.start}"
    return text


def _once(words: Iterable[str]) -> str:
    """What is said of each axis: once where it is the same for all."""
    said = list(words)
    return " x ".join(said[:1] if len(set(said)) == 1 else said)


def _axes(axes: "tuple[Field, ...]") -> str:
    """What is said of all axes, with what every output reads beside its window."""
    text = _once(map(axis, axes))
    return f"{text} + global" if any(field.via and field.jumps for field in axes) else text


def _named(said: dict[str, str], named: bool) -> str:
    """What is said of each input: once for those of which the same is said."""
    groups: dict[str, list[str]] = {}
    for name, text in said.items():
        if text:
            groups.setdefault(text, []).append(name)
    return "; ".join(f"{', '.join(names)}: {text}" if named else text for text, names in groups.items())


def seen(fields: "dict[str, tuple[Field, ...]]", *, named: bool = False) -> str:
    """What an output sees of each input; ``named`` says which input each is."""
    return _named({name: _axes(axes) for name, axes in fields.items() if axes}, named)


def largest(fields: "dict[str, tuple[Field, ...]]") -> float:
    """The longest side of what is seen, for sorting; everything where it is global."""
    sizes = [
        float("inf") if field.via or field.size is None else field.size for axes in fields.values() for field in axes
    ]
    return max(sizes, default=0)


def figures(fields: "dict[str, tuple[Field, ...]]", name: str, *, named: bool = False) -> str:
    """One figure of every field, such as ``size``, exactly."""
    said = {}
    for path, axes in fields.items():
        values = [getattr(field, name) for field in axes]
        said[path] = _once("?" if value is None else str(value) for value in values)
    return _named(said, named)


def joined(sizes: Any) -> str:
    """A setting of a layer: a number per axis once where they are equal.

    >>> joined((3, 3)), joined((3, 5)), joined("same"), joined(2)
    ('3', '3 x 5', 'same', '2')
    """
    return _once(map(str, sizes)) if isinstance(sizes, tuple) else str(sizes)


def _exact(x: Fraction | None) -> int | str | None:
    return None if x is None else x.numerator if x.denominator == 1 else str(x)


def plain(fields: "dict[str, tuple[Field, ...]]") -> dict[str, list[dict[str, Any]]]:
    """The fields as data: numbers that are no integers as a ratio in a text."""
    return {
        name: [
            {
                "size": field.size,
                "jump": _exact(field.jump),
                "start": field.start,
                "centre": _exact(field.centre),
                "reads": field.reads,
                "smallest": field.smallest,
                "global": list(field.whole) if field.whole else None,
                "jumps": [_exact(jump) for jump in field.jumps],
                "via": field.via or None,
                "meet": field.meet or None,
            }
            for field in axes
        ]
        for name, axes in fields.items()
    }
