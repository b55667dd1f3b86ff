"""From the events of a YAML text to plain data, with bounds, and with all that is wrong said in one error."""

from typing import Any, Never

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from cnnshape.core.errors import Mark, Problem, SpecError
from cnnshape.core.late import late
from cnnshape.core.text import escaped, printable, unprintable
from cnnshape.spec.yaml.marks import Get, event_parser
from cnnshape.spec.yaml.scalars import Words
from cnnshape.spec.yaml.syntax import QUOTE, syntax_problem

DEPTH = 100
"""How deep lists and mappings may nest, aliases followed."""

REACHED = 10_000
"""How many nodes may be reached by alias, all together."""

PROBLEMS = 20
"""After so many problems the reading stops."""


def data_of(text: str, file: str) -> Any:
    """The data of the one document in a text; raises `SpecError`."""
    try:
        return _Reader(text, file).document()
    except _Again:
        return _Reader(text, file, careful=True).document()


class _Again(Exception):
    """A key is wrong, and what its message says has not been kept."""


class _Reader:
    """One reading of one text, event by event; problems are collected as long as the parser can go on."""

    def __init__(self, text: str, file: str, *, careful: bool = False) -> None:
        self.text = text
        self.file = file
        self.careful = careful  # keeps the keys' events; for it the reading starts again when a key is wrong
        self.get: Get
        self.words = Words()
        self.anchors: dict[str, Any] = {}
        self.reached = 0
        self.problems: list[Problem] = []

    def document(self) -> Any:
        try:
            data = self.only_document()
        except (YAMLError, ValueError, OverflowError) as error:
            self.problems.append(syntax_problem(error, self.text, self.file))
        if self.problems:
            raise SpecError(*self.problems)
        return data

    def only_document(self) -> Any:
        self.get = event_parser(self.text)
        self.get()
        if type(self.get()) is StreamEndEvent:
            raise SpecError(Problem("the file is empty", file=self.file, id="invalid-yaml"))
        event = self.get()
        data = self.node(event, 0)
        self.get()
        after = self.get()
        if data is None and not self.problems and not event.value:
            raise SpecError(Problem("the file is empty", file=self.file, id="invalid-yaml"))
        if type(after) is not StreamEndEvent:
            self.report("a second document starts here; a spec is one", after)
        return data

    def node(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self.alias(event, depth)
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report(f"the tag `{printable(tag)}` is refused: a spec holds plain data", event)
        if kind is ScalarEvent:
            value = self.quoted(event) if event.style else self.word(event)
        elif depth == DEPTH:
            self.too_deep(event)
        else:
            value = (self.mapping if kind is MappingStartEvent else self.sequence)(event, depth + 1)
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def mapping(self, start: Any, depth: int) -> dict[Any, Any]:
        get, words, careful = self.get, self.words, self.careful
        data: dict[Any, Any] = {}
        firsts: dict[Any, Any] = {}
        last = start
        while True:
            event = get()
            kind = type(event)
            if kind is ScalarEvent and not (event.style or event.tag or event.anchor):
                key = event.value
            elif kind is MappingEndEvent:
                break
            else:
                key = self.key(event, depth)
            if key in data or careful:
                self.check_key(key, event, firsts, start)
            event = get()
            if type(event) is not ScalarEvent or event.style or event.tag or event.anchor:
                data[key] = self.node(event, depth)
            elif (word := event.value) or not self.is_cut(last, start):
                try:
                    data[key] = words[word]
                except ValueError:
                    data[key] = self.word(event)
            else:
                firsts.pop(key, None)
                continue
            last = event
        if not careful and ("" in data or "<<" in data):
            raise _Again
        return data

    def sequence(self, start: Any, depth: int) -> list[Any]:
        get, words = self.get, self.words
        data: list[Any] = []
        while True:
            event = get()
            kind = type(event)
            if kind is ScalarEvent and not (event.style or event.tag or event.anchor):
                try:
                    data.append(words[event.value])
                except ValueError:
                    data.append(self.word(event))
            elif kind is SequenceEndEvent:
                break
            else:
                data.append(self.node(event, depth))
        if words.halves and start.flow_style:
            self.check_items(data, start)
        return data

    def word(self, event: Any) -> Any:
        try:
            return self.words[event.value]
        except ValueError as error:
            self.report(str(error), event)

    def quoted(self, event: Any) -> str:
        text: str = event.value
        if event.style == '"' and (found := unprintable(text)):
            self.report(f"the text holds the character U+{ord(found[0]):04X}", event)
        return text

    def key(self, event: Any, depth: int) -> Any:
        if type(event) is ScalarEvent:
            self.node(event, depth)
            return event.value
        if type(event) is AliasEvent:
            self.report("a key is text, not an alias", event)
        else:
            self.report("a key is text, not a list or a mapping", event)
            self.node(event, depth)
        return object()  # equal to no other key

    def alias(self, event: Any, depth: int) -> Any:
        if event.anchor not in self.anchors:
            self.report(f"there is no anchor `&{printable(event.anchor)}` that ends before this alias", event)
            return None
        value = self.anchors[event.anchor]
        nodes, height = _extent(value, REACHED - self.reached)
        self.reached += nodes
        if self.reached > REACHED:
            self.report(f"more than {REACHED:,} values are reached by alias", event)
        elif depth + height > DEPTH:
            self.too_deep(event)
        else:
            return value
        raise SpecError(*self.problems)

    def too_deep(self, event: Any) -> Never:
        self.report(f"lists and mappings nest more than {DEPTH} deep", event)
        raise SpecError(*self.problems)

    def check_key(self, key: str, event: Any, firsts: dict[Any, Any], start: Any) -> None:
        if not self.careful:
            raise _Again
        first = firsts.setdefault(key, event)
        if first is not event and start.flow_style and (entry := self.advice(start)):
            self.report(f"`{printable(key)}` is a value without a name", event, f"write `{entry}`")
        elif first is not event:
            line = first.start_mark.line + 1
            self.report(f"`{printable(key)}` stands twice in one mapping, first in line {line}", event)
        elif key == "<<":
            self.report("the merge key `<<` is refused", event, "write the keys out, or make a block with variables")
        elif not key:
            self.report("a key is empty", event)

    def is_cut(self, last: Any, start: Any) -> bool:
        """Whether an empty value comes from a comma: ``{a: max(b, c)}`` reads as ``{a: "max(b", "c)": null}``."""
        if not (start.flow_style and type(last) is ScalarEvent and not last.style and last.value in self.words.halves):
            return False
        self.report(f"YAML ends `{printable(last.value)}` at its comma", last, self.advice(last) or QUOTE)
        return True

    def advice(self, event: Any) -> str:
        """What to write for what begins here, where that is plain: a list, or the entry of a layer."""
        mark = event.start_mark
        lines = self.text.splitlines()[mark.line : mark.line + 4]
        return escaped(late("begins")("\n".join(lines)[mark.column :][:500]))

    def check_items(self, items: list[Any], start: Any) -> None:
        halves = [item for item in items[:-1] if isinstance(item, str) and item in self.words.halves]
        if halves:
            self.report(f"YAML ends `{printable(halves[0])}` at its comma", start, QUOTE)

    def report(self, text: str, event: Any, hint: str = "") -> None:
        mark = Mark(event.start_mark.line + 1, event.start_mark.column + 1)
        problem = Problem(text, file=self.file, mark=mark, hint=hint, id="invalid-yaml")
        if problem not in self.problems:  # an expression that is cut at two commas is one mistake
            self.problems.append(problem)
        if len(self.problems) == PROBLEMS:
            raise SpecError(*self.problems)


def _extent(value: Any, most: int) -> tuple[int, int]:
    """How many nodes a value has and how deep they nest; counting ends above `most`."""
    nodes = height = 0
    todo = [(value, 0)]
    while todo and nodes <= most:
        part, level = todo.pop()
        nodes += 1
        if isinstance(part, dict | list):
            height = max(height, level + 1)
            todo += [(child, level + 1) for child in (part.values() if isinstance(part, dict) else part)]
    return nodes, height
