"""Writes docs/layers.md from the layer classes: `python docs/make_layers.py [--check]`."""

import inspect
import sys
from pathlib import Path

from cnnshape.core.text import shown
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import takes
from cnnshape.layers.registry import layer_type

PAGE = Path(__file__).with_name("layers.md")

INTRODUCTION = """# Layers

Every layer, with its fields as in `torch.nn`, the rule for its shapes, and what its cost counts. A field without a
default must be stated; where a field takes a list, it has one number per spatial axis, and a single number stands for
all. `in_channels`, `in_features` and `num_features` are read from the input and checked where they are stated.

This page is generated from the classes: `python docs/make_layers.py`.
"""


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is fresh; the exit status."""
    text = page()
    if arguments == ["--check"]:
        fresh = PAGE.exists() and PAGE.read_text() == text
        print(f"{PAGE.name} is {'fresh' if fresh else 'stale: run python docs/make_layers.py'}")
        return 0 if fresh else 1
    PAGE.write_text(text)
    return 0


def page() -> str:
    """The whole page: a list of contents, a section for each rule, what is refused and why."""
    kinds = {op: layer_type(op, BUILTIN) for op in BUILTIN}
    contents = ["| rule | layers |", "|:--|:--|"]
    sections: list[str] = []
    for module in dict.fromkeys(where.split(":")[0] for where in BUILTIN.values()):
        family = {op: kind for op, kind in kinds.items() if BUILTIN[op].startswith(f"{module}:")}
        title = (sys.modules[module].__doc__ or "").strip().splitlines()[0].rstrip(".")
        links = " ".join(f"[{op}](#{op.lower()})" for op in family)
        contents.append(f"| {_markdown([title])} | {links} |")
        sections += [_section(op, kind) for op, kind in family.items()]
    refused = [f"* `{op}`: {reason}" for op, reason in REFUSED.items()]
    parts = [INTRODUCTION, "\n".join(contents) + "\n", *sections, "## What is refused\n\n" + "\n".join(refused) + "\n"]
    return "\n".join(parts)


def _section(op: str, kind: type[Layer]) -> str:
    lines = [f"## {op}", "", _markdown(_docstring(kind))]
    if kind.model_fields:
        lines += ["", "| field | takes | default |", "|:--|:--|:--|"]
    for name, field in kind.model_fields.items():
        default = "" if field.is_required() else f"`{shown(field.default)}`"
        lines.append(f"| `{name}` | {takes(field)} | {default} |")
    return "\n".join(lines) + "\n"


def _docstring(kind: type[Layer]) -> list[str]:
    """Its own docstring, and below it that of the partial base which states the rule, if it does not do so itself."""
    own = inspect.cleandoc(kind.__doc__ or "")
    if "Cost" not in own:
        for base in kind.__mro__[1:]:
            text = inspect.cleandoc(vars(base).get("__doc__") or "")
            if "Cost" in text:
                return [own, *text.splitlines()[1:]]
    return own.splitlines()


def _markdown(lines: list[str]) -> str:
    """A docstring as Markdown: code marks, literal blocks indented by four, doctests left out."""
    found: list[str] = []
    example = False
    for line in "\n".join(lines).splitlines():
        example = bool(line.strip()) and (example or line.startswith(">>>"))
        if not example:
            found.append(line.replace("``", "`").replace("::", ":") if not line.startswith("    ") else line)
    return "\n".join(found).strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
