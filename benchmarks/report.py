"""The report: ratios first, what they are ratios of beside them."""

from collections.abc import Iterator, Sequence

from budgets import Checked
from cold import Process, finished
from contest import Contest, running
from families import Family
from figures import mb, ms, off, paragraph, ratio, table
from growth import Growth
from ours import FILE, GRAPH
from results import Results
from variants import GRID, Variants
from verdicts import CHECK_BAR, EXPANSION_BAR, IMPORTS, verdicts


def render(results: Results) -> str:
    """The whole report."""
    parts = [_head(results), verdicts(results), *map(_contest, results.contests), _expanded(results.expanded)]
    parts += [_earlier(results), _budget(results.budget), _variants(results.variants)]
    parts += [_reports(results.reports), _families(results.families), _peers(results.peers), _growth(results.growth)]
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


def _contest(contest: Contest) -> list[str]:
    """One net: us, then the peers from the fastest on, then what does not run."""
    known = running(contest)
    base = {entry.name: times.median for entry, times, _ in known if not entry.device}
    right = contest.reference
    rows = [
        [
            entry.label,
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
    errors = [f"* {entry.label} does not run: {entry.error}" for entry in contest.entries if entry.error]
    size = " x ".join(map(str, contest.size))
    return [
        f"## {contest.net}, {contest.layers} layers, input {size}",
        "",
        *table([*head, "MACs off", "parameters off"], rows),
        *(["", *errors] if errors else []),
    ]


def _earlier(results: Results) -> list[str]:
    if not results.earlier:
        return []
    text = f"Each call was made in turn by two processes, one with commit {results.revision} and one with this one."
    rows = (
        [
            f"{each.work}, {each.net}",
            ratio(each.then.median / each.now.median),
            ms(each.then.median),
            ms(each.now.median),
        ]
        for each in results.earlier
    )
    head = ["work", "then / now", "then ms", "now ms"]
    return ["## Beside an earlier version", "", text, "", *table(head, rows)]


def _errors(processes: Sequence[Process]) -> list[str]:
    found = [f"* `{process.command}` does not run: {process.error}" for process in processes if process.error]
    return ["", *found] if found else []


def _reports(reports: Sequence[Process]) -> list[str]:
    text = f"Each runs in turn with the bar, `{IMPORTS}`."
    return ["## Cold processes: reports", "", text, "", *_cold(reports), *_errors(reports)]


def _families(families: Sequence[Process]) -> list[str]:
    text = (
        "The net of each family that has the most layers, reported, expanded and written as a formula, in turn with "
        "the same bar."
    )
    return ["## Cold processes: families", "", paragraph(text), "", *_cold(families), *_errors(families)]


def _cold(processes: Sequence[Process]) -> Iterator[str]:
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
        for each, runs, bar in finished(processes)
    ]
    head = ["time, bar = 1", "processor, bar = 1", "median ms", "minimum ms", "processor ms", "bar's median ms"]
    return table(["", *head, "bar's minimum ms", "peak MB"], rows)


def _expanded(expanded: Sequence[Family]) -> list[str]:
    rows = [
        [
            f"{family.name}, {family.layers:,}",
            ratio(family.analysis.median / EXPANSION_BAR),
            ms(family.analysis.median),
            ms(family.analysis.least),
            f"{family.analysis.median / family.layers * 1e6:.1f}",
        ]
        for family in sorted(expanded, key=lambda family: family.analysis.median, reverse=True)
    ]
    text = (
        "The net of each family that has the most layers, from the parsed data of its file to totals: variables, "
        "blocks, repeats, shapes, parameters, operations."
    )
    head = ["layers", f"time, {EXPANSION_BAR * 1e3:.0f} ms = 1", "median ms", "minimum ms", "a layer, us"]
    return ["## Families in one process", "", paragraph(text), "", *table(head, rows)]


def _budget(budget: Checked) -> list[str]:
    row = [
        f"{budget.rules:,}, {budget.specs:,}",
        f"{budget.nets:,}, {budget.limits:,}",
        ratio(budget.time.median / CHECK_BAR),
        ms(budget.time.median),
        ms(budget.time.least),
    ]
    text = (
        "One budget for the specs of all families as they stand: every figure of a net with a batch of one and of "
        "eight, and of selections of its layers, from the parsed data of the files to the report.  Each net is built "
        "anew in every call."
    )
    head = ["rules, specs", "nets, limits", f"time, {CHECK_BAR:g} s = 1", "median ms", "minimum ms"]
    return ["## A budget in one process", "", paragraph(text), "", *table(head, [row])]


def _variants(swept: Variants) -> list[str]:
    ran = [each for each in swept.contestants if not each.error]
    base = next(each.per_point.median for each in ran if each.name == GRID)
    rows = [
        [
            each.name,
            ratio(each.per_point.median / base),
            f"{1 / each.per_point.median:,.0f}",
            f"{each.per_point.median * 1e6:,.3g}",
            f"{each.per_point.least * 1e6:,.3g}",
            "" if each.exact is None else "exact" if each.exact else "no",
        ]
        for each in sorted(ran, key=lambda each: each.per_point.median)
    ]
    text = (
        f"Parameters, MACs and the peak of activations of ResNet-50 at {swept.points:,} points of H, W and width; a "
        "loop over single reports in this process, with the same three figures, at some of the points; the peers, for "
        "MACs and parameters alone, at two of them, with nets that were built off the clock.  Points that are drawn "
        "share fewer values than those of a grid."
    )
    head = ["a point", "sweep = 1", "points a second", "median us", "minimum us", "MACs and parameters"]
    errors = [f"* {each.name} does not run: {each.error}" for each in swept.contestants if each.error]
    return ["## A sweep", "", paragraph(text), "", *table(head, rows), *(["", *errors] if errors else [])]


def _peers(peers: Sequence[Process]) -> list[str]:
    """Ours first, as 1."""
    ran = finished(peers)
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
