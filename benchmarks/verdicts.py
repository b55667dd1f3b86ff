"""What the run shows, a line each: the bars, and the worst that was found."""

from collections.abc import Iterator, Sequence
from typing import Final

from budgets import Checked
from cold import BAR, Process, finished
from contest import Contest, running
from families import Family
from figures import mb, ms, off, ratio
from growth import Growth
from ours import GRAPH
from results import Results
from variants import GRID, LOOP, SPEC, Variants

COLD_BAR: Final = 1.5
"""A report may take this many times what the imports take."""
GROWTH_BAR: Final = 1.3
"""A layer of the longest chain may take this many times what one of the shortest takes."""
IMPORTS: Final = BAR[1]
EXPANSION_BAR: Final = 0.030
"""Seconds that the largest net of a family may take from parsed data to totals."""
CHECK_BAR: Final = 1.0
"""Seconds that a check of all families against 200 rules may take."""
NOTHING: Final = "python -c pass"


def verdicts(results: Results) -> list[str]:
    """Each bar with the worst that was found."""
    return [
        "## In short",
        "",
        *[f"* {line}" for contest in results.contests for line in _nearest(contest)],
        *[f"* {line}" for line in _verdict_lines(results)],
    ]


def _verdict_lines(results: Results) -> Iterator[str]:
    yield from _expanded_verdict(results.expanded)
    yield _budget_verdict(results.budget)
    yield from _variants_verdict(results.variants)
    yield from _cold_verdict(results.reports)
    yield from _families_verdict(results.families)
    yield from _growth_verdict(results.growth)


def _nearest(contest: Contest) -> Iterator[str]:
    """The fastest peer, and who is right."""
    known, right = running(contest), contest.reference
    ours = next(times.median for entry, times, _ in known if entry.name == GRAPH)
    peers = [(times.median, entry.label, said) for entry, times, said in known if entry.device]
    if not peers or right is None:
        return
    best, name, said = min(peers, key=lambda peer: peer[0])
    wrong = {entry.name for entry, _, said in known if said != right}
    yield (
        f"{contest.net}: {name}, the fastest peer, takes {ratio(best / ours)} times as long as ours from a graph "
        f"({ms(best)} and {ms(ours)} ms), MACs {off(said.macs, right.macs)}; "
        f"not exact: {', '.join(sorted(wrong)) or 'none'}"
    )


def _cold_verdict(reports: Sequence[Process]) -> Iterator[str]:
    found = {
        each.command: runs.times.median / bar.times.median
        for each, runs, bar in finished(reports)
        if each.command != NOTHING
    }
    if found:
        worst = max(found, key=lambda command: found[command])
        within = sum(times <= COLD_BAR for times in found.values())
        yield (
            f"`{worst}`, the slowest cold report, takes {ratio(found[worst])} times as long as `{IMPORTS}`; "
            f"of {len(found)} specs {within} are within {ratio(COLD_BAR)} times"
        )


def _families_verdict(families: Sequence[Process]) -> Iterator[str]:
    for what in ("report", "formula"):
        found = {each.command: runs.times.median for each, runs, _ in finished(families) if f" {what} " in each.command}
        if found:
            worst = max(found, key=found.__getitem__)
            yield f"`{worst}`, the slowest {what} of the families, takes {ms(found[worst])} ms cold"


def _expanded_verdict(expanded: Sequence[Family]) -> Iterator[str]:
    if expanded:
        worst = max(expanded, key=lambda family: family.analysis.median)
        yield (
            f"{worst.name}, {worst.layers:,} layers, the slowest net of the families, takes "
            f"{ms(worst.analysis.median)} ms from parsed data to totals"
        )


def _budget_verdict(budget: Checked) -> str:
    return (
        f"{budget.rules:,} rules on {budget.specs:,} specs, {budget.limits:,} limits, are checked in "
        f"{ms(budget.time.median)} ms"
    )


def _variants_verdict(swept: Variants) -> Iterator[str]:
    times = {each.name: each.per_point.median for each in swept.contestants if not each.error}
    ours = max(each.per_point.median for each in swept.contestants if each.name.startswith("sweep"))
    peers = {name: each for name, each in times.items() if " on " in name}
    line = f"{SPEC.stem}50 at {swept.points:,} points of H, W and width: {1 / ours:,.0f} variants a second at least; "
    line += f"a loop over single reports takes {ratio(times[LOOP] / times[GRID])} times as long as a sweep"
    if peers:
        best = min(peers, key=peers.__getitem__)
        line += f", {best}, the fastest peer, {ratio(peers[best] / times[GRID])} times"
    yield line
    yield (
        f"{swept.streamed:,} points in chunks, none of them kept, take {swept.seconds:.1f} s and "
        f"{mb(swept.memory)} MB in all"
    )


def _growth_verdict(growth: Sequence[Growth]) -> Iterator[str]:
    for kind in dict.fromkeys(grown.kind for grown in growth):
        least, *_, most = sorted((grown for grown in growth if grown.kind == kind), key=lambda grown: grown.layers)
        times = most.analysis.median / least.analysis.median
        bar = most.layers / least.layers * GROWTH_BAR
        yield (
            f"{kind}: {most.layers:,} layers take {ratio(times)} times as long as {least.layers:,}; "
            f"the bar is {bar:,.0f}: {'met' if times <= bar else 'missed'}"
        )
