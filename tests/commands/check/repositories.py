"""Random repositories of nets with a budget, edits that whoever wants a heavier net may make, and a second judge.

The judge reads the files itself, finds counterparts by path, and works out every figure from the analyses of nets; it
shares no code with `cnnshape.commands.check`.
"""

import copy
import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import CnnshapeError
from tests.commands.check.test_brute_force import selected

Files = dict[str, Any]
"""Data of files by path; a text is a link to another one."""

UNITS = {"macs": "MACs", "params": "params"}
OPS: list[dict[str, Any]] = [
    {"op": "Conv2d", "out_channels": 3, "kernel_size": 1},
    {"op": "Conv2d", "out_channels": "w", "kernel_size": 3, "padding": 1},
    {"op": "ConvTranspose2d", "out_channels": 2, "kernel_size": 1},
    {"op": "ReLU"},
    {"op": "BatchNorm2d"},
    {"block": "u", "c": "w"},
    {"block": "u", "c": 5, "repeat": 2},
]
UNIT = {
    "layers": {"a": {"op": "Conv2d", "out_channels": "c", "kernel_size": 1}, "b": "PReLU"},
    "vars": {"c": "required"},
}
SELECTIONS: list[dict[str, str]] = [
    {},
    {"path": "l*"},
    {"path": "l1"},
    {"path": "*", "take": "each"},
    {"op": "Conv2d", "take": "each"},
    {"op": "Conv2d", "take": "max"},
    {"op": "*Norm*"},
    {"block": "u"},
    {"block": "u", "take": "max"},
    {"block": "u", "take": "each"},
    {"block": "u", "op": "Conv2d", "take": "each"},
]
LIMITS: list[dict[str, Any]] = [
    {"max_increase": 0},
    {"max_increase": "10 %"},
    {"max_increase": "50 {unit}"},
    {"max": "5000 {unit}"},
    {"max": "60000 {unit}"},
]


@st.composite
def nets(draw: st.DrawFn) -> dict[str, Any]:
    """A spec with a convolution, a norm, a block and some more layers, two variants, and blocks from a file."""
    more = draw(st.lists(st.sampled_from(OPS), max_size=2))
    layers = {f"l{n}": copy.deepcopy(entry) for n, entry in enumerate([OPS[1], *more, OPS[4], OPS[5]])}
    return {
        "cnnshape": 1,
        "input": [2, 6, 6],
        "vars": {"w": draw(st.integers(1, 9))},
        "variants": {"a": {"w": draw(st.integers(1, 9))}, "b": {}},
        "include": ["blocks.inc"],
        "layers": layers,
    }


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    metric = draw(st.sampled_from([*UNITS]))
    limit = draw(st.sampled_from(LIMITS))
    rule = {"metric": metric} | {
        key: held.format(unit=UNITS[metric]) if isinstance(held, str) else held for key, held in limit.items()
    }
    select = draw(st.sampled_from(SELECTIONS))
    rule |= {"select": select} if select else {}
    variant = draw(st.sampled_from(["", "", "a", "*"]))
    rule |= {"variant": variant} if variant else {}
    return rule | ({"level": "warn"} if draw(st.integers(0, 9)) == 0 else {})


@st.composite
def repositories(draw: st.DrawFn) -> Files:
    """A budget, a file of blocks and some specs."""
    files: Files = {f"nets/{name}.yaml": draw(nets()) for name in "xyz"[: draw(st.integers(1, 3))]}
    files["nets/blocks.inc"] = {"cnnshape": 1, "blocks": {"u": UNIT}}
    files["budget.yaml"] = {
        "cnnshape": 1,
        "specs": "nets/*.yaml",
        "budget": draw(st.lists(rules(), min_size=1, max_size=3)),
    }
    return files


def specs_of(files: Files) -> list[str]:
    return [path for path in files if path.endswith((".yaml", ".yml")) and path != "budget.yaml"]


class Edits:
    """Each takes the files of a branch and changes them."""

    def __init__(self, draw: st.DrawFn, files: Files) -> None:
        self.draw, self.files = draw, files
        self.specs = specs_of(files)
        self.rules: list[dict[str, Any]] = files["budget.yaml"]["budget"]

    def one(self, of: list[Any]) -> Any:
        return self.draw(st.sampled_from(of))

    def net(self) -> dict[str, Any] | None:
        found = [path for path in self.specs if isinstance(self.files[path], dict) and "layers" in self.files[path]]
        return self.files[self.one(found)] if found else None

    def resize(self) -> None:
        if net := self.net():
            net["vars"]["w"] = self.draw(st.integers(1, 12))

    def resize_variant(self) -> None:
        if net := self.net():
            net["variants"][self.one([*net["variants"]])] = {"w": self.draw(st.integers(1, 12))}

    def rename_variant(self) -> None:
        if net := self.net():
            net["variants"]["new"] = net["variants"].pop(self.one([*net["variants"]]))

    def add_layer(self) -> None:
        if net := self.net():
            net["layers"][self.one(["l1x", "other", "l0x"])] = copy.deepcopy(self.one(OPS))

    def drop_layer(self) -> None:
        net = self.net()
        if net and len(net["layers"]) > 1:
            del net["layers"][self.one([*net["layers"]])]

    def change_layer(self) -> None:
        if net := self.net():
            net["layers"][self.one([*net["layers"]])] = copy.deepcopy(self.one(OPS))

    def rename_layer(self) -> None:
        if net := self.net():
            old, new = self.one([*net["layers"]]), self.one(["m", "l9", "total", "layers"])
            if new not in net["layers"]:
                net["layers"] = {new if name == old else name: entry for name, entry in net["layers"].items()}

    def change_input(self) -> None:
        if net := self.net():
            net["input"] = [2, *self.one([[3, 3], [6, 6], [8, 4]])]

    def change_block(self) -> None:
        if block := self.files.get("nets/blocks.inc"):
            block["blocks"]["u"]["layers"]["a"]["kernel_size"] = 1
            block["blocks"]["u"]["layers"]["c"] = copy.deepcopy(self.one(["ReLU", "PReLU", OPS[0]]))

    def rename_file(self) -> None:
        if self.specs:
            self.files[f"nets/{self.one(['n', 'o'])}{self.one(['.yaml', '.yml'])}"] = self.files.pop(
                self.one(self.specs)
            )

    def copy_file(self) -> None:
        if self.specs:
            self.files[f"nets/{self.one(['n', 'o'])}.yaml"] = copy.deepcopy(self.files[self.one(self.specs)])

    def swap_files(self) -> None:
        if self.specs:
            a, b = self.one(self.specs), self.one(self.specs)
            self.files[a], self.files[b] = self.files[b], self.files[a]

    def drop_file(self) -> None:
        if len(self.specs) > 1:
            del self.files[self.one(self.specs)]

    def link_file(self) -> None:
        a, b = self.one(self.specs), self.one(self.specs)
        if a != b and isinstance(self.files[b], dict):
            self.files[a] = b.removeprefix("nets/")

    def only_blocks(self) -> None:
        self.files[self.one(self.specs)] = {"cnnshape": 1, "blocks": {"u": UNIT}}

    def typo(self) -> None:
        if net := self.net():
            net[self.one(["layer", "layers_"])] = net.pop("layers")
            net["blocks"] = {}

    def change_rule(self) -> None:
        self.rules[self.draw(st.integers(0, len(self.rules) - 1))] = self.draw(rules())

    def change_limit(self) -> None:
        rule, other = self.one(self.rules), self.draw(rules())
        limits = {key: rule.pop(key) for key in ("max", "max_increase") if key in rule}
        assert limits
        rule |= {key: other[key] for key in ("max", "max_increase") if key in other}
        unit = UNITS[rule["metric"]]
        for key in limits.keys() | rule.keys():
            if isinstance(rule.get(key), str) and key in ("max", "max_increase"):
                rule[key] = re.sub("MACs|params", unit, rule[key])

    def grow_and_loosen(self) -> None:
        for path in self.specs:
            if isinstance(self.files[path], dict) and "vars" in self.files[path]:
                self.files[path]["vars"]["w"] += 3
        how = self.draw(st.integers(0, 3))
        for rule in self.rules:
            unit = UNITS[rule["metric"]]
            kind = "max" if "max" in rule else "max_increase"
            rule |= ({kind: f"900 M {unit}"}, {kind: f"900 k {unit}"}, {"level": "warn"}, {})[how]
            if how == 3:
                rule["select"] = {"path": "l0"}

    def warn(self) -> None:
        self.one(self.rules)["level"] = "warn"

    def drop_rule(self) -> None:
        if len(self.rules) > 1:
            self.rules.pop(self.draw(st.integers(0, len(self.rules) - 1)))

    def change_globs(self) -> None:
        self.files["budget.yaml"]["specs"] = self.one(["nets/[xn]*.yaml", "nets/*.y*ml", "nets/x.yaml", "**/*.yaml"])


NAMES = [name for name in vars(Edits) if not name.startswith("_") and name not in ("one", "net")]


@st.composite
def branches(draw: st.DrawFn) -> tuple[Files, Files, list[str]]:
    """The files of a repository, those of a branch, and the edits between them."""
    before = draw(repositories())
    after = copy.deepcopy(before)
    done = [draw(st.sampled_from(NAMES)) for _ in range(draw(st.integers(1, 4)))]
    for name in done:
        getattr(Edits(draw, after), name)()
    return before, after, done


def write(folder: Path, files: Files) -> None:
    """The files of a state, and no others."""
    for file in [*folder.rglob("*")]:
        if ".git" not in file.parts and not file.is_dir():
            file.unlink()
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, str):
            file.symlink_to(data)
        else:
            file.write_text(json.dumps(data, indent=1))


# The judge.


class Refused(Exception):
    """Something is wrong with the files."""


@dataclass
class Figures:
    """The figures of a net that a rule asks for: by path, or one under an empty path."""

    found: dict[str, int]
    layers: dict[str, int] = field(default_factory=dict)
    """Of every layer that the rule may look at, whatever block it is in."""
    all: dict[str, int] = field(default_factory=dict)


def _data(files: Files, path: str) -> dict[str, Any]:
    data = files[path]
    if isinstance(data, str):
        data = files.get(f"nets/{data}")
    if not isinstance(data, dict):
        raise Refused
    return data


def chosen(files: Files) -> list[str]:
    """The specs of a budget; files of blocks are none."""
    glob = files["budget.yaml"]["specs"].replace("**/", "*")
    found = [path for path in sorted(files) if path != "budget.yaml" and fnmatchcase(path, glob)]
    if glob != "nets/x.yaml":
        found = [path for path in found if {*_data(files, path)} != {"cnnshape", "blocks"}]
    if not found:
        raise Refused
    return found


def figures(files: Files, path: str, variant: str | None, rule: dict[str, Any]) -> Figures:
    """The figures of a net; raises `Refused` where there are none."""
    data = dict(_data(files, path))
    blocks = files["nets/blocks.inc"]["blocks"]
    if "include" in data:
        del data["include"]
        data["blocks"] = data.get("blocks", {}) | blocks
    try:
        net = cnnshape.analyze(data, variant=variant)
    except CnnshapeError:
        raise Refused from None
    key = rule["metric"]
    every = {record.path: getattr(record, key) for record in net}
    select = rule.get("select", {})
    if not select:
        return Figures({"": sum(every.values())}, every, every)
    found = selected(data, net, select, key)
    if not found:
        raise Refused
    layers = selected(data, net, {name: held for name, held in select.items() if name != "block"}, key)
    take = select.get("take", "sum")
    if take != "each":
        found = {"": max(found.values()) if take == "max" else sum(found.values())}
    return Figures(found, layers, every)


def earlier(was: Figures, path: str) -> int | None:
    """What a figure was; None of something that was not there."""
    if path in was.found:
        return was.found[path]
    if path in was.all:
        return was.all[path]
    inside = [n for name, n in was.layers.items() if name.startswith(f"{path}.")] if path else []
    return sum(inside) if inside else None


def allowed(rule: dict[str, Any], now: int, was: int | None) -> bool:
    """Whether a figure is as light as a rule wants it."""
    if "max" in rule:
        return now <= _amount(rule["max"])
    if was is None:
        return now == 0
    limit = rule["max_increase"]
    if limit == 0:
        return now <= was
    if limit.endswith("%"):
        return 100 * now <= (100 + int(limit.partition(" ")[0])) * was
    return now <= was + _amount(limit)


def _amount(text: str) -> int:
    n, *units = text.split()
    return int(n) * {"M": 10**6, "k": 1000}.get(units[0], 1)


def heavier(budget: Files, before: Files, after: Files, renamed: dict[str, str]) -> bool:
    """Whether any figure of a branch is heavier than the failing rules of a budget allow; raises `Refused`."""
    found = False
    for rule in budget["budget.yaml"]["budget"]:
        for path in chosen(after | {"budget.yaml": budget["budget.yaml"]}):
            for variant in variants(_data(after, path), rule):
                now = figures(after, path, variant, rule)
                old = path if path in before else renamed.get(path)
                was = None
                if old is not None and _has(before, old, variant):
                    was = _before(before, old, variant, rule)
                for part, n in now.found.items():
                    holds = allowed(rule, n, None if was is None else earlier(was, part))
                    found |= not holds and rule.get("level") != "warn"
    return found


def _has(files: Files, path: str, variant: str | None) -> bool:
    return variant is None or variant in _data(files, path).get("variants", {})


def _before(files: Files, path: str, variant: str | None, rule: dict[str, Any]) -> Figures:
    """The figures before, none of which may be selected."""
    whole = figures(files, path, variant, {"metric": rule["metric"]})
    try:
        return figures(files, path, variant, rule)
    except Refused:
        select = {key: held for key, held in rule["select"].items() if key not in ("block", "take")}
        try:
            layers = (
                figures(files, path, variant, {**rule, "select": {**select, "take": "each"}}).layers
                if select
                else whole.all
            )
        except Refused:
            layers = {}
        return Figures({}, layers, whole.all)


def variants(data: dict[str, Any], rule: dict[str, Any]) -> list[str | None]:
    if "variant" not in rule:
        return [None]
    found: list[str | None] = [name for name in data.get("variants", {}) if fnmatchcase(name, rule["variant"])]
    if not found:
        raise Refused
    return found
