"""All that a run found, as data: what the report shows, and the raw figures as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from budgets import Checked
from cold import Process
from contest import Contest
from earlier import Earlier
from families import Family
from growth import Growth
from variants import Variants


@dataclass(frozen=True)
class Results:
    """A whole run."""

    command: str
    machine: dict[str, str]
    how: dict[str, str]
    """How often each thing ran."""
    reports: list[Process]
    families: list[Process]
    """Cold."""
    peers: list[Process]
    growth: list[Growth]
    expanded: list[Family]
    budget: Checked
    variants: Variants
    contests: list[Contest]
    revision: str | None
    """The earlier commit that was measured beside this one."""
    earlier: list[Earlier]


def write_json(results: Results, path: Path) -> None:
    """The raw figures; times in seconds, memory in bytes."""
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")
