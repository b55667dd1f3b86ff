"""Nets side by side as aligned text, fitted to a width."""

from collections.abc import Sequence
from typing import Final

from cnnshape.commands.compare.cells import KEEP, Changes, Column, Options, columns, heaviest, said, title
from cnnshape.commands.compare.comparison import Comparison
from cnnshape.render.names import printable, shortened, wide
from cnnshape.render.text import aligned, folded
from cnnshape.render.units import Units

_LEAST_NAME: Final = 16  # a name is cut to this before a column is left out


class _Fit:
    """Which columns are shown, and how wide names may be, so that no line is longer than ``width``."""

    def __init__(self, comparison: Comparison, options: Options) -> None:
        self.columns = _columns(comparison, options)
        self.shown = list(self.columns)
        self.width = options.width
        if self._over() > 0 and comparison.baseline is not None and options.ratio is None:
            self.columns = _columns(comparison, options._replace(ratio=True))
            self.shown = list(self.columns)
        if self._over() > 0 and not self._cut(_LEAST_NAME):
            self._leave_out()
            if self._over() > 0:
                self._cut(1)

    def _over(self) -> int:
        """By how much the table is too wide."""
        if self.width is None:
            return 0
        return len(self.lines()[1]) - self.width

    def lines(self) -> list[str]:
        rows = zip(*([each.header, *each.cells] for each in self.shown), strict=True)
        return aligned(list(rows), [each.right for each in self.shown])

    def _leave_out(self) -> None:
        """Take columns out, figures with their changes, and bring back what there is room for."""
        keys = list(dict.fromkeys(each.key for each in self.columns[1:]))
        spare = sorted(keys, key=lambda key: (KEEP.get(key, 0), -keys.index(key)))
        dropped: list[str] = []
        while self._over() > 0 and len(spare) > 1 and not self._cut(_LEAST_NAME):
            dropped.append(spare.pop(0))
            self._show(dropped)
        for key in reversed(dropped):
            self._show([each for each in dropped if each != key])
            if self._over() > 0:
                self._show(dropped)
            else:
                dropped.remove(key)

    def _show(self, without: Sequence[str]) -> None:
        self.shown = [self.shown[0], *(each for each in self.columns[1:] if each.key not in without)]

    def _cut(self, least: int) -> bool:
        """Shorten names so that the table fits, if they stay longer than ``least`` and different from each other."""
        names = self.columns[0]
        room = max(map(wide, names.cells)) - self._over()
        if room < least:
            return False
        short = [shortened(name, room) for name in names.cells]
        if len(set(short)) < len(set(names.cells)) and least > 1:
            return False
        self.shown[0] = names._replace(cells=short)
        return True

    def left_out(self) -> list[str]:
        shown = {each.key for each in self.shown}
        return [each.header for each in self.columns if each.key not in shown and not each.changes]

    def changes(self) -> Changes | None:
        """How changes are said."""
        found = next((each.header for each in self.shown if each.changes), None)
        return "ratio" if found == "ratio" else "difference" if found else None


def _columns(comparison: Comparison, options: Options) -> list[Column]:
    name, *others = columns(comparison, options)
    return [name._replace(cells=[said(cell) for cell in name.cells]), *others]


def _heaviest_text(comparison: Comparison, options: Options, units: Units) -> list[str]:
    heavy = heaviest(comparison, options)
    if not heavy:
        return []
    room = max(wide(said(name)) for name in heavy)
    lines = ["", "heaviest layers by MACs"]
    for name, layers in heavy.items():
        label = said(name)
        listed = ", ".join(f"{printable(layer.path)} {layer.said(units)}" for layer in layers) or "none has MACs"
        lines += folded(f"{label}{' ' * (room - wide(label))}  {listed}", " " * (room + 2), options.width)
    return lines


def render(comparison: Comparison, options: Options) -> str:
    """For people who read it in a terminal."""
    fit = _Fit(comparison, options)
    lines = [*folded(title(comparison, fit.changes(), str, printable), "  ", options.width), "", *fit.lines()]
    lines += _heaviest_text(comparison, options, options.units or "auto")
    if out := fit.left_out():
        lines += ["", *folded(f"left out to fit {options.width} columns: {', '.join(out)}", "  ", options.width)]
    return "\n".join(lines) + "\n"
