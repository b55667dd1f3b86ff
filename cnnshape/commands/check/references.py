"""Where the figures of before come from: baselines in files, or specs as they were."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from cnnshape.commands.check import baseline
from cnnshape.commands.check.baseline import Before, Nothing
from cnnshape.commands.check.earlier import Earlier
from cnnshape.commands.check.measure import Nets
from cnnshape.commands.check.pairs import Job
from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import printable
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec

Base: TypeAlias = Callable[[str], Spec | None]
"""The earlier state of the spec in a file; None where there was none."""


def beside(home: str) -> str:
    """The baseline of a file that states rules, if no other one is named."""
    return os.path.join(os.path.dirname(home), baseline.NAME)


class Files:
    """The baselines in files, each read once: the one that is named, or those beside the files that state rules."""

    def __init__(self, named: str | os.PathLike[str] | None, *, must_exist: bool) -> None:
        self.named = None if named is None else os.fspath(named)
        self.read: dict[str, baseline.Nets] = {}
        self.there: dict[str, None] = {}
        self.asked: dict[tuple[str, str], str | int] = {}
        """The specs that rules are for, by baseline and name there: their files, or which object one is."""
        if self.named is not None and must_exist and not os.path.exists(self.named):
            hint = "`cnnshape check --update` writes it"
            raise SpecError(Problem("there is no such file", file=self.named, hint=hint))

    def file(self, job: Job) -> str:
        """The baseline that a rule is measured from."""
        return self.named or beside(job.home)

    def of(self, file: str) -> baseline.Nets:
        """What a baseline holds; nothing where there is none."""
        if file not in self.read:
            self.read[file] = {}
            if os.path.exists(file):
                self.read[file] = baseline.read(file)
                self.there[file] = None
        return self.read[file]

    def before(self, job: Job) -> Before | None:
        """What a net was."""
        if not job.home and self.named is None:
            return None
        file = self.file(job)
        spec, name = self.where(file, job)
        return self.of(file).get(spec, {}).get(name)

    def where(self, file: str, job: Job) -> tuple[str, str]:
        """What a net is called in a baseline: its spec, relative to the baseline, and its variant and setting.

        Raises `SpecError` where another spec is called so.
        """
        of = job.spec.source.file
        name = of and os.path.relpath(of, os.path.dirname(file) or ".")
        name = name.replace(os.sep, "/") or job.spec.name
        if self.asked.setdefault((file, name), of or id(job.spec)) != (of or id(job.spec)):
            text = f"two specs are called `{printable(name)}` in a baseline"
            raise SpecError(Problem(text, hint="give each spec that is not a file a name of its own"))
        return name, baseline.label(job.net.net.setup)


class Revision:
    """The states that specs had before."""

    def __init__(self, base: Base, registry: Registry | None) -> None:
        self.base = base
        self.nets = Nets(registry)
        self.specs: dict[str, Spec | None] = {}
        self.earlier: dict[int, Earlier] = {}
        self.there: dict[str, None] = {}

    def spec(self, file: str) -> Spec | None:
        """The spec that a file was; None for one that is new."""
        if file not in self.specs:
            self.specs[file] = self.base(file) if file else None
        return self.specs[file]

    def before(self, job: Job) -> Before:
        """What a net was, or what of it is new."""
        spec = self.spec(job.spec.source.file)
        if spec is None:
            return Nothing("spec")
        variant, setup = job.net.net.variant, job.rule.setup
        if variant is not None and variant not in spec.variants:
            return Nothing("variant")
        inputs = [name for name in setup.inputs_of(spec) if name and name not in spec.inputs]
        if inputs or any(name not in spec.vars for name in setup.settings):
            return Nothing("setting")
        net = self.nets.of(spec, replace(setup, variant=variant))
        return self.earlier.setdefault(id(net), Earlier(net))
