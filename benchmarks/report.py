"""The report: ratios first, what they are ratios of beside them."""

from collections.abc import Iterator, Sequence
from typing import Final

from cold import BAR, Process, Runs
from contest import Contest, Entry
from figures import mb, ms, off, paragraph, ratio, table
from growth import Growth
from measure import Count, Times
from ours import FILE, GRAPH
from results import Results

COLD_BAR: Final = 2.0
"""A report may take this many times what the imports take."""
GROWTH_BAR: Final = 1.3
"""A layer of the longest chain may take this many times what one of the shortest takes."""
IMPORTS: Final = BAR[1]
NOTHING: Final = "python -c pass"


def render(results: Results) -> str:
    """The whole report."""
    parts = [_head(results), _verdicts(results), *map(_contest, results.contests), _reports(results.reports)]
    parts += [_peers(results.peers), _growth(results.growth)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(results: Results) -> list[str]:
    how = "; ".join(f"{name}, {said}" for name, said in results.how.items())
    text = (
        f"Written by `{results.command}`, in one run on one machine; the raw figures are in the JSON file of this "
        "name.  The contestants of a table took turns, each round from another one on, so that noise hits all alike.  "
        "Each call is made with everything new, off the clock: a copy of the net, no figure found before.  "
        "Garbage is collected before a call and, but for growth, not during it.  "
        f"A ratio says how many times as much; times are medians, and minima where that is said.  Rounds: {how}."
    )
    rows = ([name, value] for name, value in results.machine.items())
    return ["# Benchmark", "", paragraph(text), "", *table(["", "what it ran on and with"], rows)]


def _verdicts(results: Results) -> list[str]:
    """Each bar with the worst that was found."""
    return [
        "## In short",
        "",
        *[f"* {line}" for contest in results.contests for line in _nearest(contest)],
        *[f"* {line}" for line in (*_cold_verdict(results.reports), *_growth_verdict(results.growth))],
    ]


def _known(contest: Contest) -> list[tuple[Entry, Times, Count]]:
    """The entries that run."""
    entries = contest.entries
    return [(entry, entry.times, entry.said) for entry in entries if entry.times is not None and entry.said is not None]


def _nearest(contest: Contest) -> Iterator[str]:
    """The fastest peer, and who is right."""
    known, right = _known(contest), contest.reference
    ours = next(times.median for entry, times, _ in known if entry.name == GRAPH)
    peers = [(times.median, _label(entry), said) for entry, times, said in known if entry.device]
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
        for each, runs, bar in _ran(reports)
        if each.command != NOTHING
    }
    if found:
        worst = max(found, key=lambda command: found[command])
        within = sum(times <= COLD_BAR for times in found.values())
        yield (
            f"`{worst}`, the slowest cold report, takes {ratio(found[worst])} times as long as `{IMPORTS}`; "
            f"of {len(found)} specs {within} are within {ratio(COLD_BAR)} times"
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


def _label(entry: Entry) -> str:
    return f"{entry.name} on {entry.device}" if entry.device else entry.name


def _contest(contest: Contest) -> list[str]:
    """One net: us, then the peers from the fastest on, then what does not run."""
    known = _known(contest)
    base = {entry.name: times.median for entry, times, _ in known if not entry.device}
    right = contest.reference
    rows = [
        [
            _label(entry),
            ratio(times.median / base[GRAPH]),
            ratio(times.median / base[FILE]),
            ms(times.median),
            ms(times.least),
            f"{said.macs:,}",
            off(said.macs, right.macs if right else None),
            off(said.params, right.params if right else None),
        ]
        for entry, times, said in sorted(known, key=lambda item: (bool(item[0].device), item[1].median))
    ]
    head = ["in one process", "ours from a graph = 1", "ours from YAML = 1", "median ms", "minimum ms", "MACs"]
    errors = [f"* {_label(entry)} does not run: {entry.error}" for entry in contest.entries if entry.error]
    size = " x ".join(map(str, contest.size))
    return [
        f"## {contest.net}, {contest.layers} layers, input {size}",
        "",
        *table([*head, "MACs off", "parameters off"], rows),
        *(["", *errors] if errors else []),
    ]


def _ran(processes: Sequence[Process]) -> list[tuple[Process, Runs, Runs]]:
    """Those that run, with their runs and the bar's."""
    return [(each, each.runs, each.bar) for each in processes if each.runs and each.bar]


def _errors(processes: Sequence[Process]) -> list[str]:
    found = [f"* `{process.command}` does not run: {process.error}" for process in processes if process.error]
    return ["", *found] if found else []


def _reports(reports: Sequence[Process]) -> list[str]:
    rows = [
        [
            f"`{each.command}`",
            ratio(runs.times.median / bar.times.median),
            ratio(runs.busy.median / bar.busy.median),
            ms(runs.times.median),
            ms(runs.times.least),
            ms(runs.busy.median),
            ms(bar.times.median),
            ms(bar.times.least),
            mb(runs.memory),
        ]
        for each, runs, bar in _ran(reports)
    ]
    head = ["time, bar = 1", "processor, bar = 1", "median ms", "minimum ms", "processor ms", "bar's median ms"]
    return [
        "## Cold processes: reports",
        "",
        f"Each runs in turn with the bar, `{IMPORTS}`.",
        "",
        *table(["", *head, "bar's minimum ms", "peak MB"], rows),
        *_errors(reports),
    ]


def _peers(peers: Sequence[Process]) -> list[str]:
    """Ours first, as 1."""
    ran = _ran(peers)
    if not ran:
        return []
    us, ours, _ = ran[0]
    rows = [
        [
            each.name,
            ratio(runs.times.median / ours.times.median),
            ratio(runs.busy.median / ours.busy.median),
            ratio(runs.memory / ours.memory),
            ms(runs.times.median),
            ms(runs.times.least),
            ms(runs.busy.median),
            mb(runs.memory),
        ]
        for each, runs, _ in ran
    ]
    head = ["time, ours = 1", "processor, ours = 1", "memory, ours = 1", "median ms", "minimum ms", "processor ms"]
    return [
        "## Cold processes: peers",
        "",
        paragraph(
            f"Ours is `{us.command}`, with all its figures; a peer is imported, and builds and counts the same net."
        ),
        "",
        *table(["", *head, "peak MB"], rows),
        *_errors(peers),
    ]


def _growth(growth: Sequence[Growth]) -> list[str]:
    if not growth:
        return []
    least = {grown.kind: grown for grown in reversed(growth)}
    rows = [
        [
            f"{grown.kind}, {grown.layers:,}",
            ratio(grown.analysis.median / least[grown.kind].analysis.median),
            ratio(_each(grown, grown.analysis.median) / _each(least[grown.kind], least[grown.kind].analysis.median)),
            ratio(_each(grown, grown.fields.median) / _each(least[grown.kind], least[grown.kind].fields.median)),
            ms(grown.analysis.median),
            ms(grown.analysis.least),
            ms(grown.fields.median),
            mb(grown.memory),
        ]
        for grown in growth
    ]
    head = ["layers", "time, shortest = 1", "a layer's time, shortest = 1", "a layer's fields, shortest = 1"]
    return [
        "## Growth",
        "",
        paragraph(
            "From a spec's data to graph, totals and peak memory; fields are the receptive fields of all layers, "
            "from a graph.  Time is that of the processor, and garbage is collected meanwhile, as in use.  Memory is "
            "what Python allocates for all of it, the spec's data not counted, in runs of their own."
        ),
        "",
        *table([*head, "median ms", "minimum ms", "fields ms", "peak MB"], rows),
    ]


def _each(grown: Growth, seconds: float) -> float:
    return seconds / grown.layers
