"""Numbers as people read them.  They are exact until they come here, and all rounding is done in integers."""

from collections.abc import Iterable
from typing import Final, Literal

from cnnshape.core.errors import Problem, UsageError, unknown

Units = Literal["auto", "exact", "k", "M", "G"]

_DECIMALS: Final = 15
_LETTERS: Final = ("", "k", "M", "G", "T", "P", "E")


def _divided(n: int, unit: int, digits: int) -> int:
    """``n / unit`` in steps of ``10**-digits``, half rounded up."""
    steps: int = 10**digits
    return (2 * n * steps + unit) // (2 * unit)


def _decimal(steps: int, digits: int) -> str:
    whole, rest = divmod(steps, 10**digits)
    return f"{whole:,}.{rest:0{digits}d}" if digits else f"{whole:,}"


def _scaled(n: int, base: int, more: int = 0) -> tuple[str, int]:
    """Three significant digits or ``more``, and the power of ``base`` that they count."""
    for power in range(1, len(_LETTERS)):
        for digits, limit in ((2, 1000), (1, 1000), (0, base)):
            steps = _divided(n, base**power, digits + more)
            if steps < limit * 10**more or (power == len(_LETTERS) - 1 and not digits):
                return _decimal(steps, digits + more), power
    raise AssertionError("the last power takes any number")


def _in_unit(n: int, unit: int) -> str:
    """Three decimals of a unit that somebody chose."""
    steps = _divided(n, unit, 3)
    return "<0.001" if n and not steps else _decimal(steps, 3)


def counted(n: int, word: str) -> str:
    """How many there are of something.

    >>> counted(1, "limit"), counted(1200, "net")
    ('1 limit', '1,200 nets')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def layers(n: int) -> str:
    """How many layers.

    >>> layers(1), layers(1750)
    ('1 layer', '1,750 layers')
    """
    return counted(n, "layer")


def count(n: int, units: Units = "auto", more: int = 0) -> str:
    """A number of things: exact below ten thousand, else in thousands, millions, ..., with ``more`` digits than three.

    >>> count(9408), count(25557032), count(25557032, "exact"), count(25557032, "k"), count(-25557032)
    ('9,408', '25.6 M', '25,557,032', '25,557.032 k', '-25.6 M')
    >>> count(25557032, more=2), count(999999, more=2)
    ('25.557 M', '1.0000 M')
    """
    if n < 0:
        return "-" + count(-n, units, more)
    if units == "exact" or (units == "auto" and n < 10_000):
        return f"{n:,}"
    if units == "auto":
        number, power = _scaled(n, 1000, more)
        return f"{number} {_LETTERS[power]}"
    return f"{_in_unit(n, 1000 ** _LETTERS.index(units))} {units}"


def size(n: int, units: Units = "auto", more: int = 0) -> str:
    """A number of bytes, in powers of 1024; ``k`` asks for KiB.  With ``more`` digits than three.

    >>> size(784), size(3211264), size(3211264, "exact"), size(3211264, "k")
    ('784 B', '3.06 MiB', '3,211,264 B', '3,136.000 KiB')
    """
    if n < 0:
        return "-" + size(-n, units, more)
    if units == "exact" or (units == "auto" and n < 1024):
        return f"{n:,} B"
    if units == "auto":
        number, power = _scaled(n, 1024, more)
    else:
        power = _LETTERS.index(units)
        number = _in_unit(n, 1024**power)
    return f"{number} {_LETTERS[power].upper()}iB"


def fitting(units: Units, values: Iterable[int], base: int = 1000) -> Units:
    """The units of a column of figures: those asked for, or smaller ones where even the largest is less than one.

    >>> fitting("G", [25_557_032, 9408]), fitting("G", [4_089_184_256]), fitting("M", [0, 12]), fitting("auto", [7])
    ('M', 'G', 'exact', 'auto')
    """
    if units not in _SCALES:
        return units
    most = max(map(abs, values), default=0)
    fit = [each for power, each in enumerate(_SCALES, 1) if most >= base**power]
    return "exact" if not fit else min(fit[-1], units, key=_SCALES.index)


_SCALES: Final[tuple[Units, ...]] = ("k", "M", "G")


def percent(part: int, whole: int) -> str:
    """A share, to a tenth of a percent; nothing of nothing is nothing.

    >>> percent(1, 3), percent(1, 100_000), percent(0, 0)
    ('33.3 %', '<0.1 %', '0 %')
    """
    if not part:
        return "0 %"
    steps = _divided(100 * part, whole, 1)
    return f"{_decimal(steps, 1)} %" if steps else "<0.1 %"


def ratio(part: int, whole: int) -> str:
    """How many times a part goes into a whole, to three significant digits.

    >>> ratio(17_536, 147_456), ratio(1, 128), ratio(4, 3), ratio(5, 5), ratio(10**6, 3), ratio(999, 100)
    ('0.119', '0.00781', '1.33', '1', '333,333', '9.99')
    """
    digits = 0
    while part * 10**digits < 100 * whole and digits < _DECIMALS:
        digits += 1
    shown = _decimal(_divided(part, whole, digits), digits)
    return shown.rstrip("0").rstrip(".") if digits else shown


def apart(a: int, b: int) -> tuple[str, str]:
    """Two counts beside each other, exact where they differ and rounding would hide it.

    >>> apart(4_100_000_000, 4_140_000_000), apart(4_100_000_000, 4_100_000_001)
    (('4.10 G', '4.14 G'), ('4,100,000,000', '4,100,000,001'))
    """
    shown = count(a), count(b)
    return shown if a == b or shown[0] != shown[1] else (count(a, "exact"), count(b, "exact"))


def sizes_apart(a: int, b: int) -> tuple[str, str]:
    """Two numbers of bytes beside each other, exact where they differ and rounding would hide it.

    >>> sizes_apart(1_048_576, 1_048_577)
    ('1,048,576 B', '1,048,577 B')
    """
    shown = size(a), size(b)
    return shown if a == b or shown[0] != shown[1] else (size(a, "exact"), size(b, "exact"))


def figure(x: float) -> str:
    """A measured number that is not a count, to four significant digits."""
    return f"{x:.4g}"


def times(part: int, whole: int) -> str:
    """A ratio as a change: three significant digits, and more where a change would read as none.

    >>> times(4, 3), times(5, 5), times(100_001, 100_000), times(10**20 + 1, 10**20), times(10**20 - 1, 10**20)
    ('x1.33', 'x1', 'x1.00001', 'x>1', 'x<1')
    """
    shown = ratio(part, whole)
    if shown != "1" or part == whole:
        return f"x{shown}"
    for digits in range(3, _DECIMALS):
        steps = _divided(part, whole, digits)
        if steps != 10**digits:
            return f"x{_decimal(steps, digits)}"
    return "x>1" if part > whole else "x<1"


def in_units(format: str, formats: Iterable[str], units: Units | None) -> Units:
    """The units of a format; raises `UsageError` for a format that there is not, and where figures are exact anyway.

    >>> in_units("text", ("text", "json"), None)
    'auto'
    """
    if format not in formats:
        raise UsageError(unknown(f"there is no format `{format}`", format, formats))
    if units is not None and format in ("json", "csv"):
        text = f"units does not go with the format {format}"
        raise UsageError(Problem(text, hint="it goes with text, markdown"))
    return units or "auto"
