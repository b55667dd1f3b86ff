"""Receptive fields as people read them: ``212 /32 @-90`` is 212 pixels, 32 from output to output, from pixel -90 on.

``/~16.5`` is an average: the steps from output to output differ.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from cnnshape.core.bounds import worded

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field
    from cnnshape.analysis.receptive.locality import Local
    from cnnshape.render import layouts


MOST_PIECES: Final = 3
"""More kinds of outputs along one axis are summed up."""


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


def everywhere(text: str) -> str:
    """What is seen besides what a text says, where every output also sees an axis whole.

    >>> everywhere("16"), everywhere("")
    ('16 + global', 'global')
    """
    return f"{text} + global" if text else "global"


def local(found: "Local") -> str:
    """What a net sees in the end, in a cell: its largest window and whether it sees an axis whole besides."""
    size = "" if found.size is None else worded(f"{found.size:,}", found.bound)
    return everywhere(size) if found.whole else size


def plain_local(found: "Local") -> "layouts.Local":
    """The same as data."""
    return {"size": found.size, "bound": found.bound, "global": found.whole, "global_bound": found.whole_bound}


def axis(field: "Field") -> str:
    """What an output sees of one axis; of a bound, what it sees at most.

    >>> from cnnshape.analysis.receptive.fields import Field
    >>> tokens = Field(4, Fraction(4), 0, Fraction(3, 2), 4, jumps=(Fraction(4),), coarser=(Fraction(28),))
    >>> first = Field(56, Fraction(0), 0, None, 56, via="a")
    >>> axis(tokens), axis(tokens._replace(pieces=((0, 0, first), (1, 64, tokens))))
    ('4 /4 @0 (windows /28)', '0: global, 1..64: 4 /4 @0 (windows /28)')
    """
    if are_told(field):
        return ", ".join(f"{_places(first, last)}: {axis(piece)}" for first, last, piece in field.pieces)
    if not field.jumps and (field.via or field.size == 0):
        return worded("global", field.bound) if field.via else "nothing"
    size = extent(field, "")
    if field.has_holes:
        size += f" (reads {worded(str(field.reads), field.bound)})"
    if not field.jumps:  # one position of a map, which all outputs read
        text = f"{size} @{'?' if field.start is None else field.start}"
    elif field.repeats is not None:
        text = f"{size}, repeats every {field.repeats}"
    elif field.jump is None:
        text = f"{size}, no fixed jump"
    else:
        text = f"{size} /{jump(field)}{_start(field)}"
    if field.coarser:
        text += f" (windows {', '.join(f'/{ratio(each)}' for each in field.coarser)})"
    return text


def _start(field: "Field") -> str:
    """Where output 0 begins; nothing is said of it where only a bound is known."""
    if field.start is None:
        return "" if field.bound else " @?"
    return f" @{field.start}"


def _places(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"


def extent(field: "Field", style: str = ",") -> str:
    """The size of a field: of outputs that differ the least and the largest, of a bound the largest alone."""
    size = "?" if field.size is None else format(field.size, style)
    if field.smallest is not None and field.smallest != field.size and field.bound is None:
        return f"{format(field.smallest, style)}-{size}"
    return worded(size, field.bound)


def _once(words: Iterable[str]) -> str:
    """What is said of each axis: once where it is the same for all."""
    said = list(words)
    return " x ".join(said[:1] if len(set(said)) == 1 else said)


def _axes(axes: "tuple[Field, ...]") -> str:
    """What is said of all axes, with what every output reads beside its window."""
    if len({tuple([piece[:2] for piece in field.pieces]) for field in axes}) == 1 and are_told(axes[0]):
        several = zip(*[field.pieces for field in axes], strict=True)
        return ", ".join(f"{_places(*each[0][:2])}: {_axes(tuple(field for _, _, field in each))}" for each in several)
    text = _once(map(axis, axes))
    beside = any(field.via and field.jumps and not are_told(field) for field in axes)
    return f"{text} + global" if beside else text


def are_told(field: "Field") -> bool:
    """Whether each of its pieces is shown, and not their sum."""
    return 0 < len(field.pieces) <= MOST_PIECES


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


def figures(fields: "dict[str, tuple[Field, ...]]", name: str, *, named: bool = False, signs: bool = False) -> str:
    """One figure of every field, such as ``size``, exactly; ``signs`` says which sizes are bounds."""
    said = {}
    for path, axes in fields.items():
        values = [(getattr(field, name), field.bound if signs and name == "size" else None) for field in axes]
        said[path] = _once("?" if value is None else worded(str(value), bound) for value, bound in values)
    return _named(said, named)


def bounds(fields: "dict[str, tuple[Field, ...]]", *, named: bool = False) -> str:
    """Which fields are bounds; nothing where all are exact."""
    if not any(field.bound for axes in fields.values() for field in axes):
        return ""
    return _named({path: _once(field.bound or "exact" for field in axes) for path, axes in fields.items()}, named)


def joined(sizes: Any) -> str:
    """A setting of a layer: a number per axis once where they are equal.

    >>> joined((3, 3)), joined((3, 5)), joined("same"), joined(2)
    ('3', '3 x 5', 'same', '2')
    """
    return _once(map(str, sizes)) if isinstance(sizes, tuple) else str(sizes)


def _exact(x: Fraction) -> int | str:
    return x.numerator if x.denominator == 1 else str(x)


def plain(fields: "dict[str, tuple[Field, ...]]") -> "layouts.Fields":
    """The fields as data: numbers that are no integers as a ratio in a text."""
    return {name: [plain_axis(field) for field in axes] for name, axes in fields.items()}


def plain_axis(field: "Field") -> "layouts.AxisField":
    """What is seen of one axis as data."""
    return {
        "size": field.size,
        "jump": None if field.jump is None else _exact(field.jump),
        "start": field.start,
        "centre": None if field.centre is None else _exact(field.centre),
        "reads": field.reads,
        "smallest": field.smallest,
        "global": list(field.whole) if field.whole else None,
        "jumps": [_exact(jump) for jump in field.jumps],
        "via": field.via or None,
        "meet": field.meet or None,
        "bound": field.bound,
        "coarser": [_exact(jump) for jump in field.coarser],
        "repeats": field.repeats,
        "pieces": [{"first": first, "last": last, "field": plain_axis(piece)} for first, last, piece in field.pieces],
    }
