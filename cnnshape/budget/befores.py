"""Where the figures of before come from: baselines in files, or specs as they were."""

import os
from collections.abc import Callable
from typing import TypeAlias

from cnnshape.budget import baseline
from cnnshape.budget.baseline import Before, Earlier
from cnnshape.budget.jobs import Job
from cnnshape.budget.measure import Nets
from cnnshape.errors import Problem, SpecError
from cnnshape.registry import Registry
from cnnshape.spec import Spec

Base: TypeAlias = Callable[[str], Spec | None]
"""The earlier state of the spec in a file; None where there was none."""


class Files:
    """The baselines in files, each read once: the one that is named, or those beside the files that state rules."""

    def __init__(self, named: str | os.PathLike[str] | None, *, must_exist: bool) -> None:
        self.named = None if named is None else os.fspath(named)
        self.read: dict[str, baseline.Nets] = {}
        self.there: dict[str, None] = {}
        self.skips = False
        if self.named is not None and must_exist and not os.path.exists(self.named):
            hint = "`cnnshape check --update` writes it"
            raise SpecError(Problem("there is no such file", file=self.named, hint=hint))

    def file(self, job: Job) -> str:
        """The baseline that a rule is measured from."""
        return self.named or os.path.join(os.path.dirname(job.home), baseline.NAME)

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
        spec, name = where(file, job)
        return self.of(file).get(spec, {}).get(name)


class Revision:
    """The states that specs had before."""

    def __init__(self, base: Base, registry: Registry | None) -> None:
        self.base = base
        self.nets = Nets(registry)
        self.specs: dict[str, Spec | None] = {}
        self.there: dict[str, None] = {}
        self.skips = True

    def before(self, job: Job) -> Before | None:
        """What a net was; None for a spec or a variant that is new."""
        file = job.spec.source.file
        if file not in self.specs:
            self.specs[file] = self.base(file) if file else None
        spec = self.specs[file]
        if spec is None or (job.variant is not None and job.variant not in spec.variants):
            return None
        return Earlier(self.nets.of(spec, job.variant, job.rule.setting))


def where(file: str, job: Job) -> tuple[str, str]:
    """What a net is called in a baseline: its spec, relative to the baseline, and its variant and setting."""
    spec = job.spec
    name = spec.source.file and os.path.relpath(spec.source.file, os.path.dirname(file) or ".")
    return name.replace(os.sep, "/") or spec.name, baseline.label(job.variant, job.net.net.setting)
