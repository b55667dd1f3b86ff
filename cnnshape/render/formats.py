"""The formats, and how a result takes any of them.

A command says once how its results show themselves, in a `View`: as a document for people, as a table for a
spreadsheet, as data for a program.  Everything else about a format stands here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Generic, NamedTuple, TypeVar

from cnnshape.core.errors import Problem, UsageError, unknown
from cnnshape.render.document import Document, Table

Result = TypeVar("Result")

ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("", ".txt", ".text", ".log"),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "latex": (".tex",),
    "json": (".json",),
    "csv": (".csv",),
    "python": (".py",),
    "parquet": (".parquet",),
    "sarif": (".sarif",),
    "junit": (".xml",),
    "yaml": (".yaml", ".yml"),
}
"""The formats that a file may have, and the endings of its name that stand for each."""

DOCUMENTS: Final = ("text", "markdown", "html", "latex")
"""The formats that any document has."""

SCHEMA: Final = 2
"""The version of what is printed as JSON; it goes up when a key changes its meaning or goes away, not for new keys."""

_HEEDED: Final[dict[str, frozenset[str]]] = {
    "markdown": frozenset({"width"}),
    "html": frozenset({"width"}),
    "latex": frozenset({"width"}),
    "json": frozenset({"width", "units"}),
    "csv": frozenset({"width", "units"}),
    "parquet": frozenset({"width", "units"}),
}
"""What a format never heeds: only text has a width, and what programs read is exact."""


class NoOptions(NamedTuple):
    """Nothing to choose but a width."""

    width: int | None = None


@dataclass(frozen=True)
class View(Generic[Result]):
    """How the results of a command show themselves.  What a reader chose comes in a named tuple, None if it is open."""

    document: Callable[[Result, Any], Document]
    """For people."""
    data: Callable[[Result, Any], Mapping[str, Any]] | None = None
    """For programs: everything, exactly."""
    table: Callable[[Result, Any], Table] | None = None
    """For a spreadsheet: exact cells, under the keys of its columns."""
    own: Mapping[str, Callable[[Result, Any], str] | str] = field(default_factory=dict)
    """Formats that no other result has: what writes each, or the module whose ``write`` does, imported when asked."""
    deaf: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which choices a format does not heed, since it holds everything anyway."""
    options: Callable[..., Any] = NoOptions
    """The named tuple of what a reader may choose."""
    width: int | None = None
    """How wide lines of text are where nobody says; as they like without."""

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that there are."""
        programs = {"json": self.data, "csv": self.table}
        found = (*DOCUMENTS, *(name for name, has in programs.items() if has), *self.own)
        return tuple(dict.fromkeys(found))

    def heeds(self, format: str, name: str) -> bool:
        """Whether a format does what a choice says."""
        return name not in _HEEDED.get(format, ()) and name not in self.deaf.get(format, ())

    def render(self, result: Result, format: str = "text", options: Any = None, **choices: Any) -> str:
        """A result in one of its formats, ending in a newline.

        Raises `UsageError` for a format that there is not, and for a choice that the format does not heed.
        """
        options = self.options(**choices) if options is None else options
        if format not in self.formats:
            raise UsageError(unknown(f"there is no format `{format}`", format, self.formats))
        self.check(format, options)
        if format in self.own:
            own = self.own[format]
            writer: Any = import_module(own).write if isinstance(own, str) else own
            return str(writer(result, options))
        backend: Any = import_module(f"cnnshape.render.{format}")
        written: str
        if format == "json" and self.data:
            written = backend.write(self.data(result, options))
        elif format == "csv" and self.table:
            written = backend.write(self.table(result, options))
        elif format == "text":
            width = getattr(options, "width", None)
            written = backend.write(self.document(result, options), self.width if width is None else width)
        else:
            written = backend.write(self.document(result, options))
        return written

    def fragment(self, result: Result) -> str:
        """A result as an element of a page, for a notebook."""
        from cnnshape.render.html import fragment

        return fragment(self.document(result, self.options()))

    def check(self, format: str, options: Any) -> None:
        """Raise `UsageError` for a choice that a format does not heed, before there is a result to show."""
        for name, stated in options._asdict().items():
            if stated is not None and not self.heeds(format, name):
                heeding = ", ".join([known for known in self.formats if self.heeds(known, name)])
                text = f"{name} does not go with the format {format}"
                raise UsageError(Problem(text, hint=f"it goes with {heeding}"))
