"""What is compared: files as people name them, with variants and names, and whatever else can be analysed."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import CnnshapeError, Problem, UsageError
from cnnshape.graph.graph import Graph
from cnnshape.spec.document import Spec, load

Net = str | os.PathLike[str] | Mapping[str, Any] | Spec | Graph | Analysis
Source = Net | tuple[str, Net]
"""A net, or a name for it and the net."""


class Operand(NamedTuple):
    """A text such as ``wide=nets/resnet.yaml@resnet18``, taken apart.

    >>> Operand.read("wide=nets/resnet.yaml@resnet18")
    Operand(name='wide', file='nets/resnet.yaml', variant='resnet18')
    """

    name: str
    """What the net shall be called; empty where nothing is said."""
    file: str
    variant: str | None

    @classmethod
    def read(cls, text: str) -> "Operand":
        """The parts of a text; a file that is there is one, whatever signs its name holds."""
        before, equals, behind = text.partition("=")
        ways = [("", text), *([(before, behind)] if before and equals else [])]
        for name, rest in ways:
            if found := _file(rest):
                return cls(name, *found)
        name, rest = ways[-1]
        file, _, variant = rest.rpartition("@")
        return cls(name, file, variant) if file and variant else cls(name, rest, None)


def _file(text: str) -> tuple[str, str | None] | None:
    """The file and the variant, where there is such a file."""
    places = [place for place, sign in enumerate(text) if sign == "@" and 0 < place < len(text) - 1]
    cuts = [(text, None), *((text[:place], text[place + 1 :]) for place in places[:_CUTS])]
    return next(((file, variant) for file, variant in cuts if os.path.exists(file)), None)


_CUTS: Final = 100


class Gathered:
    """Errors of several nets, which are said together."""

    def __init__(self) -> None:
        self.kinds: set[type[CnnshapeError]] = set()
        self.problems: dict[Problem, dict[str, None]] = {}

    @contextmanager
    def of(self, file: str = "") -> Iterator[None]:
        """Take in what is raised here, of this file."""
        try:
            yield
        except CnnshapeError as error:
            self.kinds.add(type(error))
            for problem in error.problems:
                self.problems.setdefault(problem, {})[file] = None

    def raised(self) -> None:
        """Raise what was taken in, each problem once: variants share what is wrong with a spec, nets with a call."""
        if self.kinds:
            kind = self.kinds.pop() if len(self.kinds) == 1 else CnnshapeError
            raise kind(*(_placed(problem, list(files)) for problem, files in self.problems.items()))


def _placed(problem: Problem, files: list[str]) -> Problem:
    """A problem that does not say where it is, with the files that have it."""
    if problem.file or len(files) == 1:
        return problem if problem.file else problem._replace(file=files[0])
    return problem._replace(evidence=(*problem.evidence, *(f"of {file}" for file in files)))


class Wanted(NamedTuple):
    """One net to compare."""

    net: Spec | Graph | Analysis
    name: str
    """The name that it was given; empty where it has its own."""
    file: str
    """Its file as the caller wrote it; empty where there is none."""
    variant: str | None

    @property
    def written(self) -> str:
        """How one writes which net this is; empty where it has no file."""
        return self.file if self.variant is None or not self.file else f"{self.file}@{self.variant}"


def wanted(sources: Iterable[Source], variants: bool, usual: str | None, gathered: Gathered) -> list[Wanted]:
    """Every net that the sources stand for: of a spec that is given without a variant the ``usual`` one, or all."""
    found: list[Wanted] = []
    for place, source in enumerate(sources, 1):
        name, net = source if isinstance(source, tuple) else ("", source)
        variant = usual
        if isinstance(net, str):
            stated, net, own = Operand.read(net)
            name, variant = name or stated, own or usual
        file = os.fspath(net) if isinstance(net, str | os.PathLike) else ""
        with gathered.of(file or f"net {place}"):
            found += _members(_net(net), name, file, variant, variants)
    return found


def _net(net: Net) -> Spec | Graph | Analysis:
    if isinstance(net, str) and not os.path.exists(net):
        before, _, behind = net.rpartition(":")
        if behind and os.path.exists(before):
            problem = Problem("there is no such file", file=net, hint=f"a variant stands behind @: `{before}@{behind}`")
            raise UsageError(problem)
    return net if isinstance(net, Graph | Analysis) else load(net)


def _members(
    net: Spec | Graph | Analysis, name: str, file: str, variant: str | None, variants: bool
) -> Iterator[Wanted]:
    if not isinstance(net, Spec):
        graph = net.graph if isinstance(net, Analysis) else net
        yield Wanted(net, name, graph.file, None)
    elif variants and variant is None and net.variants:
        for each in net.variants:
            yield Wanted(net, f"{name} {each}" if name else "", file, each)
    else:
        yield Wanted(net, name, file, variant)


def names(found: Sequence[tuple[Wanted, str]]) -> list[str]:
    """What each net is called: its name, and where others have the same, its file and variant.

    Raises `UsageError` with every name that two nets would still share.
    """
    labels = [name for _, name in found]
    for places in _shared(labels).values():
        own = [place for place in places if not found[place][0].name]
        full = [found[place][0].written for place in own]
        for written in ([text[len(os.path.dirname(text)) :].lstrip(os.sep) for text in full], full):
            if all(written) and len(set(written)) == len(own):
                for place, text in zip(own, written, strict=True):
                    labels[place] = text
                break
    if again := _shared(labels):
        hint = "`NAME=FILE` gives a net another name, a pair of a name and a net does so in the library"
        raise UsageError(*(Problem(_clash(label, [found[p][0] for p in at]), hint=hint) for label, at in again.items()))
    return labels


def _shared(labels: list[str]) -> dict[str, list[int]]:
    """The labels that stand there more than once, with their places."""
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    return {label: at for label, at in places.items() if len(at) > 1}


def _clash(label: str, same: list[Wanted]) -> str:
    written = [f"`{one.written}`" for one in same if one.written]
    where = f": {' and '.join(dict.fromkeys(written))}" if written else ""
    again = " again" if len(set(written)) == 1 < len(written) else ""
    return f"{len(same)} nets are called `{label}`{where}{again}"
