"""Measures cnnshape beside its peers and writes a report: ``python benchmarks/run.py``.

Peers are optional: ``pip install -r benchmarks/requirements.txt``.  One that is not there is named in the report.
"""

import sys
from argparse import ArgumentParser, Namespace
from contextlib import chdir
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cold  # imports little: the peak memory of a child is never below what its parent had
from machine import cores, load, machine
from measure import SLOW

if TYPE_CHECKING:
    from results import Results

ROOT: Final = Path(__file__).parents[1]
SPECS: Final = Path("specs")
NETS: Final = ("resnet50", "mobilenet_v1", "unet", "lenet5")


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    calls: int
    reports: int
    families: int
    peers: int
    growth: int
    sizes: tuple[int, ...]
    specs: int | None
    variants: int
    """Points of a sweep."""
    streamed: int
    """Points of one that is not kept."""


FULL: Final = Plan(
    rounds=7,
    calls=3,
    reports=10,
    families=5,
    peers=3,
    growth=5,
    sizes=(100, 1000, 10_000, 100_000),
    specs=None,
    variants=100_000,
    streamed=10_000_000,
)
QUICK: Final = Plan(
    rounds=1,
    calls=1,
    reports=1,
    families=1,
    peers=1,
    growth=1,
    sizes=(100, 300),
    specs=2,
    variants=1000,
    streamed=10_000,
)


def _arguments() -> Namespace:
    parser = ArgumentParser(description="Measure cnnshape beside its peers.")
    parser.add_argument("--quick", action="store_true", help="few rounds and small chains, to see whether all runs")
    parser.add_argument("--no-peers", action="store_true", help="without torch and what counts with it")
    parser.add_argument("--nets", nargs="+", choices=NETS, default=NETS, help="the nets to count, all otherwise")
    parser.add_argument("--threads", type=int, default=cores(), help="threads of torch, a core each otherwise")
    parser.add_argument("--against", metavar="REV", help="an earlier commit, to be measured beside this one")
    parser.add_argument("--output", type=Path, default=ROOT / "reports" / "benchmark.md", help="the report")
    given = parser.parse_args()
    if not given.no_peers and find_spec("torch") is None:
        parser.error("the peers need torch: pip install -r benchmarks/requirements.txt, or --no-peers")
    return given


def _command(given: Namespace) -> str:
    """The command without what does not matter to the figures."""
    flags = [flag for flag, said in (("--quick", given.quick), ("--no-peers", given.no_peers)) if said]
    nets = ["--nets", *given.nets] if given.nets != NETS else []
    against = ["--against", given.against] if given.against else []
    return " ".join(["python", "benchmarks/run.py", *flags, *nets, *against])


def _spec(name: str) -> Path:
    return next(SPECS.rglob(f"{name}.yaml"))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _measured(given: Namespace, plan: Plan) -> "Results":
    """Cold processes first, while this one is small; then what does without torch, then the rest."""
    before = load()
    nets = [_spec(name) for name in given.nets]
    paths = sorted(SPECS.rglob("*.yaml"), key=lambda path: (path not in nets, path))
    _say("cold reports")
    reports = cold.reports(paths[: plan.specs], plan.reports)
    zoo = [path for path in paths if path.parent.name == "zoo"][: plan.specs]
    cold_families = cold.families(zoo, plan.families)
    peers = []
    if not given.no_peers:
        _say("cold peers")
        peers = cold.peers(nets[0], plan.peers)
    _say("a long sweep")
    long = cold.run(("benchmarks/variants.py", str(plan.streamed)))
    from budgets import checked
    from contest import contest
    from earlier import earlier
    from families import families
    from growth import growth
    from results import Results
    from variants import variants

    past = []
    if given.against:
        _say(f"beside {given.against}")
        past = earlier(given.against, plan.rounds)
    _say("growth")
    grown = growth(plan.sizes, plan.growth)
    _say("families in one process")
    expanded = families(zoo, plan.rounds, plan.calls)
    _say("a budget in one process")
    budget = checked(zoo, plan.rounds, plan.calls)
    about = machine() | {"load before": before} | ({} if given.no_peers else _torch_ready(given.threads))
    _say("a sweep in one process")
    swept = variants(plan.variants, plan.rounds, peers=not given.no_peers)
    swept = replace(swept, streamed=plan.streamed, seconds=long.seconds, memory=long.memory)
    contests = []
    for net in nets:
        _say(f"{net.stem} in one process")
        contests.append(contest(net, rounds=plan.rounds, calls=plan.calls, peers=not given.no_peers))
    how, command = _how(plan, bool(peers)), _command(given)
    return Results(
        command,
        about,
        how,
        reports,
        cold_families,
        peers,
        grown,
        expanded,
        budget,
        swept,
        contests,
        given.against,
        past,
    )


def _torch_ready(threads: int) -> dict[str, str]:
    """Give torch its threads; the versions of the peers."""
    import torch
    from peers import versions

    torch.set_num_threads(threads)
    return versions() | {"threads of torch": str(threads)}


def _how(plan: Plan, peers: bool) -> dict[str, str]:
    """How often each thing ran."""
    found = {
        "in one process": f"{plan.rounds} rounds, {plan.calls} calls a turn or one where it takes over {SLOW:g} s",
        "cold reports": f"{plan.reports} rounds",
        "cold families": f"{plan.families} rounds",
        "a sweep": f"{plan.rounds} rounds",
        "growth": f"{plan.growth} rounds, as many calls a turn as make 1,000 layers",
    }
    return found | ({"cold peers": f"{plan.peers} rounds"} if peers else {})


def main() -> None:
    """Measure, then write the report and the raw figures."""
    given = _arguments()
    output = given.output.resolve()
    with chdir(ROOT):
        results = _measured(given, QUICK if given.quick else FULL)
    from report import render
    from results import write_json

    output.write_text(render(results), encoding="utf-8")
    write_json(results, output.with_suffix(".json"))


if __name__ == "__main__":
    main()
