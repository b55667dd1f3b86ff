"""The published figures of the nets of the zoo, and how far ours are from them."""

import json
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from zoo_nets import ROOT, Net

GOLDEN: Final = ROOT / "tests" / "golden"
TORCHVISION: Final[dict[str, Any]] = json.loads((GOLDEN / "torchvision.json").read_text(encoding="utf-8"))
OTHERS: Final[dict[str, Any]] = json.loads((GOLDEN / "published.json").read_text(encoding="utf-8"))

FIGURES: Final = ("input", "outputs", "params", "buffers", "macs", "depth", "receptive_field")
_UNITS: Final = {"k": 10**3, "M": 10**6, "G": 10**9}


@dataclass(frozen=True)
class Comparison:
    """One figure of ours beside the published one."""

    ours: Any
    published: Any
    apart: int = 0
    """By how much an exact figure is known to differ, for a reason that is stated."""

    @property
    def value(self) -> Fraction:
        """What was published, as a number."""
        return Fraction(self.published) if isinstance(self.published, int) else rounded(self.published)[0]

    @property
    def difference(self) -> Fraction:
        """Ours less what was published."""
        return Fraction(self.ours) - self.value

    @property
    def agrees(self) -> bool:
        """Whether they are the same, or as near as the published figure is rounded."""
        if isinstance(self.published, str):
            return 2 * abs(self.difference) <= rounded(self.published)[1]
        return bool(self.ours == self.published)


@dataclass(frozen=True)
class Claim:
    """What one source says of one net."""

    name: str
    source: str
    figures: dict[str, Any]
    of: str = ""
    leaves_out: tuple[str, ...] = ()
    apart: dict[str, dict[str, Any]] = field(default_factory=dict)

    def beside(self, net: Net) -> dict[str, Comparison]:
        """Every figure of the claim beside ours."""
        ours = _ours(net, self.leaves_out)
        apart = {figure: known["by"] for figure, known in self.apart.items()}
        return {key: Comparison(ours[key], said, apart.get(key, 0)) for key, said in self.figures.items()}


def rounded(text: str) -> tuple[Fraction, Fraction]:
    """A rounded figure, and what its last digit is worth.

    >>> rounded("4.2 M")
    (Fraction(4200000, 1), Fraction(100000, 1))
    """
    found = re.fullmatch(r"(\d+)(?:\.(\d+))? ([kMG])", text)
    if not found:
        raise ValueError(f"{text!r} is no rounded figure such as '4.2 M'")
    unit = Fraction(_UNITS[found[3]], 10 ** len(found[2] or ""))
    return int(found[1] + (found[2] or "")) * unit, unit


def _ours(net: Net, leaves_out: tuple[str, ...]) -> dict[str, Any]:
    figures = net.figures()
    for op in leaves_out:
        total = net.analysis.by_op()[op]
        figures["params"] -= total.params
        figures["macs"] -= total.macs
    sizes = set(figures["receptive_field"]["size"])
    return {**figures, "receptive_field": sizes.pop() if len(sizes) == 1 else None}


def claims() -> dict[str, list[Claim]]:
    """By the name of the net: what torchvision and the other sources say of it."""
    found: dict[str, list[Claim]] = {}
    for said in [*({**net, "source": "torchvision"} for net in TORCHVISION["nets"]), *OTHERS["nets"]]:
        figures = {figure: said[figure] for figure in FIGURES if figure in said}
        more = tuple(said.get("leaves_out", ())), said.get("apart", {})
        found.setdefault(said["name"], []).append(
            Claim(said["name"], said["source"], figures, said.get("of", ""), *more)
        )
    return found


def sources() -> dict[str, str]:
    """What the names of sources stand for."""
    return {"torchvision": TORCHVISION["what"], **OTHERS["sources"]}
