"""A net before and after a handful of edits, and a git repository that holds both."""

import subprocess
from pathlib import Path
from typing import Any

OLD = """\
cnnshape: 1
name: small
input: [3, 32, 32]
vars: {width: 16}
blocks:
  unit:
    vars: {c: required}
    layers:
      conv: {op: Conv2d, out_channels: c, kernel_size: 3, padding: 1, bias: false}
      bn: BatchNorm2d
      act: ReLU
layers:
  stem: {op: Conv2d, out_channels: width, kernel_size: 3, padding: 1}
  relu: ReLU
  layer1: {block: unit, c: width, repeat: 2}
  pool: {op: MaxPool2d, kernel_size: 2}
  layer2: {block: unit, c: 2 * width}
  dropout: {op: Dropout, p: 0.5}
  gap: {op: AdaptiveAvgPool2d, output_size: 1}
  flatten: Flatten
  fc: {op: Linear, out_features: 10}
"""

NEW = (
    OLD.replace("  relu: ReLU\n", "  norm: BatchNorm2d\n  relu: ReLU\n")  # added
    .replace("  dropout: {op: Dropout, p: 0.5}\n", "")  # removed
    .replace("layer1:", "stage1:")  # renamed
    .replace("c: 2 * width", "c: 48")  # changed
)

SAID = [
    ("added", "", "norm", {}),
    ("renamed", "layer1", "stage1", {}),
    ("changed", "layer2.conv", "layer2.conv", {"out_channels": (32, 48)}),
    ("removed", "dropout", "", {}),
]
"""What the diff of both says."""


def git(folder: Path, *words: str) -> str:
    who = (
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "core.hooksPath=/",
    )
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path, files: dict[str, str | None], says: str = "work") -> None:
    """Write files, delete those whose text is None, and commit everything."""
    for name, text in files.items():
        file = folder / name
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", says)


def repository(folder: Path, files: dict[str, str | None]) -> Path:
    """A git repository whose branch main holds these files, with the branch `work` checked out."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, files)
    git(folder, "checkout", "-qb", "work")
    return folder


def net(layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"cnnshape": 1, "input": [3, 16, 16], "layers": layers} | more


def conv(c: int, k: int = 3, **more: Any) -> dict[str, Any]:
    return {"op": "Conv2d", "out_channels": c, "kernel_size": k, "padding": k // 2, **more}
